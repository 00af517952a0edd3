import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from tocsin.alerts.incoming import take
from tocsin.alerts.mailbox import collect
from tocsin.alerts.models import Alert, Delivery
from tocsin.alerts.queries import Waiting
from tocsin.cli import doctor
from tocsin.cli.checks import mail
from tocsin.cli.checks.finding import OK, PROBLEM, WARNING, Check, Place
from tocsin.constituency.models import Contact, Organisation
from tocsin.database.scope import staff_scope

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _staff(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settings, "EMAIL_HOST", "")
    with staff_scope():
        yield


@pytest.fixture
def organisation(place: Place) -> Organisation:
    return Organisation.objects.create(name="Meridian Hosting", created_at=place.now)


@pytest.mark.parametrize("check", [check for check in mail.CHECKS if check != mail.smtp])
def test_nothing_there_is_well(place: Place, check: Check) -> None:
    assert check(place).state == OK


def test_without_a_mail_server(place: Place) -> None:
    found = mail.smtp(place)
    assert found.state == WARNING
    assert str(place.home / "outbox") in found.what


def test_the_mail_server_answers_or_not(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr(settings, "EMAIL_HOST", "127.0.0.1")
        monkeypatch.setattr(settings, "EMAIL_PORT", server.getsockname()[1])
        assert mail.smtp(place).state == OK
    assert mail.smtp(place).state == PROBLEM


def test_addresses_that_nobody_can_use(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "EMAIL_HOST", "mail.cert.test")
    monkeypatch.setattr(settings, "TOCSIN_MAIL_FROM", "Tocsin <tocsin@authority.example>")
    monkeypatch.setattr(settings, "TOCSIN_PUBLIC_URL", "http://127.0.0.1:8000")
    found = mail.addresses(place)
    assert found.state == PROBLEM
    assert "TOCSIN_MAIL_FROM" in found.what
    assert "TOCSIN_PUBLIC_URL" in found.what
    monkeypatch.setattr(settings, "TOCSIN_MAIL_FROM", "Tocsin <tocsin@cert.test>")
    monkeypatch.setattr(settings, "TOCSIN_PUBLIC_URL", "https://tocsin.cert.test")
    assert mail.addresses(place).state == OK


@pytest.mark.parametrize(
    ("state", "check"),
    [
        ("uncertain", mail.uncertain),
        ("failed", mail.failed),
        ("bounced", mail.failed),
        ("held", mail.held),
    ],
)
def test_deliveries_that_somebody_must_look_at(
    place: Place, organisation: Organisation, state: str, check: Check
) -> None:
    alert = Alert.objects.create(
        organisation=organisation, ticket="T-1", composed_at=place.now, tlp="AMBER", language="en",
        csv=b"",
    )  # fmt: skip
    Delivery.objects.create(
        alert=alert, organisation=organisation, message_id="<1@cert.test>", state=state
    )
    others = {mail.uncertain, mail.failed, mail.held} - {check}
    assert check(place).state == WARNING
    assert {other(place).state for other in others} == {OK}


def test_a_first_alert_waits_for_its_release(
    place: Place, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one(**facts: object) -> Waiting:
        known = {"id": 1, "released_at": None, "suspended": False, "threats": 1, "reachable": True}
        return Waiting(**({"name": "Meridian"} | known | facts))  # type: ignore[arg-type]

    waits = [one(), one(released_at=place.now), one(suspended=True), one(reachable=False)]
    monkeypatch.setattr(mail, "waiting", lambda now: waits)
    found = mail.unreleased(place)
    assert found.state == WARNING
    assert "1 organisation wait for an analyst's release: Meridian." in found.what
    monkeypatch.setattr(settings, "TOCSIN_FIRST_SEND_HOLD", False)
    assert mail.unreleased(place).state == OK


def test_a_key_of_ours_is_damaged(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dkim.pem").write_text("oops")
    monkeypatch.setattr(settings, "TOCSIN_DKIM_KEY_FILE", str(tmp_path / "dkim.pem"))
    monkeypatch.setattr(settings, "TOCSIN_DKIM_SELECTOR", "s")
    monkeypatch.setattr(settings, "TOCSIN_DKIM_DOMAIN", "cert.test")
    name, found = doctor._one(mail.own_keys, place, scoped=False)
    assert (name, found.state) == ("own keys", PROBLEM)
    assert "no usable DKIM key" in found.what


def test_organisations_that_no_mail_reaches(place: Place, organisation: Organisation) -> None:
    assert "Meridian Hosting" in mail.contacts(place).what
    Contact.objects.create(organisation=organisation, email="a@x.test", bounced_at=place.now)
    assert mail.contacts(place).state == WARNING
    Contact.objects.create(organisation=organisation, email="b@x.test")
    assert mail.contacts(place).state == OK


@pytest.mark.parametrize(
    ("days", "says"), [(400, ""), (20, "until 2026-03-22"), (-5, "until 2026-02-25")]
)
def test_certificates_run_out(
    place: Place, organisation: Organisation, days: int, says: str
) -> None:
    text = certificate(place.now + timedelta(days=days))
    Contact.objects.create(organisation=organisation, email="a@x.test", smime_certificate=text)
    found = mail.certificates(place)
    assert found.state == (WARNING if says else OK)
    assert says in found.what


def test_a_certificate_is_damaged(place: Place, organisation: Organisation) -> None:
    Contact.objects.create(organisation=organisation, email="a@x.test", smime_certificate="oops")
    assert "a@x.test (unreadable)" in mail.certificates(place).what


def test_a_language_without_texts(place: Place, organisation: Organisation) -> None:
    Organisation.objects.update(language="tlh")
    found = mail.languages(place)
    assert found.state == WARNING
    assert "tlh" in found.what


def certificate(until: datetime) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a@x.test")])
    builder = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=1,
        not_valid_before=datetime(2025, 1, 1, tzinfo=UTC),
        not_valid_after=until,
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def test_without_a_mailbox_nobody_sees_what_comes_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "EMAIL_HOST", "mail.cert.test")
    found = mail.incoming(place)
    assert found.state == WARNING
    assert "TOCSIN_IMAP_HOST" in found.todo


def test_a_mailbox_that_cannot_be_read_is_a_problem_and_one_that_is_not_read_a_warning(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "TOCSIN_MAILDIR", str(tmp_path / "mail"))
    _, found = doctor._one(mail.incoming, place, scoped=False)
    assert (found.state, "cannot be read" in found.what) == (PROBLEM, True)
    for name in ("new", "cur", "tmp"):
        (tmp_path / "mail" / name).mkdir(parents=True)
    assert mail.incoming(place).state == WARNING
    collect(place.now)
    assert mail.incoming(place).state == OK


def test_mails_that_wait_for_a_person(place: Place) -> None:
    take(b"From: jo@x.example\r\n\r\nhello", place.now)
    found = mail.letters(place)
    assert (found.state, found.what) == (WARNING, "1 mail to us waits for a person.")
