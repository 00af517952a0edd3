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

    `is_cut`: the report ends too early; the whole one, when it comes, makes the day good.
    """
    one, _ = FeedDay.objects.select_for_update().get_or_create(
        feed=feed, kind=kind, stream=stream, day=day, defaults={"state": "healthy"}
    )
    earlier = FeedDay.objects.filter(
        feed=feed, kind=kind, stream=stream, day__lt=day, state="healthy"
    )
    one.usual = usual_rows(
        list(earlier.order_by("-day").values_list("rows", flat=True)[:HISTORY_DAYS])
    )
    one.rows += rows
    one.refused += refused
    one.state = state_of(one.rows, one.refused, one.usual, at_least, is_cut)
    one.swept = False
    one.save()
    return one
