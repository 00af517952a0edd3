"""What was observed, for the threats of a whole batch of organisations: each segment read once."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from uuid import UUID

import pyarrow as pa

from tocsin.alerts.queries import Due, Source
from tocsin.database.scope import staff_scope
from tocsin.intake.models import Report
from tocsin.intake.observations import read_rows
from tocsin.intake.privacy import Privacy, mask_personal, privacy_of
from tocsin.kinds.catalogue import Kind

log = logging.getLogger(__name__)


def evidence(
    home: Path, told: Iterable[Due], kinds: Mapping[int, Kind], sources: Mapping[int, Source]
) -> dict[bytes, dict[str, str]]:
    """By threat id (16 bytes): the columns that its latest observation fills.

    Personal columns are masked unless the kind says that the organisation needs them to act.  A
    segment that is gone (kept only so long) leaves its threats without evidence.
    """
    found: dict[bytes, dict[str, str]] = {}
    for (path, number), threats in _by_segment(told, kinds, sources).items():
        try:
            table = read_rows(home, [path], threats)
        except FileNotFoundError:
            log.warning("segment %s is gone; %d threats without evidence", path, len(threats))
            continue
        found.update(_latest(table, kinds[number]))
    return found


def _by_segment(
    told: Iterable[Due], kinds: Mapping[int, Kind], sources: Mapping[int, Source]
) -> dict[tuple[str, int], list[UUID]]:
    segments = defaultdict(list)
    for one in told:
        path = sources[one.last_report_id].segments.get(kinds[one.kind_id].name)
        if path:
            segments[path, one.kind_id].append(one.key)
    return segments


def _latest(table: pa.Table, kind: Kind) -> Iterator[tuple[bytes, dict[str, str]]]:
    """(threat, its filled columns); a threat seen twice in the report keeps its last row."""
    keys = table["_threat"].to_pylist()
    order = table["_time"].to_numpy().argsort(kind="stable")
    last = {keys[row]: row for row in order.tolist()}
    rows: dict[int, dict[str, str]] = {row: {} for row in last.values()}
    for name in table.column_names:
        if name.startswith("_"):
            continue
        values = table[name].to_pylist()
        if privacy_of(name) is Privacy.PERSONAL and name not in kind.needs:
            values = mask_personal(values)
        for row, filled in rows.items():
            if values[row]:
                filled[name] = values[row]
    return ((key, rows[row]) for key, row in last.items())


def latest_evidence(home: Path, threat: UUID, sort: Kind, report: int) -> dict[str, str]:
    """What the latest observation of one threat fills; nothing where its segment is gone."""
    with staff_scope():
        segments = Report.objects.filter(pk=report).values_list("segments", flat=True).first()
    return evidence_in(home, (segments or {}).get(sort.name), threat, sort)


def evidence_in(home: Path, path: str | None, threat: UUID, sort: Kind) -> dict[str, str]:
    """The same of a segment that is known."""
    if not path:
        return {}
    try:
        table = read_rows(home, [path], [threat])
    except FileNotFoundError:
        return {}
    return dict(_latest(table, sort)).get(threat.bytes, {})
