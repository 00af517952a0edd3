"""Keeping what was refused: each row with file, line and reason."""

from collections.abc import Iterable
from datetime import datetime

from tocsin.intake.batches import Refused
from tocsin.intake.models import RefusedRow, Report
from tocsin.intake.privacy import LONGEST_TEXT

ROWS_A_STATEMENT = 5000


def keep_refused(
    file: str, refused: Iterable[Refused], now: datetime, report: Report | None = None
) -> None:
    """Once per row, however often the file is given; text is cut, NUL (which SQL lacks) goes."""
    RefusedRow.objects.bulk_create(
        [
            RefusedRow(
                report=report,
                file=file,
                line=one.line,
                reason=one.reason,
                detail=_storable(one.detail),
                text=_storable(one.text),
                refused_at=now,
            )
            for one in refused
        ],
        batch_size=ROWS_A_STATEMENT,
        ignore_conflicts=True,
    )


def _storable(text: str) -> str:
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")[:LONGEST_TEXT]
