"""Exports by people: the same rows as the API's, and the small tables."""

import csv
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.world import NOW, World
from tocsin.access.models import Role
from tocsin.answers.models import Answer
from tocsin.database.scope import staff_scope
from tocsin.web.desk.datasets import DATASETS


@pytest.fixture
def reader(world: World, visitor: Callable[[Role], Client]) -> Client:
    with staff_scope():
        for whose in (world.ours, world.theirs):
            Answer.objects.create(
                organisation=whose, kind_id=1, key=UUID(int=1), statement="fixed", at=NOW,
                via="page", name=whose.name, comment="=1+1", submission=UUID(int=2), effect="moved",
            )  # fmt: skip
    return visitor(Role.READER)


def lines(client: Client, name: str, form: str) -> list[str]:
    response: Any = client.get(reverse(f"export-{name}-{form}"))
    assert response.status_code == 200
    text: str = b"".join(response.streaming_content).decode()
    return text.splitlines()


@pytest.mark.parametrize(
    ("name", "rows"),
    [("threats", 3), ("all-threats", 4), ("answers", 1), ("alerts", 1), ("assets", 1), ("days", 2)],
)
def test_each_holds_ones_own_rows_and_says_that_it_is_complete(
    reader: Client, name: str, rows: int
) -> None:
    *found, end = map(json.loads, lines(reader, name, "ndjson"))
    assert (len(found), end) == (rows, {"end": True, "rows": rows})
    header, *cells, last = csv.reader(lines(reader, name, "csv"))
    assert (len(cells), last) == (rows, ["#end", str(rows)])
    assert set(header) == set(found[0])
    assert "Theirs" not in str(found)


def test_what_a_spreadsheet_would_run_is_neutralised(reader: Client) -> None:
    (row,) = csv.DictReader(lines(reader, "answers", "csv")[:-1])
    assert row["comment"] == "'=1+1"
    assert json.loads(lines(reader, "answers", "ndjson")[0])["comment"] == "=1+1"


def test_one_at_a_time(reader: Client) -> None:
    address = reverse("export-days-csv")
    running: Any = reader.get(address)
    refused = reader.get(address)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "10")
    assert "Another export" in refused.content.decode()
    list(running.streaming_content)
    for close in running._resource_closers:
        close()
    list(reader.get(address).streaming_content)  # type: ignore[attr-defined]


def test_the_page_leads_to_all_of_them(reader: Client) -> None:
    text = reader.get(reverse("exports")).content.decode()
    for name in DATASETS:
        for form in ("csv", "ndjson"):
            assert f'href="{name}.{form}"' in text
            assert reader.head(reverse(f"export-{name}-{form}")).status_code == 200
