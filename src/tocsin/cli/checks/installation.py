"""The machine and TOCSIN_HOME, looked at without the database."""

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from tocsin.cli.checks.finding import OK, PROBLEM, WARNING, Check, Finding, Place, counted, some
from tocsin.database import account

OLDEST, NEWEST = (3, 11), (3, 13)
LITTLE, TOO_LITTLE = 5 << 30, 512 << 20  # bytes free on the disk


def python(place: Place) -> Finding:
    version = sys.version_info[:2]
    name = ".".join(map(str, sys.version_info[:3]))
    if OLDEST <= version <= NEWEST:
        return Finding(OK, f"Python {name}")
    wanted = " to ".join(".".join(map(str, one)) for one in (OLDEST, NEWEST))
    return Finding(
        WARNING, f"Python {name}; Tocsin is tested with {wanted}.", f"Install it with {wanted}."
    )


def home_mode(place: Place) -> Finding:
    mode = stat.S_IMODE(place.home.stat().st_mode)
    if mode == 0o700:
        return Finding(OK, f"{place.home} is private")
    return Finding(
        PROBLEM,
        f"{place.home} has the mode {mode:o}: other users can look into it.",
        f"chmod 700 {place.home}",
    )


def home_owner(place: Place) -> Finding:
    """Files of root in another user's home stop that user's next command."""
    owner = place.home.stat().st_uid
    foreign = [str(path) for path in _own_files(place.home) if path.lstat().st_uid != owner]
    if not foreign:
        return Finding(OK, "its owner owns what is in it")
    return Finding(
        PROBLEM,
        f"{counted(len(foreign), 'file')} in {place.home} belong to other users: {some(foreign)}.",
        f"Run Tocsin always as the same user. Now: chown -R {owner} {some(foreign)}",
    )


def disk(place: Place) -> Finding:
    free = shutil.disk_usage(place.home).free
    what = f"{free / (1 << 30):,.1f} GiB are free for {place.home}"
    todo = "Make room, or move TOCSIN_HOME to a larger disk."
    if free < TOO_LITTLE:
        return Finding(PROBLEM, f"{what}: PostgreSQL stops when nothing is left.", todo)
    return Finding(WARNING, f"{what}.", todo) if free < LITTLE else Finding(OK, what)


def secrets(place: Place) -> Finding:
    """Keys and passwords: readable for us and for nobody else."""
    bad = [path for path in _files(place.home / "keys") if not _private(path)]
    if not bad:
        return Finding(OK, "keys are readable, and private")
    names = some([str(path) for path in bad])
    return Finding(
        PROBLEM,
        f"These keys are unreadable, empty or open to other users: {names}.",
        f"chmod 600 {names}; restore what is empty or damaged from a backup.",
    )


def sealed_copies(place: Place) -> Finding:
    """Without its key a sealed copy of a report is noise."""
    key, copies = place.home / "keys/reports.age", place.home / "reports"
    if key.exists() or not any(copies.glob("*/*.age")):
        return Finding(OK, "the key of the sealed reports is there")
    return Finding(
        PROBLEM,
        f"{key} is missing, and the sealed reports in {copies} cannot be opened without it.",
        "Restore the file from a backup before anything new is ingested.",
    )


def postgres_account(place: Place) -> Finding:
    """As root the embedded PostgreSQL runs as somebody else: not as `nobody`, we hope."""
    folder = place.home / "postgres"
    if not folder.exists():
        return Finding(OK, "no embedded PostgreSQL")
    owner = account.name_of(folder.stat().st_uid)
    if owner != account.LAST_RESORT:
        return Finding(OK, f"the embedded PostgreSQL runs as {owner}")
    return Finding(
        WARNING,
        f"The embedded PostgreSQL runs as {owner}, whom other programs may share.",
        f"Stop Tocsin, make a user with `useradd --system {account.NAME}`, then: "
        f"chown -R {account.NAME} {folder}",
    )


CHECKS: tuple[Check, ...] = (
    python,
    home_mode,
    home_owner,
    disk,
    secrets,
    sealed_copies,
    postgres_account,
)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _own_files(home: Path) -> Iterator[Path]:
    """Two levels, without PostgreSQL's, which are another account's where root runs Tocsin."""
    for path in (home, *home.glob("*")):
        if path.name != "postgres":
            yield path
            if path != home and path.is_dir():
                yield from path.glob("*")


def _private(path: Path) -> bool:
    facts = path.stat()
    return os.access(path, os.R_OK) and facts.st_size > 0 and not facts.st_mode & 0o077
