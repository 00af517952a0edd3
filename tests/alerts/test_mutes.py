"""An organisation's own mutes, and what they would hold."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.alerts.country import NOW, organisation, report, threat
from tocsin.alerts import mutes
from tocsin.alerts.models import Mute
from tocsin.alerts.mutes import Preview, Quiet, add_mute, end_mute, mutes_of, preview
from tocsin.alerts.wishes import RuleError, Subject, inhibit
from tocsin.audit.models import Entry
from tocsin.constituency.models import Organisation
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.threats.states import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours(home: Path) -> Iterator[Organisation]:
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    with staff_scope():
        made, theirs = organisation("North"), organisation("South")
        threat(theirs, 9)
        for at in range(3):
            threat(made, at)
        threat(made, 3, severity=5)
        threat(made, 4, state=State.GONE)
        threat(made, "2001:db8::1", kind="event4_sinkhole", severity=5)
    with organisation_scope(made.pk):
        yield made


def about(**fields: Any) -> Quiet:
    quiet = {name: fields.pop(name) for name in ("rsit_class", "severity") if name in fields}
    return Quiet(Subject(**fields), **quiet)


def counted(ours: Organisation, **fields: Any) -> dict[str, int]:
    found = preview(ours.pk, about(**fields), NOW, "en")
    assert found.total == sum(row.count for row in found.rows)
    return {row.severity: row.count for row in found.rows}


@pytest.mark.parametrize(
    ("fields", "held"),
    [
        ({"kind": "scan_rdp"}, {"critical": 4}),
        ({"kind": "openrdp", "severity": "high"}, {"high": 3}),
        ({"prefix": "192.0.2.0/31"}, {"high": 2}),
        ({"prefix": "2001:db8::/32"}, {"critical": 1}),
        ({"prefix": "198.51.100.0/24"}, {}),
        ({"severity": "low"}, {}),
        ({"rsit_class": "malicious-code"}, {"critical": 1}),
        ({"kind": "scan_rdp", "rsit_class": "malicious-code"}, {}),
        ({"kind": "scan_ftp"}, {}),
        ({"feed": "shadowserver", "kind": "scan_rdp"}, {"critical": 4}),
        ({"feed": "another", "kind": "scan_rdp"}, {}),
    ],
)
def test_what_it_would_hold_by_kind(
    ours: Organisation, fields: dict[str, Any], held: dict[str, int]
) -> None:
    assert counted(ours, **fields) == held


@pytest.mark.parametrize(
    ("fields", "critical"),
    [
        ({"kind": "scan_rdp", "severity": "high"}, False),
        ({"kind": "scan_rdp"}, True),
        ({"prefix": "192.0.2.0/31"}, False),
        ({"severity": "critical", "prefix": "198.51.100.0/24"}, True),
    ],
)
def test_critical_ones_are_pointed_out(
    ours: Organisation, fields: dict[str, Any], critical: bool
) -> None:
    assert preview(ours.pk, about(**fields), NOW, "en").critical is critical


def test_what_nobody_may_tell_it_is_not_counted(ours: Organisation) -> None:
    with staff_scope():
        threat(ours, 20, seen_in=report("scan_vnc", tlp="RED"), kind="scan_vnc")
        threat(ours, 21, kind="scan_ftp")
        inhibit("", Subject(kind="scan_ftp"), "in court", "jo", NOW)
    found = preview(ours.pk, about(severity="high"), NOW, "en")
    assert [(row.count, row.severity) for row in found.rows] == [(3, "high")]


def test_the_bound_is_said(ours: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutes, "LOOKED_AT", 2)
    monkeypatch.setattr(mutes, "LEAST_OF_A_KIND", 2)
    found = preview(ours.pk, about(prefix="0.0.0.0/0"), NOW, "en")
    ((row),) = found.rows
    assert (row.count, row.more, found.bounded, found.each) == (2, True, True, 2)
    assert not preview(ours.pk, about(prefix="2001:db8::/32"), NOW, "en").bounded


def test_one_statement_for_all_previews(ours: Organisation) -> None:
    for fields in ({"kind": "scan_rdp"}, {"severity": "high"}, {"prefix": "192.0.2.0/24"}):
        preview(ours.pk, about(**fields), NOW, "en")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%is_held%'"
        )
        assert cursor.fetchone()[0] == 1


def test_titles_are_in_the_readers_language(ours: Organisation) -> None:
    titles = [
        preview(ours.pk, about(kind="scan_rdp"), NOW, language).rows[0].title
        for language in ("en", "de")
    ]
    assert len(set(titles)) == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "mute of everything"),
        ({"until": NOW, "kind": "scan_rdp"}, "ended already"),
        ({"rsit_class": "weather"}, "no class 'weather'"),
        ({"severity": "fatal"}, "no severity 'fatal'"),
        ({"kind": "weather"}, "no kind 'weather'"),
        ({"prefix": "192.0.2.1/24"}, "is no prefix"),
    ],
)
def test_what_cannot_be_muted(ours: Organisation, fields: dict[str, Any], words: str) -> None:
    for action in (
        lambda: add_mute(ours.pk, about(**fields), "person 1", NOW),
        lambda: preview(ours.pk, about(**fields), NOW, "en"),
    ):
        with pytest.raises(RuleError, match=words):
            action()
    assert not Mute.objects.exists()


def test_made_once_listed_and_ended(ours: Organisation) -> None:
    made = add_mute(ours.pk, about(kind="openrdp", prefix="192.0.2.7"), "person 1", NOW)
    assert (made.kind, made.prefix) == ("scan_rdp", "192.0.2.7/32")
    with pytest.raises(RuleError, match="already"):
        add_mute(ours.pk, about(kind="scan_rdp", prefix="192.0.2.7"), "person 1", NOW)
    later = NOW + timedelta(days=3)
    short = add_mute(ours.pk, about(severity="info", until=later), "person 1", NOW)
    assert list(mutes_of(ours.pk, NOW)) == [short, made]
    assert list(mutes_of(ours.pk, later)) == [made]
    end_mute(ours.pk, made.pk, "person 1", NOW)
    with pytest.raises(RuleError, match="not there"):
        end_mute(ours.pk, made.pk, "person 1", NOW)
    with staff_scope():
        log = Entry.objects.order_by("pk").values_list("actor", "action", "subject")
        assert list(log) == [
            ("person 1", "mute made", f"mute {made.pk}"),
            ("person 1", "mute made", f"mute {short.pk}"),
            ("person 1", "mute ended", f"mute {made.pk}"),
        ]


def test_somebody_elses_mute_is_not_there(ours: Organisation) -> None:
    with staff_scope():
        theirs = Mute.objects.create(
            organisation=Organisation.objects.get(name="South"), kind="scan_rdp"
        )
    with pytest.raises(RuleError, match="not there"):
        end_mute(ours.pk, theirs.pk, "person 1", NOW)


def test_no_more_than_anybody_can_look_after(
    ours: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutes, "MOST", 1)
    add_mute(ours.pk, about(kind="scan_rdp"), "person 1", NOW)
    with pytest.raises(RuleError, match="enough"):
        add_mute(ours.pk, about(kind="scan_vnc"), "person 1", NOW)


def test_nothing_to_hold_is_an_empty_preview(ours: Organisation) -> None:
    assert preview(ours.pk, about(kind="scan_ftp"), NOW, "en") == Preview(
        [], 0, bounded=False, each=10_000, critical=False
    )
