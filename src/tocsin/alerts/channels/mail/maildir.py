"""A maildir that our mail server delivers into, read as a mailbox."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from tocsin.intake.fetch.items import FetchError, Item, Memory, safe_name, stable_key

_SEEN = "S"


@dataclass(frozen=True)
class Maildir:
    """Its unseen mails: those in `new`, and those in `cur` without the flag S, which we set."""

    path: Path

    def items(self, memory: Memory, now: datetime) -> Iterator[Item]:
        mails = {stable_key(_unique(mail)): mail for mail in self._unseen()}
        known = memory.known(mails.keys())
        for key, mail in mails.items():
            item = self._item(key, mail)
            if key not in known:
                yield item
            else:
                item.finish()  # taken by a run that ended before it could say so

    def check(self) -> None:
        """Raises `FetchError` when it cannot be read, or not be written to."""
        self._unseen()
        probe = self.path / "tmp" / ".tocsin"
        try:
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise FetchError(f"maildir {self.path} cannot be changed: {error.strerror}") from None

    def close(self) -> None:
        """Nothing stays open."""

    def _unseen(self) -> list[Path]:
        try:
            new, cur = (sorted((self.path / name).iterdir()) for name in ("new", "cur"))
        except OSError as error:
            raise FetchError(
                f"maildir {self.path} cannot be read: {error.strerror}",
                "TOCSIN_MAILDIR names the folder that has new, cur and tmp in it.",
            ) from None
        return [*new, *(mail for mail in cur if _SEEN not in _flags(mail))]

    def _item(self, key: str, mail: Path) -> Item:
        def save(target: BinaryIO) -> None:
            try:
                target.write(mail.read_bytes())
            except OSError as error:
                raise FetchError(f"{mail} cannot be read: {error.strerror}") from None

        def finish() -> None:
            flags = "".join(sorted({*_flags(mail), _SEEN}))
            try:
                mail.rename(self.path / "cur" / f"{_unique(mail)}:2,{flags}")
            except FileNotFoundError:
                return  # somebody else has moved it
            except OSError as error:
                raise FetchError(f"{mail} cannot be marked: {error.strerror}") from None

        return Item(key, safe_name(_unique(mail)), save, finish)


def _unique(mail: Path) -> str:
    return mail.name.partition(":")[0]


def _flags(mail: Path) -> str:
    return mail.name.partition(":2,")[2]
