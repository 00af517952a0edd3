"""The geometry of the charts; templates/charts/ draws them.

Everything is in user units of the drawing, y downwards.  Colours are classes, so that the style
sheet decides (light, dark, print); what a colour says is written there as well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from tocsin.web.filters import long_day, number, short_day

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 640, 72, 8, 14, 26
SPARK_WIDTH, SPARK_HEIGHT = 120, 28
SPARK_SPAN = 0.2  # of the largest value: the least that a small line's height stands for


@dataclass(frozen=True)
class Tick:
    """A line across the chart and what it stands for."""

    y: float
    value: int


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    css: str
    title: str


@dataclass(frozen=True)
class Label:
    x: float
    text: str


@dataclass(frozen=True)
class Columns:
    """A column chart: `bars` over `labels`, with `ticks`; `base` is the y of zero."""

    width: int
    height: int
    base: float
    left: int
    right: int
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class Spark:
    """A small line without axes; `points` is an SVG polyline, (x, y) its end."""

    points: str
    x: float
    y: float


def steps(largest: int, wanted: int = 4) -> list[int]:
    """Round numbers from 0 to at least `largest`, about `wanted` of them after 0."""
    unit = 1
    while True:
        for step in (unit, 2 * unit, 5 * unit):
            if step * wanted >= largest:
                return list(range(0, -(-max(largest, 1) // step) * step + 1, step))
        unit *= 10


def columns(
    days: Sequence[date],
    up: Sequence[tuple[str, str, Sequence[int]]],
    down: Sequence[tuple[str, str, Sequence[int]]] = (),
    height: int = 220,
    said: Callable[[date], str] = long_day,
    short: Callable[[date], str] = short_day,
) -> Columns:
    """One column a day: the series of `up` stacked above zero, those of `down` below.

    A series is (CSS class, what it counts, one number for each day).  `said`, `short`: how a
    column is called in full and under it; it may as well be a week that begins on that day.
    """
    scale_up, scale_down = steps(_largest(up)), steps(_largest(down)) if down else [0]
    step = max(scale_up[-1] - scale_up[-2], scale_down[-1] - scale_down[-2] if down else 0)
    top, bottom = (-(-each[-1] // step) * step for each in (scale_up, scale_down))
    unit = (height - TOP - BOTTOM) / (top + bottom)
    base = TOP + top * unit
    slot = (WIDTH - LEFT - RIGHT) / len(days)
    bars = []
    for at, day in enumerate(days):
        x, width = LEFT + (at + 0.14) * slot, slot * 0.72
        bars += _stack(at, said(day), up, x, width, base, unit)
        bars += _stack(at, said(day), down, x, width, base, -unit)
    values = range(-bottom, top + 1, step)
    return Columns(
        width=WIDTH,
        height=height,
        base=base,
        left=LEFT,
        right=WIDTH - RIGHT,
        bars=tuple(bars),
        ticks=tuple(Tick(base - value * unit, abs(value)) for value in values),
        labels=tuple(_labels([short(day) for day in days], slot)),
    )


def spark(values: Sequence[int]) -> Spark:
    """A line through `values`, from their least to their largest; small changes stay small."""
    largest = max(*values, 1)
    least = min(*values, round(largest * (1 - SPARK_SPAN)))
    wide = SPARK_WIDTH - 8
    xs = [4 + wide * at / max(len(values) - 1, 1) for at in range(len(values))]
    high = SPARK_HEIGHT - 8
    ys = [4 + high * (largest - value) / (largest - least or 1) for value in values]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
    return Spark(points, round(xs[-1], 1), round(ys[-1], 1))


def _largest(series: Sequence[tuple[str, str, Sequence[int]]]) -> int:
    return max((sum(day) for day in zip(*(each[2] for each in series), strict=True)), default=0)


def _stack(
    at: int,
    day: str,
    series: Sequence[tuple[str, str, Sequence[int]]],
    x: float,
    width: float,
    base: float,
    unit: float,
) -> list[Bar]:
    """The parts of one day's column; `unit` is negative below zero."""
    ends = [0]
    for _, _, values in series:
        ends.append(ends[-1] + values[at])
    return [
        Bar(
            x=round(x, 1),
            y=round(min(base - high * unit, base - low * unit), 1),
            width=round(width, 1),
            height=round(abs(high - low) * abs(unit), 1),
            css=css,
            title=f"{day}: {number(high - low)} {what}",
        )
        for (css, what, _), (low, high) in zip(series, pairwise(ends), strict=True)
        if high > low
    ]


def _labels(days: Sequence[str], slot: float) -> list[Label]:
    """A label under every column, or under every second, seventh … where they would touch."""
    every = next(each for each in (1, 2, 7, 14, 28, len(days) or 1) if each * slot >= 46)
    return [
        Label(round(LEFT + (at + 0.5) * slot, 1), day)
        for at, day in enumerate(days)
        if (len(days) - 1 - at) % every == 0
    ]
