"""The published answer format and what we take are the same."""

import json
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from tests.alerts.replies.test_objects import GOOD
from tocsin.alerts.replies.objects import AnswerObject, read_objects
from tocsin.answers.statements import LONGEST_COMMENT, Statement

CHANGES: list[dict[str, Any]] = [
    {}, {"since": "2026-03-01T04:05:06Z"}, {"since": "2026-03-01T04:05:06.5+01:00"},
    {"comment": "x" * LONGEST_COMMENT}, {"organisation": "x"}, {"at": "2026-03-02T00:00:00Z"},
    *({"statement": one.value} for one in Statement),
    {"format": "xarf"}, {"version": 2}, {"version": "1"}, {"report": "1"}, {"report": 1},
    {"statement": "done"}, {"statement": None}, {"since": "yesterday"}, {"since": 5},
    {"since": "2026-03-01T04:05:06"}, {"comment": "x" * (LONGEST_COMMENT + 1)}, {"sincee": "x"},
    {"at": []}, {"organisation": "x" * 201},
]  # fmt: skip


@pytest.fixture
def schema(db: None) -> Any:
    response = Client().get("/schemas/answer-1.json")
    assert response.headers["Content-Type"] == "application/schema+json"
    return json.loads(response.content)


def test_it_is_a_schema(schema: Any) -> None:
    jsonschema_rs.Draft202012Validator(schema)
    assert jsonschema_rs.meta.is_valid(schema)
    answer = schema["$defs"]["answer"]
    assert set(answer["properties"]) == set(AnswerObject.model_fields)
    assert answer["properties"]["statement"]["enum"] == list(Statement)


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_what_the_schema_allows_is_taken_and_nothing_else(
    schema: Any, change: dict[str, Any]
) -> None:
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    for value in ({**GOOD, **change}, [{**GOOD, **change}]):
        read = read_objects("a", json.dumps(value).encode())
        assert validator.is_valid(value) == (not read.refused), value


@pytest.mark.parametrize("missing", GOOD)
def test_the_four_needed_fields_are_needed(schema: Any, missing: str) -> None:
    value = {name: told for name, told in GOOD.items() if name != missing}
    assert not jsonschema_rs.is_valid(schema, value)
    assert read_objects("a", json.dumps(value).encode()).refused
