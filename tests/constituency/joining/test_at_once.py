"""Two analysts decide at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connections

from tests.constituency.joining.world import WISH, applied, now, use_registry
from tocsin.constituency.joining.decisions import approve, decline
from tocsin.errors import TocsinError

BY = "person 1"


def test_of_two_analysts_at_once_one_decides(
    committed_db: None, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_registry(monkeypatch)
    application = applied(home, WISH)
    start = Barrier(2)
    actions: list[Callable[[], object]] = [
        lambda: approve(application.pk, None, now(), BY, unproven=True),
        lambda: decline(application.pk, None, "No", now(), BY),
    ]

    def act(action: Callable[[], object]) -> bool:
        start.wait()
        try:
            action()
        except TocsinError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(act, actions)) == [False, True]
