"""States against a model that shares no code with the program: generated days, real files."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.threats.files import day, report, take
from tests.threats.model import CURRENT, STREAMS, Delivery, Life, lives
from tocsin.answers.actions import answer
from tocsin.answers.statements import Given, Statement, Via, Who
from tocsin.threats.models import DailyCount, Threat, ThreatChange
from tocsin.threats.states import State

Said = list[frozenset[str]]
KINDS = {"scan_rdp": True, "event4_sinkhole": False}
WATCHED = 1  # the organisation of those looked at; the rest of the files is another's
WHO = [f"192.0.2.{number}" for number in range(1, 8)]
slow = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

seen = st.frozensets(st.sampled_from(WHO), max_size=len(WHO))
how = st.sampled_from(["healthy"] * 6 + ["short", "refused"])
gap = st.sampled_from([1] * 12 + [2, 5, 16, 33])


@st.composite
def histories(draw: st.DrawFn, streams: Sequence[str] = STREAMS[:1]) -> list[Delivery]:
    """Days in order; gaps are days that nothing came for."""
    number, found = 0, []
    for _ in range(draw(st.integers(3, 9))):
        found += [
            Delivery(number, draw(seen), draw(how), stream)
            for stream in streams
            if stream == streams[0] or draw(st.integers(0, 3))
        ]
        number += draw(gap)
    return found


def written(folder: Path, kind: str, deliveries: Iterable[Delivery]) -> list[Path]:
    folder.mkdir(exist_ok=True)
    return [
        report(folder, one.day, [*sorted(one.seen), *one.others, *one.nonsense], kind, one.stream)
        for one in deliveries
    ]


def found() -> dict[str, Life]:
    """What the database says, in the model's words."""
    changes: dict[object, list[ThreatChange]] = {}
    for change in ThreatChange.objects.order_by("at", "pk"):
        changes.setdefault(change.key, []).append(change)
    return {
        str(one.address): Life(
            State(one.state).name.lower(),
            one.state_since.date(),
            one.first_seen.date(),
            one.last_day,
            one.times_seen,
            one.recurrences,
            tuple(
                (change.at.date(), State(change.to_state).name.lower())
                for change in changes.get(one.key, [])
            ),
        )
        for one in Threat.objects.filter(address__in=WHO)
    }


@pytest.mark.parametrize("kind", KINDS)
@slow
@given(history=histories(), cut=st.lists(st.booleans(), min_size=9, max_size=9))
def test_days_in_order(
    installation: Path, tmp_path: Path, kind: str, history: list[Delivery], cut: list[bool]
) -> None:
    """In one command, one command a file, or anything between, and some files twice."""
    expected = lives(history, KINDS[kind])
    paths = written(tmp_path / "reports", kind, history)
    singly = [[path] for path in paths]
    mixed: list[list[Path]] = [[]]
    for path, new in zip(paths, cut, strict=False):
        mixed = [*mixed, [path]] if new else [*mixed[:-1], [*mixed[-1], path, path]]
    for commands in (singly, [paths], mixed):
        with transaction.atomic():
            for files in commands:
                take(*files)
            assert found() == expected
            assert_counts(expected)
            transaction.set_rollback(True)


def assert_counts(expected: dict[str, Life]) -> None:
    """The statistics of each day are the changes of that day: a closing is told by the scan of
    the day before it."""
    for column, state, later in (("gone", "gone", 1), ("reopened", "reopened", 0)):
        rows = DailyCount.objects.filter(organisation=WATCHED).values_list("day", column)
        wanted = Counter(
            at - timedelta(days=later)
            for life in expected.values()
            for at, to in life.changes
            if to == state
        )
        assert {at: number for at, number in rows if number} == wanted


def claim(who: Iterable[str], number: int) -> None:
    """The organisation says at noon of the day that these are fixed."""
    keys = Threat.objects.filter(address__in=list(who)).values_list("key", flat=True)
    said = [Given(key, Statement.FIXED, f"on day {number}") for key in keys]
    noon = datetime.combine(day(number), time(12), UTC)
    outcome = answer(WATCHED, said, Who("desk"), Via.API, noon)
    assert outcome.taken == len(said)


claimed = st.lists(st.frozensets(st.sampled_from(WHO), max_size=3), min_size=9, max_size=9)


@pytest.mark.parametrize("kind", KINDS)
@slow
@given(history=histories(), who=claimed)
def test_claims_between_days_in_order(
    installation: Path,
    tmp_path: Path,
    kind: str,
    history: list[Delivery],
    who: Said,
) -> None:
    claims = {one.day: said for one, said in zip(history, who, strict=False)}
    expected = lives(history, KINDS[kind], claims)
    paths = written(tmp_path / "reports", kind, history)
    with transaction.atomic():
        for one, path in zip(history, paths, strict=True):
            take(path)
            claim(claims[one.day], one.day)
        assert found() == expected
        assert_counts(expected)
        transaction.set_rollback(True)


@pytest.mark.parametrize("kind", KINDS)
@slow
@given(history=histories(), who=claimed, data=st.data())
def test_claims_before_files_in_any_order(
    installation: Path,
    tmp_path: Path,
    kind: str,
    history: list[Delivery],
    who: Said,
    data: st.DataObject,
) -> None:
    """Up to some day all goes in order; what comes after the last claim is late among itself."""
    until = data.draw(st.integers(1, len(history) - 1))
    claims = {one.day: said for one, said in zip(history[:until], who, strict=False)}
    expected = lives(history, KINDS[kind], claims)
    paths = written(tmp_path / "reports", kind, history)
    with transaction.atomic():
        for one, path in zip(history[:until], paths, strict=False):
            take(path)
            claim(claims[one.day], one.day)
        for path in data.draw(st.permutations(paths[until:])):
            take(path)
        actual = found()
        assert {address: timeless(life) for address, life in actual.items()} == {
            address: timeless(life) for address, life in expected.items()
        }
        for address, life in expected.items():
            assert life.state != "conflict" or actual[address].state in ("conflict", "reopened")
        transaction.set_rollback(True)


@pytest.mark.parametrize("kind", KINDS)
@slow
@given(history=histories(streams=STREAMS))
def test_two_parallel_streams(
    installation: Path, tmp_path: Path, kind: str, history: list[Delivery]
) -> None:
    expected = lives(history, KINDS[kind])
    paths = written(tmp_path / "reports", kind, history)
    with transaction.atomic():
        take(*paths)
        assert found() == expected
        transaction.set_rollback(True)


@pytest.mark.parametrize("kind", KINDS)
@slow
@given(history=histories(), data=st.data())
def test_files_in_any_order(
    installation: Path, tmp_path: Path, kind: str, history: list[Delivery], data: st.DataObject
) -> None:
    """Late files correct what was decided without them.  Only that a threat was once reopened
    stays: its organisation has been told so."""
    expected = lives(history, KINDS[kind])
    paths = written(tmp_path / "reports", kind, history)
    with transaction.atomic():
        for path in data.draw(st.permutations(paths)):
            take(path)
        actual = found()
        assert {who: timeless(one) for who, one in actual.items()} == {
            who: timeless(one) for who, one in expected.items()
        }
        assert_nothing_is_counted_twice()
        transaction.set_rollback(True)


def timeless(life: Life) -> Life:
    """What does not depend on the order of arrival."""
    since = life.first_day if life.state in CURRENT else life.since
    seen = life.state in CURRENT - {"claimed"}
    return replace(
        life, state="current" if seen else life.state, since=since, recurrences=0, changes=()
    )


def assert_nothing_is_counted_twice() -> None:
    """Those counted as gone are gone, or were and have come back."""
    rows = DailyCount.objects.values_list("gone", "reopened")
    if not ThreatChange.objects.filter(to_state=State.LOST).exists():
        left = sum(gone - back for gone, back in rows)
        assert left == Threat.objects.filter(state=State.GONE).count()
    assert min(gone for gone, _ in rows) >= 0


def test_the_model_itself() -> None:
    """The oracle by hand: seen on day 0 and 3, not on 1 and 2, and then never again."""
    one = frozenset(WHO[:1])
    history = [Delivery(number, one if number in (0, 3) else frozenset()) for number in range(6)]
    (life,) = lives(history, scan=True).values()
    assert life.changes == ((day(3), "gone"), (day(3), "reopened"), (day(6), "gone"))
    assert (life.times_seen, life.recurrences, life.last_day) == (2, 1, day(3))
    unhealthy = [replace(item, how="refused") if item.day == 2 else item for item in history]
    (life,) = lives(unhealthy, scan=True).values()
    assert life.changes == ((day(6), "gone"),)
