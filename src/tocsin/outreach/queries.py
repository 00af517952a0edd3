"""What officers' pages read.  Each query names the regions itself; row-level security does so
too, for protect officers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from tocsin.alerts.models import Alert
from tocsin.alerts.queries import reminding
from tocsin.answers.models import Answer
from tocsin.constituency.models import Asset, Contact, Organisation
from tocsin.database.scope import staff_scope
from tocsin.outreach import words
from tocsin.outreach.facts import SQL, Observed, observed
from tocsin.outreach.models import Engagement, VisitScore
from tocsin.outreach.rules import Seen
from tocsin.outreach.weights import weights
from tocsin.threats.planned import ask
from tocsin.threats.states import Severity

MOST_REMINDED = 50
MOST_WAITING = 20
REMINDED_LIST = (SQL / "reminded_list.sql").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class Shown:
    """A reason as it is read."""

    part: str
    title: str
    points: int
    text: str


@dataclass(frozen=True, slots=True)
class Reminded:
    """A threat that was handed over after two reminders; `since`: the second one."""

    key: UUID
    kind: str
    affected: str
    severity: str
    opened_at: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """An organisation, its score if it was worked out, and when it was told and said something
    last; `assets`: how many it answers for."""

    organisation: Organisation
    score: VisitScore | None
    alerted_at: datetime | None
    answered_at: datetime | None
    assets: int

    @property
    def reminded(self) -> int:
        """Threats that were open through both reminders when the score was worked out."""
        reasons = self.score.reasons if self.score else ()
        numbers = (one["figures"]["number"] for one in reasons if one["part"] == "reminded")
        return next(numbers, 0)


def queue(codes: Collection[str] | None) -> QuerySet[VisitScore]:
    """Organisations with anything to visit for; of all regions if `codes` is None."""
    found = VisitScore.objects.filter(points__gt=0).prefetch_related("organisation__region")
    if codes is None:
        return found
    whose = Organisation.objects.filter(region__in=codes).order_by()
    return found.filter(organisation__in=whose.values("pk"))


def shown(score: VisitScore | None) -> list[Shown]:
    """The score's reasons in words, the most points first."""
    return [
        Shown(
            one["part"],
            words.title(one["part"]),
            one["points"],
            words.sentence(one["part"], one["figures"]),
        )
        for one in (score.reasons if score else ())
    ]


def organisation_in(number: int, codes: Collection[str] | None) -> Organisation | None:
    """None for one of another region, or nobody's."""
    found = Organisation.objects.select_related("region").filter(pk=number)
    return (found if codes is None else found.filter(region__in=codes)).first()


def engagement_in(number: int, codes: Collection[str] | None) -> Engagement | None:
    """None for one with an organisation of another region."""
    return _engagements(codes).filter(pk=number).first()


def engagements_of(organisation: int) -> QuerySet[Engagement]:
    found = Engagement.objects.filter(organisation=organisation).order_by("-day", "-pk")
    return found.select_related("organisation", "made_by")


def planned(codes: Collection[str] | None, today: date) -> list[Engagement]:
    """What is still to come, the next first."""
    found = _engagements(codes).filter(day__gte=today, cancelled_at=None)
    return list(found.order_by("day", "pk")[:MOST_WAITING])


def to_follow_up(codes: Collection[str] | None, today: date) -> list[Engagement]:
    """Follow-ups that are due, the oldest first."""
    due = Q(follow_up_on__lte=today, followed_up_at=None, cancelled_at=None)
    return list(_engagements(codes).filter(due).order_by("follow_up_on", "pk")[:MOST_WAITING])


def past(codes: Collection[str] | None, today: date) -> QuerySet[Engagement]:
    """What took place before, or was called off."""
    return _engagements(codes).filter(Q(day__lt=today) | Q(cancelled_at__isnull=False))


def known(number: int, codes: Collection[str] | None, now: datetime) -> Known | None:
    """None for an organisation of another region, or nobody's."""
    whose = {"organisation": OuterRef("pk")}
    valid = Q(valid_to=None) | Q(valid_to__gt=now)
    assets = Asset.objects.filter(valid, **whose).order_by().values("organisation")
    found = Organisation.objects.select_related("region", "visitscore").annotate(
        alerted_at=Subquery(Alert.objects.filter(**whose).order_by("-composed_at").values(
            "composed_at")[:1]),
        answered_at=Subquery(Answer.objects.filter(**whose).order_by("-at").values("at")[:1]),
        assets=Subquery(assets.annotate(n=Count("pk")).values("n")),
    )  # fmt: skip
    if codes is not None:
        found = found.filter(region__in=codes)
    one = found.filter(pk=number).first()
    if one is None:
        return None
    score = getattr(one, "visitscore", None)
    return Known(one, score, one.alerted_at, one.answered_at, one.assets or 0)


def seen(organisation: int, now: datetime) -> tuple[Observed, tuple[Seen, ...]]:
    """The days that were looked at, and what was seen of this organisation."""
    found = observed([organisation], now, weights())
    return found, found.seen.get(organisation, ())


def seen_by_itself(organisation: int, now: datetime) -> tuple[Observed, tuple[Seen, ...]]:
    """The same for the organisation's own people.  Which days were healthy is the authority's to
    know, and is asked in its scope."""
    with staff_scope():
        return seen(organisation, now)


def reminded(organisation: int, now: datetime) -> list[Reminded]:
    """Those that nobody told of by mail any more, the longest first."""
    values = {"organisation": organisation, "most": MOST_REMINDED, **reminding(now)}
    found = ask("", REMINDED_LIST, values)
    return [_reminded(row) for row in (found[0] if found and found[0] else ())]


def contacts_of(organisation: int) -> list[Contact]:
    return list(Contact.objects.filter(organisation=organisation).order_by("purpose", "pk")[:20])


def _engagements(codes: Collection[str] | None) -> QuerySet[Engagement]:
    found = Engagement.objects.select_related("organisation__region", "made_by")
    return found if codes is None else found.filter(organisation__region__in=codes)


def _reminded(row: dict[str, Any]) -> Reminded:
    return Reminded(
        UUID(row["key"]),
        row["kind"],
        row["affected"],
        Severity(row["severity"]).name.lower(),
        datetime.fromisoformat(row["opened_at"]),
        datetime.fromisoformat(row["alerted_at"]),
    )
