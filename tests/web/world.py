"""A small world for the pages: two organisations with threats, mails and people."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.test import Client

from tocsin.access.models import ApiToken, Invitation, Person, PersonRegion, Role
from tocsin.access.sessions import begin_session
from tocsin.alerts.content import AlertContent, KindText, ThreatRow, arranged
from tocsin.alerts.freezing import frozen, packed
from tocsin.alerts.models import Alert, Delivery, DeliveryAttempt, Mute
from tocsin.answers.models import Delegation
from tocsin.constituency.choices import keep_regions, regions
from tocsin.constituency.models import (
    Application,
    Asset,
    Claim,
    Contact,
    Organisation,
    Proof,
    RefusedListRow,
)
from tocsin.database.scope import staff_scope
from tocsin.intake.models import Feed, FeedDay, RefusedRow, Report
from tocsin.outreach.models import Engagement
from tocsin.threats.models import DailyCount, NobodysNetwork, Threat
from tocsin.threats.states import State
from tocsin.web.sessions import BACKEND, NUMBER
from tocsin.webhooks.models import Webhook

NOW = datetime(2026, 9, 30, 12, tzinfo=UTC)
TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)
CLOCKED = tuple(
    f"officer.{module}" for module in ("queue", "engagements", "briefing", "assessment")
)
REGIONS = ("eastern", "london")  # of ours, and of theirs
# The modules of an abuse desk's pages that ask for the time.
CLOCKS = (
    "desk.home", "desk.threats", "desk.threat", "desk.answering", "desk.lookup",
)  # fmt: skip
MEMBER_ROLES = (Role.OWNER, Role.ABUSE_DESK, Role.READER)


@dataclass(frozen=True)
class World:
    """`ours` is the organisation whose people sign in; `theirs` must stay hidden from them.
    `officer`: a protect officer who looks after both regions."""

    ours: Organisation
    theirs: Organisation
    our_delivery: Delivery
    their_delivery: Delivery
    officer: Person


def make_world() -> World:
    with staff_scope():
        keep_regions(regions())
        ours = make_organisation("Ours Broadband", REGIONS[0])
        theirs = make_organisation("Theirs Hosting", REGIONS[1])
        kind = kind_number("scan_rdp")
        for at in range(5):
            add_threat(kind, at, ours if at < 3 else theirs, State.OPEN)
        add_threat(kind, 5, None, State.OPEN)
        add_threat(kind, 6, ours, State.GONE)
        for organisation, number in ((ours, 4), (theirs, 2), (None, 1)):
            add_count(kind, organisation, YESTERDAY, new=number)
        add_count(kind, ours, TODAY, gone=1)
        add_reports()
        add_incoming()
        make_membership(ours, theirs)
        officer = make_person(Role.PROTECT_OFFICER, None, "officer@authority.example")
        deliveries = (make_delivery(ours, 1), make_delivery(theirs, 2))
        return World(ours, theirs, *deliveries, officer)


def make_person(role: Role, organisation: Organisation | None, email: str = "") -> Person:
    with staff_scope():
        person = Person(
            email=email or f"{role.value}@people.example",
            role=role,
            organisation=organisation if role in MEMBER_ROLES else None,
            created_at=NOW,
        )
        person.set_unusable_password()
        person.save()
        if role is Role.PROTECT_OFFICER:
            PersonRegion.objects.bulk_create(
                PersonRegion(person=person, region_id=code) for code in REGIONS
            )
    return person


def browser_of(
    person: Person, *, second_factor: bool = True, age: timedelta = timedelta(0)
) -> Client:
    """A browser in which the person signed in `age` ago."""
    client = Client()
    with staff_scope():
        client.force_login(person, backend=BACKEND)
    then = datetime.now(UTC) - age
    begun = begin_session(person, "Firefox/1 Linux", "127.0.0.1", second_factor, then)
    session = client.session
    session[NUMBER] = begun.pk
    session.save()
    return client


def make_membership(ours: Organisation, theirs: Organisation) -> None:
    """Of each organisation somebody, an invitation and an application; see `number_of`."""
    for whose in (ours, theirs):
        word = whose.name.split()[0]
        Person.objects.create(
            email=f"reader@{word}.example", role=Role.READER, organisation=whose, created_at=NOW
        )
        Invitation.objects.create(
            email=f"new@{word}.example", role=Role.READER, organisation=whose, created_at=NOW,
            expires_at=NOW,
        )  # fmt: skip
        made = Application.objects.create(
            organisation=whose, name=whose.name, email=f"new@{word}.example", created_at=NOW,
            confirmed_at=NOW,
        )  # fmt: skip
        claim = Claim.objects.create(
            application=made, organisation=whose, form="prefix", value="198.51.100.0/24"
        )
        Proof.objects.create(claim=claim, organisation=whose, method="registry")
        make_wishes(whose, word)


def make_wishes(whose: Organisation, word: str) -> None:
    """A mute, a delegation, a webhook and a token of the organisation's; see `member_number`."""
    Mute.objects.create(organisation=whose, kind="scan_ftp")
    Delegation.objects.create(
        organisation=whose, form="domain", value=f"shop.{word}.example", name=f"Shop of {word}",
        email=f"it@shop.{word}.example", valid_from=NOW, made_by="x", made_at=NOW,
    )  # fmt: skip
    Webhook.objects.create(
        organisation=whose, url=f"https://{word.lower()}.example/hook", secret=b"x",
        events=["alert.sent"], made_by="x", made_at=NOW, changed_at=NOW,
    )  # fmt: skip
    ApiToken.objects.create(
        digest=word.encode(), start="tocsin_abcd", name=f"program of {word}", created_at=NOW,
        organisation=whose, person=Person.objects.get(organisation=whose), scopes=["threats:read"],
    )  # fmt: skip


def member_number(about: str, organisation: Organisation) -> int:
    """The number of the first such thing of the organisation's."""
    with staff_scope():
        things: dict[str, Any] = {
            "person": Person.objects.filter(email__startswith="reader@", organisation=organisation),
            "invitation": Invitation.objects.filter(organisation=organisation),
            "one-application": Application.objects.filter(organisation=organisation),
            "alert": Alert.objects.filter(organisation=organisation),
            "contact-number": Contact.objects.filter(organisation=organisation),
            "delegation": Delegation.objects.filter(organisation=organisation),
            "mute": Mute.objects.filter(organisation=organisation),
            "token": ApiToken.objects.filter(organisation=organisation),
            "webhook": Webhook.objects.filter(organisation=organisation),
            "engagement": Engagement.objects.filter(organisation=organisation),
        }
        return int(things[about].order_by("pk").values_list("pk", flat=True)[0])


def make_organisation(name: str, region: str | None = None) -> Organisation:
    """With a contact, an asset, and an engagement with a protect officer."""
    organisation = Organisation.objects.create(
        name=name, kind="isp", region_id=region, created_at=NOW
    )
    Engagement.objects.create(
        organisation=organisation, way="visit", day=TODAY - timedelta(days=9), made_at=NOW,
        follow_up_on=TODAY,
    )  # fmt: skip
    Contact.objects.create(organisation=organisation, email=f"abuse@{name.split()[0]}.example")
    Asset.objects.create(
        organisation=organisation, form="domain", value="example.net", created_at=NOW
    )
    return organisation


def kind_number(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tocsin_kind(%s)", [name])
        (number,) = cursor.fetchone()
    return int(number)


def add_threat(kind: int, at: int, organisation: Organisation | None, state: State) -> None:
    Threat.objects.create(
        key=UUID(int=at), kind_id=kind, organisation=organisation, address=f"198.18.0.{at}",
        domain="", port=3389, protocol=6, tag="", asn=64512, first_seen=NOW, last_seen=NOW,
        opened_at=NOW, state_since=NOW, times_seen=1, recurrences=0, reminders=0, severity=4,
        state=state, notice=0, pinned=False, last_report_id=0, last_day=TODAY,
    )  # fmt: skip


def add_count(
    kind: int, organisation: Organisation | None, day: date, new: int = 0, gone: int = 0
) -> None:
    DailyCount.objects.create(
        kind_id=kind, organisation=organisation, day=day, observations=new, threats=new,
        new=new, gone=gone,
    )  # fmt: skip


def add_reports() -> None:
    feed = Feed.objects.create(name="shadowserver")
    for day, state in ((YESTERDAY - timedelta(days=1), "healthy"), (TODAY, "short")):
        FeedDay.objects.create(feed=feed, kind="scan_rdp", day=day, rows=7, usual=9, state=state)
    report = Report.objects.create(
        digest=b"1", feed=feed, name="2026-09-30-scan_rdp.csv", day=TODAY, received_at=NOW,
        rows=7, observations=6, refused=1, size=12345, notes=["columns not known: x"],
        reasons={"bad-timestamp": 1}, kinds=["scan_rdp"],
    )  # fmt: skip
    RefusedRow.objects.create(
        report=report, file=report.name, line=4, reason="bad-timestamp",
        detail="timestamp='<b>soon</b>'", text="<script>alert(1)</script>", refused_at=NOW,
    )  # fmt: skip


def add_incoming() -> None:
    """A network of nobody's."""
    NobodysNetwork.objects.create(
        form="prefix", value="203.0.113.0/24", asn=64512, threats=1, severe=1,
        kinds=[kind_number("scan_rdp")], first_seen=NOW, last_seen=NOW, counted_at=NOW,
    )  # fmt: skip


def add_refused_file() -> None:
    """One that was refused whole."""
    RefusedRow.objects.create(
        file="unknown.csv", line=0, reason="unknown-format", refused_at=NOW, raw="reports/gone"
    )


INCOMING = ("report", "day", "refused-file", "network")


def incoming_number(about: str) -> int:
    """Of the one report, short day, file refused whole, or network of nobody's; 0 for none."""
    with staff_scope():
        things: dict[str, Any] = {
            "report": Report.objects.all(),
            "day": FeedDay.objects.filter(state="short"),
            "refused-file": RefusedRow.objects.filter(report=None),
            "network": NobodysNetwork.objects.all(),
        }
        return int(things[about].values_list("pk", flat=True).first() or 0)


def add_list_refusal() -> None:
    RefusedListRow.objects.create(
        kind="assets", source="assets.csv", file="assets.csv", line=2, reason="host-bits-set",
        text="Ours Broadband,192.0.2.1/24", refused_at=NOW,
    )  # fmt: skip


def make_delivery(organisation: Organisation, number: int, state: str = "sent") -> Delivery:
    alert = Alert.objects.create(
        organisation=organisation, ticket=f"TOCSIN-2026-{number:06}", composed_at=NOW,
        tlp="AMBER", language="en", new=3, content=frozen(_content(organisation, number)),
        csv=packed(b"id,kind\n1,scan_rdp\n"),
    )  # fmt: skip
    delivery = Delivery.objects.create(
        alert=alert, organisation=organisation, recipient="abuse@ours.example",
        message_id=f"<{number}@authority.example>", state=state, attempts=1, sent_at=NOW,
    )  # fmt: skip
    DeliveryAttempt.objects.create(
        delivery=delivery, organisation=organisation, at=NOW, outcome="sent", detail="to a file"
    )
    return delivery


def _content(organisation: Organisation, number: int) -> AlertContent:
    text = KindText("Remote desktop", "vulnerable", "potentially-unwanted-accessible", fix="Mend.")
    row = ThreatRow(
        UUID(int=number), "scan_rdp", "198.18.0.1", "high", NOW, NOW, times_seen=1, why="new"
    )
    groups, severities, whys = arranged([row], lambda kind: text)
    return AlertContent(
        f"TOCSIN-2026-{number:06}", organisation.name, "en", "AMBER", NOW, groups, severities, whys
    )
