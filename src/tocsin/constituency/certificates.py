"""Certificates that mail to an organisation is encrypted with, checked when they come in."""

from pathlib import Path

from cryptography.x509 import load_pem_x509_certificate
from pysequoia import Cert

from tocsin.refused import RefusalError


def read_openpgp(path: Path) -> str:
    """An ASCII-armoured OpenPGP certificate.  Raises `RefusalError`."""
    text = _text(path)
    if "PRIVATE KEY" in text:
        raise RefusalError("private-key", f"{path.name} is a private key: only the public one here")
    try:
        Cert.from_bytes(text.encode())
    except Exception as error:  # the library raises its own and plain Exceptions
        raise RefusalError("bad-certificate", f"{path.name}: {error}") from error
    return text


def read_smime(path: Path) -> str:
    """An X.509 certificate in PEM.  Raises `RefusalError`."""
    text = _text(path)
    if "PRIVATE KEY" in text:
        raise RefusalError(
            "private-key", f"{path.name} has a private key: only the certificate here"
        )
    try:
        load_pem_x509_certificate(text.encode())
    except ValueError as error:
        raise RefusalError("bad-certificate", f"{path.name}: {error}") from error
    return text


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except OSError as error:
        raise RefusalError("no-certificate", f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise RefusalError(
            "bad-certificate", f"{path.name} is binary: export it with ASCII armour or as PEM"
        ) from None
