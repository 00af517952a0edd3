"""When each threat of the demo is to be seen: one row a threat, one column a day."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.demo.draw import Draw, Flags, Ints

Days = npt.NDArray[np.int64]  # rows a day that a threat is reported

QUORUM = 2  # healthy days without a threat that make it gone
STORIES = ("stays", "arrives", "fixed", "returns", "flickers", "moves")
CHANCES = (0.55, 0.14, 0.16, 0.05, 0.05, 0.05)
EVENT_CHANCE = 0.45  # that an infected machine shows itself on a day
RETURN_AFTER = 3  # days out of sight before a threat comes back


@dataclass(frozen=True)
class Lives:
    """`seen`: rows for each threat on each day.  `moves`: pairs (a, b) of threats that are one
    device, which left address a for address b."""

    seen: Days
    moves: list[tuple[int, int]]


def scan_lives(draw: Draw, count: int, days: int) -> Lives:
    """A scanned host is seen each day that its story says: `count` × `days`, 0 or 1."""
    story = draw.pick(count, CHANCES)
    turn = draw.integers(count, 1, max(days, 2))  # the day on which the story turns
    movers = np.flatnonzero(story == STORIES.index("moves"))
    before, after = movers[: len(movers) // 2], movers[len(movers) // 2 :][: len(movers) // 2]
    turn[after] = turn[before]
    left = np.isin(np.arange(count), before)
    seen = np.ones((count, days), dtype=np.int64)
    day = np.arange(days)
    for at, name in enumerate(STORIES):
        chosen = np.flatnonzero(story == at)
        seen[chosen] = _seen(name, day, turn[chosen][:, None], left[chosen][:, None])
    return Lives(seen, list(zip(before.tolist(), after.tolist(), strict=True)))


def _seen(story: str, day: Days, turn: Ints, left: Flags) -> Flags:
    match story:
        case "arrives":
            return day >= turn
        case "fixed":
            return day < turn
        case "returns":
            return (day < turn) | (day >= turn + RETURN_AFTER)
        case "flickers":
            return np.asarray(day != turn)
        case "moves":
            return np.where(left, day < turn, day >= turn)
        case _:
            return np.broadcast_to(day >= 0, (len(turn), len(day)))


def event_lives(draw: Draw, count: int, days: int) -> Lives:
    """An infected machine is seen on some days, up to four times: `count` × `days`."""
    seen = draw.uniform(count * days).reshape(count, days) < EVENT_CHANCE
    times = 1 + draw.integers(count * days, 0, 4).reshape(count, days)
    return Lives(np.where(seen, times, 0), [])


@dataclass(frozen=True)
class Fates:
    """How many scanned threats end in each state, and how many came back at all."""

    open: int
    gone: int
    reopened: int


def fates(seen: Days, healthy: Flags) -> Fates:
    """What becomes of scanned threats: gone after `QUORUM` healthy days out of sight.

    `seen`: threats × days, as delivered; `healthy`: one for each day.
    """
    seen = seen[seen.any(axis=1)]
    known = np.zeros(len(seen), dtype=bool)
    missed = np.zeros(len(seen), dtype=np.int64)
    gone, returned = known.copy(), known.copy()
    for day in range(seen.shape[1]):
        today = seen[:, day] > 0
        returned |= today & gone
        gone &= ~today
        known |= today
        missed = np.where(today, 0, missed + (known & healthy[day]))
        gone |= known & (missed >= QUORUM)
        returned &= ~gone
    still = known & ~gone
    return Fates(
        open=int((still & ~returned).sum()),
        gone=int(gone.sum()),
        reopened=int(returned.sum()),
    )
