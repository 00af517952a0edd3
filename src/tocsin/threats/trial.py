"""What a file would come to, through the same reading as every report and without keeping any of
it: no report, no observation, no threat."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tocsin.constituency.asset_map import AssetMap
from tocsin.intake.batches import Batch, Refused
from tocsin.intake.containers.members import Member
from tocsin.intake.feed_specs import FeedSpec
from tocsin.intake.formats.reading import read
from tocsin.intake.normalise import Normalised, normalise
from tocsin.intake.privacy import row_text, withhold
from tocsin.kinds.catalogue import Kind
from tocsin.threats.attribution import attribute
from tocsin.threats.folding import Folded, fold
from tocsin.threats.keys import threat_keys

CHUNK_ROWS = 200_000
REFUSED_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Found:
    """One threat that there would be; `organisation` is 0 for nobody we know.

    `evidence`: the columns of its latest row, without what is secret.
    """

    key: bytes
    organisation: int
    affected: str
    port: int
    protocol: int
    tag: str
    severity: int
    first_seen: datetime
    last_seen: datetime
    times_seen: int
    evidence: dict[str, str]


@dataclass
class Trial:
    """`rows` = `observations` + those refused, of which the first stand in `refused`, with
    `reasons` counting all."""

    rows: int = 0
    observations: int = 0
    refused: list[Refused] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    threats: dict[bytes, Found] = field(default_factory=dict)

    @property
    def organisations(self) -> Counter[int]:
        """How many threats each would have."""
        return Counter(one.organisation for one in self.threats.values())


def trial(
    member: Member, spec: FeedSpec, kind: Kind, asset_map: AssetMap, now: datetime, home: Path
) -> Trial:
    """Read `member` as `spec` says, all of its rows as of `kind`."""
    found = Trial()
    for batch in read(member, spec, CHUNK_ROWS, now, home):
        _add(found, batch, kind, asset_map)
    return found


def _add(found: Trial, batch: Batch, kind: Kind, asset_map: AssetMap) -> None:
    rows, bad = normalise(batch, kind.severity)
    refused = batch.refused + [
        Refused(int(batch.lines[row]), reason, detail, row_text(batch.table, row))
        for row, reason, detail in bad
    ]
    found.rows += batch.table.num_rows + len(batch.refused)
    found.observations += len(rows.time)
    found.reasons.update(one.reason for one in refused)
    found.refused += refused[: REFUSED_SHOWN - len(found.refused)]
    found.notes += batch.notes
    if not len(rows.time):
        return
    key = threat_keys(kind.name, rows)
    folded = fold(key, attribute(asset_map, rows), rows)
    evidence = _evidence(batch, rows, key)
    for one in _threats(folded, evidence):
        known = found.threats.get(one.key)
        found.threats[one.key] = one if known is None else _later(known, one)


def _later(known: Found, one: Found) -> Found:
    return one if one.last_seen >= known.last_seen else known


def _evidence(
    batch: Batch, rows: Normalised, key: npt.NDArray[np.uint8]
) -> dict[bytes, dict[str, str]]:
    """By threat: what its latest row fills."""
    table = withhold(batch.table)
    columns = {name: table[name].to_pylist() for name in table.column_names}
    return {
        key[at].tobytes(): {name: values[row] for name, values in columns.items() if values[row]}
        for at, row in ((at, rows.row[at]) for at in rows.time.argsort(kind="stable"))
    }


def _threats(folded: Folded, evidence: dict[bytes, dict[str, str]]) -> Iterator[Found]:
    names = folded.affected.name.to_pylist()
    tags = folded.tag.to_pylist()
    for at, name in enumerate(names):
        key = folded.key[at].tobytes()
        yield Found(
            key,
            int(folded.organisation[at]),
            name or _address(folded, at),
            int(folded.port[at]),
            int(folded.protocol[at]),
            tags[at] or "",
            int(folded.severity[at]),
            _moment(folded.first_seen[at]),
            _moment(folded.last_seen[at]),
            int(folded.times_seen[at]),
            evidence[key],
        )


def _address(folded: Folded, at: int) -> str:
    family, bits = int(folded.affected.family[at]), int(folded.affected.bits[at])
    length = 4 if family == 4 else 16
    address = ip_address(folded.affected.address[at].tobytes()[:length])
    return str(address) if bits == length * 8 else f"{address}/{bits}"


def _moment(micros: np.int64) -> datetime:
    return datetime.fromtimestamp(int(micros) / 1_000_000, UTC)
