"""Of a report that is read again, only the rows that were refused."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa

from tocsin.intake.batches import Batch
from tocsin.intake.observations import Segment, longer_path, longer_segment
from tocsin.threats.preparing import Begun, Keeping, Piece, Preparation

CUT_OFF = "cut-off"


class KeepingAgain(Keeping):
    """`lines`: those wanted; `segments`: what the report has, by kind; `seen`: lines come by.

    A kind's new segment has the rows of the one before, which it replaces.
    """

    def __init__(
        self,
        begun: Begun,
        preparation: Preparation,
        stack: ExitStack,
        lines: set[int],
        segments: Mapping[str, str],
    ) -> None:
        assert begun.sealed is not None
        super().__init__(begun.sealed.digest, preparation, begun, stack)
        self._wanted, self._before = lines, dict(segments)
        self.seen: set[int] = set()

    def again(self, batch: Batch) -> Piece | None:
        """None where the batch has nothing of what is wanted.  Notes on the file were made."""
        wanted = np.isin(batch.lines, list(self._wanted))
        refused = [one for one in batch.refused if one.line in self._wanted]
        if not wanted.any() and not refused:
            return None
        self.seen.update(batch.lines[wanted].tolist(), (one.line for one in refused))
        table = batch.table.filter(pa.array(wanted))
        chosen = replace(batch, table=table, lines=batch.lines[wanted], refused=refused, notes=[])
        return self.piece(chosen)

    def _open(self, kind: str, day: date) -> tuple[str, Segment]:
        before = self._before.get(kind)
        if before is None:
            return super()._open(kind, day)
        return longer_path(before), self._stack.enter_context(longer_segment(self._home, before))
