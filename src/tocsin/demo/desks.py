"""The demo's abuse desks: they take their mails out of the outbox, and answer them by mail.

What a desk got and what it wrote back are kept as files in `TOCSIN_HOME/demo/desks/`, in a folder
for each desk, named by the domain of its address.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime, parseaddr, parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from tocsin.alerts.incoming import Became, take
from tocsin.alerts.replies.files import pieces
from tocsin.answers.statements import Statement
from tocsin.database.files import durable, sync

ALERTS, RECEIPTS = "*.eml", "*-receipt-*.eml"
SENT = "reply-"
Row = Mapping[str, str]
Sheet = list[dict[str, str]]


class Says(NamedTuple):
    """What a desk fills in for a row."""

    statement: Statement
    comment: str = ""


Choose = Callable[[Row], Says | None]


@dataclass(frozen=True)
class Got:
    """An alert as its reader has it."""

    path: Path
    mail: EmailMessage

    @property
    def reader(self) -> str:
        return parseaddr(str(self.mail["To"]))[1]

    @property
    def at(self) -> datetime:
        return parsedate_to_datetime(str(self.mail["Date"]))

    def sheet(self) -> Sheet:
        """The rows of the CSV attached to it."""
        names = {str(part.get_filename()): part for part in self.mail.iter_attachments()}
        (name,) = (name for name in names if ".csv" in name)
        data = names[name].get_payload(decode=True)
        assert isinstance(data, bytes)
        (piece,) = pieces(name, data)
        return list(csv.DictReader(io.StringIO(piece.data.decode("utf-8-sig"), newline="")))


def outbox() -> Path:
    home: Path = settings.TOCSIN_HOME
    return home / "outbox"


def folder_of(address: str) -> Path:
    home: Path = settings.TOCSIN_HOME
    return home / "demo" / "desks" / address.rpartition("@")[2]


def take_away(which: str) -> None:
    """Every desk takes its mails (`which`: a pattern of file names) out of the outbox."""
    folders = set()
    for path in sorted(outbox().glob(which)):
        folder = folder_of(_read(path).reader)
        folder.mkdir(parents=True, exist_ok=True)
        path.replace(folder / path.name)
        folders.add(folder)
    for folder in folders:
        sync(folder)


def mails_of(address: str, at: datetime, folder: Path | None = None) -> list[Got]:
    """The alerts of that moment to this address: in its desk's folder, or in another."""
    where = folder or folder_of(address)
    alerts = sorted(set(where.glob("TOCSIN-*.eml")) - set(where.glob(RECEIPTS)))
    found = (_read(path) for path in alerts)
    return [one for one in found if one.reader == address and one.at == at]


def filled_in(got: Got, choose: Choose) -> Sheet:
    """The rows that the desk answers, with `status` and `comment` filled in."""
    return list(_answered(got.sheet(), choose))


def csv_of(sheet: Sheet) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(sheet[0]) if sheet else ["threat_id", "status"])
    writer.writeheader()
    writer.writerows(sheet)
    return text.getvalue().encode()


def reply(got: Got, now: datetime, sheet: Sheet, words: str = "", sender: str = "") -> Became:
    """Write back, with a table or words or both, and have the authority take the mail in."""
    raw = _reply(got, now, sheet, words, sender or got.reader)
    with durable(folder_of(sender or got.reader) / f"{SENT}{got.path.name}") as partial:
        partial.write_bytes(raw)
    return take(raw, now)


def _reply(got: Got, now: datetime, sheet: Sheet, words: str, sender: str) -> bytes:
    """The same bytes whenever it is written: a mail that is taken twice counts once."""
    answered, table = str(got.mail["Message-ID"]), csv_of(sheet) if sheet else b""
    name = sha256(f"{answered} {sender}".encode() + table).hexdigest()[:32]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = str(got.mail["Reply-To"] or got.mail["From"])
    mail["Subject"] = f"Re: {got.mail['Subject']}"
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
    mail["In-Reply-To"] = mail["References"] = answered
    mail.set_content(f"{words}\n" if words else "\n")
    if table:
        ticket = str(got.mail["X-Tocsin-Ticket"])
        mail.add_attachment(table, maintype="text", subtype="csv", filename=f"{ticket}.csv")
        mail.set_boundary(f"demo-{name}")
    return mail.as_bytes()


def _answered(sheet: Sheet, choose: Choose) -> Iterator[dict[str, str]]:
    for row in sheet:
        if says := choose(row):
            yield {**row, "status": says.statement.value, "comment": says.comment}


def _read(path: Path) -> Got:
    mail = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)
    return Got(path, mail)
