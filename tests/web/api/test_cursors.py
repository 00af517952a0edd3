"""Pages: nothing twice, nothing left out, and no cursor but our own."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.api.caller import BASE, Api, problem
from tests.web.world import World, add_threat, kind_number, make_delivery
from tocsin.access.models import Role
from tocsin.database.scope import staff_scope
from tocsin.threats.states import State

Api_ = Callable[[Role], Api]


def follow(caller: Api, path: str) -> list[Any]:
    items: list[Any] = []
    while True:
        page = caller.get(path)
        assert page.status_code == 200, page.content
        body = page.json()
        items += body["items"]
        if body["next"] is None:
            assert "Link" not in page.headers
            return items
        assert page.headers["Link"] == f'<{body["next"]}>; rel="next"'
        path = body["next"].partition(BASE)[2]


@pytest.fixture
def many(world: World) -> World:
    """40 threats of ours in two kinds, every fourth of them over; 10 of theirs, 10 nobody's."""
    with staff_scope():
        kinds = [kind_number("scan_rdp"), kind_number("scan_vnc")]
        for at in range(100, 140):
            add_threat(kinds[at % 2], at, world.ours, State.GONE if at % 4 else State.OPEN)
        for at in range(200, 220):
            add_threat(kinds[at % 2], at, world.theirs if at % 4 else None, State.OPEN)
        for number in range(10, 20):
            make_delivery(world.ours, number)
    return world


@pytest.mark.parametrize("role", [Role.OWNER, Role.ANALYST])
@pytest.mark.parametrize("query", ["", "state=all&", "state=gone&", "state=open&severity=high&"])
@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_every_threat_is_on_one_page(
    many: World, api: Api_, role: Role, query: str, limit: int
) -> None:
    caller = api(role)
    ids = [each["threat_id"] for each in follow(caller, f"/threats?{query}limit={limit}")]
    whole = [each["threat_id"] for each in follow(caller, f"/threats?{query}limit=999")]
    assert len(ids) == len(set(ids))
    assert sorted(ids) == sorted(whole)
    ours = {"": 13, "state=all&": 44, "state=gone&": 31, "state=open&severity=high&": 13}[query]
    others = {"": 23, "state=all&": 23, "state=gone&": 0, "state=open&severity=high&": 23}[query]
    assert len(ids) == ours + (others if role is Role.ANALYST else 0)


def test_few_that_fit_are_found_however_far_they_lie(
    many: World, api: Api_, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only so many threats are looked at for a page: some pages are empty and go on."""
    monkeypatch.setattr("tocsin.threats.reading.SCAN", 5)
    caller = api(Role.OWNER)
    first = caller.get("/threats?state=gone&limit=2&address=198.18.0.128/25").json()
    assert first["items"] == []
    assert first["next"] is not None
    found = follow(caller, "/threats?state=gone&limit=2&address=198.18.0.128/25")
    assert len(found) == 9


def test_tables_come_in_pages_too(many: World, api: Api_) -> None:
    tickets = [each["ticket"] for each in follow(api(Role.OWNER), "/alerts?limit=3")]
    assert len(tickets) == len(set(tickets)) == 11
    assert tickets == sorted(tickets, reverse=True) or tickets[-1] == "TOCSIN-2026-000001"


def test_a_cursor_is_taken_by_its_own_list_only(many: World, api: Api_) -> None:
    owner, analyst = api(Role.OWNER), api(Role.ANALYST)
    page = owner.get("/threats?limit=1").json()["next"].partition(BASE)[2]
    cursor = page.partition("cursor=")[2]
    assert owner.get(page).status_code == 200
    assert owner.get(page.replace("limit=1", "limit=2")).status_code == 200
    altered = cursor[:10] + ("A" if cursor[10] != "A" else "B") + cursor[11:]
    for caller, path in (
        (owner, f"/threats?cursor={altered}"),
        (owner, "/threats?cursor=nonsense"),
        (owner, f"/threats?state=gone&cursor={cursor}"),
        (owner, f"/alerts?cursor={cursor}"),
        (analyst, f"/threats?cursor={cursor}"),
    ):
        assert problem(caller.get(path)) == (400, "bad-cursor"), path


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "x", "1e9"])
def test_a_limit_is_from_1_to_1000(api: Api_, limit: str) -> None:
    assert problem(api(Role.OWNER).get(f"/threats?limit={limit}")) == (422, "invalid")


@pytest.mark.parametrize("address", ["fe80::1%25eth0", "fe80::1%250", "fe80::%25x/64"])
def test_an_address_with_a_zone_is_refused(api: Api_, address: str) -> None:
    assert api(Role.OWNER).get(f"/threats?address={address}").status_code == 422
