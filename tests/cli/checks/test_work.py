import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tests.webhooks.conftest import webhook
from tocsin.access.actions import add_person
from tocsin.access.models import Role
from tocsin.cli.checks import work
from tocsin.cli.checks.finding import OK, PROBLEM, WARNING, Check, Place
from tocsin.constituency.models import Asset, Organisation
from tocsin.database.scope import staff_scope
from tocsin.intake.feed_specs import SHIPPED
from tocsin.intake.models import Feed, FeedDay, FetchSource, Report
from tocsin.webhooks.models import Webhook

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _staff() -> Iterator[None]:
    with staff_scope():
        yield


def worker(heartbeat: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s) RETURNING id",
            [heartbeat],
        )
        return int(cursor.fetchone()[0])


def job(status: str, at: datetime, by: int | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, scheduled_at,"
            " worker_id) VALUES ('default', 'sweep', 'todo', %s, %s) RETURNING id",
            [at, by],
        )
        (number,) = cursor.fetchone()
        if status != "todo":
            change = "UPDATE procrastinate_jobs SET status = %s, worker_id = %s WHERE id = %s"
            cursor.execute(change, ["doing", by, number])
            cursor.execute(change, [status, by, number])
        cursor.execute("UPDATE procrastinate_events SET at = %s WHERE job_id = %s", [at, number])


@pytest.mark.parametrize("check", work.CHECKS)
def test_nothing_there_is_well(place: Place, check: Check) -> None:
    assert check(place).state == OK


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ({"enabled": False}, False),
        ({"enabled": False, "failing_since": timedelta(days=6)}, True),
        ({"failing_since": timedelta(days=2)}, True),
        ({"failing_since": timedelta(hours=2)}, False),
    ],
)
def test_webhooks_that_nobody_takes(place: Place, state: dict[str, Any], told: bool) -> None:
    made = webhook(None)
    if "failing_since" in state:
        state = {**state, "failing_since": place.now - state["failing_since"]}
    Webhook.objects.filter(pk=made.pk).update(**state)
    found = work.webhooks(place)
    assert (found.state, made.url in found.what) == (WARNING if told else OK, told)


def test_work_waits_and_nobody_does_it(place: Place) -> None:
    job("todo", place.now - HOUR)
    job("todo", place.now + HOUR)
    found = work.workers(place)
    assert (found.state, found.what) == (PROBLEM, "1 job wait and no worker is at work.")
    worker(place.now - DAY)
    assert work.workers(place).state == PROBLEM
    worker(place.now - timedelta(seconds=10))
    assert work.workers(place).state == WARNING


def test_a_jobs_worker_is_dead(place: Place) -> None:
    job("doing", place.now - HOUR, worker(place.now))
    assert work.stuck_jobs(place).state == OK
    job("doing", place.now - HOUR, worker(place.now - HOUR))
    job("doing", place.now - HOUR, None)
    assert work.stuck_jobs(place).what.startswith("2 jobs began")


def test_jobs_failed(place: Place) -> None:
    job("failed", place.now - 30 * DAY)
    assert work.failed_jobs(place).state == OK
    job("failed", place.now - DAY)
    job("failed", place.now - DAY)
    found = work.failed_jobs(place)
    assert found.state == WARNING
    assert "sweep (2)" in found.what


def test_a_feed_is_silent(place: Place) -> None:
    Feed.objects.create(name="shadowserver", last_report_at=place.now - DAY)
    Feed.objects.create(name="own-weekly", last_report_at=place.now - 8 * DAY)
    toml = (SHIPPED / "openphish/feed.toml").read_text()
    own = place.home / "feeds/own-weekly/feed.toml"
    own.parent.mkdir(parents=True)
    own.write_text(re.sub("cadence_hours = .*", "cadence_hours = 168", toml))
    Feed.objects.create(name="off", enabled=False, last_report_at=place.now - 90 * DAY)
    Feed.objects.create(name="never")
    assert work.silent_feeds(place).state == OK
    Feed.objects.create(name="team-cymru", last_report_at=place.now - 9 * DAY)
    found = work.silent_feeds(place)
    assert found.what == "1 feed did not deliver lately: team-cymru (since 2026-02-21)."


def test_a_feed_is_ill(place: Place) -> None:
    feed = Feed.objects.create(name="shadowserver")
    for kind, ago, state in (("a", 1, "short"), ("b", 1, "short"), ("a", 30, "refused")):
        day = (place.now - ago * DAY).date()
        FeedDay.objects.create(feed=feed, kind=kind, day=day, state=state)
    found = work.unhealthy_feeds(place)
    assert (found.state, found.what) == (
        WARNING,
        "Deliveries of this week prove nothing: shadowserver (short on 1 day).",
    )


def test_observations_are_lost(place: Place) -> None:
    feed = Feed.objects.create(name="shadowserver")
    for name in ("kept", "lost"):
        Report.objects.create(
            digest=name.encode(),
            feed=feed,
            name=name,
            day=place.now.date(),
            received_at=place.now,
            segments={"scan_rdp": f"observations/{name}.parquet"},
        )
    (place.home / "observations").mkdir()
    (place.home / "observations/kept.parquet").touch()
    found = work.observations(place)
    assert found.state == PROBLEM
    assert found.what == "1 file of observations are missing: observations/lost.parquet."


SOURCES = """
[spool]
type = "directory"
schedule = "every 1 hour"

[by-hand]
type = "directory"
"""


def test_a_source_fails_or_was_never_asked(place: Place) -> None:
    (place.home / "sources.toml").write_text(SOURCES)
    found = work.sources(place)
    assert (found.state, "fetched from spool, though" in found.what) == (WARNING, True)
    run = FetchSource.objects.create(name="spool", failures=["the folder is missing"])
    FetchSource.objects.create(name="no-longer-there", failures=["gone"])
    found = work.sources(place)
    assert (found.state, "spool (the folder is missing)" in found.what) == (WARNING, True)
    assert "no-longer-there" not in found.what
    run.failures = []
    run.save()
    assert work.sources(place).what == "2 sources to fetch from; none fails"


def test_nobody_answers_for_anything(place: Place) -> None:
    feed = Feed.objects.create(name="shadowserver")
    Report.objects.create(
        digest=b"1", feed=feed, name="r", day=place.now, received_at=place.now, observations=1
    )
    found = work.responsibility(place)
    assert (found.state, "tocsin assets import" in found.todo) == (WARNING, True)
    owner = Organisation.objects.create(name="Meridian Hosting", created_at=place.now)
    Asset.objects.create(organisation=owner, value="AS64500", form="asn", created_at=place.now)
    assert work.responsibility(place).state == OK


def test_nobody_of_the_authority_can_sign_in(place: Place) -> None:
    Organisation.objects.create(name="Meridian Hosting", created_at=place.now)
    add_person("ann@meridian.example", Role.OWNER, place.now, "Meridian Hosting")
    found = work.people(place)
    assert (found.state, "tocsin people add" in found.todo) == (WARNING, True)
    add_person("bea@authority.example", Role.PROTECT_OFFICER, place.now)
    assert work.people(place).state == OK
