"""Jobs, feeds and what they left on disk."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count

from tocsin.access.models import STAFF_ROLES, Person
from tocsin.cli.checks.finding import OK, PROBLEM, WARNING, Check, Finding, Place, counted, some
from tocsin.constituency.models import Asset, Organisation
from tocsin.intake.fetch.sources import load
from tocsin.intake.models import FeedDay, FetchSource, Report
from tocsin.intake.silence import silent
from tocsin.web.clock import is_demo
from tocsin.webhooks.models import Webhook

ALIVE = timedelta(minutes=1)  # a worker gives a sign of life every 10 seconds
LATE = timedelta(minutes=15)  # a job that was due so long ago is not being looked at
RECENT = timedelta(days=7)
LOOKED_AT = 500  # so many of the latest reports


def workers(place: Place) -> Finding:
    (alive,) = _row(
        "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s", place.now - ALIVE
    )
    (late,) = _row(
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, "
        "(SELECT min(at) FROM procrastinate_events e WHERE e.job_id = procrastinate_jobs.id)) < %s",
        place.now - LATE,
    )
    if not late:
        return Finding(OK, f"{counted(alive, 'worker')} at work; no job is late")
    if alive:
        return Finding(
            WARNING,
            f"{counted(late, 'job')} wait since more than a quarter of an hour.",
            "Start another `tocsin work`, on this or another machine.",
        )
    return Finding(
        PROBLEM,
        f"{counted(late, 'job')} wait and no worker is at work.",
        "Start one: `tocsin work`, or `tocsin serve`, which brings one along.",
    )


def stuck_jobs(place: Place) -> Finding:
    (stuck,) = _row(
        "SELECT count(*) FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w"
        " ON w.id = j.worker_id WHERE j.status = 'doing'"
        " AND (w.id IS NULL OR w.last_heartbeat < %s)",
        place.now - LATE,
    )
    if not stuck:
        return Finding(OK, "no job is stuck")
    return Finding(
        WARNING,
        f"{counted(stuck, 'job')} began with a worker that is dead.",
        "Start a worker: `tocsin work` takes them up again.",
    )


def failed_jobs(place: Place) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT j.task_name, count(DISTINCT j.id) FROM procrastinate_jobs j"
            " JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'failed'"
            " WHERE j.status = 'failed' AND e.at > %s GROUP BY 1 ORDER BY 2 DESC, 1",
            [place.now - RECENT],
        )
        failed = cursor.fetchall()
    if not failed:
        return Finding(OK, "no job failed this week")
    names = some([f"{name} ({number:,})" for name, number in failed])
    return Finding(
        WARNING,
        f"{counted(sum(number for _, number in failed), 'job')} failed this week: {names}.",
        "The worker's log says why; after the repair run the same command again.",
    )


def silent_feeds(place: Place) -> Finding:
    """A feed is silent when two of its deliveries in a row have not come."""
    names = [
        f"{feed.name} (since {feed.last_report_at:%Y-%m-%d})"
        for feed in silent(place.home, place.story)
    ]
    if not names:
        return Finding(OK, "no feed is silent")
    return Finding(
        WARNING,
        f"{counted(len(names), 'feed')} did not deliver lately: {some(names)}.",
        "Ask its provider; run `tocsin fetch` to see errors. No threat is closed meanwhile.",
    )


def unhealthy_feeds(place: Place) -> Finding:
    since = (place.story - RECENT).date()
    bad = (
        FeedDay.objects.filter(day__gt=since)
        .exclude(state="healthy")
        .values_list("feed__name", "state")
        .annotate(days=Count("day", distinct=True))
        .order_by("-days", "feed__name")
    )
    names = [f"{name} ({state} on {counted(days, 'day')})" for name, state, days in bad]
    if not names:
        return Finding(OK, "every delivery of this week was healthy")
    return Finding(
        WARNING,
        f"Deliveries of this week prove nothing: {some(names)}.",
        "`tocsin status` shows the days and what was refused.",
    )


def sources(place: Place) -> Finding:
    """What is fetched by itself has been fetched, and nothing of it failed."""
    known = load(place.home / "sources.toml")
    runs = {run.name: run for run in FetchSource.objects.filter(name__in=known)}
    failing = [f"{name} ({run.failures[0]})" for name, run in sorted(runs.items()) if run.failures]
    never = [name for name, one in sorted(known.items()) if one.schedule and name not in runs]
    if not failing and not never:
        return Finding(OK, f"{counted(len(known), 'source')} to fetch from; none fails")
    if failing:
        return Finding(
            WARNING,
            f"Not everything could be fetched from {some(failing)}.",
            "Repair sources.toml or the way there, then see it work: `tocsin fetch NAME`.",
        )
    return Finding(
        WARNING,
        f"Nothing was ever fetched from {some(never)}, though it has a schedule.",
        "Start `tocsin work`, which fetches by schedule, or fetch now: `tocsin fetch NAME`.",
    )


def responsibility(place: Place) -> Finding:
    """Without assets every threat is nobody's, and nobody is told of any."""
    if Asset.objects.exists() or not Report.objects.filter(observations__gt=0).exists():
        return Finding(OK, "organisations have assets, or nothing was observed yet")
    return Finding(
        WARNING,
        "No organisation has any asset: all threats are nobody's, and no alert can go out.",
        "`tocsin organisations import`, then `tocsin assets import`.",
    )


def people(place: Place) -> Finding:
    """Somebody of the authority can sign in."""
    staff = Person.objects.filter(role__in=STAFF_ROLES, is_active=True).count()
    if staff or is_demo() or not Organisation.objects.exists():
        return Finding(OK, f"{counted(staff, 'person', 'people')} of the authority may sign in")
    return Finding(
        WARNING,
        "Nobody of the authority can sign in to the pages.",
        "`tocsin people add EMAIL --role analyst`, then `tocsin people link EMAIL`.",
    )


def observations(place: Place) -> Finding:
    """The latest reports' segments are where the database says."""
    latest = Report.objects.order_by("-received_at", "-id").values_list("segments", flat=True)
    paths = [path for segments in latest[:LOOKED_AT] for path in segments.values()]
    lost = [path for path in paths if not (place.home / path).is_file()]
    if not lost:
        return Finding(OK, "the latest reports' observations are on disk")
    return Finding(
        PROBLEM,
        f"{counted(len(lost), 'file')} of observations are missing: {some(lost)}.",
        "Restore them from a backup of TOCSIN_HOME; database and folder belong together.",
    )


def webhooks(place: Place) -> Finding:
    """No endpoint was given up, and none takes nothing since a day."""
    off = Webhook.objects.filter(enabled=False).exclude(failing_since=None)
    failing = Webhook.objects.filter(enabled=True, failing_since__lt=place.now - timedelta(days=1))
    names = [one.url for one in [*off.order_by("pk"), *failing.order_by("pk")]]
    if not names:
        return Finding(OK, "webhooks are taken, or there are none")
    return Finding(
        WARNING,
        f"{counted(len(names), 'webhook')} cannot be delivered: {some(names)}.",
        "`tocsin webhooks list --all` says since when, `tocsin webhooks deliveries` why.",
    )


CHECKS: tuple[Check, ...] = (
    workers,
    stuck_jobs,
    failed_jobs,
    silent_feeds,
    unhealthy_feeds,
    sources,
    responsibility,
    people,
    observations,
    webhooks,
)


def _row(query: str, *values: datetime) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found: tuple[int, ...] = cursor.fetchone()
        return found
