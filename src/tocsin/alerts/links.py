"""The links by which a desk answers: one signed token a delivery, in every link of its mail."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.signing import b62_decode, b62_encode

VALID_DAYS = 90
LONGEST = 100  # characters of a token
_SALT = "tocsin.alerts.answer"
_EPOCH = date(2020, 1, 1)


def token(delivery: int, composed_at: datetime) -> str:
    """The same at every attempt: it depends on nothing but the delivery."""
    until = (composed_at.date() - _EPOCH).days + VALID_DAYS
    return _signer().sign(f"{b62_encode(delivery)}-{b62_encode(until)}")


def delivery_of(written: str, now: datetime) -> int | None:
    """The delivery that a token was made for; nothing for one that is altered or too old."""
    try:
        number, _, until = _signer().unsign(written[: LONGEST + 1]).partition("-")
        delivery, day = b62_decode(number), b62_decode(until)
    except (signing.BadSignature, ValueError):
        return None
    return delivery if now.date() <= _EPOCH + timedelta(days=day) else None


def answer_page(written: str) -> str:
    """The full address of the page for a whole alert."""
    return f"{settings.TOCSIN_PUBLIC_URL}/answer/{written}/"


def threat_page(page: str, threat: UUID) -> str:
    """The page for one of its threats."""
    return f"{page}{threat}/"


def _signer() -> signing.Signer:
    return signing.Signer(salt=_SALT, sep=".")
