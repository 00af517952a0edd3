"""Two submissions at the same moment, each with a connection of its own."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.db import connections

from tests.alerts.country import NOW, organisation, threat
from tests.threats.assets import asset
from tocsin.answers.actions import answer
from tocsin.answers.models import Answer
from tocsin.answers.statements import Given, Outcome, Statement, Via, Who
from tocsin.constituency.models import Organisation
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
    fixing = Thread(target=lambda: _give(number, given))
    with staff_scope():
        answer(number, [Given(key, Statement.FALSE_POSITIVE)], Who("desk"), Via.API, NOW)
        fixing.start()
        until_somebody_waits()
    fixing.join(60)
    assert locked == [KINDS[1]]
    with staff_scope():
        assert Threat.objects.get(key=key).state == State.CLAIMED
        assert Answer.objects.count() == 2


def test_nobody_gets_back_what_it_refuses_at_the_same_moment(
    committed_db: None, home: Path
) -> None:
    """The first one's words are not committed yet when the second asks whose turn it is."""
    with staff_scope():
        holders = {"Backbone": "192.0.0.0/8", "Access": "192.0.2.0/24", "Customer": "192.0.2.0/28"}
        for name, prefix in holders.items():
            asset(name, prefix)
        backbone, access, customer = (Organisation.objects.get(name=name) for name in holders)
        key = threat(access, 1)
        answer(access.pk, [Given(key, Statement.ACKNOWLEDGED)], Who("desk"), Via.API, NOW)
        Threat.objects.filter(key=key).update(organisation=customer)
    refusing = [Given(key, Statement.NOT_OURS)]
    second = Thread(target=lambda: _give(customer.pk, refusing))
    with staff_scope():
        answer(access.pk, refusing, Who("desk"), Via.API, NOW)
        second.start()
        until_somebody_waits()
    second.join(60)
    with staff_scope():
        assert Threat.objects.get(key=key).organisation_id == backbone.pk


def _give(number: int, given: list[Given]) -> None:
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
