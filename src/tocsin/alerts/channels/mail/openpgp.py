"""OpenPGP for mail (RFC 3156)."""

from datetime import datetime

import pysequoia

from tocsin.alerts.channels.mail.entity import Entity
from tocsin.alerts.channels.mail.keys import OpenPgpKey, UnusableKeyError


def encrypted(mail: Entity, certificate: str, ours: OpenPgpKey | None, now: datetime) -> Entity:
    """Encrypted to the certificate (armoured text), signed where we have a key.

    Raises `UnusableKeyError` when it has expired, is revoked or cannot encrypt.
    """
    recipient = _usable(certificate, now)
    try:
        sealed = pysequoia.encrypt(
            mail.signable, recipients=[recipient], signer=ours.signer() if ours else None
        )
    except Exception as error:  # pysequoia has no exceptions of its own
        raise UnusableKeyError(
            f"The OpenPGP key {recipient.fingerprint} cannot encrypt: {error}"
        ) from error
    return mail.multipart(
        'multipart/encrypted; protocol="application/pgp-encrypted"',
        b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n",
        b'Content-Type: application/octet-stream; name="encrypted.asc"\r\n'
        b'Content-Disposition: inline; filename="encrypted.asc"\r\n\r\n' + _crlf(sealed),
    )


def signed(mail: Entity, ours: OpenPgpKey) -> Entity:
    signature = pysequoia.sign(ours.signer(), mail.signable, mode=pysequoia.SignatureMode.DETACHED)
    return mail.multipart(
        'multipart/signed; micalg=pgp-sha512;\r\n protocol="application/pgp-signature"',
        mail.signable,
        b'Content-Type: application/pgp-signature; name="signature.asc"\r\n\r\n' + _crlf(signature),
    )


def _usable(certificate: str, now: datetime) -> pysequoia.Cert:
    try:
        cert = pysequoia.Cert.from_bytes(certificate.encode())
    except Exception as error:
        raise UnusableKeyError(f"The OpenPGP key cannot be read: {error}") from error
    if cert.is_revoked:
        raise UnusableKeyError(f"The OpenPGP key {cert.fingerprint} is revoked")
    if cert.expiration and cert.expiration <= now:
        raise UnusableKeyError(
            f"The OpenPGP key {cert.fingerprint} expired on {cert.expiration:%Y-%m-%d}"
        )
    return cert


def _crlf(armoured: bytes) -> bytes:
    return armoured.rstrip(b"\n").replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
