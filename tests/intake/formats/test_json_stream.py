"""JSON, one element at a time."""

import io
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.intake.batches import Refused
from tocsin.intake.formats import json_stream
from tocsin.intake.formats.json_stream import Element, elements


def values(raw: bytes) -> list[Any]:
    found = list(elements(io.BytesIO(raw)))
    assert not [one for one in found if isinstance(one, Refused)], found
    return [one.value for one in found if isinstance(one, Element)]


def reasons(raw: bytes) -> list[tuple[int, str]]:
    found = elements(io.BytesIO(raw))
    return [(one.line, one.reason) for one in found if isinstance(one, Refused)]


def test_lists_objects_and_values_after_each_other() -> None:
    assert values(b' [1, {"a": 2}, "x"]') == [1, {"a": 2}, "x"]
    assert values(b'{"a": 1}\n{"a": 2}') == [1]
    assert values(b"[]") == values(b"") == values(b"\xef\xbb\xbf ") == []


def test_members_of_an_object_have_their_names() -> None:
    found = list(elements(io.BytesIO(b'{"41": [1],\n "42": [2]}')))
    assert found == [Element(1, [1], "41"), Element(2, [2], "42")]


def test_elements_know_their_lines() -> None:
    found = elements(io.BytesIO(b'[\n{"a":\n 1},\n\n{"a": 2}]'))
    assert [one.line for one in found] == [2, 5]


def test_a_bad_element_costs_itself_only() -> None:
    raw = b'[{"a": 1},\n{"a": oops},\n{"a": 3}]'
    found = list(elements(io.BytesIO(raw)))
    assert [one.value["a"] for one in found if isinstance(one, Element)] == [1, 3]
    assert reasons(raw) == [(2, "not-json")]


def test_a_list_cut_off_keeps_what_came_before() -> None:
    raw = b'[{"a": 1},\n{"a": 2'
    assert [one.value for one in elements(io.BytesIO(raw)) if isinstance(one, Element)] == [
        {"a": 1}
    ]
    assert reasons(raw) == [(2, "not-json"), (2, "cut-off")][: len(reasons(raw))]
    assert reasons(b'[{"a": 1},') == [(1, "cut-off")]
    assert reasons(b'{"a" 1}') == [(1, "not-json")]


def test_elements_longer_than_what_is_read_at_once() -> None:
    long = [{"n": n, "text": "é" * 700_000} for n in range(4)]
    assert values(json.dumps(long, ensure_ascii=False).encode()) == long


def test_an_element_without_end_is_given_up() -> None:
    raw = b'[{"a": "' + b"x" * (json_stream.MAX_ELEMENT + 100)
    assert reasons(raw)[0] == (1, "not-json")


def test_numbers_at_the_edge_of_what_was_read_are_whole() -> None:
    raw = b"[" + b"1" * 10 + b", " * ((1 << 19) - 8) + b"1234567, 8]"
    assert values(raw) == [1111111111, 1234567, 8]


plain = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
nested = st.recursive(
    plain, lambda one: st.lists(one) | st.dictionaries(st.text(), one), max_leaves=8
)


@given(st.lists(nested), st.sampled_from([None, 1]))
@settings(deadline=None)
def test_any_list_comes_back(wanted: list[Any], indent: int | None) -> None:
    assert values(json.dumps(wanted, indent=indent).encode()) == wanted


@given(st.binary(max_size=80))
@settings(deadline=None)
def test_any_bytes_end(raw: bytes) -> None:
    for one in elements(io.BytesIO(raw)):
        assert one.line >= 1
