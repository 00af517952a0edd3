"""A short day that an analyst believes in counts as healthy, until they take it back."""

from datetime import UTC, date, datetime

import pytest

from tocsin.audit.models import Entry
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.intake.health import record_day
from tocsin.intake.models import Feed, FeedDay
from tocsin.intake.short_days import believe, doubt

NOW = datetime(2026, 3, 5, tzinfo=UTC)
BY = "person 7"


@pytest.fixture
def short(db: None, home: object) -> int:
    """The third day, of four; the fourth is as usual again."""
    with staff_scope():
        feed = Feed.objects.create(name="shadowserver")
        for number, rows in enumerate((100, 100, 30, 45)):
            record_day(feed, "scan_rdp", "geo", date(2026, 3, 1 + number), rows, 0, 0)
        FeedDay.objects.update(swept=True)
        return FeedDay.objects.get(rows=30).pk


def states() -> list[str]:
    with staff_scope():
        return list(FeedDay.objects.order_by("day").values_list("state", flat=True))


def test_a_believed_day_is_healthy_and_swept_again(short: int) -> None:
    assert states() == ["healthy", "healthy", "short", "short"]
    believe(short, NOW, BY)
    with staff_scope():
        day = FeedDay.objects.get(pk=short)
        assert (day.state, day.swept, day.real_by, day.real_at) == ("healthy", False, BY, NOW)
        assert Entry.objects.get().action == "short day is real"


def test_it_says_what_is_usual_from_then_on(short: int) -> None:
    """30, 100 and 100 make 100 usual still, but a second such day is believed of itself."""
    believe(short, NOW, BY)
    with staff_scope():
        last = FeedDay.objects.get(rows=45)
        believe(last.pk, NOW, BY)
        feed = Feed.objects.get()
        assert record_day(feed, "scan_rdp", "geo", date(2026, 3, 5), 40, 0, 0).state == "healthy"


def test_more_of_it_later_does_not_undo_the_word(short: int) -> None:
    believe(short, NOW, BY)
    with staff_scope():
        record_day(Feed.objects.get(), "scan_rdp", "geo", date(2026, 3, 3), 1, 0, 0)
    assert states()[2] == "healthy"


def test_taken_back_it_is_short_again(short: int) -> None:
    believe(short, NOW, BY)
    doubt(short, NOW, BY)
    assert states() == ["healthy", "healthy", "short", "short"]
    with staff_scope():
        assert not FeedDay.objects.get(pk=short).swept


@pytest.mark.parametrize(("act", "rows"), [(believe, 100), (doubt, 30)])
def test_only_what_is_there_to_say(short: int, act: object, rows: int) -> None:
    with staff_scope():
        number = FeedDay.objects.filter(rows=rows).values_list("pk", flat=True)[0]
    with pytest.raises(TocsinError):
        act(number, NOW, BY)  # type: ignore[operator]
    with pytest.raises(TocsinError):
        act(987_654, NOW, BY)  # type: ignore[operator]
