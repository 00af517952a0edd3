"""One report's pieces into threats, in one transaction."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from tocsin.intake.batches import Refused
from tocsin.intake.models import Report
from tocsin.kinds.catalogue import Kind
from tocsin.threats.bulk import Counts, add_daily, lock_kind, write
from tocsin.threats.preparing import Piece
from tocsin.threats.sweep import sweep_kind


@dataclass
class Taken:
    """What came of one kind's rows within a report."""

    kind: Kind
    number: int
    segment: str
    counts: Counts = field(default_factory=Counts)
    rows: int = 0
    refused: int = 0
    observations: int = 0


class ReportWriter:
    """Takes a report's pieces, one after another; `finish` registers what they came to.

    Everything happens inside the caller's transaction.
    """

    def __init__(self, report: Report, now: datetime) -> None:
        self.report = report
        self.taken: dict[str, Taken] = {}
        self.refused: list[Refused] = []
        self._now = now

    def add(self, piece: Piece) -> None:
        self.report.day = piece.day
        self.report.notes += piece.notes
        self.refused += piece.refused
        taken = self._taken(piece)
        taken.rows += piece.rows
        taken.refused += len(piece.refused)
        taken.observations += piece.observations
        if piece.folded:
            report = self.report
            write(
                piece.folded, taken.kind, taken.number, report.pk, report.day, self._now,
                taken.counts,
            )  # fmt: skip

    def finish(self) -> None:
        """Daily counts and the report's own numbers."""
        report = self.report
        for name, taken in self.taken.items():
            add_daily(taken.counts, taken.number, report.day)
            if taken.observations:
                report.segments[name] = taken.segment
            report.observations += taken.observations
            report.unattributed += taken.counts.observations[0]
            report.threats_new += taken.counts.new.total()
            report.threats_reopened += taken.counts.reopened.total()
        report.kinds = sorted({*report.kinds, *self.taken})
        report.refused += len(self.refused)
        report.rows = report.observations + report.refused
        report.reasons = Counter(report.reasons) + Counter(one.reason for one in self.refused)
        report.save()

    def _taken(self, piece: Piece) -> Taken:
        name = piece.kind.name
        if name not in self.taken:
            number = lock_kind(name)
            sweep_kind(name, number, self._now, before=piece.day)
            self.taken[name] = Taken(piece.kind, number, piece.segment)
        return self.taken[name]
