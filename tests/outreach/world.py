"""Organisations of two regions with days of counts, and an officer for one of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from tests.web.world import kind_number
from tocsin.access.models import Person, Role
from tocsin.access.regions import look_after
from tocsin.constituency.choices import keep_regions, regions
from tocsin.constituency.models import Contact, Organisation
from tocsin.intake.models import Feed, FeedDay
from tocsin.threats.models import DailyCount, ThreatKind

NOW = datetime(2026, 9, 30, 12, tzinfo=UTC)
TODAY = NOW.date()


@dataclass(frozen=True)
class Outreach:
    """`near` and `beside` are in the officer's region, `far` is in another."""

    near: Organisation
    beside: Organisation
    far: Organisation
    officer: Person


def make_outreach() -> Outreach:
    keep_regions(regions())
    officer = person(Role.PROTECT_OFFICER, "officer@people.example")
    look_after(officer, ["scotland"], NOW, "person 0")
    return Outreach(
        member("Near Broadband", "scotland"), member("Beside Hosting", "scotland"),
        member("Far Telecom", "london"), officer,
    )  # fmt: skip


def member(name: str, region: str) -> Organisation:
    made = Organisation.objects.create(name=name, kind="isp", region_id=region, created_at=NOW)
    Contact.objects.create(organisation=made, email=f"abuse@{name.split()[0].lower()}.example")
    return made


def person(role: Role, email: str) -> Person:
    made = Person(email=email, name=email.partition("@")[0], role=role, created_at=NOW)
    made.set_unusable_password()
    made.save()
    return made


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def counted(
    whose: Organisation, days: range, threats: int, name: str = "scan_rdp", reopened: int = 0
) -> None:
    """So many threats on each of these days before today (0 is today)."""
    kind = ThreatKind.objects.get(pk=kind_number(name))
    DailyCount.objects.bulk_create(
        DailyCount(
            organisation=whose,
            kind=kind,
            day=ago(at),
            threats=threats,
            observations=threats,
            reopened=reopened,
        )
        for at in days
    )


def healthy(days: range, name: str = "scan_rdp", state: str = "healthy") -> None:
    feed, _ = Feed.objects.get_or_create(name="shadowserver")
    FeedDay.objects.bulk_create(
        FeedDay(feed=feed, kind=name, day=ago(at), rows=1, state=state) for at in days
    )
