"""Which user of the operating system runs the embedded PostgreSQL.

It is the user who runs the command, except for root: PostgreSQL refuses to run as root.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tocsin.database.home import Home
from tocsin.errors import TocsinError

NAME = "tocsin-postgres"
SETTING = "TOCSIN_POSTGRES_USER"
LAST_RESORT = "nobody"  # shared with other programs; `tocsin doctor` warns of it


@dataclass(frozen=True, slots=True)
class Account:
    """The user who owns and runs the embedded PostgreSQL."""

    name: str
    uid: int
    gid: int
    switched: bool  # True: not the user who runs this command


def choose(home: Home, folder: Path, environment: Mapping[str, str]) -> Account:
    """The account for this home, where `folder` is or will be PostgreSQL's.

    As root, in this order: the owner of the folder, TOCSIN_POSTGRES_USER, the owner of the
    home, `tocsin-postgres` (made when it is not there), `nobody` where no user can be made.
    """
    if os.geteuid() != 0:
        return _own(folder)
    if folder.exists() and (entry := _by_id(folder.stat().st_uid)) and entry.pw_uid != 0:
        return _switched(entry)
    if name := environment.get(SETTING, ""):
        return _named(name)
    if home.uid != 0 and (entry := _by_id(home.uid)):
        return _switched(entry)
    entry = _by_name(NAME) or _create() or _by_name(LAST_RESORT)
    if entry is None:
        raise TocsinError(
            "PostgreSQL refuses to run as root, and no other user can be made here.",
            f"Make an unprivileged user and set {SETTING} to its name, or run as that user.",
        )
    return _switched(entry)


def name_of(uid: int) -> str:
    """The user's name, or the number where it has none."""
    entry = _by_id(uid)
    return entry.pw_name if entry else str(uid)


def _own(folder: Path) -> Account:
    if folder.exists() and folder.stat().st_uid != os.geteuid():
        raise TocsinError(
            f"PostgreSQL's folder {folder} belongs to another user.",
            "Run the command as root, who made it, or give the folder to the home's owner.",
        )
    entry = _by_id(os.geteuid())
    if entry is None:
        raise TocsinError(
            f"The user id {os.geteuid()} has no name, and PostgreSQL's initdb needs one.",
            "Add the user to /etc/passwd, or use a PostgreSQL server through DATABASE_URL.",
        )
    return Account(entry.pw_name, os.geteuid(), os.getegid(), switched=False)


def _named(name: str) -> Account:
    entry = _by_name(name)
    if entry is None:
        raise TocsinError(f"{SETTING} names the user {name}, who does not exist.", "Correct it.")
    if entry.pw_uid == 0:
        raise TocsinError(f"{SETTING} names root, and PostgreSQL refuses to run as root.", "")
    return _switched(entry)


def _switched(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switched=True)


def _by_name(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _by_id(uid: int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        return None


def _create() -> pwd.struct_passwd | None:
    """Make the system user `tocsin-postgres`; None where that cannot be done."""
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return None
    command = [useradd, "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", NAME]
    # Two first commands at once: the second fails here, and finds the user all the same.
    subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL)
    return _by_name(NAME)
