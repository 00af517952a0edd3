"""What threats' states should be, computed the slow and plain way from all that was delivered.

Shares no code with the program: days are replayed one after another, whatever order the files
came in.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from statistics import median

from tests.threats.files import day as day_of

SIZE = 30
SHORT_SIZE = 5
WINDOW = 14
STREAMS = ("tests-geo", "tests-asn")
CURRENT = {"open", "claimed", "conflict", "reopened"}
GRACE_DAYS = 1  # claims are made at noon, and reports are of the morning


@dataclass(frozen=True)
class Delivery:
    """A file of a day: `how` healthy, short or refused, and who of those we look at is in it."""

    day: int
    seen: frozenset[str]
    how: str = "healthy"
    stream: str = STREAMS[0]

    @property
    def others(self) -> list[str]:
        """Rows that make up the file's size: never the ones looked at.

        Each stream has some of its own, because the same content twice is the same report.
        """
        count = SHORT_SIZE if self.how == "short" else SIZE
        own = STREAMS.index(self.stream)
        return [f"198.51.100.{number}" for number in range(own, own + count)]

    @property
    def nonsense(self) -> list[str]:
        return ["nonsense"] * (SIZE if self.how == "refused" else 0)


@dataclass(frozen=True)
class Life:
    """What is to be known of one threat."""

    state: str
    since: date
    first_day: date
    last_day: date
    times_seen: int
    recurrences: int = 0
    changes: tuple[tuple[date, str], ...] = ()
    claimed: int | None = None


@dataclass
class Country:
    """Replays a kind's days; `lives` by address."""

    scan: bool
    lives: dict[str, Life] = field(default_factory=dict)
    healthy: list[int] = field(default_factory=list)
    last_of_stream: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, list[int]] = field(default_factory=dict)

    def claim(self, who: str, number: int) -> None:
        """Said to be fixed at noon.  What is over stays over; the claim is remembered."""
        if who not in self.lives:
            return
        life = replace(self.lives[who], claimed=number)
        if life.state in CURRENT - {"claimed"}:
            life = _changed(life, day_of(number), "claimed")
        elif life.state == "claimed":
            life = replace(life, since=day_of(number))
        self.lives[who] = life

    def take(self, number: int, files: Sequence[Delivery]) -> None:
        well = {one.stream for one in files if self._is_well(one)}
        for one in files:
            self.last_of_stream[one.stream] = number
            for who in one.seen:
                self._see(who, number)
        wanted = {name for name, last in self.last_of_stream.items() if number - last <= 30}
        if wanted <= well:
            self.healthy.append(number)
        for who, life in self.lives.items():
            if life.state in CURRENT and (ending := self._ending(life, number)):
                self.lives[who] = _changed(life, day_of(number + 1), ending)

    def _is_well(self, one: Delivery) -> bool:
        rows = len(one.seen) + len(one.others) + len(one.nonsense)
        history = self.sizes.setdefault(one.stream, [])
        usual = int(median(history[-7:])) if len(history) >= 2 else 0
        well = len(one.nonsense) * 5 <= rows and not (usual >= 20 and rows < usual / 2)
        if well:
            history.append(rows)
        return well

    def _see(self, who: str, number: int) -> None:
        today = day_of(number)
        life = self.lives.get(who)
        if life is None:
            self.lives[who] = Life("open", today, today, today, 1)
            return
        if life.state == "gone" or (life.state == "lost" and not self.scan):
            again = life.state == "gone" and today <= life.since + timedelta(days=30)
            life = replace(_changed(life, today, "reopened"), recurrences=life.recurrences + again)
            life = replace(life, claimed=None)
        elif life.state == "lost":
            life = _changed(life, today, "open" if life.claimed is None else "claimed")
        latest = number if life.claimed is None else life.claimed + GRACE_DAYS
        if life.state == "claimed" and number > latest:
            life = _changed(life, today, "conflict")
        self.lives[who] = replace(life, last_day=today, times_seen=life.times_seen + 1)

    def _ending(self, life: Life, number: int) -> str:
        last = (life.last_day - day_of(0)).days
        if not self.scan:
            return "lost" if self.healthy[-1:] == [number] and number - last > WINDOW else ""
        if self.healthy[-1:] == [number]:
            return "gone" if sum(one > last for one in self.healthy) >= 2 else ""
        silent = len(self.healthy) >= 2 and number - self.healthy[-1] > 30
        return "lost" if silent and number - last > 30 else ""


def _changed(life: Life, at: date, state: str) -> Life:
    return replace(life, state=state, since=at, changes=(*life.changes, (at, state)))


def lives(
    deliveries: Sequence[Delivery], scan: bool, claims: Mapping[int, Collection[str]] | None = None
) -> dict[str, Life]:
    """Every threat's life after all of the deliveries, as if they had come in order.

    `claims`: who is said to be fixed at noon of a day.
    """
    country = Country(scan)
    for number in sorted({one.day for one in deliveries}):
        country.take(number, [one for one in deliveries if one.day == number])
        for who in (claims or {}).get(number, ()):
            country.claim(who, number)
    return {who: replace(life, claimed=None) for who, life in country.lives.items()}
