"""A mail in the outbox folder, opened for reading."""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from django.conf import settings

from tocsin.alerts.models import Delivery

SHOWN = ("From", "To", "Reply-To", "Subject", "Date")


@dataclass(frozen=True)
class Part:
    """Something attached; `number` counts the attachments from 1."""

    number: int
    name: str
    type: str
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(frozen=True)
class Letter:
    """`headers`: those a reader sees.  `html` and `text` are empty where the mail has none, or
    where only its recipient can open it (OpenPGP, S/MIME)."""

    headers: list[tuple[str, str]]
    text: str
    html: str
    attachments: list[Part]


def letter_of(delivery: Delivery) -> Letter | None:
    """The delivery's mail, if it lies in the outbox folder."""
    path = outbox_file(delivery)
    return read_letter(path.read_bytes()) if path.is_file() else None


def outbox_file(delivery: Delivery) -> Path:
    return settings.TOCSIN_HOME / "outbox" / f"{delivery.alert.ticket}.eml"


def read_letter(raw: bytes) -> Letter:
    mail = message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    return Letter(
        headers=[(name, str(mail[name])) for name in SHOWN if mail[name]],
        text=_body(mail, "plain"),
        html=_body(mail, "html"),
        attachments=[
            Part(at, part.get_filename() or f"part {at}", part.get_content_type(), _content(part))
            for at, part in enumerate(mail.iter_attachments(), start=1)
        ],
    )


def _body(mail: EmailMessage, form: str) -> str:
    part = mail.get_body((form,))
    return str(part.get_content()) if part is not None else ""


def _content(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else part.as_bytes()
