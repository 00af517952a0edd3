from datetime import date, timedelta
from itertools import pairwise

import pytest

from tocsin.web.charts import LEFT, RIGHT, SPARK_HEIGHT, SPARK_WIDTH, WIDTH, columns, spark, steps


def _days(count: int) -> list[date]:
    return [date(2026, 9, 1) + timedelta(days=at) for at in range(count)]


@pytest.mark.parametrize(
    ("largest", "expected"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (4, [0, 1, 2, 3, 4]),
        (9, [0, 5, 10]),
        (23_456, [0, 10_000, 20_000, 30_000]),
        (40_000, [0, 10_000, 20_000, 30_000, 40_000]),
    ],
)
def test_steps_are_round_and_reach_the_largest(largest: int, expected: list[int]) -> None:
    assert steps(largest) == expected


def test_columns_stand_on_the_base_and_are_as_high_as_their_values() -> None:
    chart = columns(_days(3), [("open", "current", [10, 0, 5])])
    assert [bar.title for bar in chart.bars] == [
        "1 September: 10 current",
        "3 September: 5 current",
    ]
    ten, five = chart.bars
    assert ten.y + ten.height == pytest.approx(chart.base, abs=0.1)
    assert ten.height == pytest.approx(2 * five.height, abs=0.2)


def test_series_are_stacked_upwards_and_downwards_in_one_scale() -> None:
    up = [("new", "new", [6, 6]), ("reopened", "reopened", [4, 0])]
    chart = columns(_days(2), up, [("gone", "gone", [10, 0])])
    new, again, gone, _ = chart.bars
    assert again.y + again.height == pytest.approx(new.y, abs=0.15)
    assert gone.y == pytest.approx(chart.base, abs=0.1)
    assert gone.height == pytest.approx(new.height + again.height, abs=0.2)
    assert [tick.value for tick in chart.ticks] == [10, 5, 0, 5, 10]


def test_everything_stays_inside_the_drawing() -> None:
    for count in (1, 2, 7, 30, 90):
        values = list(range(count))
        chart = columns(_days(count), [("a", "a", values)], [("b", "b", values[::-1])])
        assert all(LEFT <= bar.x <= bar.x + bar.width <= WIDTH - RIGHT + 0.1 for bar in chart.bars)
        assert all(0 <= bar.y <= bar.y + bar.height <= chart.height for bar in chart.bars)


@pytest.mark.parametrize("count", [1, 7, 14, 30, 90])
def test_labels_do_not_touch_and_the_last_day_has_one(count: int) -> None:
    labels = columns(_days(count), [("a", "a", [1] * count)]).labels
    assert labels[-1].text == f"{_days(count)[-1]:%-d %b}"
    assert all(b.x - a.x >= 46 for a, b in pairwise(labels))


def test_nothing_at_all_is_a_chart_too() -> None:
    assert columns(_days(1), [("a", "a", [0])]).bars == ()


def test_a_spark_starts_at_the_left_and_ends_at_its_dot() -> None:
    line = spark([0, 5, 10])
    points = [tuple(map(float, point.split(","))) for point in line.points.split()]
    assert len(points) == 3
    assert points[-1] == (line.x, line.y)
    assert all(0 <= x <= SPARK_WIDTH and 0 <= y <= SPARK_HEIGHT for x, y in points)
    assert points[0][1] > points[1][1] > points[2][1]


@pytest.mark.parametrize("values", [[0], [7], [0, 0]])
def test_a_spark_of_little(values: list[int]) -> None:
    assert "nan" not in spark(values).points
