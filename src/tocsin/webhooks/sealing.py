"""A webhook's secret at rest, sealed for its row alone."""

from tocsin.access import sealing
from tocsin.errors import TocsinError


class SealedWithAnotherKeyError(TocsinError):
    """The secret cannot be opened: the installation's key is not the one it was sealed with."""


def seal(secret: str, owner: bytes) -> bytes:
    """`owner` names the row, so that no secret opens in another's place."""
    return sealing.seal(secret.encode(), _purpose(owner))


def unseal(sealed: bytes, owner: bytes) -> str:
    """Raises `SealedWithAnotherKeyError`."""
    try:
        return sealing.unseal(sealed, _purpose(owner)).decode()
    except (TocsinError, ValueError):
        raise SealedWithAnotherKeyError(
            "The webhook's secret was sealed with another key of this installation.",
            "Bring TOCSIN_SECRET_KEY back, or make the webhook a new secret.",
        ) from None


def _purpose(owner: bytes) -> str:
    return f"webhook {owner.hex()}"
