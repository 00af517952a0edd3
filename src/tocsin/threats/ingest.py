"""From files to threats: every report in one transaction, each exactly once.

A report is known by the SHA-256 of its content: the same file again, or the same content in an
archive or a mail, changes nothing.  A crash at any moment leaves either the whole report or none
of it; files that it may leave on disk are overwritten by the next try, because their names come
from the digest.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DataError, OperationalError, connection

from tocsin.constituency.current_map import current_map
from tocsin.database.patience import TRIES, may_pass
from tocsin.database.scope import staff_scope
from tocsin.intake.batches import Refused
from tocsin.intake.formats.reading import read
from tocsin.intake.health import record_day
from tocsin.intake.models import Feed, Report
from tocsin.intake.refusals import forget_refused_file, keep_refused, keep_refused_file
from tocsin.intake.resealed import mail_facts
from tocsin.kinds import kept
from tocsin.threats.ahead import ahead
from tocsin.threats.bulk import SQL
from tocsin.threats.preparing import CHUNK_ROWS, Begun, Ended, Item, Piece, Preparation
from tocsin.threats.reattribution import attributed_with
from tocsin.threats.redelivered import count_delivery
from tocsin.threats.report import ReportWriter
from tocsin.threats.sweep import sweep_all
from tocsin.threats.waiting import Waiting, beyond_us, waiting

REASONS_SHOWN = 20
# Pieces that may be ready before the database takes them.
AHEAD = 2
REGISTER = (SQL / "register.sql").read_text()


class _NotUnderstoodError(Exception):
    """Undoes what has been taken of a report that cannot be read to its end."""

    def __init__(self, problem: Refused) -> None:
        super().__init__(problem.detail)
        self.problem = problem


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
    return ingest_members(waiting(paths, feed), now, progress)


def ingest_members(
    members: Sequence[Waiting],
    now: datetime,
    progress: Callable[[Outcome, int], None] = lambda outcome, left: None,
) -> Summary:
    """As `ingest`, of members that were looked at already, in their order."""
    summary = Summary()
    with staff_scope():
        kept.refresh()
    preparation = Preparation(settings.TOCSIN_HOME, now, current_map())
    with ahead(preparation.reports(members), AHEAD) as items:
        for left in reversed(range(len(members))):
            outcome = _take(items, preparation)
            summary.outcomes.append(outcome)
            progress(outcome, left)
    summary.closed = sweep_all(now)
    return summary


def _take(items: Iterator[Item], preparation: Preparation) -> Outcome:
    """The next member of `items`, to its end."""
    begun = next(items)
    assert isinstance(begun, Begun)
    pieces = _pieces(items)
    try:
        outcome = _take_begun(begun, pieces, preparation)
    except _NotUnderstoodError as error:
        outcome = _refuse(begun, error.problem, preparation.now)
    except DataError as error:
        outcome = _refuse(begun, beyond_us(begun.one.member, error), preparation.now)
    _drop(pieces)
    return outcome


def _pieces(items: Iterator[Item]) -> Iterator[Piece | Ended]:
    """To the end of the member."""
    for item in items:
        assert not isinstance(item, Begun)
        yield item
        if isinstance(item, Ended):
            return


def _drop(pieces: Iterable[Piece | Ended]) -> None:
    """Let what is left of a member pass by; nothing of it is wanted."""
    for item in pieces:
        if isinstance(item, Ended):
            item.drop()


def _take_begun(begun: Begun, pieces: Iterator[Piece | Ended], preparation: Preparation) -> Outcome:
    if begun.problem:
        return _refuse(begun, begun.problem, preparation.now)
    if begun.known:
        return _known(begun, preparation.now)
    preparation.asset_map = current_map()
    if begun.asset_map is not preparation.asset_map:
        begun, pieces = _again(begun, pieces, preparation)
    for _ in range(TRIES - 1):
        try:
            return _write(begun, pieces, preparation.now)
        except OperationalError as error:
            if not may_pass(error):
                raise
            begun, pieces = _again(begun, pieces, preparation)
    return _write(begun, pieces, preparation.now)


def _again(
    begun: Begun, pieces: Iterator[Piece | Ended], preparation: Preparation
) -> tuple[Begun, Iterator[Piece | Ended]]:
    """The same member read anew, by today's assets."""
    _drop(pieces)
    begun = replace(begun, asset_map=preparation.asset_map)
    return begun, preparation.pieces(begun)


def _write(begun: Begun, pieces: Iterator[Piece | Ended], now: datetime) -> Outcome:
    one, spec = begun.one, begun.spec
    with staff_scope():
        report = _register(begun, now)
        if report is None:
            _drop(pieces)
            return _known(begun, now)
        writer = ReportWriter(report, now)
        for item in pieces:
            if isinstance(item, Piece):
                writer.add(item)
            elif item.problem:
                raise _NotUnderstoodError(item.problem)
            else:
                item.keep()
        writer.finish()
        attributed_with(report.kinds, begun.asset_map)
        forget_refused_file(report.raw)
        keep_refused(one.member.origin, writer.refused, now, report)
        for name, taken in writer.taken.items():
            record_day(
                report.feed, name, one.stream, report.day, taken.rows, taken.refused,
                spec.short_below, begun.is_cut,
            )  # fmt: skip
        return _outcome(begun, writer)


def _known(begun: Begun, now: datetime) -> Outcome:
    """The content is taken already; that it was delivered may be new."""
    one, spec = begun.one, begun.spec
    assert begun.sealed is not None
    if one.day:
        with staff_scope():
            known = Report.objects.select_related("feed").get(digest=begun.sealed.digest)
            batches = read(one.member, spec, CHUNK_ROWS, now, settings.TOCSIN_HOME)
            kinds = (batch.kind for batch in batches)
            count_delivery(known, spec, one.stream, one.day, kinds, begun.is_cut)
    return Outcome(one.member.origin, spec.name, "known")


def _register(begun: Begun, now: datetime) -> Report | None:
    """The report's row, or None where its content is taken already.  A second process with the
    same content waits here for the end of the first one's transaction."""
    one, spec, sealed = begun.one, begun.spec, begun.sealed
    assert sealed is not None
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
    values = vars(report) | {"mail": json.dumps(mail_facts(one.member))}
    with connection.cursor() as cursor:
        cursor.execute(REGISTER, values)
        made = cursor.fetchone()
    if made is None:
        return None
    report.pk, report.mail = made[0], mail_facts(one.member)
    Feed.objects.filter(pk=feed.pk).update(last_report_at=now)
    return report


def _refuse(begun: Begun, refused: Refused, now: datetime) -> Outcome:
    one = begun.one
    feed = one.spec.name if one.spec else ""
    raw = begun.sealed.path if begun.sealed else ""
    with staff_scope():
        keep_refused_file(one.member, refused, now, raw, feed)
    reason = (refused.line, refused.reason, refused.detail)
    return Outcome(one.member.origin, feed, "refused", rows=1, refused=1, reasons=(reason,))


def _outcome(begun: Begun, writer: ReportWriter) -> Outcome:
    report = writer.report
    return Outcome(
        begun.one.member.origin,
        begun.spec.name,
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
