"""`tocsin organisations` as people call it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.constituency.test_current_map import give, member
from tocsin.cli import organisations as module
from tocsin.cli.organisations import organisations
from tocsin.errors import TocsinError

pytestmark = pytest.mark.django_db

ROW = "Acme,isp,London,telecoms,abuse@acme.example\n"


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is the test run's."""
    monkeypatch.setattr(module, "open_database", lambda: None)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(organisations, arguments, catch_exceptions=False)


def write(tmp_path: Path, rows: str) -> str:
    path = tmp_path / "organisations.csv"
    path.write_text("name,kind,region,sector,email\n" + rows)
    return str(path)


def test_import_and_the_same_again(tmp_path: Path) -> None:
    done = call("import", write(tmp_path, ROW))
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == ("1 organisations added, 0 changed, 0 unchanged; 1 addresses added.\n")
    again = call("import", write(tmp_path, ROW))
    assert again.stdout.startswith("0 organisations added, 0 changed, 1 unchanged; 0 addresses")


def test_refused_rows_make_the_exit_status_2(tmp_path: Path) -> None:
    done = call("import", "--json", write(tmp_path, ROW + "Bad,isp,Londn,,\n"))
    told = json.loads(done.stdout)
    assert done.exit_code == 2
    assert (told["added"], told["refused"]) == (2, 1)
    assert told["refused_rows"][0]["reason"] == "unknown-region"
    plain = call("import", write(tmp_path, ROW + "Bad,isp,Londn,,\n"))
    assert plain.exit_code == 2
    assert ":3: unknown-region: region “Londn” is not known: London" in plain.stderr


def test_what_was_refused_can_be_had_again(tmp_path: Path) -> None:
    call("import", write(tmp_path, ROW + "Bad,isp,Londn,,\n"))
    (told,) = map(json.loads, call("refused", "--json").stdout.splitlines())
    assert (told["line"], told["reason"], told["text"]) == (3, "unknown-region", "Bad,isp,Londn,,")
    assert "unknown-region" in call("refused").stdout


def test_list(tmp_path: Path) -> None:
    assert "tocsin organisations import" in call("list").stdout
    call("import", write(tmp_path, ROW))
    assert "Acme" in call("list").stdout
    (row,) = json.loads(call("list", "--json").stdout)
    assert (row["name"], row["region"], row["contacts"]) == ("Acme", "London", 1)


def test_show() -> None:
    give(member("Acme"), "192.0.2.0/24")
    shown = call("show", "acme").stdout
    assert "name: Acme" in shown
    assert "  192.0.2.0/24  (manual)" in shown
    assert json.loads(call("show", "--json", "acme").stdout)["asset_count"] == 1


def test_show_of_an_unknown_name() -> None:
    with pytest.raises(TocsinError, match="no organisation is called"):
        call("show", "Nobody")
