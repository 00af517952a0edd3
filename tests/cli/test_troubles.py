import errno
import sys
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError, ProgrammingError

from tocsin import cli
from tocsin.cli.troubles import in_words


def _copied(copy: type[Exception], cause: Exception) -> Exception:
    """As Django passes on what psycopg raised."""
    try:
        raise copy(str(cause)) from cause
    except copy as error:
        return error


FULL = psycopg.errors.DiskFull("could not extend file: No space left\nHINT:  Check free space.")
STOPPED = psycopg.errors.AdminShutdown("terminating connection")
UNREACHABLE = psycopg.OperationalError("connection failed: no such file")


@pytest.mark.parametrize(
    ("error", "message", "hint"),
    [
        (OSError(errno.ENOSPC, "No space left"), "The disk is full.", "Make room"),
        (
            OSError(errno.EDQUOT, "Quota", "/a/b"),
            "The disk is full; could not write /a/b.",
            "again",
        ),
        (PermissionError(errno.EACCES, "Permission denied", "/a"), "May not use /a: Perm", "right"),
        (
            OSError(errno.EROFS, "Read-only file system", "/a"),
            "May not use /a: Read",
            "TOCSIN_HOME",
        ),
        (FULL, "The database's disk is full: could not extend file: No space left", "Make room"),
        (_copied(OperationalError, FULL), "The database's disk is full", "same command again"),
        (_copied(OperationalError, STOPPED), "does not answer: terminating", "tocsin doctor"),
        (_copied(OperationalError, UNREACHABLE), "does not answer: connection", "tocsin doctor"),
    ],
)
def test_what_the_machine_lacks_is_told_with_what_to_do(
    error: Exception, message: str, hint: str
) -> None:
    told = in_words(error)
    assert told is not None
    assert message in str(told)
    assert "\n" not in str(told)
    assert hint in told.hint


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EIO, "Input/output error", "/a"),
        PermissionError(errno.EPERM, "a system call that named no file"),
        FileNotFoundError(errno.ENOENT, "No such file", "/a"),
        ZeroDivisionError(),
        _copied(ProgrammingError, psycopg.errors.UndefinedTable("no table")),
        _copied(OperationalError, psycopg.errors.DeadlockDetected("deadlock")),
    ],
)
def test_our_own_faults_are_shown_in_full(error: Exception) -> None:
    assert in_words(error) is None


def test_the_command_says_it_in_two_lines_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path))

    monkeypatch.setattr(cli, "tocsin", full)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    first, second = capsys.readouterr().err.splitlines()
    assert first == f"tocsin: The disk is full; could not write {tmp_path}."
    assert second.startswith("  Make room")


def test_a_fault_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty() -> None:
        raise LookupError(sys.argv[0])

    monkeypatch.setattr(cli, "tocsin", faulty)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    with pytest.raises(LookupError):
        cli.main()
