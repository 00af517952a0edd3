"""Assets that change while threats are open, and whom a threat then belongs to."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.threats.assets import asset, organisation
from tests.threats.files import NOW, report, take, threat
from tocsin.audit.models import Entry
from tocsin.constituency import current_map
from tocsin.database.scope import staff_scope
from tocsin.threats import reattribution
from tocsin.threats.models import Threat, ThreatChange, ThreatKind
from tocsin.threats.reattribution import attribute_again
from tocsin.threats.states import Notice, State

WHO = "192.0.2.7"
SEEN = datetime(2026, 3, 1, 8, tzinfo=UTC)  # the time of the first row of day 0
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def folder(db: None, home: Path, tmp_path: Path) -> Iterator[Path]:
    """An installation with the database's own assets."""
    current_map._loaded.clear()
    made = tmp_path / "reports"
    made.mkdir()
    with staff_scope():
        organisation("Nobody in particular")
        yield made


def owner(address: str = WHO) -> str:
    found = threat(address).organisation
    return found.name if found else ""


def told(when: datetime = NOW) -> None:
    Threat.objects.update(notice=Notice.NONE, alerted_at=when)


@pytest.mark.parametrize(
    ("assets", "expected"),
    [
        ([("Wide", "192.0.2.0/24"), ("Narrow", "192.0.2.0/29")], "Narrow"),
        ([("Wide", "192.0.2.0/24", "manual"), ("Narrow", "192.0.2.0/29", "rir")], "Wide"),
        ([("Network", "AS64500", "manual"), ("Prefix", "192.0.2.0/24", "rir")], "Network"),
        ([("Network", "AS64500", "rir"), ("Prefix", "192.0.2.0/24", "rir")], "Prefix"),
        ([("Then", "192.0.2.0/24", "manual", SEEN, None)], "Then"),
        ([("Later", "192.0.2.0/24", "manual", SEEN + INSTANT, None)], ""),
        ([("Before", "192.0.2.0/24", "manual", None, SEEN)], ""),
        ([("Until", "192.0.2.0/24", "manual", None, SEEN + INSTANT)], "Until"),
        (
            [
                ("Old", "192.0.2.0/24", "manual", None, SEEN),
                ("New", "192.0.2.0/24", "manual", SEEN, None),
            ],
            "New",
        ),
        (
            [
                ("Was narrow", "192.0.2.0/29", "manual", None, SEEN),
                ("Wide", "192.0.2.0/24", "manual", None, None),
            ],
            "Wide",
        ),
    ],
)
def test_at_intake_and_afterwards_the_same_one_answers(
    folder: Path, assets: list[tuple[str, str]], expected: str
) -> None:
    """valid_from is the first moment, valid_to the first one after."""
    take(report(folder, 0, ["192.0.2.7"]))
    assert owner() == ""
    for one in assets:
        asset(*one)
    attribute_again(NOW)
    assert owner() == expected
    Threat.objects.all().delete()
    take(report(folder, 0, ["192.0.2.7", "192.0.2.8"]))
    assert owner() == expected


@pytest.mark.parametrize(
    ("kind", "who", "value"),
    [
        ("scan_rdp", "2001:db8::7", "2001:db8::/48"),
        ("compromised_account", "jo@mail.example.org", "@example.org"),
        ("event4_sinkhole", WHO, "AS64500"),
    ],
)
def test_whatever_is_affected(folder: Path, kind: str, who: str, value: str) -> None:
    take(report(folder, 0, [who], kind=kind))
    assert Threat.objects.get().organisation is None
    number = asset("Somebody", value)
    assert attribute_again(NOW) == 1
    assert Threat.objects.get().organisation_id == number


def test_a_domain(folder: Path) -> None:
    events = folder / "events.jsonl"
    events.write_text(
        '{"feed.name": "x", "classification.type": "phishing", "source.fqdn": "shop.example.org",'
        ' "time.source": "2026-03-01T08:00:00+00:00"}\n'
    )
    take(events)
    asset("Web", "example.org")
    attribute_again(NOW)
    assert (
        Threat.objects.get().organisation
        == Threat.objects.get(domain="shop.example.org").organisation
    )
    assert Threat.objects.get().organisation.name == "Web"  # type: ignore[union-attr]


def test_nobodys_threat_becomes_somebodys_who_is_told_of_it_as_new(folder: Path) -> None:
    take(report(folder, 0, [WHO, "203.0.113.9"]))
    asset("Somebody", "192.0.2.0/24")
    assert attribute_again(NOW) == 1
    one = threat(WHO)
    assert (one.notice, one.alerted_at, one.state) == (Notice.NEW, None, State.OPEN)
    assert owner("203.0.113.9") == ""
    (entry,) = Entry.objects.all()
    assert entry.subject == "scan_rdp"
    assert entry.detail == {"organisations": {str(one.organisation_id): 1}}


def test_what_nobody_was_told_of_is_put_right(folder: Path) -> None:
    """Before the wrong organisation hears of it."""
    asset("Register says", "192.0.2.0/24", "rir")
    take(report(folder, 0, [WHO]))
    asset("In truth", "192.0.2.0/29")
    attribute_again(NOW)
    assert owner() == "In truth"


def test_who_was_told_keeps_the_threat_until_it_is_seen_again(folder: Path) -> None:
    asset("First", "192.0.2.0/24", "rir")
    take(report(folder, 0, [WHO]))
    told()
    asset("Second", "192.0.2.0/24")
    assert attribute_again(NOW) == 0
    assert (owner(), threat(WHO).notice) == ("First", Notice.NONE)
    take(report(folder, 1, [WHO]))
    assert (owner(), threat(WHO).notice) == ("Second", Notice.NEW)


@pytest.mark.parametrize(
    "facts",
    [{"pinned": True}, {"state": State.GONE}, {"state": State.LOST}],
)
def test_what_stays(folder: Path, facts: dict[str, object]) -> None:
    """What a person decided, and what is over."""
    take(report(folder, 0, [WHO]))
    Threat.objects.update(**facts)
    asset("Somebody", "192.0.2.0/24")
    assert attribute_again(NOW) == 0
    assert owner() == ""


def test_it_is_done_once_for_each_change_of_assets(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset("Somebody else", "198.51.100.0/24")
    take(report(folder, 0, [WHO]))
    looked: list[int] = []
    moves = reattribution._moves

    def counted(number: int, *rest: object) -> object:
        looked.append(number)
        return moves(number, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(reattribution, "_moves", counted)
    assert attribute_again(NOW) == 0
    assert looked == [], "taken with these assets"
    asset("Somebody", "192.0.2.0/24")
    assert [attribute_again(NOW), attribute_again(NOW)] == [1, 0]
    assert len(looked) == 1


def test_one_that_is_killed_is_done_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take(report(folder, 0, [WHO]), report(folder, 0, [WHO], kind="event4_sinkhole"))
    asset("Somebody", "192.0.2.0/24")
    done = reattribution._attribute_kind

    def killed(name: str, now: datetime) -> int:
        if name == "scan_rdp":
            raise KeyboardInterrupt
        return done(name, now)

    with monkeypatch.context() as broken:
        broken.setattr(reattribution, "_attribute_kind", killed)
        with pytest.raises(KeyboardInterrupt):
            attribute_again(NOW)
    assert Threat.objects.exclude(organisation=None).count() == 1
    attribute_again(NOW)
    assert Threat.objects.exclude(organisation=None).count() == 2


def test_a_report_taken_with_assets_that_changed_meanwhile(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its kind was done with the new assets before the report, read with the old ones, came in."""
    asset("Somebody else", "198.51.100.0/24")
    take(report(folder, 0, ["203.0.113.9"]))
    old = current_map.current_map()
    asset("Somebody", "192.0.2.0/24")
    attribute_again(NOW)
    monkeypatch.setattr("tocsin.threats.ingest.current_map", lambda: old)
    take(report(folder, 1, [WHO]))
    assert owner() == ""
    attribute_again(NOW)
    assert owner() == "Somebody"


def test_a_kind_without_a_report_needs_nothing(folder: Path) -> None:
    ThreatKind.objects.create(name="scan_vnc")
    asset("Somebody", "192.0.2.0/24")
    assert attribute_again(NOW) == 0


def test_a_conflict_with_a_claim_is_not_handed_on(folder: Path) -> None:
    asset("First", "192.0.2.0/24", "rir")
    take(report(folder, 0, [WHO]))
    Threat.objects.update(state=State.CONFLICT, notice=Notice.CONFLICT, claimed_at=SEEN)
    asset("In truth", "192.0.2.0/29")
    assert attribute_again(NOW) == 1
    one = threat(WHO)
    assert (owner(), one.state, one.notice, one.claimed_at) == (
        "In truth", State.OPEN, Notice.NEW, None,
    )  # fmt: skip
    change = ThreatChange.objects.get()
    assert (change.from_state, change.to_state) == (State.CONFLICT, State.OPEN)
