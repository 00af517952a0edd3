"""`tocsin assets` as people call it: what it prints, and its exit status."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.constituency.test_current_map import give, member
from tests.threats.files import NOW, report
from tocsin.cli import assets as module
from tocsin.cli.assets import assets
from tocsin.constituency import current_map
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.threats.ingest import ingest
from tocsin.threats.models import Threat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

HEADER = "organisation,asset,valid_from,valid_to\n"


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is the test run's."""
    monkeypatch.setattr(module, "open_database", lambda: None)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(assets, arguments, catch_exceptions=False)


def write(tmp_path: Path, text: str, name: str = "assets.csv") -> str:
    (tmp_path / name).write_text(text)
    return str(tmp_path / name)


def test_import_of_a_clean_list(tmp_path: Path) -> None:
    member("Acme")
    done = call("import", write(tmp_path, f"{HEADER}Acme,AS64500\nAcme,192.0.2.0/24\n"))
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "2 assets added, 0 changed, 0 ended, 0 unchanged.\n"


def test_refused_rows_are_told_and_the_exit_status_is_2(tmp_path: Path) -> None:
    member("Acme")
    rows = "".join(f"Acme,192.0.2.{number}/24\n" for number in range(1, 31))
    done = call("import", write(tmp_path, f"{HEADER}{rows}Acme,AS64500\n"))
    assert done.exit_code == 2
    told = done.stderr.splitlines()
    assert told[0] == (
        "assets.csv:2: host-bits-set: 192.0.2.1/24 is not the start of a network:"
        " write 192.0.2.0/24"
    )
    assert told[20:] == [
        "… and 10 more.",
        "30 refused (30 host-bits-set); the rest is in. They are kept: tocsin assets refused",
    ]
    assert done.stdout.startswith("1 assets added")


def test_what_was_refused_can_be_had_again_until_the_list_is_mended(tmp_path: Path) -> None:
    member("Acme")
    assert call("refused").stdout == ""
    call("import", write(tmp_path, f"{HEADER}Acme,192.0.2.1/24\nAcme,AS64500\n"))
    assert call("refused").stdout == (
        "assets.csv:2: host-bits-set: 192.0.2.1/24 is not the start of a network:"
        " write 192.0.2.0/24\tAcme,192.0.2.1/24\n"
    )
    (told,) = map(json.loads, call("refused", "--json").stdout.splitlines())
    assert (told["file"], told["line"], told["text"]) == ("assets.csv", 2, "Acme,192.0.2.1/24")
    call("import", write(tmp_path, f"{HEADER}Acme,192.0.2.0/24\nAcme,AS64500\n"))
    assert call("refused", "--json").stdout == ""


def test_of_several_files_the_one_with_the_mistake_is_named(tmp_path: Path) -> None:
    member("Acme")
    good = write(tmp_path, f"{HEADER}Acme,AS64500\n", "good.csv")
    bad = write(tmp_path, f"{HEADER}Acme,AS0\n", "bad.csv")
    done = call("import", good, bad)
    assert done.exit_code == 2
    assert done.stderr.startswith("bad.csv:2: bad-asn: ")


def test_import_for_machines(tmp_path: Path) -> None:
    member("Acme")
    done = call("import", "--json", write(tmp_path, f"{HEADER}Acme,AS64500\nNone,AS64501\n"))
    told = json.loads(done.stdout)
    assert done.exit_code == 2
    assert (told["opened"], told["refused"], told["read"]) == (1, 1, 2)
    assert told["refused_by_reason"] == {"unknown-organisation": 1}
    assert told["refused_rows"][0]["line"] == 3


def test_holders_left_over_are_listed_with_what_to_do(tmp_path: Path) -> None:
    record = "examplenic|GB|asn|64500|2|20100101|allocated|h-1\n"
    done = call("import", write(tmp_path, record, "delegated"))
    assert done.exit_code == 0
    assert "2 entries belong to 1 holders" in done.stdout
    assert "H-1" in done.stdout
    assert "--create-organisations" in done.stdout
    done = call("import", "--create-organisations", write(tmp_path, record, "delegated"))
    assert "2 assets of delegated added" in done.stdout
    assert "1 organisations made." in done.stdout


def test_lookup_says_who_and_why() -> None:
    give(member("Acme"), "198.18.0.0/15", source="assets.csv")
    give(member("Other"), "198.18.7.0/24", provenance="rir", registry="examplenic")
    done = call("lookup", "198.18.7.1", "--at", "2026-03-01")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "198.18.7.1/32 at 2026-03-01 00:00 UTC: Acme",
        "→ 198.18.0.0/15  Acme  [manual, assets.csv, always to today]  responsible",
        "  198.18.7.0/24  Other  [rir, examplenic, always to today]  imported: manual entries win",
    ]


def test_lookup_of_nobodys_address_is_no_failure() -> None:
    done = call("lookup", "203.0.113.9", "--at", "2026-03-01T12:00:00+02:00")
    assert done.exit_code == 0
    assert done.stdout == ("203.0.113.9/32 at 2026-03-01 10:00 UTC: nobody\nNo asset covers it.\n")


def test_lookup_for_machines() -> None:
    give(member("Acme"), "AS64500", "asn")
    told = json.loads(call("lookup", "--json", "198.18.7.1", "--asn", "64500").stdout)
    assert told["organisation"] == "Acme"
    assert told["candidates"][0]["asset"] == "AS64500"
    assert told["candidates"][0]["answers"] is True


def test_lookup_at_no_time() -> None:
    with pytest.raises(TocsinError, match="not a time"):
        call("lookup", "192.0.2.1", "--at", "yesterday")


def test_list() -> None:
    give(member("Acme"), "AS64500", "asn")
    assert call("list").stdout == "Acme\tAS64500\tmanual\t\t\t\n"
    assert json.loads(call("list", "--json").stdout)["asset"] == "AS64500"


def test_an_import_takes_open_threats_with_it(home: Path, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    current_map._loaded.clear()
    ingest([report(reports, 0, ["192.0.2.1", "192.0.2.2", "203.0.113.9"])], NOW)
    owner = member("Acme")
    path = write(tmp_path, f"{HEADER}Acme,192.0.2.0/24\n")
    done = call("import", path)
    assert "2 current threats went to who answers for them now." in done.stdout
    with staff_scope():
        assert Threat.objects.filter(organisation_id=owner).count() == 2
    assert json.loads(call("import", path, "--json").stdout)["attributed"] == 0
