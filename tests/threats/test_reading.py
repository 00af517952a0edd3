"""Pages of threats: planned once a connection, and what is wrong around an address."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.http import Http404

from tests.threats.files import report, take
from tocsin.database.scope import staff_scope
from tocsin.threats import planned, reading
from tocsin.threats.states import State
from tocsin.threats.wanted import Wanted, _array

EVERY = tuple(State)


@pytest.fixture
def some(installation: Path, tmp_path: Path) -> None:
    take(report(tmp_path, 0, ["192.0.2.1", "192.0.2.2", "2001:db8::1"]))
    with connection.cursor() as cursor:  # of other tests
        cursor.execute("DEALLOCATE ALL")


def affected(wanted: Wanted) -> list[str]:
    return sorted(one["affected"] for one in json.loads(reading.page(wanted, None, 100).items))


def plans() -> dict[str, int]:
    """How often each prepared statement of a page ran without being planned again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements")
        found = {statement: runs for statement, runs, custom in cursor.fetchall() if not custom}
    return {statement: runs for statement, runs in found.items() if "PREPARE planned" in statement}


def test_a_page_is_planned_once_a_connection(some: None) -> None:
    before = sum(plans().values())
    for _ in range(3):
        assert len(affected(Wanted())) == 3
    assert sum(plans().values()) == before + 3


def test_a_refused_request_costs_no_plan(some: None) -> None:
    affected(Wanted())
    with pytest.raises(Http404), staff_scope():
        raise Http404
    before = sum(plans().values())
    affected(Wanted())
    assert sum(plans().values()) == before + 1


def test_filters_need_no_plan_of_their_own(some: None) -> None:
    before = set(plans()) | {""}
    for wanted in (Wanted(), Wanted(domain="a"), Wanted(prefix="::/0"), Wanted(kinds=(1,))):
        affected(wanted)
    assert len(set(plans()) - before) <= 1


def test_a_connection_keeps_so_many_plans(some: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planned, "PLANS", 2)
    for states in ((State.OPEN,), (State.DISMISSED,), (State.GONE,), (State.OPEN, State.GONE)):
        reading.page(Wanted(organisation=1, states=states), None, 10)
        assert 1 <= len(plans()) <= 2


@pytest.mark.parametrize(
    ("addresses", "networks", "found"),
    [
        (("192.0.2.1",), (), ["192.0.2.1"]),
        (("192.0.2.1",), ("192.0.2.0/24", "192.0.0.0/16"), ["192.0.2.0/24", "192.0.2.1"]),
        ((), ("192.0.2.0/24",), ["192.0.2.0/24"]),
        ((), ("192.0.2.1/32",), []),
        (("2001:db8::1",), ("2001:db8::/32",), ["2001:db8::1"]),
    ],
)
def test_networks_are_found_beside_addresses(
    some: None, addresses: tuple[str, ...], networks: tuple[str, ...], found: list[str]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE threat SET address = '192.0.2.0/24' WHERE address = '192.0.2.2'")
    wanted = Wanted(states=EVERY, addresses=addresses, networks=networks)
    assert affected(wanted) == found


def test_texts_come_through_as_they_are(db: None) -> None:
    texts = ['a "quoted" one', "back\\slash", "com,ma {brace}", "", "Größe"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[]", [_array(texts)])
        assert cursor.fetchone()[0] == texts
