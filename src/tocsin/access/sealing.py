"""Small secrets, sealed with the installation's key before they reach the database."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.crypto import salted_hmac

from tocsin.errors import TocsinError

NONCE = 12  # bytes


def seal(secret: bytes, purpose: str) -> bytes:
    """Nonce and AES-256-GCM ciphertext; opens for the same `purpose` only (whose, and what for)."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher().encrypt(nonce, secret, purpose.encode())


def unseal(sealed: bytes, purpose: str) -> bytes:
    """Raises `TocsinError` if it was sealed with another key or for another purpose."""
    try:
        return _cipher().decrypt(sealed[:NONCE], sealed[NONCE:], purpose.encode())
    except InvalidTag as error:
        raise TocsinError(
            "A sealed secret does not open: the installation's key has changed.",
            "Restore keys/django or TOCSIN_SECRET_KEY, or: tocsin people reset-factors ADDRESS",
        ) from error


def keyed_digest(text: str, purpose: str) -> bytes:
    """32 bytes that nobody can compute, or guess back, without the installation's key."""
    return salted_hmac(f"tocsin.access.{purpose}", text, algorithm="sha256").digest()


def _cipher() -> AESGCM:
    return AESGCM(salted_hmac("tocsin.access.sealing", b"", algorithm="sha256").digest())
