"""Whether what a stream delivered for a day can be relied on."""

from collections.abc import Sequence
from datetime import date
from statistics import median

from tocsin.intake.models import Feed, FeedDay

SHORT_BELOW = 0.5
HISTORY_DAYS = 7
HISTORY_NEEDED = 2
TOO_FEW_TO_JUDGE = 20
REFUSED_ABOVE = 0.2


def usual_rows(earlier: Sequence[int]) -> int | None:
    """The median of the latest healthy days, or None where there are too few to say."""
    if len(earlier) < HISTORY_NEEDED:
        return None
    return int(median(earlier[:HISTORY_DAYS]))


def state_of(
    rows: int, refused: int, usual: int | None, at_least: int = 0, is_cut: bool = False
) -> str:
    """healthy, short or refused: `rows` are all rows of the day, `refused` those not taken.

    Short is less than half of what is usual, or than the feed's own `at_least`; so is a delivery
    that was cut off, however much of it there is, because nobody knows what is missing.
    """
    if refused and refused > rows * REFUSED_ABOVE:
        return "refused"
    expected = usual * SHORT_BELOW if usual is not None and usual >= TOO_FEW_TO_JUDGE else 0
    return "short" if is_cut or rows < max(expected, at_least) else "healthy"


def record_day(
    feed: Feed,
    kind: str,
    stream: str,
    day: date,
    rows: int,
    refused: int,
    at_least: int,
    is_cut: bool = False,
) -> FeedDay:
    """Add one report's rows to its stream's day and judge the day anew.

    So are later days that came before it: what is usual does not depend on the order of arrival.
    `is_cut`: the report ends too early; the whole one, when it comes, makes the day good.
    """
    one, _ = FeedDay.objects.select_for_update().get_or_create(
        feed=feed, kind=kind, stream=stream, day=day, defaults={"state": "healthy"}
    )
    one.rows += rows
    one.refused += refused
    return rejudge(one, at_least, is_cut)


def taken_after_all(
    feed: Feed, kind: str, stream: str, day: date, rows: int, at_least: int
) -> FeedDay | None:
    """Of rows that the day counts as refused, this many are taken now; None for an unknown day."""
    days = FeedDay.objects.select_for_update()
    one = days.filter(feed=feed, kind=kind, stream=stream, day=day).first()
    if one is None:
        return None
    was_cut = _was_cut(one, at_least)
    one.refused = max(0, one.refused - rows)
    return rejudge(one, at_least, was_cut)


def rejudge(one: FeedDay, at_least: int, is_cut: bool) -> FeedDay:
    """Judge a day that has changed, and the later ones; the next sweep looks at it again."""
    stream_days = FeedDay.objects.filter(feed=one.feed_id, kind=one.kind, stream=one.stream)
    earlier = stream_days.filter(day__lt=one.day, state="healthy").order_by("-day")
    history = list(earlier.values_list("rows", flat=True)[:HISTORY_DAYS])
    one.swept = False
    _judge(one, history, at_least, is_cut)
    one.save()
    judged, changed = one, []
    for later in stream_days.filter(day__gt=one.day).order_by("day"):
        history = _with(one, history)
        before = later.state, later.usual
        _judge(later, history, at_least, _was_cut(later, at_least))
        if (later.state, later.usual) != before:
            later.swept = later.swept and later.state == before[0]
            changed.append(later)
        one = later
    if changed:
        FeedDay.objects.bulk_update(changed, ["state", "usual", "swept"])
    return judged


def _judge(one: FeedDay, history: Sequence[int], at_least: int, is_cut: bool) -> None:
    one.usual = usual_rows(history)
    one.state = state_of(one.rows, one.refused, one.usual, at_least, is_cut)
    if one.state == "short" and one.real_by:
        one.state = "healthy"


def _was_cut(one: FeedDay, at_least: int) -> bool:
    """Whether a day is short although it had rows enough."""
    return one.state == "short" != state_of(one.rows, one.refused, one.usual, at_least)


def _with(one: FeedDay, history: Sequence[int]) -> list[int]:
    """The rows of the latest healthy days, latest first, after this day."""
    return [one.rows, *history][:HISTORY_DAYS] if one.state == "healthy" else [*history]
