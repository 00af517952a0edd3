"""What a container yields: members, one for each thing that may be a report."""

import contextlib
import io
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from tocsin.intake.batches import Refused
from tocsin.intake.containers.limits import Opener
from tocsin.intake.containers.streams import DamagedError, read_up_to

HEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class MailInfo:
    """The envelope of the mail that brought a member; `date` is None when absent or unreadable."""

    sender: str
    subject: str
    date: datetime | None
    message_id: str


@dataclass(frozen=True, slots=True)
class Companion:
    """What came beside a report in its mail, such as the log that proves it; cut when long."""

    name: str
    text: str


def nothing() -> BinaryIO:
    """The content of a member that could not be opened."""
    return io.BytesIO(b"")


@dataclass(frozen=True, slots=True)
class Member:
    """One file as its sender named it, however deep it was packed.

    `origin` is the path, then every inner name after a `!`.  `refused` is set where nothing can be
    read (`opener` then gives an empty stream); a mail that only carries links has them in `links`
    and is refused as `link-only-mail`.
    """

    name: str
    origin: str
    opener: Opener
    mail: MailInfo | None = None
    refused: Refused | None = None
    links: tuple[str, ...] = ()
    companions: tuple[Companion, ...] = field(default=())

    def head(self, size: int = HEAD_BYTES) -> bytes:
        """The first bytes, as far as they can be read; empty where nothing can."""
        with contextlib.suppress(DamagedError), self.opener() as stream:
            return read_up_to(stream, size)
        return b""
