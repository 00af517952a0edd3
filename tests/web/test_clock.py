from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.conf import settings

from tocsin.demo.generate import Plan
from tocsin.demo.marker import Marker
from tocsin.web.clock import is_demo, now
from tocsin.web.server import wants_worker

REAL = datetime(2027, 3, 4, 5, 6, tzinfo=UTC)
SIMULATED = datetime(2026, 10, 1, 8, 30, tzinfo=UTC)


def test_pages_go_by_the_clock(home: Path) -> None:
    with time_machine.travel(REAL, tick=False):
        assert now() == REAL
    assert not is_demo()
    assert wants_worker() == (not settings.DATABASE_URL)


def test_in_a_demo_by_its_own_and_no_worker_goes_on_with_it(home: Path) -> None:
    Marker(Plan(), SIMULATED, done=True).write(home)
    with time_machine.travel(REAL, tick=False):
        assert now() == SIMULATED
    assert is_demo()
    assert not wants_worker()


def test_a_server_is_given_its_worker_separately(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATABASE_URL", "postgresql://elsewhere/tocsin")
    assert not wants_worker()
