"""Signatures as Standard Webhooks 1.0 has them (standardwebhooks.com), over HMAC-SHA256."""

import base64
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

PREFIX = "whsec_"
BYTES = 32


def new_secret() -> str:
    """`whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def signature(secret: str, message: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over `message.timestamp.body`."""
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    signed = b"%s.%d.%s" % (message.encode(), timestamp, body)
    return "v1," + base64.b64encode(hmac.digest(key, signed, sha256)).decode()


def headers(secrets: Iterable[str], message: str, now: datetime, body: bytes) -> dict[str, str]:
    """The three headers; several secrets (while one replaces another) give several signatures."""
    timestamp = int(now.timestamp())
    given = (signature(secret, message, timestamp, body) for secret in secrets)
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(given),
    }
