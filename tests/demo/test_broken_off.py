"""A demo that was broken off is told to its end by the same command again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from tests.conftest import empty_database
from tocsin.demo import story
from tocsin.demo.generate import Plan
from tocsin.demo.marker import read_marker
from tocsin.demo.story import tell
from tocsin.demo.summary import Numbers, numbers
from tocsin.errors import TocsinError

TINY = Plan(threats=300, days=5)


class PowerCutError(Exception):
    """Stands for whatever ends a command in the middle."""


@pytest.fixture
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield
        empty_database()


@pytest.fixture(scope="module")
def undisturbed(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Numbers:
    """What comes of it where nothing breaks off."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(settings, "TOCSIN_HOME", tmp_path_factory.mktemp("quiet"))
        tell(TINY, _silently)
        found = numbers()
        empty_database()
    return found


def _silently(step: str, left: int) -> None:
    """Nobody watches."""


def _but_for_the_place(found: Numbers) -> Numbers:
    return replace(found, whole=replace(found.whole, home="", outbox=""))


@pytest.mark.parametrize(
    "broken", ["generate", "import_assets", "ingest", "release", "deliver_due"]
)
def test_the_same_numbers_whatever_it_was_broken_off_at(
    undisturbed: Numbers,
    database: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    broken: str,
) -> None:
    monkeypatch.setattr(settings, "TOCSIN_HOME", tmp_path)
    whole, calls = getattr(story, broken), 0

    def breaks_off(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == (3 if broken == "ingest" else 1):
            raise PowerCutError
        return whole(*given, **named)

    monkeypatch.setattr(story, broken, breaks_off)
    with pytest.raises(PowerCutError):
        tell(TINY, _silently)
    marker = read_marker(tmp_path)
    assert marker is not None
    assert not marker.done
    again = tell(TINY, _silently)
    assert not again.again, "it had not been told to its end"
    assert _but_for_the_place(numbers()) == _but_for_the_place(undisturbed)
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == undisturbed.whole.mails


def test_another_plan_does_not_go_on_with_it(
    database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "TOCSIN_HOME", tmp_path)

    def breaks_off(*given: object) -> None:
        raise PowerCutError

    monkeypatch.setattr(story, "_alert", breaks_off)
    with pytest.raises(PowerCutError):
        tell(TINY, _silently)
    with pytest.raises(TocsinError, match="another demo"):
        tell(replace(TINY, seed=2), _silently)


def test_the_clock_stands_at_the_morning_after_the_last_day() -> None:
    assert story.morning(TINY.dates[-1]) == datetime.fromisoformat("2026-10-01T08:30:00+00:00")
