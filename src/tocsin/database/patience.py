"""Transactions that lock the same rows: PostgreSQL breaks a deadlock by failing one of them."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError

DEADLOCK = "40P01"
TRIES = 5

Given = ParamSpec("Given")
Result = TypeVar("Result")


class MeanwhileError(Exception):
    """What the transaction began with is no longer so: it has to begin anew."""


def patiently(work: Callable[Given, Result]) -> Callable[Given, Result]:
    """Do `work`, a transaction from its beginning to its end, up to five times until it is done."""

    @wraps(work)
    def done(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        for _ in range(TRIES - 1):
            try:
                return work(*args, **kwargs)
            except (OperationalError, MeanwhileError) as error:
                if not may_pass(error):
                    raise
        return work(*args, **kwargs)

    return done


def may_pass(error: Exception) -> bool:
    """Whether the same may well succeed the next time."""
    is_deadlock = getattr(error.__cause__, "sqlstate", "") == DEADLOCK
    return is_deadlock or isinstance(error, MeanwhileError)
