"""What is known of organisations, in bulk and bounded: never a look at each of their threats."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Q

from tocsin.alerts.queries import reminding
from tocsin.kinds.catalogue import kind
from tocsin.outreach.models import Engagement
from tocsin.outreach.rules import Facts, Seen
from tocsin.outreach.weights import Weights
from tocsin.threats.states import Severity

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen of some organisations: `days_now` and `days_before` of the two times, and by
    organisation its kinds."""

    days_now: int
    days_before: int
    seen: Mapping[int, tuple[Seen, ...]]


def observed(organisations: Sequence[int], now: datetime, by: Weights) -> Observed:
    """Up to the last day with a healthy report; no days at all before there was one."""
    found: dict[int, list[Seen]] = defaultdict(list)
    days_now = days_before = 0
    for number, name, mean, before in rows(
        "seen",
        organisations=list(organisations),
        earliest=now.date() - timedelta(days=by.recent_days + by.before_days),
        today=now.date(),
        recent=by.recent_days,
        before=by.before_days,
    ):
        if number:
            severity = Severity[kind(name).severity.upper()]
            found[number].append(Seen(name, severity, mean, before))
        else:
            days_now, days_before = int(mean), int(before)
    return Observed(days_now, days_before, {each: tuple(seen) for each, seen in found.items()})


def facts_of(organisations: Sequence[int], now: datetime, by: Weights) -> dict[int, Facts]:
    """By organisation; every one that was asked for is there."""
    looked = observed(organisations, now, by)
    said, reminded = _said(organisations, now, by), _reminded(organisations, now)
    engaged = _engaged(organisations, now.date())
    return {
        number: Facts(
            today=now.date(),
            seen=looked.seen.get(number, ()),
            days_now=looked.days_now,
            days_before=looked.days_before,
            **said.get(number, {}),
            **reminded.get(number, {}),
            **engaged.get(number, {}),
        )
        for number in organisations
    }


def _said(organisations: Sequence[int], now: datetime, by: Weights) -> dict[int, dict[str, Any]]:
    back = now.date() - timedelta(days=by.came_back_days)
    found = rows(
        "said",
        organisations=list(organisations),
        since=now - timedelta(days=by.answer_days),
        came_back_since=datetime.combine(back, time(), UTC),
        came_back_day=back,
    )
    return {
        number: {
            "told": told and told.date(),
            "alerts": alerts,
            "contradicted": int(contradicted),
            "came_back": int(came_back),
            "asked": asked,
            "unreachable": unreachable,
        }
        for number, told, alerts, contradicted, came_back, asked, unreachable in found
    }


def _reminded(organisations: Sequence[int], now: datetime) -> dict[int, dict[str, Any]]:
    found = rows("reminded", organisations=list(organisations), **reminding(now))
    return {
        number: {"reminded": count, "reminded_since": since.date()}
        for number, count, since in found
    }


def _engaged(organisations: Sequence[int], today: date) -> dict[int, dict[str, Any]]:
    """The last that took place, and the earliest follow-up that is still to be done."""
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    asked = Engagement.objects.filter(organisation__in=organisations, cancelled_at=None)
    waiting = Q(follow_up_on__isnull=False, followed_up_at=None)
    for one in asked.filter(Q(day__lte=today) | waiting).order_by("day", "pk"):
        facts = found[one.organisation_id]
        if one.day <= today:
            facts |= {"engaged": one.day, "engaged_way": one.way}
        if one.follow_up_on and one.followed_up_at is None:
            earliest = facts.get("follow_up", one.follow_up_on)
            facts["follow_up"] = min(earliest, one.follow_up_on)
    return found


def rows(name: str, **values: Any) -> list[tuple[Any, ...]]:
    """What a query of this room finds."""
    with connection.cursor() as cursor:
        cursor.execute((SQL / f"{name}.sql").read_text("utf-8"), values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
