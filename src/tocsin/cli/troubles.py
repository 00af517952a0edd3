"""Failures of the machine and not of the program, in words: a full disk, a folder of another's."""

import errno

from tocsin.errors import TocsinError

FULL = {errno.ENOSPC, errno.EDQUOT}
CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}
AGAIN = "then run the same command again: what was finished is kept, and the rest is done."
# SQLSTATE classes: connection lost, resources exhausted, server told to stop or crashed.
SERVERS_TROUBLE = ("08", "53", "57P")
DISK_FULL = "53100"


def in_words(error: BaseException) -> TocsinError | None:
    """What to tell people of `error`; None where it is a fault of ours, to be shown in full."""
    if isinstance(error, OSError):
        return _of_system(error)
    return _of_database(error)


def _of_system(error: OSError) -> TocsinError | None:
    if error.errno in FULL:
        what = f"; could not write {error.filename}" if error.filename else ""
        return TocsinError(f"The disk is full{what}.", f"Make room, {AGAIN}")
    if error.errno in CLOSED and error.filename:
        return TocsinError(
            f"May not use {error.filename}: {error.strerror}.",
            "Give the user who runs tocsin the right to it, or set TOCSIN_HOME to a folder of"
            " that user's own.",
        )
    return None


def _of_database(error: BaseException) -> TocsinError | None:
    """psycopg's errors and Django's copies of them, told apart by PostgreSQL's own code."""
    names = {type(one).__name__ for one in (error, error.__cause__)}
    code = getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", None)
    first, *_ = str(error).strip().splitlines() or [""]
    if code == DISK_FULL:
        return TocsinError(f"The database's disk is full: {first}", f"Make room, {AGAIN}")
    trouble = code.startswith(SERVERS_TROUBLE) if code else "OperationalError" in names
    if trouble:
        return TocsinError(
            f"The database does not answer: {first}", "tocsin doctor says what is wrong with it."
        )
    return None
