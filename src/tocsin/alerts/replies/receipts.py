"""What we write back to somebody whose answer came by mail."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

from tocsin.alerts.channels.mail.keys import UnusableKeyError
from tocsin.alerts.channels.mail.message import (
    POLICY,
    UnusableAddressError,
    address,
    new_message_id,
    one_line,
    tagged,
)
from tocsin.alerts.channels.mail.protect import RecipientKeys, protected
from tocsin.alerts.channels.mail.setup import own_keys, sender
from tocsin.alerts.deliveries import defer_delivery
from tocsin.alerts.freezing import packed
from tocsin.alerts.models import Delivery, Receipt
from tocsin.alerts.replies import receipt_words
from tocsin.alerts.replies.allowed import Sender
from tocsin.alerts.replies.taking import Taken

if TYPE_CHECKING:
    from tocsin.alerts.replies.by_mail import Reply

MOST_A_DAY = 10  # to one address


def queue(
    reply: "Reply",
    delivery: Delivery,
    to: Sender,
    taken: Taken,
    with_words: bool,
    now: datetime,
) -> str:
    """Have it leave, within the caller's transaction; why not, where it must not.

    Never to a program: two of them would write to each other for ever.
    """
    if reply.automatic:
        return "no receipt: the mail is automatic"
    since = now - timedelta(days=1)
    if Receipt.objects.filter(recipient=to.who.name, at__gt=since).count() >= MOST_A_DAY:
        return f"no receipt: {to.who.name} got {MOST_A_DAY} within a day"
    message_id = new_message_id(sender())
    try:
        mail = _mail(reply, delivery, to, _text(delivery, taken, with_words), message_id, now)
    except (UnusableAddressError, UnusableKeyError) as error:
        return f"no receipt: {error}"
    Receipt.objects.create(
        delivery=delivery,
        organisation_id=delivery.organisation_id,
        recipient=to.who.name,
        message_id=message_id,
        at=now,
        next_attempt_at=now,
        mail=packed(mail),
    )
    defer_delivery()
    return ""


def _text(delivery: Delivery, taken: Taken, with_words: bool) -> tuple[str, str]:
    alert = delivery.alert
    return receipt_words.subject(alert.ticket, taken, alert.language), receipt_words.text(
        alert.ticket, taken, with_words, alert.language
    )


def _mail(
    reply: "Reply",
    delivery: Delivery,
    to: Sender,
    words: tuple[str, str],
    message_id: str,
    now: datetime,
) -> bytes:
    """As it leaves: encrypted where the contact has a key, and signed as the alerts are."""
    who, recipient = sender(), address(to.who.name)
    mail = EmailMessage(policy=POLICY.clone(utf8=not recipient.addr_spec.isascii()))
    mail["From"] = address(who.address, who.authority)
    mail["To"] = recipient
    mail["Reply-To"] = address(
        tagged(who.reply_to, delivery.message_id) if who.tags_replies else who.reply_to
    )
    mail["Subject"] = one_line(words[0])
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id
    if reply.message_id:
        mail["In-Reply-To"] = reply.message_id
    mail["References"] = f"{one_line(delivery.message_id)} {reply.message_id}".strip()
    mail["Auto-Submitted"] = "auto-replied"  # RFC 3834
    mail["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    mail["X-Tocsin-Ticket"] = delivery.alert.ticket
    mail["X-Tocsin-TLP"] = delivery.alert.tlp
    mail.set_content(words[1], cte="quoted-printable")
    keys = RecipientKeys()
    if to.contact:
        keys = RecipientKeys(to.contact.openpgp_certificate, to.contact.smime_certificate)
    return protected(mail, keys, own_keys(), now)
