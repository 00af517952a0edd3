"""A mailbox, read over IMAP; a mail is marked or moved only after its reports are in."""

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from tocsin.intake.fetch.items import FetchError, Item, Memory, stable_key
from tocsin.intake.fetch.options import Options


@dataclass(frozen=True)
class Mailbox:
    """`after`: leave, seen (flag \\Seen) or move (to `move_to`).  `limit`: bytes per mail."""

    host: str
    user: str
    password: str = field(repr=False)
    port: int = 993
    starttls: bool = False
    folder: str = "INBOX"
    after: str = "seen"
    move_to: str = ""
    limit: int = 256 << 20
    timeout: float = 45.0
    ca_file: str = ""
    _open: list["_Session"] = field(default_factory=list, repr=False, compare=False)

    def items(self, memory: Memory, now: datetime) -> Iterator[Item]:
        session = _Session(self)
        self._open.append(session)
        validity, numbers = session.mails()
        # UIDs count anew when UIDVALIDITY changes, so both together name a mail.
        keys = {uid: stable_key(self.host, self.folder, validity, uid) for uid in numbers}
        known = memory.known(keys.values())
        for uid, key in keys.items():
            item = self._item(session, validity, uid, key)
            if key not in known:
                yield item
            elif self.after != "leave":
                item.finish()  # taken by a run that ended before it could say so

    def check(self) -> None:
        """Raises `FetchError` when the folder cannot be opened."""
        _Session(self).close()

    def close(self) -> None:
        while self._open:
            self._open.pop().close()

    def _item(self, session: "_Session", validity: str, uid: str, key: str) -> Item:
        def save(target: BinaryIO) -> None:
            target.write(session.mail(uid, self.limit))

        def finish() -> None:
            if self.after == "seen":
                session.flag(uid, "\\Seen")
            elif self.after == "move":
                session.move(uid, self.move_to)

        return Item(key, f"{validity}-{uid}.eml", save, finish)


class _Session:
    """One connection, signed in, with the folder open."""

    def __init__(self, box: Mailbox) -> None:
        self._what = f"mailbox {box.user} at {box.host}"
        context = ssl.create_default_context(cafile=box.ca_file or None)
        try:
            if box.starttls:
                self._imap = imaplib.IMAP4(box.host, box.port, timeout=box.timeout)
                self._imap.starttls(context)
            else:
                self._imap = imaplib.IMAP4_SSL(
                    box.host, box.port, ssl_context=context, timeout=box.timeout
                )
        except (OSError, imaplib.IMAP4.error) as error:
            raise self._failed("cannot be reached", error) from None
        try:
            self._imap.login(box.user, box.password)
        except (OSError, imaplib.IMAP4.error) as error:
            self.close()
            raise self._failed("did not let us in", error, box.password) from None
        self._run("folder", self._imap.select, _quoted(box.folder), box.after == "leave")

    def mails(self) -> tuple[str, list[str]]:
        """(UIDVALIDITY, the UIDs of all mails not deleted)."""
        _, validity = self._imap.response("UIDVALIDITY")
        found = self._run("search", self._imap.uid, "SEARCH", "UNDELETED")
        number = validity[0].decode() if validity and validity[0] else "0"
        return number, (found[0] or b"").decode().split()

    def mail(self, uid: str, limit: int) -> bytes:
        sizes = self._run("size", self._imap.uid, "FETCH", uid, "(RFC822.SIZE)")
        size = re.search(rb"RFC822\.SIZE (\d+)", _flat(sizes))
        if size and int(size[1]) > limit:
            raise FetchError(f"{self._what}: mail {uid} has {int(size[1])} bytes, over {limit}")
        # PEEK leaves the mail unread until its reports are in.
        parts = self._run("mail", self._imap.uid, "FETCH", uid, "(BODY.PEEK[])")
        bodies = [part[1] for part in parts if isinstance(part, tuple)]
        if not bodies:
            raise FetchError(f"{self._what}: mail {uid} has gone")
        if size and len(bodies[0]) < int(size[1]):
            raise FetchError(f"{self._what}: mail {uid} came incomplete")
        return bytes(bodies[0])

    def flag(self, uid: str, flag: str) -> None:
        self._run("flag", self._imap.uid, "STORE", uid, "+FLAGS.SILENT", f"({flag})")

    def move(self, uid: str, folder: str) -> None:
        if "MOVE" in self._imap.capabilities:
            self._run("move", self._imap.uid, "MOVE", uid, _quoted(folder))
            return
        self._run("copy", self._imap.uid, "COPY", uid, _quoted(folder))
        self.flag(uid, "\\Deleted")
        # A plain EXPUNGE would also remove what somebody else has marked.
        if "UIDPLUS" in self._imap.capabilities:
            self._run("expunge", self._imap.uid, "EXPUNGE", uid)

    def close(self) -> None:
        try:
            self._imap.logout()
        except (OSError, imaplib.IMAP4.error):
            self._imap.shutdown()

    def _run(self, step: str, command: Any, *arguments: Any) -> list[Any]:
        try:
            status, answer = command(*arguments)
        except (OSError, imaplib.IMAP4.error) as error:
            raise self._failed(f"failed at {step}", error) from None
        if status != "OK":
            raise self._failed(f"failed at {step}", answer)
        return list(answer)

    def _failed(self, what: str, reason: object, secret: str = "") -> FetchError:
        if isinstance(reason, ssl.SSLCertVerificationError):
            return FetchError(f"{self._what} {what}: its certificate is not trusted")
        text = repr(reason) if isinstance(reason, list) else str(reason)
        if secret:
            text = text.replace(secret, "…")
        return FetchError(f"{self._what} {what}: {text[:200]}")


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _flat(parts: Sequence[Any]) -> bytes:
    return b" ".join(part if isinstance(part, bytes) else b" ".join(part) for part in parts if part)


def from_options(options: Options) -> Mailbox:
    after = options.choice("after", ("leave", "seen", "move"), "seen")
    move_to = options.text("move_to", "")
    if (after == "move") != bool(move_to):
        raise options.wrong("after = “move” and move_to belong together")
    starttls = options.flag("starttls", False)
    return Mailbox(
        host=options.text("host"),
        user=options.text("user"),
        password=options.secret("password"),
        port=options.number("port", 143 if starttls else 993),
        starttls=starttls,
        folder=options.text("folder", "INBOX"),
        after=after,
        move_to=move_to,
        limit=options.number("limit_mib", 256) << 20,
        timeout=float(options.number("timeout_seconds", 45)),
        ca_file=options.text("ca_file", ""),
    )
