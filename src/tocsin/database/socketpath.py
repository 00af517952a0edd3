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

    The server itself listens on a relative path; only its clients need this one. A link that
    has vanished (temporary folders are swept) is made again, where it was if possible.
    """
    if _fits(folder, port):
        return folder
    record = home.path / RECORD
    try:
        link = Path(record.read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        link = _make(folder, port)
    else:
        if _good(link, folder):
            return link
        if not _make_again(link, folder):
            link = _make(folder, port)
    home.own(link.parent)
    home.write_private(record, f"{link}\n")
    return link


def _fits(folder: Path, port: int) -> bool:
    return len(os.fsencode(folder / f".s.PGSQL.{port}")) <= LONGEST


def _good(link: Path, folder: Path) -> bool:
    """Is the link there, to our folder, in a folder that only we and root can change?"""
    trusted = {os.geteuid(), folder.parent.parent.stat().st_uid}
    try:
        facts = link.parent.lstat()
        private = stat.S_ISDIR(facts.st_mode) and stat.S_IMODE(facts.st_mode) == 0o700
        return private and facts.st_uid in trusted and Path(os.readlink(link)) == folder
    except OSError:
        return False


def _make_again(link: Path, folder: Path) -> bool:
    """Never in a folder that is there: somebody else may have made it."""
    try:
        link.parent.mkdir(mode=0o700)
        link.symlink_to(folder)
    except OSError:
        return False
    return True


def _make(folder: Path, port: int) -> Path:
    # A runtime folder comes last: it goes when its user logs out, and the server stays.
    for parent in (tempfile.gettempdir(), "/tmp", os.environ.get("XDG_RUNTIME_DIR")):  # noqa: S108
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
