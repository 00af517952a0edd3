"""The two ways out for a mail: an SMTP server, or the outbox folder where none is configured."""

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Protocol

from django.utils.text import slugify

from tocsin.alerts.rules import address_is_dead
from tocsin.database.files import durable, sync

_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")  # RFC 2034


class Outcome(Enum):
    """What became of one try."""

    ACCEPTED = auto()
    DEFERRED = auto()  # not now: try again later
    REFUSED = auto()  # never, as it is
    NO_SUCH_RECIPIENT = auto()
    UNREACHABLE = auto()  # our own way out does not work, whoever the recipient is
    UNKNOWN = auto()  # all was sent and no reply came: it may have been accepted


@dataclass(frozen=True, slots=True)
class Parcel:
    """One mail ready to leave.  `sent_from` is the envelope's sender, where bounces go."""

    name: str
    sent_from: str
    recipient: str
    mail: bytes


@dataclass(frozen=True, slots=True)
class Result:
    outcome: Outcome
    detail: str = ""


_NOTHING_LEFT = (Outcome.DEFERRED, Outcome.UNREACHABLE)  # with a lost connection


class Post(Protocol):
    """A way out.  `repeatable`: a second try of the same parcel leaves no second copy."""

    repeatable: bool

    def send(self, parcel: Parcel) -> Result: ...

    def flush(self) -> None:
        """What was sent is safe from now on.  Raises `OSError`."""
        ...

    def close(self) -> None: ...


@dataclass
class Outbox:
    """One `.eml` a delivery.  Its name is the delivery's, so a crash and a second try leave one."""

    folder: Path
    repeatable: bool = True

    def send(self, parcel: Parcel) -> Result:
        path = self.folder / f"{parcel.name}.eml"
        try:
            with durable(path, folder=False) as partial:
                partial.write_bytes(parcel.mail)
        except OSError as error:
            return Result(Outcome.UNREACHABLE, f"{type(error).__name__}: {error}")
        return Result(Outcome.ACCEPTED, path.name)

    def flush(self) -> None:
        """The folder's entries, for many mails at once."""
        if self.folder.exists():
            sync(self.folder)

    def close(self) -> None:
        """Nothing is held open."""


def file_name(ticket: str, organisation: str, number: int) -> str:
    """`TOCSIN-2026-000123-nordwind-hosting`, with the number of a later delivery behind."""
    name = f"{ticket}-{slugify(organisation)[:60] or 'organisation'}"
    return name if number == 1 else f"{name}-{number}"


@dataclass
class Smtp:
    """An SMTP server (RFC 5321), one connection for many mails.

    `security`: starttls (refused where the server cannot), tls (from the first byte), none.
    `timeout`: seconds for each step but the last, the server's word that it took the mail: for
    that, `patience` (RFC 5321, section 4.5.3.2.6), as a mail given up too early comes twice.
    """

    host: str
    port: int = 587
    user: str = ""
    password: str = ""
    security: str = "starttls"
    timeout: float = 60.0
    patience: float = 600.0
    repeatable: bool = False
    _connection: smtplib.SMTP | None = field(default=None, repr=False)

    def send(self, parcel: Parcel) -> Result:
        """Servers end a connection after so many mails or minutes: then once more, on a new one."""
        reused = self._connection is not None
        result = self._send(parcel)
        if reused and self._connection is None and result.outcome in _NOTHING_LEFT:
            return self._send(parcel)
        return result

    def _send(self, parcel: Parcel) -> Result:
        try:
            connection = self._open()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Result(Outcome.UNREACHABLE, f"{type(error).__name__}: {error}")
        try:
            refusal = self._envelope(connection, parcel)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Result(Outcome.DEFERRED, f"{type(error).__name__}: {error}")
        if refusal:
            self._reset()
            return refusal
        return self._content(connection, parcel)

    def flush(self) -> None:
        """The server's word is enough."""

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (OSError, smtplib.SMTPException):
                connection.close()

    def _open(self) -> smtplib.SMTP:
        if self._connection is not None:
            if self._connection.noop()[0] == 250:
                return self._connection
            self.close()
        context = ssl.create_default_context()
        if self.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout, context=context
            )
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        self._connection = connection
        if self.security == "starttls":
            connection.starttls(context=context)
        if self.user:
            connection.login(self.user, self.password)
        connection.ehlo_or_helo_if_needed()
        return connection

    def _envelope(self, connection: smtplib.SMTP, parcel: Parcel) -> Result | None:
        """MAIL, RCPT and the go-ahead for DATA; a refusal, or nothing.  Until here a lost
        connection means that nothing was accepted."""
        options = [f"size={len(parcel.mail)}"] if connection.has_extn("size") else []
        if not (parcel.recipient.isascii() and parcel.mail.isascii()):
            if not connection.has_extn("smtputf8"):
                return Result(Outcome.REFUSED, "the server cannot SMTPUTF8 (RFC 6531)")
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        code, reply = connection.mail(parcel.sent_from, options)
        if code != 250:
            return Result(_by_code(code), f"MAIL: {code} {_text(reply)}")
        code, reply = connection.rcpt(parcel.recipient)
        if code not in (250, 251):
            return Result(_by_recipient(code, _text(reply)), f"RCPT: {code} {_text(reply)}")
        code, reply = connection.docmd("DATA")
        if code != 354:
            return Result(_by_code(code), f"DATA: {code} {_text(reply)}")
        return None

    def _content(self, connection: smtplib.SMTP, parcel: Parcel) -> Result:
        """From here on a lost connection leaves open whether the server took the mail."""
        body = parcel.mail.replace(b"\r\n.", b"\r\n..")  # RFC 5321 section 4.5.2
        body = b"." + body if body.startswith(b".") else body
        end = b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n"
        try:
            connection.send(body + end)
            if connection.sock:
                connection.sock.settimeout(self.patience)
            code, reply = connection.getreply()
            if connection.sock:
                connection.sock.settimeout(self.timeout)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Result(Outcome.UNKNOWN, f"no reply after the mail was sent: {error}")
        if code == 250:
            return Result(Outcome.ACCEPTED, _text(reply))
        self._reset()
        return Result(_by_code(code), f"{code} {_text(reply)}")

    def _reset(self) -> None:
        try:
            if self._connection is not None and self._connection.rset()[0] != 250:
                self.close()
        except (OSError, smtplib.SMTPException):
            self.close()


def _by_code(code: int) -> Outcome:
    return Outcome.REFUSED if code >= 500 else Outcome.DEFERRED


def _by_recipient(code: int, said: str) -> Outcome:
    """A server that refuses us (a block list, a rule) says nothing about the address."""
    if code < 500:
        return Outcome.DEFERRED
    status = _STATUS.match(said)
    dead = address_is_dead(status[0] if status else "")
    return Outcome.NO_SUCH_RECIPIENT if dead else Outcome.REFUSED


def _text(reply: bytes | str) -> str:
    said = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(said.split())[:500]
