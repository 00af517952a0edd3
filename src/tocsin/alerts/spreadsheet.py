"""The complete CSV of an alert, safe to open in a spreadsheet and to send back as the answer."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from tocsin.alerts.content import AlertContent, Group, ThreatRow
from tocsin.formulas import neutralised as neutralised

# `status`, `comment` and `since` are for the recipient to fill in and send back.
FIXED_COLUMNS = (
    "threat_id",
    "status",
    "comment",
    "since",
    "why",
    "severity",
    "kind",
    "title",
    "class",
    "type",
    "affected",
    "port",
    "protocol",
    "tag",
    "hostname",
    "asn",
    "first_seen",
    "last_seen",
    "times_seen",
    "claimed_fixed",
    "verdict",
)
EVIDENCE_PREFIX = "evidence_"
ZIP_ABOVE = 5_000_000  # bytes: in base64, encrypted too, still below the usual limit of 10 MB
BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as the local code page


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it leaves: `content_type` is type/subtype."""

    name: str
    content_type: str
    data: bytes


def csv_bytes(content: AlertContent) -> bytes:
    """UTF-8 with byte order mark, CRLF, one row a threat, RFC 4180 quoting.

    Columns: `FIXED_COLUMNS`, then each evidence column that any row fills, in the order in which
    they first appear.
    """
    evidence = _evidence_columns(content.groups)
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow([*FIXED_COLUMNS, *(EVIDENCE_PREFIX + neutralised(name) for name in evidence)])
    for group in content.groups:
        writer.writerows(_rows(group, evidence))
    return text.getvalue().encode()


def _evidence_columns(groups: Iterable[Group]) -> list[str]:
    names: dict[str, None] = {}
    for group in groups:
        for row in group.rows:
            if "" in row.evidence.values():
                names.update(dict.fromkeys(name for name, value in row.evidence.items() if value))
            else:
                names.update(dict.fromkeys(row.evidence))
    return list(names)


def _rows(group: Group, evidence: list[str]) -> Iterator[list[str]]:
    title = neutralised(group.text.title)
    place = {name: at for at, name in enumerate(evidence, len(FIXED_COLUMNS))}
    empty = [""] * len(evidence)
    for row in group.rows:
        cells = _fixed(row, group, title) + empty
        for name, value in row.evidence.items():
            if value:
                cells[place[name]] = neutralised(value)
        yield cells


def _fixed(row: ThreatRow, group: Group, title: str) -> list[str]:
    return [
        str(row.id),
        "",
        "",
        "",
        row.why,
        row.severity,
        row.kind,
        title,
        group.text.class_,
        group.text.type,
        neutralised(row.affected),
        "" if row.port is None else str(row.port),
        neutralised(row.protocol),
        neutralised(row.tag),
        neutralised(row.hostname),
        "" if row.asn is None else str(row.asn),
        utc(row.first_seen),
        utc(row.last_seen),
        str(row.times_seen),
        utc(row.claimed_at) if row.claimed_at else "",
        neutralised(row.verdict),
    ]


def utc(moment: datetime) -> str:
    """`2026-03-01T04:05:06Z`: seconds matter where many customers share one address."""
    return moment.isoformat(timespec="seconds")[:19] + "Z"


def attachment(ticket: str, data: bytes, composed_at: datetime) -> Attachment:
    """The CSV as a mail carries it: as it is, or zipped when it is large."""
    name = f"{ticket}.csv"
    if len(data) <= ZIP_ABOVE:
        return Attachment(name, "text/csv", data)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name, composed_at.timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, data)
    return Attachment(f"{ticket}.csv.zip", "application/zip", packed.getvalue())
