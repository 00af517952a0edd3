"""What each statement does in each state, written out by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.answers.rules import Case, Effect, after, cases, claimed_from, contradicted, effect
from tocsin.answers.statements import Statement
from tocsin.threats.states import State

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
#                    fixed       not-ours      false-positive  will-not-fix  the others
CURRENT = ("claimed", "re-routed", "disputed", "quiet", "none")
OVER = ("remembered", "none", "none", "none", "none")
TABLE = {
    "open": CURRENT,
    "claimed": CURRENT,
    "conflict": CURRENT,
    "reopened": CURRENT,
    "disputed": CURRENT,
    "gone": OVER,
    "lost": OVER,
    "dismissed": ("none",) * 5,
}
STATEMENTS = {
    "fixed": 0, "not-ours": 1, "false-positive": 2, "will-not-fix": 3, "acknowledged": 4,
    "customer-told": 4, "need-help": 4,
}  # fmt: skip


@pytest.mark.parametrize("state", TABLE)
@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_table(state: str, statement: str) -> None:
    case = Case(State[state.upper()], Statement(statement), elsewhere=True)
    assert effect(case) == TABLE[state][STATEMENTS[statement]]


def test_the_table_is_complete() -> None:
    assert {name.upper() for name in TABLE} == set(State.__members__)
    assert set(STATEMENTS) == set(Statement)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (Case(State.OPEN, Statement.NOT_OURS), Effect.DISPUTED),
        (Case(State.OPEN, Statement.NOT_OURS, elsewhere=True, delegated=True), Effect.NONE),
        (Case(State.OPEN, Statement.FALSE_POSITIVE, delegated=True), Effect.DISPUTED),
        (Case(State.OPEN, Statement.FIXED, contradicted=True), Effect.CONFLICT),
        (Case(State.CLAIMED, Statement.FIXED, contradicted=True), Effect.CONFLICT),
        (Case(State.GONE, Statement.FIXED, contradicted=True), Effect.REMEMBERED),
    ],
)
def test_what_depends_on_more(case: Case, expected: Effect) -> None:
    assert effect(case) is expected


def test_the_state_afterwards() -> None:
    wanted = {
        "claimed": State.CLAIMED, "conflict": State.CONFLICT, "disputed": State.DISPUTED,
        "re-routed": State.OPEN,
    }  # fmt: skip
    for case in cases(delegated=False) + cases(delegated=True):
        assert after(case) == wanted.get(effect(case), case.state), case


def test_when_a_claim_begins_and_what_contradicts_it() -> None:
    opened = NOW - timedelta(days=3)
    assert claimed_from(None, NOW, opened) == NOW
    assert claimed_from(NOW - timedelta(days=1), NOW, opened) == NOW - timedelta(days=1)
    assert claimed_from(NOW - timedelta(days=9), NOW, opened) == opened
    assert not contradicted(NOW, NOW + timedelta(hours=24))
    assert contradicted(NOW, NOW + timedelta(hours=24, seconds=1))
