"""From a delivery's row to the bytes that leave: the same content at every try."""

from dataclasses import replace
from datetime import datetime

from tocsin.alerts.channels.mail.message import Envelope, UnusableAddressError, address, build
from tocsin.alerts.channels.mail.posts import Parcel, file_name
from tocsin.alerts.channels.mail.protect import RecipientKeys, protected
from tocsin.alerts.channels.mail.setup import bounces_to, own_keys, sender
from tocsin.alerts.content import AlertContent
from tocsin.alerts.freezing import thawed, unpacked
from tocsin.alerts.links import answer_page, token
from tocsin.alerts.models import Delivery
from tocsin.alerts.spreadsheet import attachment


def parcel_of(delivery: Delivery, now: datetime) -> Parcel:
    """Raises `UnusableKeyError`, `UnusableAddressError`; the delivery is then held."""
    alert, contact, who = delivery.alert, delivery.contact, sender()
    if contact is None and not goes_to_delegate(delivery):
        # with it went the key that the mail may have to be encrypted with
        raise UnusableAddressError(f"The contact {delivery.recipient} is no longer known")
    envelope = Envelope(
        delivery.message_id,
        delivery.recipient,
        repeat=delivery.uncertainties > 0,
        link=answer_page(token(delivery.pk, alert.composed_at)),
    )
    attached = attachment(alert.ticket, unpacked(alert.csv), alert.composed_at)
    keys = (
        RecipientKeys(contact.openpgp_certificate, contact.smime_certificate)
        if contact
        else RecipientKeys()
    )
    content = content_of(delivery)
    return Parcel(
        name=file_name(alert.ticket, delivery.organisation.name, delivery.number),
        sent_from=bounces_to(delivery.message_id, who),
        recipient=address(delivery.recipient).addr_spec,
        mail=protected(build(content, who, envelope, attached), keys, own_keys(), now),
    )


def goes_to_delegate(delivery: Delivery) -> bool:
    """Whether it is for a delegation's contact, and not for the organisation in its place."""
    delegation = delivery.alert.delegation
    return delegation is not None and delegation.email == delivery.recipient


def content_of(delivery: Delivery) -> AlertContent:
    """As frozen; what could not reach a delegation's contact is the organisation's to read."""
    content = thawed(delivery.alert.content)
    if not content.on_behalf or delivery.contact_id is None:
        return content
    return replace(
        content,
        organisation=content.on_behalf,
        on_behalf="",
        unreached=content.organisation,
    )
