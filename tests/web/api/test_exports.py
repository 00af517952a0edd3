"""Exports: everything, in a scope of their own, with an end that says so."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from tests.web.api.caller import Api, problem
from tests.web.world import World, add_threat, kind_number
from tocsin.access.models import Role
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.formulas import neutralised
from tocsin.threats import exports
from tocsin.threats.models import Threat
from tocsin.threats.states import State
from tocsin.threats.wanted import Wanted
from tocsin.web.api import exports as served

Api_ = Callable[[Role], Api]
HOSTILE = [
    "plain", "=1+1", "+44 20", "-5", "-5e3", "-1+1", "@SUM(A1)", " =1", "\t=1", "'=1", "''=x",
    "\u200b=1", "＝1", "a\nb", "a\r\nb", "a\x07b", "\x7f", 'quo"te,d', "back\\slash", "\\n", "é=",
    "-", "'", "\ufeff@x", "1=1", "{}", "\r=1",
]  # fmt: skip


def lines(response: Any) -> list[str]:
    text: str = b"".join(response.streaming_content).decode()
    return text.splitlines()


def test_json_lines_are_the_threats_of_the_pages(world: World, api: Api_) -> None:
    caller = api(Role.OWNER)
    *rows, end = map(json.loads, lines(caller.get("/threats.ndjson?state=all")))
    assert end == {"end": True, "rows": 4}
    page = caller.get("/threats?state=all").json()["items"]
    assert sorted(rows, key=lambda row: row["threat_id"]) == page


def test_a_csv_ends_with_the_number_of_its_rows(world: World, api: Api_) -> None:
    header, *rows, end = csv.reader(lines(api(Role.ANALYST).get("/threats.csv")))
    assert header[:3] == ["threat_id", "state", "severity"]
    assert len(rows) == 6
    assert end == ["#end", "6"]


def test_filters_apply(world: World, api: Api_) -> None:
    assert lines(api(Role.OWNER).get("/threats.ndjson?state=conflict")) == ['{"end":true,"rows":0}']
    assert problem(api(Role.OWNER).get("/threats.csv?limit=1")) == (400, "unknown-parameter")


@pytest.mark.parametrize("tag", HOSTILE)
def test_cells_are_neutralised_as_everywhere_and_json_is_not(
    world: World, api: Api_, tag: str
) -> None:
    with staff_scope():
        Threat.objects.filter(key=UUID(int=0)).update(tag=tag)
    caller = api(Role.OWNER)
    text = b"".join(caller.get("/threats.csv").streaming_content).decode()
    rows = {row["threat_id"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert rows[str(UUID(int=0))]["tag"] == neutralised(tag)
    first = next(
        row
        for row in map(json.loads, lines(caller.get("/threats.ndjson")))
        if row.get("threat_id") == str(UUID(int=0))
    )
    assert first["tag"] == tag


def test_rows_come_from_a_scope_of_their_own(world: World, api: Api_) -> None:
    """The request's transaction is over when they are read."""
    response = api(Role.OWNER).get("/threats.ndjson")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('tocsin.org', true)")
        assert cursor.fetchone()[0] in ("", None)
    assert len(lines(response)) == 4


def test_an_error_half_way_shows(world: World, api: Api_, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(wanted: Wanted, form: exports.Form) -> Iterator[tuple[int, bytes]]:
        yield 1, b'{"threat_id":"x"}\n'
        raise RuntimeError("the disk is full of secrets")

    monkeypatch.setattr("tocsin.web.api.exports.exported", broken)
    *_, last = lines(api(Role.OWNER).get("/threats.ndjson"))
    assert set(json.loads(last)) == {"error"}
    assert "secret" not in last


def test_one_at_once_for_an_organisation_and_who_has_read_makes_room(
    world: World, api: Api_
) -> None:
    running = api(Role.OWNER).get("/threats.csv")
    refused = api(Role.READER).get("/threats.csv")
    assert problem(refused) == (429, "too-many-requests")
    assert refused.headers["Retry-After"] == "10"
    list(api(Role.ANALYST).get("/threats.csv").streaming_content)
    list(running.streaming_content)
    list(api(Role.READER).get("/threats.csv").streaming_content)


def test_only_so_many_at_once_in_all(
    world: World, api: Api_, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "_slots", BoundedSemaphore(1))
    running = api(Role.ANALYST).get("/threats.csv")
    assert problem(api(Role.OWNER).get("/threats.csv")) == (429, "too-many-requests")
    list(running.streaming_content)
    list(api(Role.OWNER).get("/threats.csv").streaming_content)


def test_head_makes_room_too(world: World, api: Api_) -> None:
    caller = api(Role.OWNER)
    for _ in range(served.AT_ONCE + 1):
        head = caller.ask("HEAD", "/threats.csv")
        assert head.status_code == 200
        for closer in head._resource_closers:
            closer()


def test_a_reader_who_leaves_ends_the_query(world: World) -> None:
    with organisation_scope(world.ours.pk):
        rows = exports.exported(Wanted(world.ours.pk), exports.Form.CSV)
        next(rows)
        rows.close()  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)


def test_rows_are_passed_on_in_blocks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept but one block, so that memory does not depend on how many there are."""
    monkeypatch.setattr("tocsin.threats.exports.BLOCK", 1000)
    with staff_scope():
        kind = kind_number("scan_rdp")
        for at in range(20, 60):
            add_threat(kind, at, world.ours, State.OPEN)
        sizes = [len(block) for _, block in exports.exported(Wanted(), exports.Form.NDJSON)]
    assert len(sizes) > 10
    assert max(sizes) < 2000
