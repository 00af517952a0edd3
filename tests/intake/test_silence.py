"""A feed of which two deliveries in a row did not come is silent."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.notices.announced import announced
from tests.queued import do
from tocsin.database.scope import staff_scope
from tocsin.intake.models import Feed
from tocsin.intake.silence import silent
from tocsin.threats.jobs import late

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def feed(name: str, at: datetime | None, enabled: bool = True) -> None:
    with staff_scope():
        Feed.objects.create(name=name, last_report_at=at, enabled=enabled)


def test_only_those_that_began_are_on_and_stopped(home: Path) -> None:
    feed("stopped", NOW - 2 * DAY - timedelta(minutes=1))
    feed("late", NOW - 2 * DAY)
    feed("off", NOW - 9 * DAY, enabled=False)
    feed("never", None)
    with staff_scope():
        assert [one.name for one in silent(home, NOW)] == ["stopped"]


def test_a_silence_is_told_once_and_the_next_again(home: Path) -> None:
    now = datetime.now(UTC)
    feed("scans", now - 9 * DAY)
    for _ in range(2):
        do(late, timestamp=0)
    with staff_scope():
        Feed.objects.update(last_report_at=now - 3 * DAY)
    do(late, timestamp=0)
    assert [(kind, whose, subject) for kind, whose, subject, _ in announced()] == [
        ("feed-late", None, "scans"),
        ("feed-late", None, "scans"),
    ]
    assert announced()[0][3] == {"since": f"{now - 9 * DAY:%Y-%m-%d}"}
