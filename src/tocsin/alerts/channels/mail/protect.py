"""What happens to a mail before it leaves: encryption, signature, DKIM.

An organisation that gave us a key is only ever written to with it: when the key cannot be used,
the caller holds the delivery and says why.
"""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

import dkim

from tocsin.alerts.channels.mail import openpgp, smime
from tocsin.alerts.channels.mail.entity import Entity, parted
from tocsin.alerts.channels.mail.keys import DkimKey, OwnKeyError, OwnKeys

_SIGNED_HEADERS = (
    b"from",
    b"to",
    b"reply-to",
    b"subject",
    b"date",
    b"message-id",
    b"references",
    b"mime-version",
    b"content-type",
    b"auto-submitted",
    b"x-tocsin-ticket",
)


@dataclass(frozen=True, slots=True)
class RecipientKeys:
    """What the recipient gave us: armoured OpenPGP and PEM S/MIME, empty where nothing."""

    openpgp: str = ""
    smime: str = ""


def protected(mail: EmailMessage, recipient: RecipientKeys, ours: OwnKeys, now: datetime) -> bytes:
    """The mail as it leaves, ASCII with CRLF.  Raises `UnusableKeyError`, `OwnKeyError`."""
    entity = parted(mail.as_bytes())
    if recipient.openpgp:
        hidden = entity.with_hidden_subject(_outer_subject(mail))
        entity = openpgp.encrypted(hidden, recipient.openpgp, ours.openpgp, now)
    elif recipient.smime:
        hidden = entity.with_hidden_subject(_outer_subject(mail))
        inner = smime.signed(hidden, ours.smime) if ours.smime else hidden
        entity = smime.encrypted(inner, recipient.smime, now)
    else:
        entity = _signed(entity, ours)
    return _dkim_signed(bytes(entity), ours.dkim)


def _outer_subject(mail: EmailMessage) -> str:
    """The ticket and the marking only: how many threats somebody has is nobody else's business."""
    return f"[{mail['X-Tocsin-Ticket']}] TLP:{mail['X-Tocsin-TLP']}"


def _signed(entity: Entity, ours: OwnKeys) -> Entity:
    """S/MIME first, which more mail programs can check without an extension."""
    if ours.smime:
        return smime.signed(entity, ours.smime)
    if ours.openpgp:
        return openpgp.signed(entity, ours.openpgp)
    return entity


def _dkim_signed(mail: bytes, key: DkimKey | None) -> bytes:
    if key is None:
        return mail
    try:
        header: bytes = dkim.sign(
            mail,
            key.selector.encode(),
            key.domain.encode(),
            key.pem,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[*_SIGNED_HEADERS, b"from", b"subject"],  # a second one breaks it
        )
    except dkim.DKIMException as error:
        raise OwnKeyError(f"The DKIM key for {key.domain} does not sign: {error}") from error
    return header + mail
