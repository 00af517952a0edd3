"""One report, from its rows to threats, in one transaction."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from tocsin.constituency.asset_map import AssetMap
from tocsin.intake.batches import Batch, Refused
from tocsin.intake.models import Report
from tocsin.intake.normalise import normalise
from tocsin.intake.observations import Segment, segment, segment_path
from tocsin.intake.privacy import withhold
from tocsin.intake.refusals import text_of
from tocsin.kinds.catalogue import Kind
from tocsin.kinds.catalogue import kind as kind_of
from tocsin.threats.attribution import attribute
from tocsin.threats.bulk import Counts, add_daily, lock_kind, write
from tocsin.threats.folding import fold
from tocsin.threats.keys import threat_keys
from tocsin.threats.sweep import sweep_kind


@dataclass
class Taken:
    """What came of one kind's rows within a report."""

    kind: Kind
    number: int
    segment: Segment
    path: str
    counts: Counts = field(default_factory=Counts)
    rows: int = 0
    refused: int = 0
    observations: int = 0


class ReportWriter:
    """Takes a report's batches, one after another; `finish` registers what they came to.

    Everything happens inside the caller's transaction; the segments' files take their names when
    `stack` closes, which must be before the commit.
    """

    def __init__(
        self,
        report: Report,
        asset_map: AssetMap,
        home: Path,
        now: datetime,
        day: date | None,
        stack: ExitStack,
    ) -> None:
        self.report, self.day = report, day
        self.taken: dict[str, Taken] = {}
        self.refused: list[Refused] = []
        self.notes: list[str] = []
        self._map, self._home, self._now, self._stack = asset_map, home, now, stack

    def add(self, batch: Batch) -> None:
        rows, refused = normalise(batch, kind_of(batch.kind).severity)
        if self.day is None:
            self.day = _latest_day(rows.time) or self._now.date()
        taken = self._taken(batch.kind)
        self.notes += batch.notes
        self.refused += batch.refused
        self.refused += [
            Refused(int(batch.lines[row]), reason, detail, text_of(batch.table, row))
            for row, reason, detail in refused
        ]
        taken.refused += len(batch.refused) + len(refused)
        taken.rows += batch.table.num_rows + len(batch.refused)
        if not len(rows.time):
            return
        key = threat_keys(taken.kind.name, rows)
        organisation = attribute(self._map, rows)
        table, line = batch.table, batch.lines
        if len(rows.row) < table.num_rows:
            table, line = table.take(pa.array(rows.row)), line[rows.row]
        taken.segment.add(withhold(table), line, rows.time, key, organisation)
        taken.observations += len(rows.time)
        folded = fold(key, organisation, rows)
        write(folded, taken.kind, taken.number, self.report.pk, self.day, self._now, taken.counts)

    def finish(self) -> None:
        """Daily counts, the feed's health, and the report's own numbers."""
        report = self.report
        report.day = self.day or self._now.date()
        for name, taken in self.taken.items():
            add_daily(taken.counts, taken.number, report.day)
            if taken.observations:
                report.segments[name] = taken.path
            report.observations += taken.observations
            report.unattributed += taken.counts.observations[0]
            report.threats_new += taken.counts.new.total()
            report.threats_reopened += taken.counts.reopened.total()
        report.kinds = sorted(self.taken)
        report.refused = len(self.refused)
        report.rows = report.observations + report.refused
        report.notes = self.notes
        report.save()

    def _taken(self, name: str) -> Taken:
        if name not in self.taken:
            day = self.day or self._now.date()
            number = lock_kind(name)
            sweep_kind(name, number, self._now, before=day)
            path = segment_path(name, day, bytes(self.report.digest))
            writing = self._stack.enter_context(segment(self._home, path))
            self.taken[name] = Taken(kind_of(name), number, writing, path)
        return self.taken[name]


def _latest_day(time: np.ndarray) -> date | None:
    if not len(time):
        return None
    return datetime.fromtimestamp(int(time.max()) / 1_000_000, UTC).date()
