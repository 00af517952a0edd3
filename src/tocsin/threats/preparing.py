"""All of a report's way that needs no database: sealed, read, typed, attributed, kept, folded.

It runs one report ahead of the database (`ahead`), so that both always have work.
"""

from collections.abc import Generator, Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from tocsin.constituency.asset_map import AssetMap
from tocsin.database.scope import staff_scope
from tocsin.intake.batches import Batch, Refused
from tocsin.intake.containers import DamagedError
from tocsin.intake.feed_specs import FeedSpec
from tocsin.intake.formats.reading import read
from tocsin.intake.models import Report
from tocsin.intake.normalise import normalise
from tocsin.intake.observations import Segment, segment, segment_path
from tocsin.intake.privacy import row_text, withhold
from tocsin.intake.raw import Sealed, seal
from tocsin.kinds.catalogue import Kind
from tocsin.kinds.catalogue import kind as kind_of
from tocsin.threats.attribution import attribute
from tocsin.threats.folding import Folded, fold
from tocsin.threats.keys import threat_keys
from tocsin.threats.waiting import BEYOND_US, EMPTY, UNKNOWN, Waiting, beyond_us

CHUNK_ROWS = 200_000


@dataclass(frozen=True)
class Begun:
    """A member is sealed; its pieces follow, unless there is a `problem` or it is `known`.

    `asset_map`: the one that its rows are attributed by.
    """

    one: Waiting
    asset_map: AssetMap
    sealed: Sealed | None = None
    problem: Refused | None = None
    known: bool = False

    @property
    def is_cut(self) -> bool:
        """Whether the content ends too early."""
        return self.sealed is not None and self.sealed.damage is not None

    @property
    def spec(self) -> FeedSpec:
        assert self.one.spec is not None
        return self.one.spec


@dataclass(frozen=True)
class Piece:
    """Some rows of one kind, ready for the database; `folded` is None where none was taken.

    `rows`: taken and refused.  `segment`: the file that the observations go to.
    """

    kind: Kind
    day: date
    segment: str
    rows: int
    refused: list[Refused]
    notes: list[str]
    folded: Folded | None = None
    observations: int = 0


@dataclass(frozen=True)
class Ended:
    """After a member's last piece: its segments are written, and wait for their names.

    With a `problem` the member cannot be read on, and none of it may be taken.
    """

    _files: ExitStack = field(default_factory=ExitStack)
    problem: Refused | None = None

    def keep(self) -> None:
        """Have them on disk under their names; to be called before the commit."""
        self._files.close()

    def drop(self) -> None:
        """Leave no trace of them: the report is another's."""
        with suppress(_UnwantedError), self._files:
            raise _UnwantedError


class _UnwantedError(Exception):
    pass


Item = Begun | Piece | Ended


@dataclass
class Preparation:
    """`asset_map` may be replaced while it goes on: the members to come are attributed by it."""

    home: Path
    now: datetime
    asset_map: AssetMap

    def reports(self, members: Iterable[Waiting]) -> Generator[Item, None, None]:
        """Of each member: `Begun`, its pieces, `Ended`."""
        for one in members:
            begun = self._begin(one)
            yield begun
            if begun.problem or begun.known:
                yield Ended()
            else:
                yield from self.pieces(begun)

    def _begin(self, one: Waiting) -> Begun:
        problem = one.problem or (UNKNOWN if one.spec is None else None)
        if one.member.refused or problem == EMPTY:
            return Begun(one, self.asset_map, problem=problem)
        try:
            with one.member.opener() as stream:
                sealed = seal(stream, self.home)
        except DamagedError as error:
            damaged = Refused(0, error.reason, str(error))
            return Begun(one, self.asset_map, problem=problem or damaged)
        known = not problem and _is_known(sealed.digest)
        return Begun(one, self.asset_map, sealed, problem, known)

    def pieces(self, begun: Begun) -> Generator[Piece | Ended, None, None]:
        """Batch after batch, then `Ended`."""
        assert begun.sealed is not None
        member, spec = begun.one.member, begun.spec
        try:
            with ExitStack() as stack:
                keeping = Keeping(begun.sealed.digest, self, begun, stack)
                for batch in read(member, spec, CHUNK_ROWS, self.now, self.home):
                    yield keeping.piece(batch)
                files = stack.pop_all()
        except BEYOND_US as error:
            yield Ended(problem=beyond_us(member, error))
        else:
            yield Ended(files)


def _is_known(digest: bytes) -> bool:
    with staff_scope():
        return Report.objects.filter(digest=digest).exists()


class Keeping:
    """One report's batches on their way to pieces; writes the segments."""

    def __init__(
        self, digest: bytes, preparation: Preparation, begun: Begun, stack: ExitStack
    ) -> None:
        self._digest, self._stack = digest, stack
        self._home, self._now = preparation.home, preparation.now
        self._map, self._day = begun.asset_map, begun.one.day
        self._segments: dict[str, tuple[str, Segment]] = {}

    def piece(self, batch: Batch) -> Piece:
        kind = kind_of(batch.kind)
        rows, bad = normalise(batch, kind.severity)
        day = self._day = self._day or _latest_day(rows.time) or self._now.date()
        refused = batch.refused + [
            Refused(int(batch.lines[row]), reason, detail, row_text(batch.table, row))
            for row, reason, detail in bad
        ]
        path, writing = self._segment(batch.kind, day)
        count = batch.table.num_rows + len(batch.refused)
        if not len(rows.time):
            return Piece(kind, day, path, count, refused, batch.notes)
        key = threat_keys(kind.name, rows)
        organisation = attribute(self._map, rows)
        table, line = batch.table, batch.lines
        if len(rows.row) < table.num_rows:
            table, line = table.take(pa.array(rows.row)), line[rows.row]
        writing.add(withhold(table), line, rows.time, key, organisation)
        folded = fold(key, organisation, rows)
        return Piece(kind, day, path, count, refused, batch.notes, folded, len(rows.time))

    def _segment(self, kind: str, day: date) -> tuple[str, Segment]:
        if kind not in self._segments:
            self._segments[kind] = self._open(kind, day)
        return self._segments[kind]

    def _open(self, kind: str, day: date) -> tuple[str, Segment]:
        path = segment_path(kind, day, self._digest)
        return path, self._stack.enter_context(segment(self._home, path))


def _latest_day(time: np.ndarray) -> date | None:
    if not len(time):
        return None
    return datetime.fromtimestamp(int(time.max()) / 1_000_000, UTC).date()
