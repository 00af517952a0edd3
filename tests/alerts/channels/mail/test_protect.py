import base64
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP
from pathlib import Path

import dkim
import pysequoia
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from tests.alerts.samples import ENVELOPE, SENDER, content, row
from tocsin.alerts.channels.mail.keys import (
    OwnKeyError,
    OwnKeys,
    UnusableKeyError,
    dkim_key,
    openpgp_key,
    smime_key,
)
from tocsin.alerts.channels.mail.message import build
from tocsin.alerts.channels.mail.protect import RecipientKeys, protected
from tocsin.alerts.spreadsheet import attachment, csv_bytes

NOW = datetime.now(UTC)  # the keys below are made now, and checked against real time
NOBODY = RecipientKeys()

RsaKey = rsa.RSAPrivateKey


def pem(key: RsaKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def certificate(
    key: RsaKey | ec.EllipticCurvePrivateKey,
    days: tuple[int, int] = (-1, 30),
    encipher: bool = True,
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.EMAIL_ADDRESS, "abuse@nordwind.example")])
    usage = x509.KeyUsage(True, False, encipher, False, False, False, False, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
        .add_extension(usage, critical=True)
        .sign(key, SHA256())
    )


def as_pem(made: x509.Certificate) -> str:
    return made.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="module")
def rsa_key() -> RsaKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def theirs() -> pysequoia.Tsk:
    return pysequoia.Tsk.generate(
        "Abuse desk <abuse@nordwind.example>", validity_seconds=3 * 365 * 86400
    )


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory, rsa_key: RsaKey) -> Path:
    """A folder with our keys: sign.asc, smime.pem, smime.crt, dkim.pem."""
    folder = tmp_path_factory.mktemp("keys")
    secret = pysequoia.Tsk.generate("Authority <alerts@cert.example>")
    (folder / "sign.asc").write_text(str(secret))
    (folder / "smime.pem").write_bytes(pem(rsa_key))
    (folder / "smime.crt").write_text(as_pem(certificate(rsa_key)))
    (folder / "dkim.pem").write_bytes(
        rsa_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    return folder


def mail() -> EmailMessage:
    told = content([row(number, hostname="größe.example") for number in range(1, 5)])
    return build(told, SENDER, ENVELOPE, attachment(told.ticket, csv_bytes(told), NOW))


def parse(raw: bytes) -> EmailMessage:
    parsed = message_from_bytes(raw, policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


def body(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload


def csv_of(parsed: EmailMessage) -> bytes:
    return body(next(part for part in parsed.walk() if part.get_filename()))


def test_without_keys_the_mail_leaves_as_it_is() -> None:
    parsed = parse(protected(mail(), NOBODY, OwnKeys(), NOW))
    assert parsed.get_content_type() == "multipart/mixed"
    assert csv_of(parsed) == csv_of(mail())
    assert parsed["Subject"] == mail()["Subject"]


def test_openpgp_hides_all_but_ticket_and_marking_and_is_signed(
    theirs: pysequoia.Tsk, ours: Path
) -> None:
    own = openpgp_key(ours / "sign.asc")
    keys = RecipientKeys(openpgp=str(theirs.extract_certificate()))
    raw = protected(mail(), keys, OwnKeys(openpgp=own), NOW)
    parsed = parse(raw)
    assert parsed["Subject"] == "[TOCSIN-2026-000123] TLP:AMBER"
    assert parsed["Message-ID"] == mail()["Message-ID"]
    assert parsed.get_content_type() == "multipart/encrypted"
    assert parsed.get_param("protocol") == "application/pgp-encrypted"
    version, sealed = parsed.iter_parts()
    assert body(version).strip() == b"Version: 1"
    opened = pysequoia.decrypt(
        decryptor=theirs.decryptor(),
        bytes=body(sealed),
        store=lambda _: [own.key.extract_certificate()],
    )
    assert [signature.certificate.upper() for signature in opened.valid_sigs] == [own.fingerprint]
    inner = parse(opened.bytes or b"")
    assert inner["Subject"] == mail()["Subject"]
    assert inner.get_param("protected-headers") == "v1"
    assert csv_of(inner) == csv_of(mail())
    assert b"192.0.2" not in raw


def test_without_a_recipients_key_our_openpgp_signature_covers_the_whole(ours: Path) -> None:
    own = openpgp_key(ours / "sign.asc")
    raw = protected(mail(), NOBODY, OwnKeys(openpgp=own), NOW)
    parsed = parse(raw)
    assert parsed.get_content_type() == "multipart/signed"
    edge = b"--" + parsed.get_boundary().encode()  # type: ignore[union-attr]
    covered = raw.split(edge + b"\r\n")[1].removesuffix(b"\r\n")
    _, signature = parsed.iter_parts()
    checked = pysequoia.verify(
        bytes=covered,
        store=lambda _: [own.key.extract_certificate()],
        signature=pysequoia.Sig.from_bytes(body(signature)),
    )
    assert len(checked.valid_sigs) == 1
    assert csv_of(parsed) == csv_of(mail())


def test_an_expired_revoked_or_broken_openpgp_key_is_refused(theirs: pysequoia.Tsk) -> None:
    cert = theirs.extract_certificate()
    later = NOW + timedelta(days=365 * 4)
    other = pysequoia.Tsk.generate("x <x@y.example>")
    public = other.extract_certificate()
    revoked = pysequoia.Cert.from_bytes(bytes(public) + bytes(public.revoke(other.certifier())))
    for key, moment, reason in (
        (str(cert), later, "expired"),
        (str(revoked), NOW, "revoked"),
        ("nonsense", NOW, "cannot be read"),
    ):
        with pytest.raises(UnusableKeyError, match=reason):
            protected(mail(), RecipientKeys(openpgp=key), OwnKeys(), moment)


def test_smime_encrypts_what_was_signed(rsa_key: RsaKey, ours: Path) -> None:
    other = rsa.generate_private_key(65537, 2048)
    cert = certificate(other)
    own = smime_key(ours / "smime.pem", ours / "smime.crt")
    keys = RecipientKeys(smime=as_pem(cert))
    parsed = parse(protected(mail(), keys, OwnKeys(smime=own), NOW))
    assert parsed.get_content_type() == "application/pkcs7-mime"
    assert parsed.get_param("smime-type") == "enveloped-data"
    assert parsed["Subject"] == "[TOCSIN-2026-000123] TLP:AMBER"
    sealed = body(parsed)
    inner = parse(pkcs7.pkcs7_decrypt_der(sealed, cert, other, []))
    assert inner.get_content_type() == "multipart/signed"
    assert csv_of(inner) == csv_of(mail())


@pytest.mark.skipif(not shutil.which("openssl"), reason="checks with the openssl command")
def test_openssl_accepts_our_smime_signature(ours: Path, tmp_path: Path) -> None:
    own = smime_key(ours / "smime.pem", ours / "smime.crt")
    (tmp_path / "mail").write_bytes(protected(mail(), NOBODY, OwnKeys(smime=own), NOW))
    command = ["openssl", "cms", "-verify", "-in", "mail", "-CAfile", str(ours / "smime.crt")]
    done = subprocess.run(
        [*command, "-purpose", "any"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert csv_of(parse(done.stdout)) == csv_of(mail())


@pytest.mark.parametrize(
    ("days", "encipher", "reason"),
    [
        ((-9, -1), True, "expired"),
        ((1, 9), True, "valid only from"),
        ((-1, 9), False, "not for enc"),
    ],
)
def test_an_smime_certificate_that_is_not_for_this_is_refused(
    rsa_key: RsaKey, days: tuple[int, int], encipher: bool, reason: str
) -> None:
    keys = RecipientKeys(smime=as_pem(certificate(rsa_key, days, encipher)))
    with pytest.raises(UnusableKeyError, match=reason):
        protected(mail(), keys, OwnKeys(), NOW)


def test_other_sorts_of_certificate_are_refused() -> None:
    curve = as_pem(certificate(ec.generate_private_key(ec.SECP256R1())))
    for key, reason in ((curve, "RSA"), ("nonsense", "cannot be read")):
        with pytest.raises(UnusableKeyError, match=reason):
            protected(mail(), RecipientKeys(smime=key), OwnKeys(), NOW)


def test_a_dkim_signature_verifies_and_breaks_with_a_second_subject(
    ours: Path, rsa_key: RsaKey
) -> None:
    key = dkim_key(ours / "dkim.pem", "tocsin", "cert.example")
    public = base64.b64encode(
        rsa_key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )

    def record(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"tocsin._domainkey.cert.example."
        return b"v=DKIM1; k=rsa; p=" + public

    raw = protected(mail(), NOBODY, OwnKeys(dkim=key), NOW)
    assert dkim.verify(raw, dnsfunc=record)
    assert not dkim.verify(raw.replace(b"192.0.2.1", b"192.0.2.9"), dnsfunc=record)
    assert not dkim.verify(b"Subject: other\r\n" + raw, dnsfunc=record)


def test_a_key_of_ours_that_is_wrong_is_found_when_it_is_read(ours: Path, tmp_path: Path) -> None:
    (tmp_path / "bad").write_text("nonsense")
    other = tmp_path / "other.pem"
    other.write_bytes(pem(rsa.generate_private_key(65537, 2048)))
    for attempt in (
        lambda: openpgp_key(tmp_path / "bad"),
        lambda: smime_key(tmp_path / "bad", ours / "smime.crt"),
        lambda: smime_key(other, ours / "smime.crt"),
        lambda: dkim_key(tmp_path / "bad", "a", "b"),
        lambda: dkim_key(ours / "dkim.pem", "", ""),
    ):
        with pytest.raises(OwnKeyError):
            attempt()
