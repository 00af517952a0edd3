"""Files that a crash left, which no report owns, and sealed copies that are past their time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from tocsin.database.scope import staff_scope
from tocsin.intake import observations, raw
from tocsin.intake.models import RefusedRow, Report

# A file is registered when its report commits; a younger one may belong to a running command.
GRACE = timedelta(days=1)


def tidy(home: Path, now: datetime, raw_days: int) -> int:
    """Returns how many files went."""
    with staff_scope():
        expired = Report.objects.filter(received_at__lt=now - timedelta(days=raw_days))
        expired.exclude(raw="").update(raw="")
        files = RefusedRow.objects.filter(report=None).exclude(raw="")
        files.filter(refused_at__lt=now - timedelta(days=raw_days)).update(raw="")
        known = set(Report.objects.exclude(raw="").values_list("raw", flat=True))
        known.update(files.values_list("raw", flat=True))
        for segments in Report.objects.values_list("segments", flat=True).iterator():
            known.update(segments.values())
    gone = 0
    for path in _old_files(home, now):
        if str(path.relative_to(home)) not in known:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _old_files(home: Path, now: datetime) -> Iterator[Path]:
    for folder in (observations.FOLDER, raw.FOLDER):
        for path in (home / folder).rglob("*"):
            if path.is_file() and path.stat().st_mtime < (now - GRACE).timestamp():
                yield path
