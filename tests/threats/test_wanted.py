"""Filters of lists of threats."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.country import NOW, organisation, threat
from tocsin.threats import reading
from tocsin.threats.states import CURRENT, State
from tocsin.threats.wanted import Wanted


@pytest.fixture
def few(installation: Path) -> int:
    ours = organisation()
    for at, state in enumerate(CURRENT):
        opened = NOW - timedelta(days=at)
        threat(ours, at, state=state, tag=f"RDP;nla-{at}", opened_at=opened)
    return ours.pk


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"opened": NOW - timedelta(days=1)}, {0, 1}),
        ({"tag": "rdp"}, {0, 1, 2, 3, 4}),
        ({"tag": "NLA-3"}, {3}),
        ({"tag": "nla_3"}, set()),
        ({"states": (State.CONFLICT,)}, {2}),
        ({"states": (State.CLAIMED, State.DISPUTED)}, {1, 4}),
        ({"states": (State.OPEN, State.DISPUTED)}, {0, 4}),
        ({"states": (State.CLAIMED, State.CONFLICT), "tag": "nla-2"}, {2}),
    ],
)
def test_what_fits(few: int, wanted: dict[str, Any], found: set[int]) -> None:
    page = reading.page(Wanted(few, **wanted), None, 100)
    assert {int(one["affected"].split(".")[-1]) for one in json.loads(page.items)} == found


def test_pages_of_several_states_are_in_one_order(few: int) -> None:
    wanted = Wanted(few, states=(State.CLAIMED, State.CONFLICT, State.DISPUTED))
    seen, after = [], None
    for _ in range(3):
        page = reading.page(wanted, after, 1)
        seen += [one["threat_id"] for one in json.loads(page.items)]
        after = page.after
    assert len(set(seen)) == 3
    assert seen == sorted(seen)
