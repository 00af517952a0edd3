"""Reading bounces: delivery status notifications (RFC 3464) and what else mail servers write."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

from tocsin.alerts.channels.mail.message import ticket_in

_MESSAGE_ID = re.compile(r"(?im)^message-id:\s*(<[^<>\s]+>)")
_TOKEN = re.compile(r"\+([0-9a-f]{8}-[0-9a-f-]{27})@")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a returned mail tells.

    `message_ids`: of the original, which only who had it knows.  `token`: the delivery's part of
    the address that the bounce came to.  `ticket`: anybody can guess one, so alone it proves
    nothing.  `failed` is false for a mere delay.
    """

    message_ids: tuple[str, ...]
    token: str
    ticket: str
    failed: bool
    status: str
    detail: str


def read_bounce(raw: bytes) -> Bounce | None:
    """The bounce, or nothing when the mail is none."""
    mail = message_from_bytes(raw, policy=policy.default)
    fields = list(_status_fields(mail))
    token = _TOKEN.search(f"{mail.get('To', '')} {mail.get('Delivered-To', '')}")
    if not (fields or token):
        return None
    actions = {str(part.get("Action", "")).strip().lower() for part in fields} - {""}
    status = next((s for part in fields if (s := _status(part))), "")
    said = next((str(part["Diagnostic-Code"]) for part in fields if part["Diagnostic-Code"]), "")
    return Bounce(
        message_ids=_originals(raw, mail),
        token=token[1] if token else "",
        ticket=ticket_in(raw.decode("utf-8", "replace")),
        failed="failed" in actions,
        status=status,
        detail=" ".join(f"{status} {said}".split())[:500] or str(mail.get("Subject", ""))[:500],
    )


def _status_fields(mail: Message) -> Iterator[Message]:
    """The groups of fields inside message/delivery-status, each parsed as headers."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            yield from (group for group in part.get_payload() if isinstance(group, Message))


def _status(fields: Message) -> str:
    found = _STATUS.search(str(fields.get("Status", "")))
    return found[0] if found else ""


def _originals(raw: bytes, mail: EmailMessage | Message) -> tuple[str, ...]:
    """Message-IDs after the bounce's own headers, and what it answers to."""
    _, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    found = _MESSAGE_ID.findall(body.decode("utf-8", "replace"))
    answered = f"{mail.get('In-Reply-To', '')} {mail.get('References', '')}"
    return tuple(dict.fromkeys([*found, *re.findall(r"<[^<>\s]+>", answered)]))
