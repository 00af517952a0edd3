"""S/MIME for mail (RFC 8551)."""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import (
    PKCS7EnvelopeBuilder,
    PKCS7Options,
    PKCS7SignatureBuilder,
)

from tocsin.alerts.channels.mail.entity import Entity, base64_lines, base64_part
from tocsin.alerts.channels.mail.keys import SmimeKey, UnusableKeyError


def signed(mail: Entity, ours: SmimeKey) -> Entity:
    builder = PKCS7SignatureBuilder().set_data(mail.signable)
    builder = builder.add_signer(ours.certificate, ours.key, SHA256())
    for certificate in ours.chain:
        builder = builder.add_certificate(certificate)
    signature = builder.sign(Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary])
    return mail.multipart(
        'multipart/signed; micalg="sha-256";\r\n protocol="application/pkcs7-signature"',
        mail.signable,
        base64_part(
            'Content-Type: application/pkcs7-signature; name="smime.p7s"\n'
            'Content-Disposition: attachment; filename="smime.p7s"',
            signature,
        ),
    )


def encrypted(mail: Entity, certificate: str, now: datetime) -> Entity:
    """Encrypted to the certificate (PEM) with AES-256.

    Raises `UnusableKeyError` when it is not valid at `now`, or no RSA certificate for mail.
    """
    recipient = _usable(certificate, now)
    sealed = (
        PKCS7EnvelopeBuilder()
        .set_data(mail.signable)
        .set_content_encryption_algorithm(AES256)
        .add_recipient(recipient)
        .encrypt(Encoding.DER, [PKCS7Options.Binary])
    )
    wrapped = mail.wrapped(
        'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
        base64_lines(sealed) + b"\r\n",
    )
    headers = (
        b'Content-Disposition: attachment; filename="smime.p7m"\r\n'
        b"Content-Transfer-Encoding: base64\r\n"
    )
    return Entity(wrapped.outer, wrapped.content + headers, wrapped.body)


def _usable(pem: str, now: datetime) -> x509.Certificate:
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise UnusableKeyError(f"The S/MIME certificate cannot be read: {error}") from error
    named = f"The S/MIME certificate of {certificate.subject.rfc4514_string() or 'nobody'}"
    if certificate.not_valid_after_utc <= now:
        raise UnusableKeyError(f"{named} expired on {certificate.not_valid_after_utc:%Y-%m-%d}")
    if certificate.not_valid_before_utc > now:
        raise UnusableKeyError(
            f"{named} is valid only from {certificate.not_valid_before_utc:%Y-%m-%d}"
        )
    if not isinstance(certificate.public_key(), rsa.RSAPublicKey):
        raise UnusableKeyError(f"{named} is not for an RSA key, the only sort we can encrypt to")
    if not _may_encrypt(certificate):
        raise UnusableKeyError(f"{named} is not for encryption")
    return certificate


def _may_encrypt(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_encipherment
    except x509.ExtensionNotFound:
        return True
