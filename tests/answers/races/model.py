"""What each operation should do to a few threats, the plain way; shares no code with the program.

Days are numbers from `FIRST_DAY`.  Threats are (kind, address).  One `Country` is the whole state;
every method is what the program does in one transaction, and returns what it says of itself.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

FIRST_DAY = date(2026, 3, 1)
SCAN, EVENTS = "scan_rdp", "event4_sinkhole"
ACCESS, BACKBONE, CUSTOMER = "Access", "Backbone", "Customer"
DELEGATED, DISPUTABLE = "192.0.2.1", "192.0.2.2"
ADDRESSES = (DELEGATED, DISPUTABLE)
CURRENT = ("open", "claimed", "conflict", "reopened", "disputed")
OVER = ("gone", "lost")
TOLD_STATES = ("open", "conflict", "reopened")
A_DAY = timedelta(hours=24)

Key = tuple[str, str]
Words = tuple[str, str, datetime | None]


def morning(number: int, minute: int = 0) -> datetime:
    return datetime.combine(FIRST_DAY, time(8), UTC) + timedelta(days=number, minutes=minute)


def midnight(number: int) -> datetime:
    return datetime.combine(FIRST_DAY, time(), UTC) + timedelta(days=number)


@dataclass
class Threat:
    owner: str | None
    first: datetime
    last: datetime
    last_day: int
    opened: datetime
    since: datetime
    state: str = "open"
    notice: str = "new"
    times: int = 1
    recurrences: int = 0
    pinned: bool = False
    alerted: datetime | None = None
    claimed: datetime | None = None
    quiet: bool = False
    was_reopened: bool = False
    before: tuple[str, str, datetime, str | None] | None = None
    changes: list[tuple[str, str]] = field(default_factory=list)

    def become(self, state: str, since: datetime) -> None:
        self.changes.append((self.state, state))
        self.state, self.since = state, since


@dataclass
class Said:
    organisation: str
    threat: Key
    words: Words
    at: datetime
    effect: str
    delegated: int | None


@dataclass
class Dispute:
    organisation: str
    statement: str
    verdict: str = ""
    decided: datetime | None = None
    until: datetime | None = None
    ended: bool = False


@dataclass
class Country:
    threats: dict[Key, Threat] = field(default_factory=dict)
    customers: frozenset[str] = frozenset()
    suspended: frozenset[str] = frozenset()
    days: dict[str, dict[int, bool]] = field(default_factory=lambda: {SCAN: {}, EVENTS: {}})
    new_days: dict[str, set[int]] = field(default_factory=lambda: {SCAN: set(), EVENTS: set()})
    said: list[Said] = field(default_factory=list)
    disputes: dict[Key, list[Dispute]] = field(default_factory=dict)
    delegations: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    told: Counter[tuple[datetime, str | None, Key, str]] = field(default_factory=Counter)
    counted: Counter[tuple[str, str | None, str, int]] = field(default_factory=Counter)

    # What comes in

    def report(
        self, kind: str, day: int, seen: Iterable[str], healthy: bool, customers: frozenset[str]
    ) -> str:
        """`customers`: the assets that the report was attributed with."""
        self.sweep(kind, before=day)
        for minute, address in enumerate(seen):
            owner = CUSTOMER if address in customers else ACCESS
            self.counted["observations", owner, kind, day] += 1
            self._see((kind, address), day, morning(day, minute), owner)
        self.days[kind][day] = healthy
        self.new_days[kind].add(day)
        return "taken"

    def _see(self, key: Key, day: int, at: datetime, owner: str) -> None:
        one = self.threats.get(key)
        if one is None:
            self.threats[key] = Threat(owner, at, at, day, at, at)
            self.counted["new", owner, key[0], day] += 1
            return
        moves = not one.pinned and at >= one.last and owner != one.owner
        if moves:
            one.owner, one.alerted, one.claimed = owner, None, None
        if (
            one.state in OVER
            and day > one.last_day
            and midnight(day) >= one.since.replace(hour=0, minute=0, second=0, microsecond=0)
        ):
            self._again(key, one, day, at)
        else:
            if one.opened == one.first:
                one.opened = min(one.opened, at)
            if moves and one.state not in OVER:
                one.notice = "new"
            elif moves and one.before:
                again = one.before[0] == "reopened"
                one.before = (
                    "reopened" if again else "open", "reopened" if again else "new", one.opened,
                    one.before[3],
                )  # fmt: skip
        one.first, one.last = min(one.first, at), max(one.last, at)
        one.last_day, one.times = max(one.last_day, day), one.times + 1
        if moves and one.state in ("claimed", "conflict"):
            one.become("open", one.last)
            one.quiet = False
        self._contradict(one)

    def _again(self, key: Key, one: Threat, day: int, at: datetime) -> None:
        at = max(at, one.since)
        one.before, one.quiet = None, False
        if one.state == "lost" and key[0] == SCAN:
            is_claimed = one.claimed is not None and one.claimed >= one.opened
            one.become("claimed" if is_claimed else "open", at)
            one.notice = "none" if is_claimed or one.alerted else "new"
            return
        self.counted["reopened", one.owner, key[0], day] += 1
        one.recurrences += one.state == "gone"
        one.become("reopened", at)
        one.opened, one.notice, one.was_reopened = at, "reopened", True

    def _contradict(self, one: Threat) -> None:
        if one.state == "claimed" and one.claimed and one.last > one.claimed + A_DAY:
            one.become("conflict", one.last)
            one.notice, one.quiet = "conflict", False

    def sweep(self, kind: str, before: int | None = None, again: bool = False) -> str:
        """A scan's threat is gone with the second healthy day without it; looked at only if a day
        (`before` one) was not yet, or `again`."""
        new = {day for day in self.new_days[kind] if before is None or day < before}
        if kind != SCAN or not (new or again):
            return "swept"
        self.new_days[kind] -= new
        healthy = sorted(day for day, well in self.days[kind].items() if well)
        for key, one in sorted(self.threats.items()):
            if key[0] != kind:
                continue
            later = [day for day in healthy if day > one.last_day]
            end = later[1] if len(later) > 1 else None
            if one.state == "gone" and (end is None or one.since != midnight(end + 1)):
                self._take_back(key, one)
            if one.state in CURRENT[:4] and end is not None:
                one.before = (one.state, one.notice, one.since, one.owner)
                self.counted["gone", one.owner, kind, end] += 1
                one.become("gone", midnight(end + 1))
                one.notice = "none"
        return "swept"

    def _take_back(self, key: Key, one: Threat) -> None:
        assert one.before
        state, notice, since, counted = one.before
        day = (one.since - midnight(1)).days
        self.counted["gone", counted, key[0], day] -= 1
        is_claimed = one.claimed is not None and one.claimed >= one.opened
        if one.claimed and is_claimed and (state != "conflict" or one.last <= one.claimed + A_DAY):
            state, notice, since = "claimed", "none", one.claimed
        elif state in ("open", "reopened"):
            since = one.opened
        one.become(state, since)
        one.notice, one.before = notice, None
        self._contradict(one)

    # Who is responsible

    def assets(self, address: str, given: bool) -> str:
        self.customers = self.customers | {address} if given else self.customers - {address}
        return "changed"

    def attribute(self) -> str:
        for (_, address), one in self.threats.items():
            owner = CUSTOMER if address in self.customers else ACCESS
            untold = one.alerted is None and one.notice != "none"
            if one.state in CURRENT and not one.pinned and untold and owner != one.owner:
                one.owner, one.quiet = owner, False
                one.notice = "reopened" if one.notice == "reopened" else "new"
                if one.state == "conflict":
                    one.become("open", one.last)
                one.claimed = None
        return "attributed"

    def suspend(self, organisation: str, yes: bool) -> str:
        others = self.suspended - {organisation}
        self.suspended = others | {organisation} if yes else others
        return "changed"

    def delegate(self, now: datetime) -> str:
        if any(end is None for _, end in self.delegations):
            return "refused"
        self.delegations.append((now, None))
        return "made"

    def end_delegation(self, number: int, now: datetime) -> str:
        if not self._in_force(number, now):
            return "refused"
        self.delegations[number] = (self.delegations[number][0], now)
        return "ended"

    def _in_force(self, number: int, now: datetime) -> bool:
        if not 0 <= number < len(self.delegations):
            return False
        begin, end = self.delegations[number]
        return begin <= now and (end is None or now < end)

    # What is said

    def answer(
        self, organisation: str, keys: Collection[Key], words: Words, delegated: int | None,
        now: datetime,
    ) -> str:  # fmt: skip
        """How many answers were taken, unchanged, and on unknown threats."""
        done = Counter(self._say(organisation, key, words, delegated, now) for key in sorted(keys))
        for kind in {name.removeprefix("settled ") for name in done if name.startswith("settled ")}:
            self.sweep(kind, again=True)
        taken = sum(number for name, number in done.items() if name[:5] in ("taken", "settl"))
        return f"{taken} taken, {done['unchanged']} unchanged, {done['unknown']} unknown"

    def _say(
        self, organisation: str, key: Key, words: Words, delegated: int | None, now: datetime
    ) -> str:
        one = self.threats.get(key)
        before = [it for it in self.said if (it.organisation, it.threat) == (organisation, key)]
        is_theirs = one is not None and one.owner == organisation
        if delegated is not None:
            is_theirs = is_theirs and key[1] == DELEGATED and self._in_force(delegated, now)
            if not is_theirs:
                return "unknown"
        if one is None or not is_theirs:
            if not before:
                return "unknown"
            if before[-1].words == words:
                return "unchanged"
            self.said.append(Said(organisation, key, words, now, "none", delegated))
            return "taken"
        claimed = max(words[2] or now, one.opened)
        other = self._elsewhere(organisation, key) if delegated is None else None
        effect = _effect(one, words[0], claimed, other, delegated is not None)
        same = before and before[-1].words == words
        fresh = before and (one.state not in CURRENT or before[-1].at >= one.opened)
        if same and fresh and effect != "re-routed" and _state_after(effect, one) == one.state:
            return "unchanged"
        self.said.append(Said(organisation, key, words, now, effect, delegated))
        was_disputed = one.state == "disputed"
        self._apply(key, one, effect, claimed, other, now)
        if effect == "disputed":
            self._dispute(key, organisation, words[0])
        if was_disputed and effect in ("claimed", "conflict", "re-routed"):
            verdict = "moved" if effect == "re-routed" else "withdrawn"
            self.disputes[key][-1].verdict = verdict
            return f"settled {key[0]}"
        return "taken"

    def _elsewhere(self, organisation: str, key: Key) -> str | None:
        not_these = {organisation, *self.suspended} | {
            it.organisation
            for it in self.said
            if it.threat == key and it.words[0] == "not-ours" and it.delegated is None
        }
        chain = [CUSTOMER] * (key[1] in self.customers) + [ACCESS, BACKBONE]
        return next((name for name in chain if name not in not_these), None)

    def _apply(
        self, key: Key, one: Threat, effect: str, claimed: datetime, other: str | None,
        now: datetime,
    ) -> None:  # fmt: skip
        match effect:
            case "claimed":
                if one.state == "claimed":
                    one.since = claimed
                else:
                    one.become("claimed", claimed)
                one.claimed, one.notice = claimed, "none"
            case "conflict":
                if one.state == "conflict":
                    one.since = one.last
                else:
                    one.become("conflict", one.last)
                one.claimed, one.notice, one.quiet = claimed, "conflict", False
            case "remembered":
                one.claimed = claimed
            case "disputed":
                if one.state != "disputed":
                    one.become("disputed", now)
                one.claimed, one.notice = None, "none"
            case "re-routed":
                one.become("open", now)
                one.owner, one.pinned, one.alerted, one.claimed = other, True, None, None
                one.notice, one.quiet = "new", False
            case "quiet":
                one.quiet, one.notice = True, "none"

    def _dispute(self, key: Key, organisation: str, statement: str) -> None:
        found = self.disputes.setdefault(key, [])
        if found and not found[-1].verdict:
            found[-1].organisation, found[-1].statement = organisation, statement
        else:
            found.append(Dispute(organisation, statement))

    # What the authority does

    def decide(self, key: Key, verdict: str, now: datetime, until: datetime) -> str:
        one, found = self.threats.get(key), self.disputes.get(key, [])
        if one is None or one.state != "disputed" or not found or found[-1].verdict:
            return "refused"
        dispute = found[-1]
        if verdict == "confirm" and dispute.statement != "false-positive":
            return "refused"
        if verdict == "assign" and dispute.organisation == BACKBONE:
            return "refused"
        dispute.verdict, dispute.decided = verdict, now
        same = one.owner == dispute.organisation
        one.claimed, one.quiet = None, False
        if verdict == "confirm":
            dispute.until = until
            one.become("dismissed", now)
            one.notice, one.alerted = "none", None
            return "decided"
        if verdict == "reject":
            one.become("reopened" if one.was_reopened else "open", one.opened)
            one.notice = "rejected" if same else "new"
        else:
            one.become("open", now)
            one.owner = BACKBONE if verdict == "assign" else None
            one.notice = "new" if verdict == "assign" else "none"
            one.pinned, one.alerted = True, None
        self.sweep(key[0], again=True)
        return "decided"

    def end_dismissals(self, now: datetime) -> str:
        for key, found in sorted(self.disputes.items()):
            for dispute in found:
                if dispute.until and dispute.until <= now and not dispute.ended:
                    dispute.ended = True
                    self._end_dismissal(self.threats[key], dispute, now)
                    self.sweep(key[0], again=True)
        return "ended"

    def _end_dismissal(self, one: Threat, dispute: Dispute, now: datetime) -> None:
        assert dispute.decided
        is_seen = one.last > dispute.decided
        one.become("open" if is_seen else "lost", now)
        one.notice, one.alerted, one.quiet = "new" if is_seen else "none", None, False

    def waiting(self) -> frozenset[str]:
        """Who would be written to now."""
        return (
            frozenset(one.owner for one in self.threats.values() if one.owner and self._due(one))
            - self.suspended
        )

    def compose(self, organisations: frozenset[str], now: datetime) -> str:
        for key, one in self.threats.items():
            if one.owner in organisations - self.suspended and self._due(one):
                self.told[now, one.owner, key, one.notice] += 1
                one.notice, one.alerted, one.quiet = "none", now, False
        return "told"

    def _due(self, one: Threat) -> bool:
        is_news = one.notice != "none" and one.state in TOLD_STATES
        return is_news and one.owner is not None


def _effect(
    one: Threat, statement: str, claimed: datetime, other: str | None, is_delegated: bool
) -> str:
    if one.state not in CURRENT:
        return "remembered" if one.state in OVER and statement == "fixed" else "none"
    if statement == "fixed":
        return "conflict" if one.last > claimed + A_DAY else "claimed"
    if statement == "false-positive":
        return "disputed"
    if statement == "not-ours" and not is_delegated:
        return "re-routed" if other else "disputed"
    return "quiet" if statement == "will-not-fix" else "none"


def _state_after(effect: str, one: Threat) -> str:
    return effect if effect in ("claimed", "conflict", "disputed") else one.state
