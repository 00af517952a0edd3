from datetime import UTC, datetime, timedelta

import pytest

from tocsin.constituency.contact_rules import ASK_AFTER, EXPIRE_AFTER, REMIND_AFTER, Step, step

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("right", "asked", "reminded", "expected"),
    [
        (ASK_AFTER - MOMENT, None, None, Step.NONE),
        (ASK_AFTER, None, None, Step.ASK),
        (ASK_AFTER, REMIND_AFTER - MOMENT, None, Step.NONE),
        (ASK_AFTER, REMIND_AFTER, None, Step.REMIND),
        (ASK_AFTER, REMIND_AFTER + MOMENT, MOMENT, Step.NONE),
        (ASK_AFTER, EXPIRE_AFTER, MOMENT, Step.EXPIRE),
        (ASK_AFTER, EXPIRE_AFTER, None, Step.EXPIRE),
    ],
)
def test_what_is_due(
    right: timedelta, asked: timedelta | None, reminded: timedelta | None, expected: Step
) -> None:
    facts = {
        "right_since": NOW - right,
        "asked_at": None if asked is None else NOW - asked,
        "reminded_at": None if reminded is None else NOW - reminded,
    }
    assert step(**facts, unconfirmed_at=None, now=NOW) is expected  # type: ignore[arg-type]
    assert step(**facts, unconfirmed_at=NOW, now=NOW) is Step.NONE  # type: ignore[arg-type]
