"""A webhook's secret at rest: AES-256-GCM under a key derived from the installation's own."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from tocsin.errors import TocsinError

NONCE = 12


class SealedWithAnotherKeyError(TocsinError):
    """The secret cannot be opened: the installation's key is not the one it was sealed with."""


def seal(secret: str, owner: bytes) -> bytes:
    """Nonce and ciphertext; `owner` names the row, so that no secret opens in another's place."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(_key()).encrypt(nonce, secret.encode(), owner)


def unseal(sealed: bytes, owner: bytes) -> str:
    """Raises `SealedWithAnotherKeyError`."""
    try:
        return AESGCM(_key()).decrypt(sealed[:NONCE], sealed[NONCE:], owner).decode()
    except (InvalidTag, ValueError):
        raise SealedWithAnotherKeyError(
            "The webhook's secret was sealed with another key of this installation.",
            "Bring TOCSIN_SECRET_KEY back, or make the webhook a new secret.",
        ) from None


def _key() -> bytes:
    derive = HKDF(SHA256(), length=32, salt=None, info=b"tocsin webhook secrets")
    return derive.derive(settings.SECRET_KEY.encode())
