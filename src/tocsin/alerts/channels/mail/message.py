"""One alert as one mail: its headers and parts, before any protection."""

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from uuid import uuid4

import idna

from tocsin.alerts.channels.mail import render
from tocsin.alerts.channels.mail.sender import Sender
from tocsin.alerts.channels.mail.wording import Wording
from tocsin.alerts.content import AlertContent
from tocsin.alerts.spreadsheet import Attachment
from tocsin.errors import TocsinError

# ASCII on the wire: signatures survive every relay.  The subject stays on one line: folded right
# after its name, some programs show it with a blank in front.
POLICY = SMTP.clone(cte_type="7bit", max_line_length=160)
LONGEST_LINE = 998  # RFC 5322, section 2.1.1
_NOT_IN_ADDRESS = re.compile(r"[\s<>,;:\"()\\\x00-\x1f\x7f]")
_TICKET = re.compile(r"TOCSIN-\d{4}-\d{6,}")


class UnusableAddressError(TocsinError):
    """An address that no mail can be sent to."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where one delivery goes.

    `message_id` is the same for every attempt, so that a receiving system can drop a second copy;
    `repeat` is true when an earlier attempt may have arrived.  `link`: the page where this
    delivery is answered, empty for none.
    """

    message_id: str
    recipient: str
    repeat: bool = False
    link: str = ""


def new_message_id(sender: Sender) -> str:
    """Not to be guessed: only who has had the mail can name it in a bounce."""
    return f"<{uuid4()}@{address(sender.address).domain}>"


def tagged(written: str, message_id: str) -> str:
    """`name+ID@domain`: an address of the delivery's own, which tells what comes back to it."""
    local, _, domain = written.rpartition("@")
    return f"{local}+{message_id.strip('<>').partition('@')[0]}@{domain}"


def ticket_in(words: str) -> str:
    """The ticket that a subject or a body names, or nothing."""
    found = _TICKET.search(words)
    return found[0] if found else ""


def address(written: str, name: str = "") -> Address:
    """The address with its domain as DNS has it (IDNA 2008).

    Raises `UnusableAddressError` for anything but one plain `local@domain`.
    """
    local, at, domain = written.strip().rpartition("@")
    try:
        if not (local and at and domain) or _NOT_IN_ADDRESS.search(written.strip()):
            raise ValueError("not of the form name@domain")
        plain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
        return Address(one_line(name), local, plain)
    except ValueError as error:
        raise UnusableAddressError(f"Cannot send mail to {written!r}: {error}") from error


def one_line(words: str) -> str:
    """Words for a header: nothing in them can start another header."""
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())


def build(
    content: AlertContent, sender: Sender, envelope: Envelope, attached: Attachment
) -> EmailMessage:
    """multipart/mixed of (text, HTML) and the CSV.  Raises `UnusableAddressError`."""
    recipient = address(envelope.recipient)
    mail = EmailMessage(policy=POLICY.clone(utf8=not recipient.addr_spec.isascii()))  # RFC 6532
    mail["From"] = address(sender.address, sender.authority)
    mail["To"] = recipient
    mail["Reply-To"] = address(_reply_to(sender, envelope))
    mail["Subject"] = one_line(Wording(content, sender).subject)
    mail["Date"] = format_datetime(content.composed_at)
    mail["Message-ID"] = one_line(envelope.message_id)
    if content.earlier:
        mail["References"] = " ".join(one_line(reference) for reference in content.earlier)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"  # the same for Exchange
    mail["X-Tocsin-Ticket"] = content.ticket
    mail["X-Tocsin-TLP"] = content.tlp
    if envelope.repeat:
        mail["X-Tocsin-Repeat"] = "this delivery may have arrived before"
    _add_parts(mail, content, sender, envelope, attached)
    return mail


def _reply_to(sender: Sender, envelope: Envelope) -> str:
    if not sender.tags_replies:
        return sender.reply_to
    return tagged(sender.reply_to, one_line(envelope.message_id))


def _add_parts(
    mail: EmailMessage,
    content: AlertContent,
    sender: Sender,
    envelope: Envelope,
    attached: Attachment,
) -> None:
    words = render.text(content, sender, envelope.repeat, envelope.link)
    mail.set_content(words, cte="quoted-printable")
    page = render.html(content, sender, envelope.repeat, envelope.link)
    way = "7bit" if max(map(len, page.splitlines())) < LONGEST_LINE else "quoted-printable"
    mail.add_alternative(page, subtype="html", cte=way)
    if render.left_out(content):
        mail.add_attachment(words, filename=f"{content.ticket}.txt", cte="quoted-printable")
    main, _, sub = attached.content_type.partition("/")
    mail.add_attachment(attached.data, maintype=main, subtype=sub, filename=attached.name)
    if main == "text":
        list(mail.iter_attachments())[-1].set_param("charset", "utf-8")
    known = sha256(envelope.message_id.encode()).hexdigest()[:32]
    for place, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"=_{known}_{place}")
