"""Our keys, read from the files that the settings name, and what is wrong with others' keys."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pysequoia
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from dkim.crypto import UnparsableKeyError, parse_pem_private_key

from tocsin.errors import TocsinError


class UnusableKeyError(TocsinError):
    """A recipient's key that cannot be used; the delivery is held, never sent in clear."""


class OwnKeyError(TocsinError):
    """A key of ours that cannot be used: nothing is sent until that is repaired."""


@dataclass(frozen=True)
class OpenPgpKey:
    key: pysequoia.Tsk
    password: str = ""

    def signer(self) -> Any:
        return self.key.signer(self.password or None)

    @property
    def fingerprint(self) -> str:
        found: str = self.key.extract_certificate().fingerprint
        return found.upper()


@dataclass(frozen=True)
class SmimeKey:
    """`chain`: the certificates between ours and the authority that recipients trust."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()


@dataclass(frozen=True)
class DkimKey:
    pem: bytes
    selector: str
    domain: str


@dataclass(frozen=True)
class OwnKeys:
    openpgp: OpenPgpKey | None = None
    smime: SmimeKey | None = None
    dkim: DkimKey | None = None


def openpgp_key(path: Path, password: str = "") -> OpenPgpKey:
    """An armoured or binary secret key.  Raises `OwnKeyError`."""
    try:
        key = OpenPgpKey(pysequoia.Tsk.from_bytes(path.read_bytes()), password)
        key.signer()
    except Exception as error:  # pysequoia has no exceptions of its own
        raise OwnKeyError(f"{path}: no usable OpenPGP key: {error}") from error
    return key


def smime_key(key: Path, certificate: Path, password: str = "") -> SmimeKey:
    """PEM files; the certificate's may hold the chain too.  Raises `OwnKeyError`."""
    try:
        private = load_pem_private_key(key.read_bytes(), password.encode() or None)
        own, *chain = x509.load_pem_x509_certificates(certificate.read_bytes())
    except (ValueError, TypeError, OSError) as error:
        raise OwnKeyError(f"{key}, {certificate}: no usable S/MIME key: {error}") from error
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise OwnKeyError(f"{key}: S/MIME needs an RSA or elliptic-curve key")
    if private.public_key() != own.public_key():
        raise OwnKeyError(f"{key} is not the key of {certificate}")
    return SmimeKey(private, own, tuple(chain))


def dkim_key(path: Path, selector: str, domain: str) -> DkimKey:
    """A PEM RSA key.  Raises `OwnKeyError`."""
    if not (selector and domain):
        raise OwnKeyError("DKIM needs a selector and a domain beside the key")
    try:
        pem = path.read_bytes()
        parse_pem_private_key(pem)
    except (OSError, UnparsableKeyError) as error:
        raise OwnKeyError(f"{path}: no usable DKIM key: {error}") from error
    return DkimKey(pem, selector, domain)
