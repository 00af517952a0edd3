"""One world for a whole module: made once, in a transaction that is rolled back in the end."""

import io
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.webauthn import AttestedCredentialData

from tests.access.authenticator import Authenticator
from tests.alerts.replies.answering import everything
from tests.web.api.operations import webhook
from tests.web.matrix import outgoing
from tests.web.matrix.page import PASSWORD, Page
from tests.web.matrix.pages import PAGES
from tests.web.world import (
    INCOMING,
    MEMBER_ROLES,
    NOW,
    REGIONS,
    World,
    add_refused_file,
    browser_of,
    incoming_number,
    make_world,
    member_number,
)
from tocsin.access.invitations import make_token as make_invitation_token
from tocsin.access.links import make_sign_in_link
from tocsin.access.models import Invitation, Passkey, Person, Role, SignInSession
from tocsin.access.regions import look_after
from tocsin.access.scopes import scopes_of
from tocsin.access.tokens import make_token
from tocsin.alerts.freezing import packed, thawed
from tocsin.alerts.links import token as answer_token
from tocsin.alerts.models import Alert
from tocsin.alerts.spreadsheet import csv_bytes
from tocsin.answers.actions import answer
from tocsin.answers.statements import Given, Statement, Via, Who
from tocsin.constituency.contacts import link_token
from tocsin.constituency.joining.applications import digest, make_link
from tocsin.constituency.models import Application, Contact, Organisation, Proof
from tocsin.database.scope import staff_scope
from tocsin.intake.models import RefusedRow, Report
from tocsin.intake.raw import seal
from tocsin.notices.announcements import claims_contradicted
from tocsin.threats.models import Threat

ROLLED = {"Date", "Set-Cookie"}
FORM_SECRET = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')
NOBODYS = 987_654_321
THREAT = UUID(int=1)  # in both alerts' files
THREATS = {"ours": THREAT, "theirs": UUID(int=3), "nobodys": UUID(int=NOBODYS)}
SUBMISSION = UUID(int=7)  # ours, and it can be taken back
# What every visit may write: counts of visits, and when a session was last used.
VISITS = {"throttle", "django_session", "sign_in_session", "api_token"}
ROLES = [(role, "ours") for role in Role] + [(role, "theirs") for role in MEMBER_ROLES]


@dataclass(frozen=True)
class Standing:
    """`world`'s people by whose they are and their role, and what opens the mails' pages."""

    world: World
    people: dict[tuple[str, Role], Person]
    links: dict[tuple[str, str], str]

    def browser(self, role: Role, whose: str = "ours", **session: Any) -> Client:
        return browser_of(self.people[whose, role], **session)

    def token(self, role: Role, whose: str = "ours", scopes: Any = None) -> str:
        text, _ = make_token(
            self.people[whose, role], "", scopes or scopes_of(role), datetime.now(UTC)
        )
        return text

    def organisation(self, whose: str) -> Organisation:
        return self.world.ours if whose == "ours" else self.world.theirs

    def address(self, name: str, whose: str, somebody: Role = Role.OWNER) -> str:
        """The page's address for what is ours, theirs or nobody's (of accounts: what belongs to
        that role's person there)."""
        about = PAGES[name].about
        given: dict[str, Any] = {}
        if about in LINKS:
            given["token"] = self.links.get((about, whose), secrets.token_urlsafe(32))
            given |= {"answer-threat": {"threat": THREAT}}.get(name, {})
            given |= {"answer-refused": {"handed_in": UUID(int=9)}}.get(name, {})
        elif about in NAMED:
            given[NAMED[about][0]] = "nobodys" if whose == "nobodys" else NAMED[about][1]
        elif about in outgoing.ABOUT:
            given |= outgoing.given(about, whose)
        elif about == "provider":
            given["name"] = "nobody"
        elif about == "threat":
            given["threat"] = THREATS[whose]
        elif about:
            given["number"] = self._number(about, whose, somebody)
            given |= {"part": 1} if name.endswith("-attachment") else {}
        return reverse(name, kwargs=given | EVERYBODYS.get(name, {}))

    def _number(self, about: str, whose: str, somebody: Role) -> int:
        if whose == "nobodys":
            return NOBODYS
        if about == "organisation":
            return self.organisation(whose).pk
        if about == "officer":
            return self.world.officer.pk
        if about == "delivery":
            world = self.world
            return (world.our_delivery if whose == "ours" else world.their_delivery).pk
        if about in ("passkey", "session"):
            return self._of_account(about, whose, somebody)
        if about in INCOMING:
            return incoming_number(about)
        return member_number(about.replace("invited", "invitation"), self.organisation(whose))

    def _of_account(self, about: str, whose: str, somebody: Role) -> int:
        """`theirs`: of somebody else, who may well be in the same organisation."""
        person = self.people["ours", somebody if whose == "ours" else Role.READER]
        if whose != "ours" and somebody is Role.READER:
            person = self.people["ours", Role.ABUSE_DESK]
        table: Any = {"passkey": Passkey, "session": SignInSession}[about]
        with staff_scope():
            return int(table.objects.filter(person=person).latest("pk").pk)


# What has a name in its address: the parameter, and the one that there is.
NAMED = {"feed": ("name", "shadowserver"), "reason": ("reason", "bad-timestamp")}
# What a page of nobody's in particular is about.
EVERYBODYS = {"help-page": {"page": "glossary"}, "help-picture": {"picture": "flow.svg"}}
LINKS = {"answer", "sign-in", "invitation", "application", "proof", "contact"}


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written in it is not."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def nothing_changed(what: object) -> Iterator[None]:
    """Fails where a table is another afterwards."""
    before = everything()
    yield
    after = everything()
    assert {name for name in after if after[name] != before[name]} <= VISITS, what


def forget_visits() -> None:
    with staff_scope(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM throttle")


def make_standing() -> Standing:
    world = make_world()
    with staff_scope():
        _seal_incoming()
        for delivery in (world.our_delivery, world.their_delivery):
            file = csv_bytes(thawed(delivery.alert.content))
            file = file.replace(str(UUID(int=2)).encode(), str(THREAT).encode())
            Alert.objects.filter(pk=delivery.alert_id).update(csv=packed(file))
        Contact.objects.create(organisation=world.ours, email="second@ours.example")
        # They were told, and so know what is held back since.
        Threat.objects.filter(key__in=THREATS.values()).update(alerted_at=NOW)
        given = [Given(THREAT, Statement.FALSE_POSITIVE)]
        with patch("tocsin.answers.actions.uuid4", return_value=SUBMISSION):
            answer(world.ours.pk, given, Who("us"), Via.PAGE, NOW + timedelta(hours=1))
        for whose in (None, world.ours.pk, world.theirs.pk):
            webhook(whose)
        people = {(whose, role): _person(world, whose, role) for role, whose in ROLES}
        news = {whose.pk: 1 for whose in (world.ours, world.theirs)}
        claims_contradicted("scan_rdp", "Remote desktop", news, NOW)
    outgoing.make()
    return Standing(world, people, _links(world, people))


def _seal_incoming() -> None:
    """What was refused can be read again."""
    raw = seal(io.BytesIO(b"nobody,knows\n1,2\n"), settings.TOCSIN_HOME).path
    add_refused_file()
    Report.objects.update(raw=raw)
    RefusedRow.objects.filter(report=None).update(raw=raw)


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def _person(world: World, whose: str, role: Role) -> Person:
    organisation = world.ours if whose == "ours" else world.theirs
    person = Person(
        email=f"{role.value}@{whose}.people.example",
        role=role,
        organisation=organisation if role in MEMBER_ROLES else None,
        created_at=NOW,
    )
    person.password = _hashed()
    person.save()
    if role is Role.PROTECT_OFFICER:
        look_after(person, REGIONS, NOW, "person 0")
    for number in range(2):
        key = Authenticator()
        public = ES256.from_cryptography_key(key.key.public_key())  # type: ignore[no-untyped-call]
        Passkey.objects.create(
            person=person, credential_id=key.credential, count=0, name=f"{number}", created_at=NOW,
            credential=bytes(AttestedCredentialData.create(b"\0" * 16, key.credential, public)),
        )  # fmt: skip
    SignInSession.objects.create(
        person=person, device="", place="", second_factor=True, started_at=datetime.now(UTC),
        seen_at=datetime.now(UTC), proved_at=datetime.now(UTC),
    )  # fmt: skip
    return person


def _links(world: World, people: dict[tuple[str, Role], Person]) -> dict[tuple[str, str], str]:
    found = {}
    now = datetime.now(UTC)
    for whose, organisation, delivery in (
        ("ours", world.ours, world.our_delivery),
        ("theirs", world.theirs, world.their_delivery),
    ):
        found["answer", whose] = answer_token(delivery.pk, delivery.alert.composed_at)
        found["sign-in", whose] = make_sign_in_link(people[whose, Role.OWNER], now)
        with staff_scope():
            invited = Invitation.objects.create(
                email=f"asked@{whose}.example", role=Role.READER, organisation=organisation,
                created_at=now, expires_at=now + timedelta(days=1),
            )  # fmt: skip
            made = Application.objects.get(organisation=organisation)
            made = Application.objects.create(
                name=f"Applicant {whose}", email=f"jo@{whose}.example", created_at=now
            )
            contact = Contact.objects.filter(organisation=organisation).earliest("pk")
            Contact.objects.filter(pk=contact.pk).update(asked_at=now)
            proof = Proof.objects.get(organisation=organisation)
            proof.digest, proof.asked_at = digest(f"proof-{whose}"), now
            proof.save()
        pair = make_invitation_token(invited.pk, now)
        link = make_link(made.pk, now)
        assert pair is not None
        assert link is not None
        found["invitation", whose], found["application", whose] = pair[1], link[1]
        found["proof", whose] = f"proof-{whose}"
        found["contact", whose] = link_token(contact, now)
    return found


def send(client: Client, method: str, where: str, page: Page, **headers: str) -> Any:
    """The page asked in that way, with its form where it takes one; visits do not add up."""
    forget_visits()
    if method != "POST":
        return client.generic(method, where, headers=headers)
    form = {
        name: SimpleUploadedFile("a.csv", value) if isinstance(value, bytes) else value
        for name, value in page.form.items()
    }
    return client.post(where, form, headers=headers)


def seen(response: Any) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """All that somebody learns, but for the form's own secret."""
    headers = tuple(each for each in response.headers.items() if each[0] not in ROLLED)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, headers, FORM_SECRET.sub(b"", content)
