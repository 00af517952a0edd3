"""Attempts are counted by bucket and span."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.access.models import Throttle
from tocsin.access.throttle import forget, too_many
from tocsin.database.scope import organisation_scope, staff_scope

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SPAN = timedelta(minutes=10)


def tries(count: int, at: datetime = NOW, bucket: str = "password ann") -> list[bool]:
    return [too_many(bucket, 3, SPAN, at) for _ in range(count)]


def test_after_the_limit_it_is_too_many() -> None:
    assert tries(5) == [False, False, False, True, True]


@pytest.mark.parametrize(
    ("later", "again"), [(SPAN, True), (SPAN - timedelta(seconds=1), False), (2 * SPAN, True)]
)
def test_after_the_span_one_may_try_again(later: timedelta, again: bool) -> None:
    """From the first attempt on: trying on does not prolong it."""
    tries(4)
    tries(1, NOW + SPAN / 2)
    assert too_many("password ann", 3, SPAN, NOW + later) is not again


def test_buckets_do_not_mix_and_are_not_kept_in_clear() -> None:
    tries(4)
    assert tries(1, bucket="password bo") == [False]
    with staff_scope():
        assert not [row for row in Throttle.objects.values_list("bucket") if "ann" in row[0]]


def test_forgetting_takes_the_old_ones() -> None:
    tries(1, NOW - timedelta(days=2), "old")
    tries(1)
    forget(NOW - timedelta(days=1))
    with staff_scope():
        assert Throttle.objects.get().since == NOW


def test_organisations_do_not_see_who_tried() -> None:
    tries(1)
    with organisation_scope(1):
        assert Throttle.objects.count() == 0
