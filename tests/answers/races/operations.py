"""Operations on a `model.Country`, each as the transactions that it consists of, and schedules."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import strategies as st

from tests.answers.races.model import (
    ACCESS,
    ADDRESSES,
    BACKBONE,
    CUSTOMER,
    DELEGATED,
    DISPUTABLE,
    EVENTS,
    SCAN,
    Country,
    Key,
    midnight,
    morning,
)

STATEMENTS = (
    "fixed", "fixed", "fixed", "not-ours", "not-ours", "false-positive", "false-positive",
    "acknowledged", "will-not-fix", "need-help", "customer-told",
)  # fmt: skip
KEYS = tuple((kind, address) for kind in (SCAN, EVENTS) for address in ADDRESSES)
LAST_DAY = 6  # before the first reminder
LEAST, MOST = 6, 14


@dataclass
class World:
    """A country, what operations that are under way have noted, and what those said that ended.

    `delegation`: the place of the latest one when the present block began.
    """

    country: Country = field(default_factory=Country)
    noted: dict[int, frozenset[str]] = field(default_factory=dict)
    results: dict[int, str] = field(default_factory=dict)
    delegation: int = -1


Step = Callable[[World, int], str | None]


@dataclass(frozen=True)
class Report:
    """Read and attributed, taken in, and then the days' sweep."""

    now: datetime
    kind: str
    day: int
    seen: tuple[str, ...]
    healthy: bool = True

    def steps(self) -> list[Step]:
        return [self._read, self._take, lambda world, _: world.country.sweep(self.kind) and None]

    def _read(self, world: World, number: int) -> None:
        world.noted[number] = world.country.customers

    def _take(self, world: World, number: int) -> str:
        with_assets = world.noted.pop(number)
        return world.country.report(self.kind, self.day, self.seen, self.healthy, with_assets)


@dataclass(frozen=True)
class Say:
    """`delegated`: by the contact of the latest delegation."""

    now: datetime
    organisation: str
    keys: tuple[Key, ...]
    statement: str
    comment: str = ""
    since: datetime | None = None
    delegated: bool = False

    def steps(self) -> list[Step]:
        return [self._say]

    def _say(self, world: World, number: int) -> str:
        words = self.statement, self.comment, self.since
        delegation = world.delegation if self.delegated else None
        return world.country.answer(self.organisation, self.keys, words, delegation, self.now)


@dataclass(frozen=True)
class Decide:
    now: datetime
    key: Key
    verdict: str

    @property
    def until(self) -> datetime:
        return self.now + timedelta(days=2)

    def steps(self) -> list[Step]:
        return [lambda world, _: world.country.decide(self.key, self.verdict, self.now, self.until)]


@dataclass(frozen=True)
class Delegate:
    now: datetime

    def steps(self) -> list[Step]:
        return [lambda world, _: world.country.delegate(self.now)]


@dataclass(frozen=True)
class EndDelegation:
    now: datetime

    def steps(self) -> list[Step]:
        return [lambda world, _: world.country.end_delegation(world.delegation, self.now)]


@dataclass(frozen=True)
class Assets:
    """The customer gets an address of its own, or gives it back; then all is attributed again."""

    now: datetime
    given: bool

    def steps(self) -> list[Step]:
        return [
            lambda world, _: world.country.assets(DISPUTABLE, self.given),
            lambda world, _: world.country.attribute() and None,
        ]


@dataclass(frozen=True)
class Suspend:
    now: datetime
    organisation: str
    yes: bool

    def steps(self) -> list[Step]:
        return [lambda world, _: world.country.suspend(self.organisation, self.yes)]


@dataclass(frozen=True)
class Compose:
    """Who waits is read first."""

    now: datetime

    def steps(self) -> list[Step]:
        return [self._look, self._compose]

    def _look(self, world: World, number: int) -> None:
        world.noted[number] = world.country.waiting()

    def _compose(self, world: World, number: int) -> str:
        return world.country.compose(world.noted.pop(number), self.now)


@dataclass(frozen=True)
class EndDismissals:
    now: datetime

    def steps(self) -> list[Step]:
        return [lambda world, _: world.country.end_dismissals(self.now)]


Operation = (
    Report | Say | Decide | Delegate | EndDelegation | Assets | Suspend | Compose | EndDismissals
)
Block = tuple[Operation, ...]  # what happens at once


@dataclass
class _Director:
    """Chooses what fits the country as it would be if all happened in turn."""

    draw: st.DrawFn
    world: World = field(default_factory=World)
    day: int = 0
    minute: int = 0
    left: set[tuple[str, int]] = field(
        default_factory=lambda: {(k, d) for k in (SCAN, EVENTS) for d in range(1, LAST_DAY + 1)}
    )

    def now(self) -> datetime:
        self.minute += 1
        return morning(self.day, 4 * 60 + self.minute)

    def block(self, most: int) -> Block:
        self.day = min(LAST_DAY, self.day + self.draw(st.sampled_from((0, 0, 1, 1, 2))))
        found = tuple(self._one() for _ in range(self.draw(st.integers(1, most))))
        for number, one in enumerate(found):
            self.world.delegation = len(self.world.country.delegations) - 1
            for step in one.steps():
                step(self.world, number)
        return found

    def _one(self) -> Operation:
        kinds = [self._report] * 6 + [self._say] * 6 + [self._compose] * 2 + [
            self._assets, self._delegate, self._end_delegation, self._suspend,
        ]  # fmt: skip
        states = {one.state for one in self.world.country.threats.values()}
        kinds += [self._decide] * 6 * ("disputed" in states)
        kinds += [self._end_dismissals] * 3 * ("dismissed" in states)
        return self.draw(st.sampled_from(kinds))()

    def _report(self) -> Operation:
        """More of the scan, and of the latest days."""
        possible = sorted(one for one in self.left if one[1] <= self.day)
        if not possible:
            return self._say()
        scans = [one for one in possible if one[0] == SCAN]
        kind, day = self.draw(st.sampled_from(possible[-1:] + scans[-1:] * 3 + scans))
        self.left.remove((kind, day))
        seen = self.draw(st.sampled_from(((), (), ADDRESSES, (DISPUTABLE,), (DELEGATED,))))
        healthy = self.draw(st.sampled_from((True,) * 5 + (False,)))
        return Report(self.now(), kind, day, seen, healthy)

    def _say(self) -> Operation:
        """Mostly who answers for it, sometimes the same words as before."""
        threats = self.world.country.threats
        first = self.draw(st.sampled_from(KEYS))
        others = self.draw(st.frozensets(st.sampled_from(KEYS), max_size=2))
        owner = threats[first].owner or ACCESS
        said = self.draw(st.sampled_from((owner,) * 5 + (ACCESS, BACKBONE, CUSTOMER)))
        since = self.draw(st.sampled_from((None, None, midnight(0), midnight(self.day))))
        return Say(
            self.now(), said, tuple(sorted({first} | others)),
            self.draw(st.sampled_from(STATEMENTS)), self.draw(st.sampled_from(("", "as I said"))),
            since, said == ACCESS and self.draw(st.sampled_from((False, False, False, True))),
        )  # fmt: skip

    def _decide(self) -> Operation:
        threats = self.world.country.threats
        disputed = sorted(key for key in threats if threats[key].state == "disputed")
        verdict = self.draw(st.sampled_from(("confirm", "confirm", "reject", "assign", "nobody")))
        return Decide(self.now(), self.draw(st.sampled_from(disputed)), verdict)

    def _compose(self) -> Operation:
        return Compose(self.now())

    def _assets(self) -> Operation:
        return Assets(self.now(), self.draw(st.booleans()))

    def _delegate(self) -> Operation:
        return Delegate(self.now())

    def _end_delegation(self) -> Operation:
        return EndDelegation(self.now())

    def _suspend(self) -> Operation:
        who = self.draw(st.sampled_from((BACKBONE, CUSTOMER)))
        return Suspend(self.now(), who, self.draw(st.booleans()))

    def _end_dismissals(self) -> Operation:
        return EndDismissals(self.now())


@st.composite
def schedules(draw: st.DrawFn, most: int) -> list[Block]:
    """Blocks of up to `most` operations at once; everything is seen on the first day."""
    director = _Director(draw)
    first: list[Operation] = [Report(director.now(), kind, 0, ADDRESSES) for kind in (SCAN, EVENTS)]
    for one in first:
        for step in one.steps():
            step(director.world, 0)
    return [(one,) for one in first] + [
        director.block(most) for _ in range(draw(st.integers(LEAST, MOST)))
    ]


def orders(worlds: list[World], block: Block) -> list[World]:
    """Every world that the block can end in, its operations' transactions in any order."""
    every = [one.steps() for one in block]
    start = tuple(0 for _ in block)
    reached: dict[tuple[int, ...], list[World]] = {start: [_begun(one) for one in worlds]}
    for _ in range(sum(map(len, every))):
        further: dict[tuple[int, ...], list[World]] = {}
        for places, found in reached.items():
            for number, steps in enumerate(every):
                if places[number] < len(steps):
                    after = (*places[:number], places[number] + 1, *places[number + 1 :])
                    known = further.setdefault(after, [])
                    for world in found:
                        made = _stepped(world, steps[places[number]], number)
                        if made not in known:
                            known.append(made)
        reached = further
    (ends,) = reached.values()
    return ends


def _begun(world: World) -> World:
    return World(deepcopy(world.country), delegation=len(world.country.delegations) - 1)


def _stepped(world: World, step: Step, number: int) -> World:
    made = deepcopy(world)
    if result := step(made, number):
        made.results[number] = result
    return made
