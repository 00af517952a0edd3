"""TOCSIN_HOME: the one folder that holds everything an installation keeps on disk."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from tocsin.errors import TocsinError

MARK = "tocsin-home"  # a file that says: this folder is ours
HARMLESS = {"lost+found", ".gitkeep"}  # what an otherwise empty folder may hold


@dataclass(frozen=True, slots=True)
class Home:
    """A TOCSIN_HOME that was checked: exists, 0700, owned by `uid`:`gid`."""

    path: Path
    uid: int
    gid: int

    def folder(self, name: str) -> Path:
        """A subfolder, mode 0700, made when it is not there."""
        folder = self.path / name
        if not folder.is_dir():
            _make(folder)
            self.own(folder)
        return folder

    def own(self, path: Path) -> None:
        """Give what root made here to the owner of the home, who must be able to use it."""
        if os.geteuid() == 0 and self.uid != 0:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def write_private(self, path: Path, text: str) -> None:
        """Write a 0600 file in one step: it is there whole, on disk, or not at all."""
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(
            temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600
        )
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        self.own(temporary)
        temporary.replace(path)
        _sync(path.parent)


def open_home(path: Path) -> Home:
    """Make or check TOCSIN_HOME.

    Raises TocsinError when the folder belongs to another user, cannot be made, or is one
    that already serves another purpose: the mode of such a folder is never changed.
    """
    path = Path(os.path.abspath(path)).resolve()
    if not path.exists():
        _make(path)
    facts = path.stat()
    if not stat.S_ISDIR(facts.st_mode):
        raise TocsinError(f"TOCSIN_HOME is {path}, which is not a folder.", _CHOOSE)
    if os.geteuid() not in (0, facts.st_uid):
        raise TocsinError(
            f"TOCSIN_HOME is {path}, which belongs to another user (id {facts.st_uid}).",
            "Run the command as that user, or set TOCSIN_HOME to a folder of your own.",
        )
    home = Home(path, facts.st_uid, facts.st_gid)
    mark = path / MARK
    if not mark.exists():
        _check_free(path, facts.st_mode)
        try:
            home.write_private(mark, "This folder holds the data of a Tocsin installation.\n")
        except OSError as error:
            raise TocsinError(
                f"TOCSIN_HOME is {path}, which cannot be written to: {error.strerror}.", _CHOOSE
            ) from error
    if stat.S_IMODE(facts.st_mode) != 0o700:
        path.chmod(0o700)
    return home


_CHOOSE = "Set TOCSIN_HOME to a new or an empty folder that you own."


def _check_free(path: Path, mode: int) -> None:
    """A folder without our mark becomes ours only if empty or already private."""
    private = stat.S_IMODE(mode) == 0o700
    shared = bool(mode & (stat.S_ISVTX | stat.S_IWOTH))
    if private or (not shared and {entry.name for entry in path.iterdir()} <= HARMLESS):
        return
    raise TocsinError(
        f"TOCSIN_HOME is {path}, which already serves another purpose: it is not empty, "
        "or other users may write to it.",
        _CHOOSE,
    )


def _make(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise TocsinError(f"Cannot make the folder {path}: {error.strerror}.", _CHOOSE) from error


def _sync(folder: Path) -> None:
    """A rename is on disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
