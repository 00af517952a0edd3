"""The one way to the tables: a transaction that says for whom it reads and writes.

Row-level security shows nothing outside a scope.  The setting is local to the transaction, so a
pooled connection cannot carry it on to somebody else.  A streamed answer runs after its request's
transaction: it opens a scope of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def staff_scope() -> Iterator[None]:
    """Every organisation's rows: the authority's people, feeds and jobs."""
    with _scope(staff="on", organisation=""):
        yield


@contextmanager
def organisation_scope(organisation_id: int) -> Iterator[None]:
    """One organisation's rows and nobody else's."""
    with _scope(staff="", organisation=str(int(organisation_id))):
        yield


@contextmanager
def _scope(staff: str, organisation: str) -> Iterator[None]:
    """An error needs no clearing up: the rollback takes the settings with it."""
    with transaction.atomic():
        before = _exchange(staff, organisation)
        yield
        _exchange(*before)


def _exchange(staff: str, organisation: str) -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('tocsin.staff', true), ''),"
            " coalesce(current_setting('tocsin.org', true), '')"
        )
        before: tuple[str, str] = cursor.fetchone()
        cursor.execute(
            "SELECT set_config('tocsin.staff', %s, true), set_config('tocsin.org', %s, true)",
            [staff, organisation],
        )
    return before
