"""From files to threats: every report in one transaction, each exactly once.

A report is known by the SHA-256 of its content: the same file again, or the same content in an
archive or a mail, changes nothing.  A crash at any moment leaves either the whole report or none
of it; files that it may leave on disk are overwritten by the next try, because their names come
from the digest.
"""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection

from tocsin.constituency.current_map import current_map
from tocsin.database.scope import staff_scope
from tocsin.intake.batches import Refused
from tocsin.intake.containers import DamagedError, Member, open_members
from tocsin.intake.feed_specs import FeedSpec, all_feeds, of_feed, recognise
from tocsin.intake.formats.reading import delivery, read
from tocsin.intake.health import record_day
from tocsin.intake.models import Feed, Report
from tocsin.intake.raw import Sealed, seal
from tocsin.intake.refusals import keep_refused
from tocsin.threats.bulk import SQL
from tocsin.threats.report import ReportWriter
from tocsin.threats.sweep import sweep_all

DEADLOCK = "40P01"
TRIES = 5
NO_DAY = date.min
REASONS_SHOWN = 20
CHUNK_ROWS = 100_000
REGISTER = (SQL / "register.sql").read_text()


@dataclass(frozen=True)
class Outcome:
    """What one member came to; `state`: taken, known (already taken before) or refused."""

    origin: str
    feed: str
    state: str
    kinds: tuple[str, ...] = ()
    rows: int = 0
    observations: int = 0
    refused: int = 0
    new: int = 0
    reopened: int = 0
    unattributed: int = 0
    notes: tuple[str, ...] = ()
    reasons: tuple[tuple[int, str, str], ...] = ()


@dataclass
class Summary:
    """What a run came to; `closed`: threats that its days closed."""

    outcomes: list[Outcome] = field(default_factory=list)
    closed: int = 0

    def count(self, name: str) -> int:
        return sum(getattr(one, name) for one in self.outcomes)

    def files(self, state: str) -> int:
        return sum(one.state == state for one in self.outcomes)


@dataclass(frozen=True)
class _Waiting:
    member: Member
    spec: FeedSpec | None
    day: date | None
    stream: str
    problem: Refused | None = None


def ingest(
    paths: Iterable[Path],
    now: datetime,
    progress: Callable[[Outcome, int], None] = lambda outcome, left: None,
    feed: str = "",
) -> Summary:
    """Take every report in the paths, earlier days first, then bring the threats' states up.

    `progress` is told each outcome and how many members are left.  `feed`: read everything as
    that feed, which has to exist; if empty, each is recognised by its name and content.
    """
    summary = Summary()
    specs = of_feed(all_feeds(settings.TOCSIN_HOME), feed)
    # What is said to be of a feed of one shape is read so, whatever it is called.
    otherwise = specs[0] if feed and len(specs) == 1 else None
    waiting = sorted(
        (_look_at(member, specs, otherwise) for path in paths for member in open_members(path)),
        key=lambda one: (one.day or NO_DAY, one.member.origin),
    )
    for number, one in enumerate(waiting, 1):
        outcome = _take(one, now)
        summary.outcomes.append(outcome)
        progress(outcome, len(waiting) - number)
    summary.closed = sweep_all(now)
    return summary


def _look_at(member: Member, specs: tuple[FeedSpec, ...], otherwise: FeedSpec | None) -> _Waiting:
    if member.refused:
        return _Waiting(member, None, None, "", member.refused)
    try:
        spec = recognise(member, member.head(), specs) or otherwise
        if spec is None:
            return _Waiting(member, None, None, "", Refused(0, "unknown-format"))
        named = delivery(member, spec)
    except DamagedError as error:
        return _Waiting(member, None, None, "", Refused(0, error.reason, str(error)))
    return _Waiting(member, spec, named.day, named.stream)


def _take(one: _Waiting, now: datetime) -> Outcome:
    if one.spec is None or one.problem:
        return _refuse(one, one.problem or Refused(0, "unknown-format"), now)
    home = settings.TOCSIN_HOME
    try:
        with one.member.opener() as stream:
            sealed = seal(stream, home)
    except DamagedError as error:
        return _refuse(one, Refused(0, error.reason, str(error)), now)
    for attempt in range(1, TRIES + 1):
        try:
            return _take_once(one, one.spec, sealed, now)
        except OperationalError as error:
            if attempt == TRIES or getattr(error.__cause__, "sqlstate", "") != DEADLOCK:
                raise
    raise AssertionError("unreachable")


def _take_once(one: _Waiting, spec: FeedSpec, sealed: Sealed, now: datetime) -> Outcome:
    asset_map = current_map()
    home = settings.TOCSIN_HOME
    with staff_scope():
        report = _register(one, spec, sealed, now)
        if report is None:
            return Outcome(one.member.origin, spec.name, "known")
        with ExitStack() as stack:
            writer = ReportWriter(report, asset_map, home, now, one.day, stack)
            for batch in read(one.member, spec, CHUNK_ROWS, now, home):
                writer.add(batch)
        writer.finish()
        keep_refused(one.member.origin, writer.refused, now, report)
        for name, taken in writer.taken.items():
            record_day(
                report.feed,
                name,
                one.stream,
                report.day,
                taken.rows,
                taken.refused,
                spec.short_below,
            )
        return _outcome(one, spec, writer)


def _register(one: _Waiting, spec: FeedSpec, sealed: Sealed, now: datetime) -> Report | None:
    """The report's row, or None where its content is taken already.  A second process with the
    same content waits here for the end of the first one's transaction."""
    feed, _ = Feed.objects.get_or_create(name=spec.name)
    report = Report(
        digest=sealed.digest,
        feed=feed,
        name=one.member.name,
        stream=one.stream,
        day=one.day or now.date(),
        received_at=now,
        size=sealed.size,
        tlp=spec.tlp.upper(),
        raw=sealed.path,
    )
    with connection.cursor() as cursor:
        cursor.execute(REGISTER, vars(report))
        made = cursor.fetchone()
    if made is None:
        return None
    report.pk = made[0]
    Feed.objects.filter(pk=feed.pk).update(last_report_at=now)
    return report


def _refuse(one: _Waiting, refused: Refused, now: datetime) -> Outcome:
    with staff_scope():
        keep_refused(one.member.origin, [refused], now)
    reason = (refused.line, refused.reason, refused.detail)
    feed = one.spec.name if one.spec else ""
    return Outcome(one.member.origin, feed, "refused", rows=1, refused=1, reasons=(reason,))


def _outcome(one: _Waiting, spec: FeedSpec, writer: ReportWriter) -> Outcome:
    report = writer.report
    return Outcome(
        one.member.origin,
        spec.name,
        "taken",
        kinds=tuple(report.kinds),
        rows=report.rows,
        observations=report.observations,
        refused=report.refused,
        new=report.threats_new,
        reopened=report.threats_reopened,
        unattributed=report.unattributed,
        notes=tuple(report.notes),
        reasons=tuple((bad.line, bad.reason, bad.detail) for bad in writer.refused[:REASONS_SHOWN]),
    )
