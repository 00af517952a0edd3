"""A demo that was broken off is told to its end by the same command again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from tests.conftest import empty_database
from tocsin.alerts.models import Alert, IncomingMail, Receipt
from tocsin.answers.models import Answer, Dispute
from tocsin.database.scope import staff_scope
from tocsin.demo import desks, last_day, story, week
from tocsin.demo.generate import Plan
from tocsin.demo.marker import read_marker
from tocsin.demo.story import tell
from tocsin.demo.summary import Numbers, numbers
from tocsin.errors import TocsinError
from tocsin.threats.models import ThreatChange

TINY = Plan(threats=300, days=5)
WEEK = Plan(threats=300)  # long enough for answers


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
    with django_db_blocker.unblock():
        return _quietly(TINY, tmp_path_factory.mktemp("quiet"))[0]


@pytest.fixture(scope="module")
def whole_week(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Numbers, list[Any]]:
    with django_db_blocker.unblock():
        return _quietly(WEEK, tmp_path_factory.mktemp("week"))


def _quietly(plan: Plan, home: Path) -> tuple[Numbers, list[Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "TOCSIN_HOME", home)
        tell(plan, _silently)
        found = numbers(), _happened()
        empty_database()
    return found


def _happened() -> list[Any]:
    """All that changed, was said, told and written back, and when."""
    with staff_scope():
        return [
            sorted(ThreatChange.objects.values_list("key", "at", "from_state", "to_state")),
            sorted(Answer.objects.values_list("key", "at", "statement", "via", "effect")),
            sorted(Alert.objects.values_list("organisation__name", "composed_at", "conflicts")),
            sorted(Receipt.objects.values_list("recipient", "at", "state")),
            sorted(Dispute.objects.values_list("key", "verdict", "opened_at")),
            sorted(IncomingMail.objects.values_list("sender", "at", "became")),
        ]


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


@pytest.mark.parametrize(
    ("room", "broken", "at"),
    [
        (week, "compose_due", 1),
        (week, "deliver_due", 2),
        (desks, "take", 3),
        (week, "send_receipts", 1),
        (week, "decide", 1),
        (last_day, "take_files", 1),
    ],
)
def test_what_happens_in_the_week_happens_once(
    whole_week: tuple[Numbers, list[Any]],
    database: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    room: ModuleType,
    broken: str,
    at: int,
) -> None:
    """The power goes just after it was done, and nobody has noted that."""
    monkeypatch.setattr(settings, "TOCSIN_HOME", tmp_path)
    whole, calls = getattr(room, broken), 0

    def breaks_off(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        done = whole(*given, **named)
        if calls == at:
            raise PowerCutError
        return done

    monkeypatch.setattr(room, broken, breaks_off)
    with pytest.raises(PowerCutError):
        tell(WEEK, _silently)
    tell(WEEK, _silently)
    found, happened = whole_week
    assert _but_for_the_place(numbers()) == _but_for_the_place(found)
    assert _happened() == happened
    assert len(list((tmp_path / "outbox").iterdir())) == found.whole.mails


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
