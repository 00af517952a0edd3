"""Answers, reports, decisions, delegations and alerts on the same threats, in turn and at once.

`TOCSIN_RACES=1000 pytest tests/answers/test_races.py` tries that many schedules.
"""

import os
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, Phase, given, note, settings

from tests.answers.races.installation import (
    Installation,
    differences,
    expected,
    held,
    locks_left,
)
from tests.answers.races.operations import Block, Operation, World, orders, schedules

EXAMPLES = int(os.environ.get("TOCSIN_RACES", "10"))
PATIENCE = 60.0
# Shrinking takes hours where an example takes a second.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
TABLES = (
    "notice", "answer_before", "answer", "dispute", "delivery_attempt", "delivery",
    "alert_threat", "alert", "delegation",
    "threat", "threat_change", "daily_count", "feed_day", "refused_row", "report", "feed", "asset",
    "contact", "procrastinate_jobs", "audit_entry", "organisation",
)  # fmt: skip
many = settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=PHASES,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def country(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for reports, in a home that need not survive a power cut."""
    monkeypatch.setattr("os.fsync", lambda descriptor: None)
    folder = home / "reports"
    folder.mkdir()
    return folder


@many
@given(schedule=schedules(most=1))
def test_one_after_another(db: None, country: Path, schedule: list[Block]) -> None:
    with transaction.atomic():
        play(Installation(country), schedule)
        transaction.set_rollback(True)


@many
@given(schedule=schedules(most=3))
def test_at_once(committed_db: None, country: Path, schedule: list[Block]) -> None:
    try:
        play(Installation(country), schedule)
    finally:
        emptied()


def emptied() -> None:
    """Kinds stay: each has a partition of its own."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('tocsin.staff', 'on', false)")
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("UPDATE threat_kind SET generation = NULL")
    connections["owner"].close()


def play(installation: Installation, schedule: list[Block]) -> None:
    """After each block the tables are those of one of the worlds that it can end in."""
    installation.found()
    worlds = [World()]
    for block in schedule:
        installation.note()
        results = at_once(installation, block)
        installation.note()
        worlds = orders(worlds, block)
        found = held(installation)
        wrong = [
            differences(found, expected(world))
            + [f"said {one}" for one in results.items() ^ world.results.items()]
            for world in worlds
        ]
        for one in block:
            note(str(one))
        assert [] in wrong, min(wrong, key=len)
        worlds = [world for world, why in zip(worlds, wrong, strict=True) if not why]


def at_once(installation: Installation, block: Block) -> dict[int, str]:
    """What each operation said, by its place; with a connection of its own where there are more."""
    if len(block) == 1:
        return {0: installation.run(block[0])}
    barrier = Barrier(len(block))
    results: dict[int, str] = {}

    def run(number: int, one: Operation) -> None:
        barrier.wait(PATIENCE)
        try:
            results[number] = installation.run(one)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair, daemon=True) for pair in enumerate(block)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(results) == len(block), "one of them failed or hangs"
    assert locks_left() == 0
    return results
