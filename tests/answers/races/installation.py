"""The same operations on a real installation, and what its tables hold in the model's words."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from tests.alerts.country import organisation
from tests.answers.races.model import (
    ACCESS,
    ADDRESSES,
    BACKBONE,
    CUSTOMER,
    DELEGATED,
    DISPUTABLE,
    FIRST_DAY,
    Key,
)
from tests.answers.races.operations import (
    Assets,
    Compose,
    Decide,
    Delegate,
    EndDelegation,
    EndDismissals,
    Operation,
    Report,
    Say,
    Suspend,
    World,
)
from tests.threats.assets import asset
from tests.threats.files import report
from tocsin.alerts.compose import compose_due, ready
from tocsin.alerts.models import AlertThreat
from tocsin.alerts.rules import Digests
from tocsin.answers.actions import answer, decide, delegate, end_delegation
from tocsin.answers.decisions import end_dismissals
from tocsin.answers.delegations import Contact
from tocsin.answers.models import Answer, Delegation, Dispute
from tocsin.answers.rules import Verdict
from tocsin.answers.statements import Given, Statement, Via, Who
from tocsin.constituency.generation import lock_assets, raise_generation
from tocsin.constituency.models import Asset, Organisation
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.threats.ingest import ingest
from tocsin.threats.models import DailyCount, Threat, ThreatChange
from tocsin.threats.reattribution import attribute_again
from tocsin.threats.states import NO_MORE_REMINDERS, Notice, State

OTHER = "198.51.100.1"  # nobody's, so that no file is empty
Facts = dict[str, Any]


@dataclass
class Installation:
    """`delegations`: as many as there were when the present block began."""

    folder: Path
    organisations: dict[str, int] = field(default_factory=dict)
    keys: dict[Key, UUID] = field(default_factory=dict)
    delegations: list[int] = field(default_factory=list)

    def found(self) -> None:
        """Three organisations; the customer's address is the carrier's, until it has it."""
        with staff_scope():
            for name in (ACCESS, BACKBONE, CUSTOMER):
                self.organisations[name] = organisation(name).pk
            asset(ACCESS, "192.0.2.0/24")
            asset(BACKBONE, "192.0.0.0/16")

    def note(self) -> None:
        """What those who act now can know."""
        with staff_scope():
            rows = Threat.objects.filter(address__in=ADDRESSES).select_related("kind")
            self.keys = {(one.kind.name, str(one.address)): one.key for one in rows}
            self.delegations = list(Delegation.objects.order_by("pk").values_list("pk", flat=True))

    def run(self, one: Operation) -> str:
        try:
            return self._run(one)
        except TocsinError:
            return "refused"

    def _run(self, one: Operation) -> str:
        match one:
            case Report():
                return self._report(one)
            case Say():
                return self._say(one)
            case Decide():
                assigned = self.organisations[BACKBONE] if one.verdict == "assign" else None
                key = self.keys.get(one.key) or uuid4()
                decide(key, Verdict(one.verdict), "ann", "so", one.now, assigned, one.until)
                return "decided"
            case Delegate():
                contact = Contact("Shop", "it@shop.example")
                delegate(self.organisations[ACCESS], f"{DELEGATED}/32", contact, "o", one.now)
                return "made"
            case EndDelegation():
                end_delegation(self.organisations[ACCESS], self._delegation(), "o", one.now)
                return "ended"
            case Assets():
                self._change_assets(one)
                return "changed"
            case Suspend():
                with staff_scope():
                    Organisation.objects.filter(name=one.organisation).update(suspended=one.yes)
                return "changed"
            case Compose():
                compose_due(ready(one.now), one.now, Digests.AT_ONCE)
                return "told"
            case EndDismissals():
                end_dismissals(one.now)
                return "ended"

    def _delegation(self) -> int:
        return self.delegations[-1] if self.delegations else 0

    def _report(self, one: Report) -> str:
        rows = [*one.seen, OTHER] + ["nonsense"] * (0 if one.healthy else 4)
        path = report(self.folder, one.day, rows, one.kind)
        (outcome,) = ingest([path], one.now).outcomes
        return outcome.state

    def _say(self, one: Say) -> str:
        given = [
            Given(self.keys.get(key) or uuid4(), Statement(one.statement), one.comment, one.since)
            for key in one.keys
        ]
        who = Who("desk", delegation=self._delegation() if one.delegated else None)
        done = answer(self.organisations[one.organisation], given, who, Via.API, one.now)
        return f"{done.taken} taken, {done.unchanged} unchanged, {len(done.refused)} unknown"

    def _change_assets(self, one: Assets) -> None:
        with staff_scope():
            lock_assets()
            values = {
                "organisation_id": self.organisations[CUSTOMER], "form": "prefix",
                "value": f"{DISPUTABLE}/32", "provenance": "manual",
            }  # fmt: skip
            Asset.objects.filter(**values).delete()
            if one.given:
                Asset.objects.create(**values, registry="", created_at=one.now)
            raise_generation()
        attribute_again(one.now)


def held(one: Installation) -> Facts:
    """What the tables say, as `expected` puts it."""
    names: dict[int | None, str | None] = {None: None}
    names |= {number: name for name, number in one.organisations.items()}
    keys = {key: name for name, key in one.keys.items()}
    with staff_scope():
        threats = {keys[row.key]: row for row in Threat.objects.filter(key__in=list(keys))}
        changes: dict[Key, list[tuple[str, str]]] = defaultdict(list)
        for change in ThreatChange.objects.filter(key__in=list(keys)).order_by("pk"):
            changes[keys[change.key]].append((_state(change.from_state), _state(change.to_state)))
        return {
            **{
                f"{kind} {address}": {
                    **_threat(row, names), "changes": changes[kind, address]
                }
                for (kind, address), row in threats.items()
            },
            "answers": Counter(
                (names[row.organisation_id], keys[row.key], row.statement, row.comment, row.since,
                 row.at, row.effect, row.delegation_id is not None)
                for row in Answer.objects.all()
            ),
            "disputes": Counter(
                (names[row.organisation_id], keys[row.key], row.statement, row.verdict,
                 row.until, row.ended_at is not None)
                for row in Dispute.objects.all()
            ),
            "told": Counter(
                {(row.alert.composed_at, names[row.organisation_id], keys[row.key], row.reason)
                 for row in AlertThreat.objects.select_related("alert") if row.key in keys}
            ),
            "counted": _counted(names),
            "delegations": [
                (row.valid_from, row.valid_to) for row in Delegation.objects.order_by("pk")
            ],
        }  # fmt: skip


def _threat(row: Threat, names: dict[int | None, str | None]) -> Facts:
    state = _state(row.state)
    is_told = state in ("open", "conflict", "reopened")
    return {
        "state": state,
        "owner": names[row.organisation_id],
        "pinned": row.pinned,
        "notice": Notice(row.notice).name.lower() if is_told else "",
        "seen": (row.first_seen, row.last_seen, row.last_day, row.times_seen, row.recurrences),
        "opened": row.opened_at,
        "since": row.state_since,
        "alerted": row.alerted_at,
        "claimed": _claim(row.claimed_at, row.opened_at),
        "quiet": row.reminders == NO_MORE_REMINDERS,
    }


def _claim(claimed: datetime | None, opened: datetime) -> datetime | None:
    """One of an earlier spell is none."""
    return claimed if claimed and claimed >= opened else None


def _counted(names: dict[int | None, str | None]) -> Counter[tuple[str, str | None, str, int]]:
    found: Counter[tuple[str, str | None, str, int]] = Counter()
    for row in DailyCount.objects.exclude(organisation=None).select_related("kind"):
        where = names[row.organisation_id], row.kind.name, (row.day - FIRST_DAY).days
        for column in ("observations", "new", "reopened", "gone"):
            found[column, *where] += getattr(row, column)
    return +found


def _state(number: int) -> str:
    return State(number).name.lower()


def expected(world: World) -> Facts:
    """What a world of the model holds."""
    country = world.country
    return {
        **{
            f"{kind} {address}": {
                "state": one.state,
                "owner": one.owner,
                "pinned": one.pinned,
                "notice": one.notice if one.state in ("open", "conflict", "reopened") else "",
                "seen": (one.first, one.last, _date(one.last_day), one.times, one.recurrences),
                "opened": one.opened,
                "since": one.since,
                "alerted": one.alerted,
                "claimed": _claim(one.claimed, one.opened),
                "quiet": one.quiet,
                "changes": one.changes,
            }
            for (kind, address), one in country.threats.items()
        },
        "answers": Counter(
            (one.organisation, one.threat, *one.words, one.at, one.effect,
             one.delegated is not None)
            for one in country.said
        ),
        "disputes": Counter(
            (one.organisation, key, one.statement, one.verdict, one.until, one.ended)
            for key, found in country.disputes.items() for one in found
        ),
        "told": country.told,
        "counted": Counter({
            key: number for key, number in country.counted.items() if key[1] and number > 0
        }),
        "delegations": country.delegations,
    }  # fmt: skip


def _date(day: int) -> date:
    return FIRST_DAY + timedelta(days=day)


def differences(one: Facts, other: Facts) -> list[str]:
    """What is not the same, in words: first in `one`, then in `other`."""
    told = []
    for name in sorted(one.keys() | other.keys()):
        left, right = one.get(name), other.get(name)
        if left == right:
            continue
        if isinstance(left, Counter) and isinstance(right, Counter):
            told.append(f"{name}: more {left - right}, missing {right - left}")
        elif isinstance(left, dict) and isinstance(right, dict):
            others = [key for key in left if left[key] != right[key]]
            told += [f"{name} {key}: {left[key]} for {right[key]}" for key in others]
        else:
            told.append(f"{name}: {left} for {right}")
    return told


def locks_left() -> int:
    """Locks on kinds that nobody gave back, and transactions that nobody ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
            " + (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state LIKE 'idle in transaction%%' AND pid <> pg_backend_pid())"
        )
        return int(cursor.fetchone()[0])
