"""Two submissions at the same moment, each with a connection of its own."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.db import connections

from tests.alerts.country import NOW, organisation, threat
from tocsin.answers.actions import answer
from tocsin.answers.models import Answer
from tocsin.answers.statements import Given, Outcome, Statement, Via, Who
from tocsin.database.scope import staff_scope
from tocsin.threats.bulk import lock_kind
from tocsin.threats.models import Threat
from tocsin.threats.states import State

KINDS = ("scan_rdp", "scan_ssh")


@pytest.fixture
def keys(committed_db: None, home: Path) -> tuple[int, list[UUID]]:
    with staff_scope():
        ours = organisation()
        made = [threat(ours, number, KINDS[number % 2]) for number in range(1, 40)]
    return ours.pk, made


def at_once(*work: Callable[[], Outcome]) -> list[Outcome]:
    """The outcomes, in the order of `work`."""
    barrier, outcomes = Barrier(len(work)), dict[int, Outcome]()

    def run(place: int, one: Callable[[], Outcome]) -> None:
        barrier.wait(30)
        try:
            outcomes[place] = one()
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in enumerate(work)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [outcomes[place] for place in range(len(work))]


def test_the_same_submission_twice_is_kept_once(keys: tuple[int, list[UUID]]) -> None:
    number, ids = keys
    given = [Given(key, Statement.FIXED, "closed") for key in ids]

    def submit(order: int) -> Outcome:
        return answer(number, given[::order], Who("desk"), Via.API, NOW)

    outcomes = at_once(lambda: submit(1), lambda: submit(-1), lambda: submit(1))
    assert sorted(one.taken for one in outcomes) == [0, 0, len(ids)]
    assert sum(one.unchanged for one in outcomes) == 2 * len(ids)
    with staff_scope():
        assert Answer.objects.count() == len(ids)
        assert set(Threat.objects.values_list("state", flat=True)) == {State.CLAIMED}


def test_different_statements_are_all_kept_and_the_last_counts(
    keys: tuple[int, list[UUID]],
) -> None:
    number, ids = keys

    def submit(statement: Statement) -> Outcome:
        given = [Given(key, statement) for key in ids]
        return answer(number, given, Who("desk"), Via.API, NOW + timedelta(hours=1))

    statements = (Statement.FIXED, Statement.FALSE_POSITIVE)
    outcomes = at_once(*(lambda one=one: submit(one) for one in statements))
    assert [one.taken for one in outcomes] == [len(ids)] * 2
    wanted = {"fixed": State.CLAIMED, "false-positive": State.DISPUTED}
    with staff_scope():
        for key in ids:
            last = Answer.objects.filter(key=key).latest("pk")
            assert Threat.objects.get(key=key).state == wanted[last.statement]


def test_what_is_disputed_meanwhile_is_locked_as_its_sweep_needs(
    keys: tuple[int, list[UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer has found an open threat, and waits for the row of a disputed one."""
    number, (key, *_) = keys
    locked: list[str] = []

    def lock(name: str) -> int:
        locked.append(name)
        return lock_kind(name)

    monkeypatch.setattr("tocsin.answers.submission.lock_kind", lock)
    given = [Given(key, Statement.FIXED)]
    fixing = Thread(target=lambda: _fix(number, given))
    with staff_scope():
        answer(number, [Given(key, Statement.FALSE_POSITIVE)], Who("desk"), Via.API, NOW)
        fixing.start()
        until_somebody_waits()
    fixing.join(60)
    assert locked == [KINDS[1]]
    with staff_scope():
        assert Threat.objects.get(key=key).state == State.CLAIMED
        assert Answer.objects.count() == 2


def _fix(number: int, given: list[Given]) -> None:
    try:
        answer(number, given, Who("desk"), Via.API, NOW + timedelta(hours=1))
    finally:
        connections.close_all()


def until_somebody_waits() -> None:
    with connections["default"].cursor() as cursor:
        for _ in range(10_000):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")
