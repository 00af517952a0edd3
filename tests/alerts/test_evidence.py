from pathlib import Path

import pytest

from tests.alerts.country import NOW, observe, organisation, report, threat
from tocsin.alerts.evidence import evidence
from tocsin.alerts.queries import Due, due, kinds_by_number, sources
from tocsin.alerts.rules import Round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staff")]


def seen(home: Path, owner: int) -> dict[bytes, dict[str, str]]:
    kinds = kinds_by_number()
    found: list[Due] = due({owner: Round(1, reminders=True)}, kinds, NOW, lock=False)
    return evidence(home, found, kinds, sources({one.last_report_id for one in found}))


def test_the_last_row_of_a_threat_counts_and_only_what_it_fills(home: Path) -> None:
    owner, source = organisation(), report()
    key = threat(owner, 1, seen_in=source)
    observe(home, source, "scan_rdp", [(key, {"a": "old", "b": "x"}), (key, {"a": "new"})])
    assert seen(home, owner.pk) == {key.bytes: {"a": "new"}}


def test_other_threats_of_the_same_report_stay_out(home: Path) -> None:
    one, two, source = organisation("One"), organisation("Two"), report()
    mine, theirs = threat(one, 1, seen_in=source), threat(two, 2, seen_in=source)
    observe(home, source, "scan_rdp", [(mine, {"a": "mine"}), (theirs, {"a": "theirs"})])
    assert seen(home, one.pk) == {mine.bytes: {"a": "mine"}}


def test_a_kind_that_needs_the_account_gets_it_whole_and_others_masked(home: Path) -> None:
    owner = organisation()
    keys = {}
    for number, kind in enumerate(("compromised_account", "scan_rdp"), 1):
        source = report(kind)
        keys[kind] = threat(owner, number, kind, source)
        observe(home, source, kind, [(keys[kind], {"email": "jo@example.org"})])
    found = seen(home, owner.pk)
    assert found[keys["compromised_account"].bytes]["email"] == "jo@example.org"
    assert found[keys["scan_rdp"].bytes]["email"] == "j…@example.org"


def test_a_report_without_a_segment_gives_no_evidence(home: Path) -> None:
    owner = organisation()
    threat(owner, 1, seen_in=report(segments={}))
    assert seen(home, owner.pk) == {}
