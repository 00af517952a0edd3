"""The one way to the tables: a transaction that says for whom it reads and writes.

Row-level security shows nothing outside a scope.  The setting is local to the transaction, so a
pooled connection cannot carry it on to somebody else.  A streamed answer runs after its request's
transaction: it opens a scope of its own.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

HELD = "tocsin_scope"  # of a connection: the scope that its transaction is in
# The settings are read before they are set.
EXCHANGE = """
    WITH before AS MATERIALIZED (
        SELECT coalesce(current_setting('tocsin.staff', true), '') AS staff,
               coalesce(current_setting('tocsin.org', true), '') AS organisation,
               coalesce(current_setting('tocsin.regions', true), '') AS regions
    )
    SELECT staff, organisation, regions,
           set_config('tocsin.staff', %s, true), set_config('tocsin.org', %s, true),
           set_config('tocsin.regions', %s, true)
    FROM before"""


@contextmanager
def staff_scope() -> Iterator[None]:
    """Every organisation's rows: the authority's people, feeds and jobs."""
    with _scope(staff="on", organisation=""):
        yield


@contextmanager
def region_scope(codes: Collection[str]) -> Iterator[None]:
    """The staff's scope, but of organisations only those of these regions; of none, none."""
    with _scope(staff="on", organisation="", regions=f",{','.join(sorted(codes))},"):
        yield


@contextmanager
def organisation_scope(organisation_id: int) -> Iterator[None]:
    """One organisation's rows and nobody else's."""
    with _scope(staff="", organisation=str(int(organisation_id))):
        yield


@contextmanager
def staff_glance() -> Iterator[None]:
    """Inside another scope, a moment in which every organisation's rows are read and nothing is
    written: so it needs no savepoint.  After an error of the database nothing can be read at all.
    """
    assert connection.in_atomic_block
    held, wanted = getattr(connection, HELD, None), ("on", "", "")
    if held == wanted:
        yield
        return
    before = _exchange(*wanted)
    setattr(connection, HELD, wanted)
    try:
        yield
    finally:
        setattr(connection, HELD, held)
        _exchange(*before)


@contextmanager
def _scope(staff: str, organisation: str, regions: str = "") -> Iterator[None]:
    """Only a scope within another transaction has to clear up, and not after an error: a commit, as
    a rollback, takes the settings with it.  One within its like has nothing to set."""
    within, wanted = connection.in_atomic_block, (staff, organisation, regions)
    held = getattr(connection, HELD, None) if within else None
    with transaction.atomic():
        if held == wanted:
            yield
            return
        before = _exchange(staff, organisation, regions)
        setattr(connection, HELD, wanted)
        try:
            yield
        finally:
            setattr(connection, HELD, held)
        if within:
            _exchange(*before)


def _exchange(staff: str, organisation: str, regions: str) -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(EXCHANGE, [staff, organisation, regions])
        staff_before, organisation_before, regions_before, *_ = cursor.fetchone()
    return staff_before, organisation_before, regions_before
