"""The mail channel as the settings describe it."""

from email.utils import parseaddr
from functools import cache
from pathlib import Path

from django.conf import settings

from tocsin.alerts.channels.mail import keys
from tocsin.alerts.channels.mail.message import address, tagged
from tocsin.alerts.channels.mail.posts import Outbox, Post, Smtp
from tocsin.alerts.channels.mail.sender import Sender


def sender() -> Sender:
    """Who sends, with what proves it."""
    _, address = parseaddr(settings.TOCSIN_MAIL_FROM)
    local, _, domain = (parseaddr(settings.TOCSIN_MAIL_REPLY_TO)[1] or address).rpartition("@")
    own = own_keys()
    return Sender(
        authority=settings.TOCSIN_AUTHORITY,
        address=address,
        reply_to=f"{local.removesuffix('+')}@{domain}",
        tags_replies=local.endswith("+"),
        verify=settings.TOCSIN_MAIL_VERIFY,
        openpgp=own.openpgp.fingerprint if own.openpgp else "",
        smime=own.smime is not None,
        dkim_domain=own.dkim.domain if own.dkim else "",
    )


def post() -> Post:
    """The SMTP server that the settings name, or the outbox folder."""
    if not settings.EMAIL_HOST:
        return Outbox(settings.TOCSIN_HOME / "outbox")
    return Smtp(
        settings.EMAIL_HOST,
        settings.EMAIL_PORT,
        settings.EMAIL_HOST_USER,
        settings.EMAIL_HOST_PASSWORD,
        settings.TOCSIN_SMTP_SECURITY,
    )


def bounces_to(message_id: str, who: Sender) -> str:
    """The envelope's sender: an address of the delivery's own where one for bounces is set, so
    that even a bounce without the original names its delivery."""
    if "@" not in settings.TOCSIN_MAIL_BOUNCES:
        return address(who.address).addr_spec
    return tagged(settings.TOCSIN_MAIL_BOUNCES, message_id)


def own_keys() -> keys.OwnKeys:
    """Our keys, read once a process and file.  Raises `OwnKeyError`."""
    return _read(
        (settings.TOCSIN_OPENPGP_KEY_FILE, settings.TOCSIN_OPENPGP_PASSWORD),
        (
            settings.TOCSIN_SMIME_KEY_FILE,
            settings.TOCSIN_SMIME_CERTIFICATE_FILE,
            settings.TOCSIN_SMIME_PASSWORD,
        ),
        (
            settings.TOCSIN_DKIM_KEY_FILE,
            settings.TOCSIN_DKIM_SELECTOR,
            settings.TOCSIN_DKIM_DOMAIN,
        ),
    )


@cache
def _read(
    openpgp: tuple[str, str], smime: tuple[str, str, str], dkim: tuple[str, str, str]
) -> keys.OwnKeys:
    return keys.OwnKeys(
        keys.openpgp_key(Path(openpgp[0]), openpgp[1]) if openpgp[0] else None,
        keys.smime_key(Path(smime[0]), Path(smime[1]), smime[2]) if smime[0] else None,
        keys.dkim_key(Path(dkim[0]), dkim[1], dkim[2]) if dkim[0] else None,
    )
