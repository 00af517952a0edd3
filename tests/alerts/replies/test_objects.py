import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as hypothetically
from hypothesis import strategies as st

from tocsin.alerts.replies.objects import looks_like_json, read_objects
from tocsin.alerts.replies.refusals import UnreadableError, Why
from tocsin.answers.statements import Statement

ID = "0e9b6b3c-4f5d-4c1e-9a53-2f7f2c9d1a10"
GOOD: dict[str, Any] = {
    "format": "tocsin-answer", "version": 1, "report": ID, "statement": "fixed",
}  # fmt: skip


def read(value: object) -> Any:
    return read_objects("a.json", json.dumps(value).encode())


def test_one_and_many_are_taken() -> None:
    full = {**GOOD, "since": "2026-03-01T04:05:06+01:00", "comment": "done", "organisation": "x",
            "at": "2026-03-02T00:00:00Z"}  # fmt: skip
    (one,) = read(full).given
    assert (one.threat, one.statement, one.comment) == (UUID(ID), Statement.FIXED, "done")
    assert one.since == datetime(2026, 3, 1, 3, 5, 6, tzinfo=UTC)
    assert [one.row for one in read([GOOD, GOOD]).given] == [1, 2]


@pytest.mark.parametrize(
    "change",
    [
        {"format": "xarf"}, {"version": 2}, {"version": "1"}, {"report": "1"}, {"report": 1},
        {"statement": "done"}, {"statement": None}, {"since": "yesterday"}, {"since": 5},
        {"since": "2026-03-01T04:05:06"}, {"comment": "x" * 2001}, {"comment": "\0"},
        {"comment": "\ud800"}, {"sincee": "2026-03-01T00:00:00Z"}, {"at": []},
    ],
)  # fmt: skip
def test_a_wrong_object_is_refused_by_its_place_and_the_others_are_taken(
    change: dict[str, Any],
) -> None:
    found = read([GOOD, {**GOOD, **change}, GOOD])
    assert [(one.row, one.reason) for one in found.refused] == [(2, Why.BAD_OBJECT)]
    assert len(found.given) == 2


@pytest.mark.parametrize("text", ["{", "[" * 100_000, '{"a": NaN}', "[1,]", ""])
def test_what_is_no_json_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(UnreadableError) as error:
        read_objects("a.json", text.encode())
    assert error.value.why is Why.BAD_JSON


def test_json_is_known_by_its_beginning() -> None:
    assert looks_like_json(b"\xef\xbb\xbf\n {}")
    assert not looks_like_json(b"threat_id,status")


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.sampled_from(["fixed", ID]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*GOOD, "since"]) | st.text(max_size=3), inner, max_size=5
        )
    ),
)


@hypothetically(anything)
def test_nothing_breaks_the_reader(value: object) -> None:
    try:
        found = read(value)
    except UnreadableError:
        return
    assert found.rows == len(found.given) + len(found.refused)
