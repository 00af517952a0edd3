"""What the daily counts say of one organisation, by kind."""

from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.models import Sum

from tocsin.kinds.catalogue import Kind, kind
from tocsin.threats.models import DailyCount

# By kind, because an index finds a kind's days at once, and all of them only one after the other.
KINDS = """
    SELECT k.name FROM threat_kind k
    WHERE EXISTS (SELECT FROM daily_count d
                  WHERE d.kind_id = k.id AND d.organisation_id = %s)"""


class Change(NamedTuple):
    """How many threats of a kind began, came back and went in some days."""

    kind: Kind
    new: int
    reopened: int
    gone: int


def changes_since(organisation_id: int, day: date) -> list[Change]:
    """Of each kind that anything happened in, from that day on; the most news first."""
    rows = (
        DailyCount.objects.filter(organisation_id=organisation_id, day__gte=day)
        .values_list("kind__name")
        .annotate(Sum("new"), Sum("reopened"), Sum("gone"))
    )
    found = [Change(kind(name), *counts) for name, *counts in rows if any(counts)]
    return sorted(found, key=lambda one: (-one.new - one.reopened, -one.gone, one.kind.title))


def kinds_of_organisation(organisation_id: int) -> list[Kind]:
    """Those that its threats were ever of, by title."""
    with connection.cursor() as cursor:
        cursor.execute(KINDS, [organisation_id])
        found = [kind(name) for (name,) in cursor.fetchall()]
    return sorted(found, key=lambda one: one.title)
