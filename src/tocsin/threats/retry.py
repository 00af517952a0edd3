"""Reading again what was refused, once a fix is in: a feed's file, a column's name, a new version.

A report is read from its sealed copy.  Of its rows only those are taken that were refused, so
that nothing counts twice; those that are still refused stay, with today's reason.  A file that
was refused whole is taken like a new one.  Each in one transaction, which can run twice.
"""

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from tocsin.audit.log import note
from tocsin.constituency.asset_map import AssetMap
from tocsin.constituency.current_map import current_map
from tocsin.database.queue import later
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.intake.containers.members import Member
from tocsin.intake.feed_specs import FeedSpec, all_feeds, of_feed, recognise
from tocsin.intake.formats.reading import read
from tocsin.intake.health import taken_after_all
from tocsin.intake.models import RefusedRow, Report
from tocsin.intake.observations import lines_of
from tocsin.intake.raw import Sealed
from tocsin.intake.refusals import keep_refused
from tocsin.intake.resealed import resealed
from tocsin.threats.ingest import ingest_members
from tocsin.threats.keeping_again import CUT_OFF, KeepingAgain
from tocsin.threats.preparing import CHUNK_ROWS, Begun, Preparation
from tocsin.threats.reattribution import attributed_with
from tocsin.threats.report import ReportWriter
from tocsin.threats.sweep import sweep_all
from tocsin.threats.waiting import BEYOND_US, Waiting, look_at

JOB = "tocsin.threats.retry"
# What a page may read while somebody waits for it, in bytes; more is left to the worker.
AT_ONCE = 8_000_000
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Retried:
    """Of `asked` refused rows (a file that was refused whole is one) `taken` are taken now."""

    asked: int
    taken: int


def retry_report(number: int, now: datetime, by: str) -> Retried:
    """Take what can be taken now of a report's refused rows.

    Raises `TocsinError` where the sealed copy is gone, or the report cannot be read at all; then
    nothing was changed.
    """
    with staff_scope():
        report = Report.objects.select_for_update(of=("self",)).select_related("feed").filter(
            pk=number
        ).first()  # fmt: skip
        if report is None:
            raise TocsinError("There is no such report any more.")
        again = _Again(report, now)
        result = again.take()
        note(by, "report read again", f"report {number}", now, asked=result.asked,
             taken=result.taken)  # fmt: skip
    return result


def retry_file(number: int, now: datetime, by: str) -> Retried:
    """Take a file that was refused whole, as if it came now.

    Raises `TocsinError` where the sealed copy is gone.
    """
    home: Path = settings.TOCSIN_HOME
    with staff_scope():
        row = RefusedRow.objects.filter(pk=number, report=None).first()
        if row is None:
            raise TocsinError("This file is not among the refused ones any more.")
        member = resealed(home, row.raw, row.file, row.mail)
    specs = all_feeds(home)
    otherwise = _only_shape(specs, row.feed) if row.feed else None
    (outcome,) = ingest_members([look_at(member, specs, otherwise)], now).outcomes
    with staff_scope():
        done = outcome.state != "refused"
        old = RefusedRow.objects.filter(report=None, file=row.file)
        if not done:
            old = old.exclude(reason__in=[reason for _, reason, _ in outcome.reasons])
        old.delete()
        note(by, "refused file read again", f"refused row {number}", now, taken=int(done))
    return Retried(1, int(done))


def retry_reason(reason: str, now: datetime, by: str, feed: str = "") -> int:
    """Have the worker read again everything that was refused for this reason; how many files."""
    with staff_scope():
        reports = reports_with(reason, feed).exclude(raw="").values_list("pk", flat=True)
        files = files_with(reason, feed).exclude(raw="").values_list("pk", flat=True)
        found = [*(("report", one) for one in reports[:MOST_AT_ONCE]),
                 *(("file", one) for one in files[:MOST_AT_ONCE])]  # fmt: skip
        for what, number in found:
            later(JOB, what=what, number=number, by=by)
        note(by, "asked to read again", f"refused for {reason}", now, files=len(found))
    return len(found)


def retry_later(number: int, by: str) -> None:
    """Have the worker read a report again."""
    later(JOB, what="report", number=number, by=by)


def retry_and_sweep(what: str, number: int, now: datetime, by: str) -> None:
    """What the worker does; what cannot be read again stays as it is."""
    try:
        (retry_report if what == "report" else retry_file)(number, now, by)
    except TocsinError:
        return
    sweep_all(now)


def reports_with(reason: str, feed: str = "") -> QuerySet[Report]:
    """The reports that have rows refused for this reason, the latest first."""
    found = Report.objects.filter(refused__gt=0, reasons__has_key=reason)
    if feed:
        found = found.filter(feed__name=feed)
    return found.order_by("-day", "-pk")


def files_with(reason: str, feed: str = "") -> QuerySet[RefusedRow]:
    """The files that were refused whole for this reason, the latest first."""
    found = RefusedRow.objects.filter(report=None, reason=reason)
    return (found.filter(feed=feed) if feed else found).order_by("-pk")


class _Again:
    """One report, within the caller's transaction, which holds its row."""

    def __init__(self, report: Report, now: datetime) -> None:
        self.report, self.now = report, now
        self.home: Path = settings.TOCSIN_HOME
        self.member = resealed(self.home, report.raw, report.name, report.mail)
        self.spec = _spec(self.member, report.feed.name)

    def take(self) -> Retried:
        report, before = self.report, self.report.observations
        rows = self._rows()
        asked = list(rows)
        writer = ReportWriter(report, self.now)
        asset_map = current_map()
        seen = self._read(writer, asset_map, {one.line for one in asked})
        # What is no row any more, since the file is understood in another way, stays refused.
        again = [one for one in asked if one.line in seen]
        rows.filter(pk__in=[one.pk for one in again]).delete()
        report.refused -= len(again)
        report.reasons = Counter(report.reasons) - Counter(one.reason for one in again)
        writer.finish()
        attributed_with(report.kinds, asset_map)
        keep_refused(asked[0].file if asked else report.name, writer.refused, self.now, report)
        for name, taken in writer.taken.items():
            taken_after_all(
                report.feed, name, report.stream, report.day, taken.observations,
                self.spec.short_below,
            )  # fmt: skip
        return Retried(len(asked), report.observations - before)

    def _rows(self) -> QuerySet[RefusedRow]:
        """Refused rows of which nothing was taken.  The end of a row that was cut off is not in
        the copy either."""
        rows = RefusedRow.objects.filter(report=self.report, line__gt=0).exclude(reason=CUT_OFF)
        taken: set[int] = set()
        for path in self.report.segments.values():
            taken |= lines_of(self.home, path)
        return rows.exclude(line__in=taken & set(rows.values_list("line", flat=True)))

    def _read(self, writer: ReportWriter, asset_map: AssetMap, lines: set[int]) -> set[int]:
        """Which of the lines are rows."""
        report = self.report
        one = Waiting(self.member, self.spec, report.day, report.stream)
        begun = Begun(one, asset_map, Sealed(bytes(report.digest), report.size, report.raw))
        preparation = Preparation(self.home, self.now, asset_map)
        try:
            with ExitStack() as stack:
                keeping = KeepingAgain(begun, preparation, stack, lines, report.segments)
                for batch in read(
                    self.member, self.spec, CHUNK_ROWS, report.received_at, self.home
                ):
                    if piece := keeping.again(batch):
                        writer.add(piece)
        except BEYOND_US as error:
            raise TocsinError(f"The report cannot be read again: {error}") from error
        return keeping.seen


def _spec(member: Member, feed: str) -> FeedSpec:
    """The shape of the feed that the member has; it was recognised as this feed's once."""
    specs = of_feed(all_feeds(settings.TOCSIN_HOME), feed)
    return recognise(member, member.head(), specs) or specs[0]


def _only_shape(specs: tuple[FeedSpec, ...], feed: str) -> FeedSpec | None:
    found = [one for one in specs if one.name == feed]
    return found[0] if len(found) == 1 else None
