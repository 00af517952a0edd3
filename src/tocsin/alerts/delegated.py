"""Threats that an organisation has passed on to its own customers' contacts."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping

from django.db import connection

from tocsin.answers.models import Delegation

_BOUNCED = """
SELECT DISTINCT ON (a.delegation_id) a.delegation_id, d.state
FROM alert a JOIN delivery d ON d.alert_id = a.id AND d.number = 1
WHERE a.delegation_id = ANY(%s)
ORDER BY a.delegation_id, a.id DESC
"""
_PASSED = """
SELECT a.organisation_id, g.name, sum(a.new + a.reopened + a.reminders + a.conflicts + a.rejected)
FROM alert a JOIN delegation g ON g.id = a.delegation_id
WHERE a.organisation_id = ANY(%s) AND a.composed_at > coalesce((
    SELECT max(own.composed_at) FROM alert own
    WHERE own.organisation_id = a.organisation_id AND own.delegation_id IS NULL
      AND NOT own.immediate), '-infinity')
GROUP BY a.organisation_id, g.name
"""


def reachable_delegations(numbers: Collection[int]) -> dict[int, Delegation]:
    """By number, without those whose last alert came back: their operator is told instead."""
    if not numbers:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_BOUNCED, [list(numbers)])
        states = dict(cursor.fetchall())
    working = [one for one in numbers if states.get(one) not in ("bounced", "failed")]
    return Delegation.objects.in_bulk(working)


def passed_before(organisations: Collection[int]) -> Mapping[int, Counter[str]]:
    """By organisation: how many threats went to whom since its own last digest."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    with connection.cursor() as cursor:
        cursor.execute(_PASSED, [list(organisations)])
        for organisation, name, count in cursor.fetchall():
            found[organisation][name] += count
    return found
