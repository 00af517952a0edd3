"""The geometry of quartiles side by side: a bar from the lower to the upper one, and a line at
the median; templates/charts/spreads.html draws it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.web.charts import BOTTOM, LEFT, RIGHT, TOP, WIDTH, Label, Tick, steps

HEIGHT = 240
SHARE = 0.3  # of a place's width, each bar
THINNEST = 2.0  # of a bar whose quartiles are the same


@dataclass(frozen=True)
class Box:
    """`middle`: the y of the median."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    css: str
    title: str

    @property
    def right(self) -> float:
        return round(self.x + self.width, 1)


@dataclass(frozen=True)
class Spreads:
    width: int
    height: int
    base: float
    left: int
    right: int
    boxes: tuple[Box, ...]
    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class Quartiles:
    """`css`: of the series; `title`: what is said of it."""

    css: str
    title: str
    lower: float
    middle: float
    upper: float


def spreads(places: Sequence[tuple[str, Sequence[Quartiles | None]]]) -> Spreads:
    """Each place: its label, and one set of quartiles or nothing for each series."""
    found = [one for _, series in places for one in series if one]
    scale = steps(int(max((one.upper for one in found), default=0) + 0.999))
    base = float(HEIGHT - BOTTOM)
    unit = (base - TOP) / scale[-1]
    slot = (WIDTH - LEFT - RIGHT) / len(places)
    boxes = [
        _box(one, LEFT + (at + 0.5) * slot, nth - (len(series) - 1) / 2, slot, base, unit)
        for at, (_, series) in enumerate(places)
        for nth, one in enumerate(series)
        if one
    ]
    return Spreads(
        width=WIDTH,
        height=HEIGHT,
        base=base,
        left=LEFT,
        right=WIDTH - RIGHT,
        boxes=tuple(boxes),
        ticks=tuple(Tick(round(base - value * unit, 1), value) for value in scale),
        labels=tuple(
            Label(round(LEFT + (at + 0.5) * slot, 1), label) for at, (label, _) in enumerate(places)
        ),
    )


def _box(one: Quartiles, centre: float, place: float, slot: float, base: float, unit: float) -> Box:
    """`place`: how many bars to the right of the centre its own centre is."""
    width = slot * SHARE
    top, bottom = base - one.upper * unit, base - one.lower * unit
    height = max(bottom - top, THINNEST)
    return Box(
        x=round(centre + (place - 0.5) * width, 1),
        y=round(bottom - height, 1),
        width=round(width, 1),
        height=round(height, 1),
        middle=round(base - one.middle * unit, 1),
        css=one.css,
        title=one.title,
    )
