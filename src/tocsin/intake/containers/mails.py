"""Takes a mail apart into what may be a report: attachments, a body that is data, or links."""

import contextlib
import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from tocsin.intake.containers.members import Companion, MailInfo

COMPANION_CHARS = 32 * 1024
MAX_LINKS = 20
HEADER = re.compile(rb"(?:From |[A-Za-z][A-Za-z0-9-]{1,60}:[ \t\r\n])")
SIGN_OF_MAIL = re.compile(rb"^(?:from|subject|message-id|mime-version|received):", re.I | re.M)
LINK = re.compile(r"https?://[^\s<>\"')\]]+[^\s<>\"')\].,;:]")
SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature")
ENCRYPTED = ("application/pgp-encrypted", "multipart/encrypted")
XARF_TEXT = re.compile(r"(?:---\s*\n)?(?:[A-Za-z-]+:[^\n]*\n){0,12}?Reported-From:", re.I)
DATA_START = ("<?xml", "<notification_message", "{", "[", "---\n", "---\r\n")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing inside a mail; `companions` came along with it."""

    name: str
    content: bytes
    companions: tuple[Companion, ...] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail taken apart; without `parts`, `refused` says why, as a code."""

    info: MailInfo
    parts: tuple[Part, ...] = ()
    links: tuple[str, ...] = ()
    refused: str = ""
    detail: str = ""


def looks_like_mail(name: str, head: bytes) -> bool:
    """Whether `head` begins like a mail (RFC 5322): header fields, some of which any mail has."""
    start = head.lstrip(b"\r\n")
    if not HEADER.match(start):
        return False
    fields = re.split(rb"\r?\n\r?\n", start, maxsplit=1)[0]
    signs = {sign.lower() for sign in SIGN_OF_MAIL.findall(fields)}
    return len(signs) >= 2 or (bool(signs) and name.lower().endswith(".eml"))


def read(raw: bytes) -> Mail:
    """Take a mail apart; whatever is wrong with it ends as `refused`, never as an exception."""
    info = MailInfo("", "", None, "")
    try:
        message = BytesParser(policy=compat32).parsebytes(raw.lstrip(b"\r\n"))
        info = _info(message)
        return _sort_out(message, info)
    except Exception as error:
        # The standard library's parser fails in many ways on what spammers and old gateways send.
        return Mail(info, refused="undecodable-mail", detail=f"{type(error).__name__}: {error}")


def _sort_out(message: Message, info: MailInfo) -> Mail:
    leaves = list(_leaves(message))
    attached = [(_name(part, n), part) for n, part in enumerate(leaves, 1) if _is_attached(part)]
    files = [Part(name, _content(part)) for name, part in attached]
    bodies = [part for part in leaves if not _is_attached(part)]
    if any(part.get_content_type() in ENCRYPTED for part in message.walk()):
        return Mail(info, refused="encrypted-mail", detail="the mail is encrypted")
    report = next((part for part in files if _is_xarf(part.content)), None)
    if report:
        others = [(part.name, part.content) for part in files if part is not report]
        companions = tuple(Companion(name, _text(content)) for name, content in others)
        return Mail(info, (Part(report.name, report.content, companions),))
    texts = [_content(part) for part in bodies if part.get_content_type() == "text/plain"]
    data = next((text for text in texts if _is_data(text)), None)
    if files:
        return Mail(info, tuple(files))
    if data is not None:
        return Mail(info, (Part("body.txt", data),))
    links = _links(bodies)
    if links:
        detail = "no report in the mail, only links: " + " ".join(links[:3])
        return Mail(info, links=links, refused="link-only-mail", detail=detail)
    return Mail(info, refused="no-report-in-mail", detail="neither attachment nor data in the text")


def _info(message: Message) -> MailInfo:
    date: datetime | None = None
    with contextlib.suppress(ValueError, TypeError, IndexError, OverflowError):
        date = email.utils.parsedate_to_datetime(str(message["Date"]))
        date = date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    return MailInfo(
        sender=email.utils.parseaddr(_header(message, "From"))[1].lower(),
        subject=_header(message, "Subject"),
        date=date,
        message_id=_header(message, "Message-ID").strip(),
    )


def _header(message: Message, name: str) -> str:
    raw = str(message.get(name, ""))
    with contextlib.suppress(Exception):
        raw = str(make_header(decode_header(raw)))
    return " ".join(raw.encode("utf-8", "replace").decode("utf-8").split())


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold content; a forwarded mail is one, to be taken apart by itself."""
    if message.get_content_type() == "message/rfc822" or not message.is_multipart():
        if message.get_content_type() not in SIGNATURES:
            yield message
        return
    inner = message.get_payload()
    for part in inner if isinstance(inner, list) else []:
        if isinstance(part, Message):
            yield from _leaves(part)


def _is_attached(part: Message) -> bool:
    kind = part.get_content_type()
    if part.get_content_maintype() == "image":
        return False
    if part.get_filename() or part.get_content_disposition() == "attachment":
        return True
    return not kind.startswith("text/") and not kind.startswith("multipart/")


def _name(part: Message, number: int) -> str:
    name = " ".join(str(part.get_filename() or "").replace("\\", "/").split("/")[-1].split())
    endings = {"message/rfc822": "eml", "application/json": "json", "text/csv": "csv"}
    return name or f"part-{number}.{endings.get(part.get_content_type(), 'bin')}"


def _content(part: Message) -> bytes:
    if part.get_content_type().startswith("message/") and part.is_multipart():
        inner = part.get_payload(0)
        return inner.as_bytes() if isinstance(inner, Message) else b""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else str(part.get_payload()).encode()


def _text(content: bytes) -> str:
    return content[:COMPANION_CHARS].decode("utf-8", "replace")


def _is_xarf(content: bytes) -> bool:
    start = content[:4096].decode("utf-8", "replace").lstrip("\ufeff \r\n").replace("\r\n", "\n")
    return bool(XARF_TEXT.match(start)) or (start.startswith("{") and '"xarf_version"' in start)


def _is_data(content: bytes) -> bool:
    """Whether a mail's text is itself the report: XML, JSON, X-ARF, or rows with a header."""
    text = content[:8192].decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    if text.startswith(DATA_START) or XARF_TEXT.match(text):
        return True
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")][:2]
    return len(lines) == 2 and any(
        lines[0].count(mark) >= 3 and lines[0].count(mark) <= lines[1].count(mark) + 1
        for mark in ",;|\t"
    )


def _links(bodies: list[Message]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for part in bodies:
        if part.get_content_maintype() == "text":
            found.update(dict.fromkeys(LINK.findall(_content(part).decode("utf-8", "replace"))))
    return tuple(found)[:MAX_LINKS]
