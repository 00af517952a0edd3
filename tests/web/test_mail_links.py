"""Mail programs, scanners and previews fetch links: no link of any mail changes anything by that.

Every sort of mail there is, each link in its text and HTML, in the ways that programs fetch.
"""

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.alerts.country import NOW, contact, organisation, threat
from tests.alerts.replies.answering import everything, reply, sheet
from tests.alerts.replies.test_by_mail import delegation
from tests.constituency.joining.world import use_registry
from tests.queued import do, work
from tocsin.access.changes import note_change
from tocsin.access.invitations import invite
from tocsin.access.jobs import end_dormant, send_sign_in_link
from tocsin.access.models import Person, Role, Throttle
from tocsin.alerts.channels.mail.posts import Outbox
from tocsin.alerts.compose import compose_due, ready
from tocsin.alerts.deliveries import deliver_due
from tocsin.alerts.incoming import Became, take
from tocsin.alerts.models import Delivery
from tocsin.alerts.replies.posting import send_receipts
from tocsin.answers.models import Answer
from tocsin.constituency.contact_expiry import expire
from tocsin.constituency.contacts import add_contact
from tocsin.constituency.jobs import ask_for_proofs
from tocsin.constituency.joining.applications import Wish, apply
from tocsin.constituency.joining.decisions import decline
from tocsin.constituency.models import Application, Claim, Contact, Organisation
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.threats.states import Notice, State
from tocsin.web import answer

BASE = "http://127.0.0.1:8000"
# Of visitors, not of data: how often somebody came, and what a browser keeps.
VISITS = {"throttle", "django_session"}
PREFETCHES: list[dict[str, str]] = [
    {},
    {"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch", "X-Moz": "prefetch"},
    {"User-Agent": "Mail scanner", "Range": "bytes=0-99", "If-None-Match": "*"},
]
# What each page that a mail links to takes, by its address.
FORMS: dict[str, dict[str, Any]] = {
    r"/answer/[^/]+/": {"statement": "acknowledged", "which": "all"},
    r"/answer/[^/]+/[-0-9a-f]{36}/": {"statement": "need-help"},
    r"/sign-in/[^/]+/": {},
    r"/invitation/[^/]+/": {"name": "Jo", "password": "a long pass phrase"},
    r"/join/[^/]+/": {},
    r"/join/proof/[^/]+/": {"do": "yes"},
    r"/contact/[^/]+/": {"do": "yes"},
}


@pytest.fixture
def mails(home: Path, committed_db: None, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Those that a full life of the exchange sends."""
    monkeypatch.setattr(answer, "_now", lambda: NOW)
    use_registry(monkeypatch)
    _alerts(home)
    _of_people()
    _of_joining()
    paths = [*(home / "outbox").iterdir(), *(home / "mails").iterdir()]
    return [path.read_bytes() for path in sorted(paths)]


def _alerts(home: Path) -> None:
    """A digest, a delegation's, a receipt, and one that says what is contradicted."""
    with staff_scope():
        owner = organisation()
        delegation(owner.pk)
        for number in (1, 2, 200):
            threat(owner, number)
        threat(organisation("Other Hosting", language="de"), 7, "scan_dns")
        contradicted = organisation("Third Hosting")
        claimed = NOW - timedelta(days=3)
        threat(contradicted, 9, state=State.CONFLICT, notice=Notice.CONFLICT, claimed_at=claimed)
    compose_due(ready(NOW), NOW)
    outbox = Outbox(home / "outbox")
    deliver_due(outbox, lambda: NOW)
    with staff_scope():
        told = Delivery.objects.select_related("alert").get(
            organisation=owner, alert__delegation=None
        )
    raw = reply(told, sheet(("nonsense", "fixed")), words="We look at it.")
    assert take(raw, NOW, key_of=lambda name, timeout=5: None) is Became.REFUSED
    assert send_receipts(outbox, lambda: NOW) == 1


def _of_people() -> None:
    now = datetime.now(UTC)
    with staff_scope():
        owner = Organisation.objects.get(name="Nordwind Hosting")
        somebody = Person.objects.create(
            email="owner@nordwind.example", role=Role.OWNER, organisation=owner, created_at=now
        )
        away = now - timedelta(days=200)
        Person.objects.create(
            email="away@nordwind.example", role=Role.READER, organisation=owner, created_at=away
        )
    invite("new@nordwind.example", Role.READER, now, somebody)
    with staff_scope():
        another = Person.objects.create(
            email="owner@other.example", role=Role.OWNER, created_at=now,
            organisation=Organisation.objects.get(name="Other Hosting"),
        )  # fmt: skip
    invite("away@nordwind.example", Role.READER, now, another)  # who has access already
    with organisation_scope(owner.pk):
        add_contact(owner.pk, "desk@nordwind.example", "abuse", now, "owner")
    with staff_scope():
        note_change(somebody, "password-changed", "owner", now)
    work()
    do(send_sign_in_link, email=somebody.email)
    do(end_dormant, timestamp=0)
    with staff_scope():
        wrong = contact(owner, "security", asked_at=now)
    expire([wrong.pk], now)
    work()


def _of_joining() -> None:
    now = datetime.now(UTC)
    claims = "192.0.2.0/24\nours.example\n@ours.example"
    apply(Wish("New", "isp", "", "", "jo@new.example", claims), now)
    asked = apply(Wish("Newer", "isp", "", "", "jo@newer.example", claims), now)
    work()
    with staff_scope():
        Application.objects.filter(pk=asked).update(confirmed_at=now)
    do(ask_for_proofs, application=asked)
    declined = apply(Wish("Not", "isp", "", "", "jo@not.example", "203.0.113.0/24"), now)
    with staff_scope():
        Application.objects.filter(pk=declined).update(confirmed_at=now)
        numbers = list(Claim.objects.filter(application=declined).values_list("pk", flat=True))
        decline(declined, numbers, "No.", now, "analyst")
    work()


def links(raw: bytes) -> set[str]:
    mail = message_from_bytes(raw, policy=default)
    found: set[str] = set()
    for part in mail.walk():
        if part.get_content_type() == "text/html":
            found |= {unescape(one) for one in re.findall(r'href="([^"]+)"', part.get_content())}
        elif part.get_content_type() == "text/plain" and not part.is_attachment():
            found |= set(re.findall(r"https?://[^\s>,]+", part.get_content()))
    return {one.rstrip(".") for one in found if not one.startswith("mailto:")}


def places(mails: list[bytes]) -> set[str]:
    found = {one for raw in mails for one in links(raw)}
    assert all(one.startswith(f"{BASE}/") for one in found), found
    return {one.removeprefix(BASE) for one in found}


def form_of(where: str) -> dict[str, Any] | None:
    return next((form for each, form in FORMS.items() if re.fullmatch(each, where)), None)


def changed(before: dict[str, str]) -> set[str]:
    after = everything()
    return {name for name in after if after[name] != before[name]} - VISITS


def test_every_sort_of_mail_is_among_them(mails: list[bytes]) -> None:
    """Each page that a link opens is reached from some mail: else the next tests prove little."""
    found = places(mails)
    for each in FORMS:
        assert [one for one in found if re.fullmatch(each, one)], each
    subjects = {str(message_from_bytes(raw, policy=default)["Subject"]) for raw in mails}
    assert len(subjects) >= 12, subjects
    assert len(found) >= 15


def test_fetching_any_link_in_any_way_changes_nothing(mails: list[bytes]) -> None:
    before = everything()
    for where in sorted(places(mails)):
        for headers in PREFETCHES:
            for method in ("GET", "HEAD", "GET", "OPTIONS"):
                response = Client().generic(method, where, headers=headers)
                if method != "OPTIONS":
                    expected = (401,) if where.startswith("/api/") else (200, 302)
                    assert response.status_code in expected, (where, response.status_code)
                assert "tocsin" not in response.cookies, where
        assert changed(before) == set(), where
        with staff_scope():
            Throttle.objects.all().delete()


def test_each_links_button_does_what_the_mail_says_and_once(mails: list[bytes]) -> None:
    pressed = {}
    for where in sorted(places(mails)):
        form, before = form_of(where), everything()
        if form is None:
            assert Client().post(where, {}).status_code in (302, 400, 401, 405), where
            assert changed(before) == set(), where
            continue
        response = Client().post(where, form)
        assert response.status_code in (200, 302), (where, response.status_code)
        pressed[where] = changed(before)
        assert pressed[where], where
    assert len(pressed) >= 12
    with staff_scope():
        assert Answer.objects.exists()
        assert not Contact.objects.get(email="desk@nordwind.example").pending
        assert Person.objects.filter(email="new@nordwind.example").exists()
