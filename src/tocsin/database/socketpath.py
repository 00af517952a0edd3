"""A path to the server's socket that is short enough: the kernel takes 107 bytes at most."""

import os
import stat
import tempfile
from pathlib import Path

from tocsin.database.home import Home
from tocsin.errors import TocsinError

LONGEST = 107
RECORD = "socket-folder"  # names the link that was made, in TOCSIN_HOME
LINK = "s"


def short(home: Home, folder: Path, port: int) -> Path:
    """`folder`, or a link to it from a private folder with a shorter path.

    The server itself listens on a relative path; only its clients need this one, so that the
    link may vanish (temporary folders are swept) and is simply made again.
    """
    if _fits(folder, port):
        return folder
    record = home.path / RECORD
    try:
        link = Path(record.read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        link = Path()
    if not _good(link, folder):
        link = _make(folder, port)
        home.write_private(record, f"{link}\n")
        home.own(link.parent)
    return link


def _fits(folder: Path, port: int) -> bool:
    return len(os.fsencode(folder / f".s.PGSQL.{port}")) <= LONGEST


def _good(link: Path, folder: Path) -> bool:
    """Is the link there, to our folder, in a folder that only we and root can change?"""
    try:
        facts = link.parent.lstat()
        private = stat.S_ISDIR(facts.st_mode) and stat.S_IMODE(facts.st_mode) == 0o700
        return private and facts.st_uid in _trusted(folder) and Path(os.readlink(link)) == folder
    except OSError:
        return False


def _trusted(folder: Path) -> set[int]:
    return {os.geteuid(), folder.parent.parent.stat().st_uid}


def _make(folder: Path, port: int) -> Path:
    for parent in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"):  # noqa: S108
        if parent and _fits(Path(parent) / "tocsin-12345678" / LINK, port):
            try:
                link = Path(tempfile.mkdtemp(prefix="tocsin-", dir=parent)) / LINK
            except OSError:
                continue
            link.symlink_to(folder)
            return link
    raise TocsinError(
        f"The path of TOCSIN_HOME is too long for a socket, and no temporary folder is short: "
        f"{folder}.",
        "Set TOCSIN_HOME or TMPDIR to a shorter path.",
    )
