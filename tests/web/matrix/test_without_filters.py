"""Row-level security alone: every read with the program's own filters taken out.

What staff read has no filter by organisation. So staff ask, and the scope that each request opens
is made that of `ours`: whatever then comes was let through by the database.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection

from tests.database.catalogue import OPEN_TABLES
from tests.web.api.caller import Api
from tests.web.api.operations import LINES, path_of
from tests.web.matrix.pages import GUARDED
from tests.web.matrix.standing import Standing, seen, undone
from tests.web.world import NOW
from tocsin.access.models import Role
from tocsin.answers.actions import answer
from tocsin.answers.statements import Given, Statement, Via, Who
from tocsin.database.scope import _scope, organisation_scope, staff_scope
from tocsin.webhooks.models import Webhook

KEY = "00000000-0000-0000-0000-00000000000"


LISTS = (
    "/threats?state=all", "/threats.csv?state=all", "/threats.ndjson?state=all",
    "/assets?limit=1000", "/answers?limit=1000", "/alerts?limit=1000",
)  # fmt: skip


@pytest.fixture
def full(standing: Standing) -> Iterator[Standing]:
    """With answers, webhooks and announcements of the others as well."""
    with undone():
        given = [Given(UUID(int=4), Statement.NEED_HELP, "Theirs is this comment")]
        answer(standing.world.theirs.pk, given, Who("theirs"), Via.PAGE, NOW + timedelta(hours=1))
        with staff_scope():
            Webhook.objects.filter(organisation=standing.world.theirs).update(
                description="Hook of theirs"
            )
        yield standing


def of_others(standing: Standing) -> list[bytes]:
    """What stands in their rows; not who they are."""
    words = ["Theirs is this comment", "Hook of", standing.world.their_delivery.alert.ticket]
    words += [f"{name}@Theirs.example" for name in ("abuse", "new", "reader")]
    words += [f"{KEY}{number}" for number in (3, 4, 5)]
    words += [f"198.18.0.{number}" for number in (3, 4, 5)]
    return [each.encode() for each in words]


def found(content: bytes, standing: Standing, *more: bytes) -> list[bytes]:
    return [each for each in (*of_others(standing), *more) if each in content]


def close_in(standing: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every scope of an organisation, and each that a request runs in, is ours."""
    ours = str(standing.world.ours.pk)

    def closed(staff: str, organisation: str, regions: str = "") -> Any:
        return _scope(staff, ours if organisation else "")

    monkeypatch.setattr("tocsin.database.scope._scope", closed)
    for module in ("web.api.resource", "web.gate"):
        monkeypatch.setattr(f"tocsin.{module}.staff_scope", lambda: organisation_scope(int(ours)))
        monkeypatch.setattr(
            f"tocsin.{module}.region_scope", lambda codes: organisation_scope(int(ours))
        )


def reads(standing: Standing, role: Role, whose: str) -> dict[str, tuple[int, bytes]]:
    """Every list, single thing of each organisation, export, and page of that person."""
    caller, client = Api(standing.token(role, whose)), standing.browser(role, whose)
    told = {}
    for name, line in LINES.items():
        if line.method == "GET" and role in line.roles:
            for of in ("ours", "theirs") if line.owned else ("ours",):
                with undone():
                    response = caller.get(path_of(line, standing.world, of))
                    told[f"{name} {of}"] = response.status_code, seen(response)[2]
    chosen = f"organisation={standing.world.theirs.pk}"
    for path in (*LISTS, *(f"{path}&{chosen}" for path in LISTS[:4])):
        response = caller.get(path)
        told[path] = response.status_code, seen(response)[2]
    for name, page in GUARDED.items():
        if role in (page.roles or ()) and "GET" in page.takes:
            for of in ("ours", "theirs") if page.about else ("ours",):
                with undone():
                    response = client.get(standing.address(name, of, role))
                    told[f"page {name} {of}"] = response.status_code, seen(response)[2]
    return told


def test_nothing_of_others_is_read_by_queries_without_a_filter(
    full: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = reads(full, Role.ANALYST, "ours")
    close_in(full, monkeypatch)
    ours = reads(full, Role.ANALYST, "ours")
    leaked = {name: body for name, (_, body) in ours.items() if found(body, full, b"Theirs")}
    assert leaked == {}
    assert not [name for name, (status, _) in ours.items() if status >= 500]
    shown = {name for name, (_, body) in everything.items() if found(body, full, b"Theirs")}
    assert shown >= {
        "list_threats ours", "export_threats_csv ours", "export_threats_ndjson ours",
        "list_answers ours", "list_alerts ours", "get_alert theirs",
        "get_threat theirs", "list_organisations ours", "page people ours",
        "page outbox ours", "page delivery theirs", "page organisations ours",
    }  # fmt: skip
    assert b"Ours" in ours["list_threats ours"][1]
    assert b'"end":true,"rows":' in ours["export_threats_ndjson ours"][1].replace(b" ", b"")


@pytest.mark.parametrize("role", [Role.OWNER, Role.READER])
def test_nothing_of_others_is_read_by_queries_that_ask_for_it(
    full: Standing, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    """A wrong filter: somebody of theirs, and their number in every query, in our scope.
    Where even their organisation itself is missing the answer is a fault, which is as good."""
    close_in(full, monkeypatch)
    told = reads(full, role, "theirs")
    assert {name: found(body, full) for name, (_, body) in told.items() if found(body, full)} == {}
    assert told["list_alerts ours"][1] == b'{"items":[],"next":null}'


def test_no_model_shows_rows_of_others(full: Standing) -> None:
    ours = full.world.ours.pk
    open_tables = set()
    with organisation_scope(ours):
        for model in apps.get_models():
            rows: Any = model._default_manager.all()
            names = {each.name for each in model._meta.fields}
            if model._meta.db_table == "organisation":
                assert [row.pk for row in rows] == [ours]
            elif "organisation" in names:
                assert set(rows.values_list("organisation_id", flat=True)) <= {ours}, model
            elif rows.exists():
                open_tables.add(model._meta.db_table)
    assert open_tables <= OPEN_TABLES


def test_a_streamed_answer_has_the_scope_of_whom_it_goes_to(full: Standing) -> None:
    """It is made after the request: in between another request had the connection."""
    responses = [
        Api(full.token(Role.READER, whose)).get("/threats.ndjson") for whose in ("ours", "theirs")
    ]
    assert [each.status_code for each in responses] == [200, 200]
    with staff_scope():
        ours, theirs = (b"".join(response.streaming_content) for response in responses)
    assert found(ours, full) == []
    assert f"{KEY}4".encode() in theirs
    assert b"Ours" not in theirs


def test_outside_a_request_the_connection_is_in_nobodys_scope(full: Standing) -> None:
    Api(full.token(Role.ANALYST)).get("/threats")
    full.browser(Role.ANALYST).get("/status/")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('tocsin.staff', true), current_setting('tocsin.org', true)"
        )
        assert cursor.fetchone() == ("", "")
