"""What imports refuse is kept with file, line and reason, until the list is imported anew."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.constituency.test_import_assets import HEADER, NOW, organisation, take
from tocsin.constituency import refused_entries as module
from tocsin.constituency.import_assets import ImportOptions, import_assets
from tocsin.constituency.import_organisations import import_organisations
from tocsin.constituency.models import RefusedListRow
from tocsin.constituency.refusals import AT_HAND
from tocsin.constituency.refused_entries import ASSETS, ORGANISATIONS, refused_entries
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.errors import TocsinError

pytestmark = pytest.mark.django_db

BAD = "Acme,192.0.2.1/24,,\n"


def kept(kind: str = ASSETS) -> list[tuple[str, int, str]]:
    return [(row["file"], row["line"], row["reason"]) for row in refused_entries(kind)]


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_a_refused_row_is_kept_as_it_came(tmp_path: Path) -> None:
    organisation("Acme")
    take(tmp_path, HEADER + BAD)
    (row,) = refused_entries(ASSETS)
    assert row == {
        "file": "assets.csv",
        "line": 2,
        "reason": "host-bits-set",
        "detail": "192.0.2.1/24 is not the start of a network: write 192.0.2.0/24",
        "text": "Acme,192.0.2.1/24,,",
        "refused_at": NOW.isoformat(),
    }


def test_the_next_import_of_the_same_list_says_what_is_still_wrong(tmp_path: Path) -> None:
    organisation("Acme")
    take(tmp_path, HEADER + BAD + BAD)
    take(tmp_path, HEADER + "Acme,192.0.2.0/24,,\n" + BAD, NOW + timedelta(days=1))
    assert kept() == [("assets.csv", 3, "host-bits-set")]
    take(tmp_path, HEADER + "Acme,192.0.2.0/24,,\n")
    assert kept() == []


def test_other_lists_keep_theirs(tmp_path: Path) -> None:
    organisation("Acme")
    take(tmp_path, HEADER + BAD)
    import_assets([write(tmp_path / "other.csv", HEADER + BAD)], NOW)
    import_organisations(write(tmp_path / "assets.csv", "name,kind\n,isp\n"), NOW)
    assert kept() == [("assets.csv", 2, "host-bits-set"), ("other.csv", 2, "host-bits-set")]
    assert kept(ORGANISATIONS) == [("assets.csv", 2, "no-name")]


def test_a_register_replaces_its_own_whatever_its_files_are_called(tmp_path: Path) -> None:
    organisation("Acme", "H")
    good = "x|GB|asn|64500|1|20200101|allocated|h\n"
    options = ImportOptions(registry="nic")
    days = [write(tmp_path / f"day-{day}", f"{good}x|GB|asn|x|1||assigned|h\n") for day in (1, 2)]
    import_assets([days[0]], NOW, options)
    assert kept() == [("day-1", 2, "bad-value")]
    import_assets(days, NOW, options)
    assert kept() == [("day-1", 2, "bad-value"), ("day-2", 2, "bad-value")]
    import_assets([write(tmp_path / "day-3", good)], NOW, options)
    assert kept() == []


def test_an_import_that_is_undone_leaves_what_was_kept(tmp_path: Path) -> None:
    organisation("Acme", "H")
    rows = "".join(f"x|GB|asn|{number}|1|20200101|allocated|h\n" for number in range(1, 60))
    options = ImportOptions(registry="nic")
    import_assets([write(tmp_path / "whole", f"{rows}x|GB|asn|x|1||assigned|h\n")], NOW, options)
    with pytest.raises(TocsinError, match="would end"):
        import_assets([write(tmp_path / "cut", "x|GB|asn|y|1||assigned|h\n")], NOW, options)
    assert kept() == [("whole", 60, "bad-value")]


def test_every_one_of_a_wrong_file_is_kept_and_the_first_are_at_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 7)
    organisation("Acme")
    done = take(tmp_path, HEADER + BAD * (AT_HAND + 10))
    assert (done.refused.total, len(done.refused.first)) == (AT_HAND + 10, AT_HAND)
    assert [line for _, line, _ in kept()] == list(range(2, AT_HAND + 12))


def test_text_that_sql_cannot_hold_is_kept_with_a_mark(tmp_path: Path) -> None:
    organisation("Acme")
    take(tmp_path, f"{HEADER}Ac\0me,{'9' * 5000},,\n")
    (row,) = refused_entries(ASSETS)
    assert row["text"].startswith("Ac\N{REPLACEMENT CHARACTER}me,999")
    assert len(row["text"]) <= 2000


def test_a_refused_region_is_kept_while_its_organisation_is_taken(tmp_path: Path) -> None:
    rows = "name,region\nAcme,Atlantis\n"
    done = import_organisations(write(tmp_path / "organisations.csv", rows), NOW)
    assert (done.added, kept(ORGANISATIONS)) == (1, [("organisations.csv", 2, "unknown-region")])


def test_no_organisation_sees_any_of_it(tmp_path: Path) -> None:
    acme = organisation("Acme")
    take(tmp_path, HEADER + BAD)
    with organisation_scope(acme):
        assert RefusedListRow.objects.count() == 0
    assert RefusedListRow.objects.count() == 0, "nor anybody without a scope"
    with staff_scope():
        assert RefusedListRow.objects.count() == 1
