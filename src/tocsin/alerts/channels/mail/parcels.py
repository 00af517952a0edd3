"""From a delivery's row to the bytes that leave: the same content at every try."""

from datetime import datetime

from tocsin.alerts.channels.mail.message import Envelope, UnusableAddressError, address, build
from tocsin.alerts.channels.mail.posts import Parcel, file_name
from tocsin.alerts.channels.mail.protect import RecipientKeys, protected
from tocsin.alerts.channels.mail.setup import bounces_to, own_keys, sender
from tocsin.alerts.freezing import thawed, unpacked
from tocsin.alerts.models import Delivery
from tocsin.alerts.spreadsheet import attachment


def parcel_of(delivery: Delivery, now: datetime) -> Parcel:
    """Raises `UnusableKeyError`, `UnusableAddressError`; the delivery is then held."""
    alert, contact, who = delivery.alert, delivery.contact, sender()
    if contact is None:  # with it went the key that the mail may have to be encrypted with
        raise UnusableAddressError(f"The contact {delivery.recipient} is no longer known")
    content = thawed(alert.content)
    envelope = Envelope(delivery.message_id, delivery.recipient, repeat=delivery.uncertainties > 0)
    attached = attachment(alert.ticket, unpacked(alert.csv), alert.composed_at)
    keys = RecipientKeys(contact.openpgp_certificate, contact.smime_certificate)
    return Parcel(
        name=file_name(alert.ticket, delivery.organisation.name, delivery.number),
        sent_from=bounces_to(delivery.message_id, who),
        recipient=address(delivery.recipient).addr_spec,
        mail=protected(build(content, who, envelope, attached), keys, own_keys(), now),
    )
