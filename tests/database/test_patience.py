"""Transactions that are done again because PostgreSQL, or what they found, told them to."""

import pytest
from django.db import OperationalError

from tocsin.database.patience import TRIES, MeanwhileError, patiently


class FailedError(Exception):
    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


def failing(*errors: Exception) -> list[int]:
    """How often work was begun that fails so, and then does not."""
    begun = []

    @patiently
    def work() -> None:
        begun.append(1)
        if len(begun) <= len(errors):
            raise errors[len(begun) - 1]

    try:
        work()
    except (OperationalError, MeanwhileError):
        begun.append(-1)
    return begun


def trouble(sqlstate: str) -> OperationalError:
    error = OperationalError()
    error.__cause__ = FailedError(sqlstate)
    return error


@pytest.mark.parametrize("error", [trouble("40P01"), MeanwhileError()])
def test_what_may_pass_is_tried_five_times(error: Exception) -> None:
    assert failing(error, error) == [1, 1, 1]
    assert failing(*[error] * TRIES) == [1] * TRIES + [-1]


def test_any_other_trouble_is_told_at_once() -> None:
    assert failing(trouble("57P01")) == [1, -1]
