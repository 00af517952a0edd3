from datetime import timedelta

import pytest

from tests.alerts.samples import NOW
from tocsin.alerts.deadlines import deadline


@pytest.mark.parametrize(
    ("severity", "days"), [("critical", 1), ("high", 7), ("medium", 14), ("low", 30)]
)
def test_by_when(severity: str, days: int) -> None:
    assert deadline(severity, NOW) == NOW + timedelta(days=days)


def test_information_has_no_date() -> None:
    assert deadline("info", NOW) is None
