from datetime import UTC, datetime
from uuid import UUID

import pytest
from benchmarks.population import Facts, dump, load, place, sizes

HALF = UUID(int=2**127)
TWO = [(7, 300), (9, 100)]


@pytest.mark.parametrize(("threats", "kinds"), [(1_000_000, 150), (2_000, 6), (10, 10)])
def test_the_kinds_have_all_the_threats(threats: int, kinds: int) -> None:
    found = sizes(threats, kinds)
    assert (sum(found), len(found)) == (threats, kinds)
    assert min(found) >= 1
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize(
    ("depth", "found"),
    [
        (0.0, (7, UUID(int=0))),
        (0.375, (7, HALF)),
        (0.75, (9, UUID(int=0))),
        (0.875, (9, HALF)),
        (1.0, (9, UUID(int=2**128 - 1))),
    ],
)
def test_a_place_lies_so_deep_among_the_kinds(depth: float, found: tuple[int, UUID]) -> None:
    assert place(TWO, depth) == found


def test_facts_are_read_as_they_were_written() -> None:
    facts = Facts(
        now=datetime(2026, 3, 4, tzinfo=UTC),
        organisation=3,
        held=7,
        kinds=[(1, "open-resolver", "vulnerable", 7)],
        tokens={"member": "a token"},
        addresses={"own v4": ["192.0.2.7"]},
        ids={"own": [str(HALF)]},
    )
    assert load(dump(facts)) == facts
