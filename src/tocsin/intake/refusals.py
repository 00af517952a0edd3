"""Keeping what was refused: each row with file, line and reason."""

from collections.abc import Iterable
from datetime import datetime

from tocsin.intake.batches import Refused
from tocsin.intake.containers.members import Member
from tocsin.intake.models import RefusedRow, Report
from tocsin.intake.privacy import LONGEST_TEXT
from tocsin.intake.resealed import mail_facts

ROWS_A_STATEMENT = 5000


def keep_refused(
    file: str, refused: Iterable[Refused], now: datetime, report: Report | None = None
) -> None:
    """Once per row, however often the file is given; text is cut, NUL (which SQL lacks) goes."""
    RefusedRow.objects.bulk_create(
        [_row(file, one, now, report) for one in refused],
        batch_size=ROWS_A_STATEMENT,
        ignore_conflicts=True,
    )


def keep_refused_file(
    member: Member, refused: Refused, now: datetime, raw: str = "", feed: str = ""
) -> None:
    """A file of which nothing was taken; `raw`: its sealed copy, from which it can be read again.

    Once per file and reason; the same file given again brings the copy and the reason up to date.
    """
    row = _row(member.origin, refused, now, None)
    row.raw, row.feed, row.mail = raw, feed, mail_facts(member)
    same = RefusedRow.objects.filter(
        report=None, file=row.file, line=row.line, reason=row.reason
    ).update(detail=row.detail, raw=row.raw, feed=row.feed, mail=row.mail)
    if not same:
        RefusedRow.objects.bulk_create([row], ignore_conflicts=True)


def forget_refused_file(raw: str) -> None:
    """Its content has been taken."""
    if raw:
        RefusedRow.objects.filter(report=None, raw=raw).delete()


def _row(file: str, one: Refused, now: datetime, report: Report | None) -> RefusedRow:
    return RefusedRow(
        report=report,
        file=file,
        line=one.line,
        reason=one.reason,
        detail=_storable(one.detail),
        text=_storable(one.text),
        refused_at=now,
    )


def _storable(text: str) -> str:
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")[:LONGEST_TEXT]
