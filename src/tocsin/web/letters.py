"""A delivery's mail, opened for reading."""

from dataclasses import dataclass
from email.message import EmailMessage

from tocsin.alerts.channels.mail.message import Envelope, build
from tocsin.alerts.channels.mail.parcels import content_of
from tocsin.alerts.channels.mail.setup import sender
from tocsin.alerts.freezing import unpacked
from tocsin.alerts.links import answer_page
from tocsin.alerts.models import Delivery
from tocsin.alerts.spreadsheet import attachment

HIDDEN = "the-recipients-own"
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
    """`headers`: those a reader sees; `html` is empty where the mail has none."""

    headers: list[tuple[str, str]]
    text: str
    html: str
    attachments: list[Part]


def letter_of(delivery: Delivery) -> Letter:
    """The delivery's mail, made anew from what was frozen when the alert was composed.

    That is what left, in clear: signature and encryption come on top of it.  Only its links lead
    nowhere, because they would let whoever reads it answer.  Raises `UnusableAddressError` where
    the recipient is no address.
    """
    alert = delivery.alert
    envelope = Envelope(
        delivery.message_id,
        delivery.recipient,
        delivery.uncertainties > 0,
        answer_page(HIDDEN),
    )
    attached = attachment(alert.ticket, unpacked(alert.csv), alert.composed_at)
    return read_letter(build(content_of(delivery), sender(), envelope, attached))


def read_letter(mail: EmailMessage) -> Letter:
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
