"""One report in the ways in which it arrives when people and programs have touched it."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tocsin.intake.containers import open_members
from tocsin.intake.feed_specs import recognise
from tocsin.intake.formats.reading import read
from tocsin.intake.normalise import normalise

NAME = "2026-03-01-scan_telnet-example-asn64500.csv"
HEADER = ["timestamp", "severity", "ip", "protocol", "port", "hostname", "tag", "asn", "geo"]
HEADER += ["banner"]
ROWS = [
    ["2026-03-01 08:00:00", "medium", "192.0.2.1", "tcp", "23", "", "telnet", "64500", "ZZ", "a,b"],
    ["2026-03-01 08:00:01", "medium", "192.0.2.2", "tcp", "2323", "x", "telnet-alt", "0", "ZZ", ""],
    ["2026-03-01 08:00:02", "medium", "2001:db8::3", "tcp", "23", "", "telnet", "1", "ZZ", 'q"q'],
    ["2026-03-01 08:00:03", "high", "192.0.2.4", "tcp", "23", "", "telnet", "2", "ZZ", "caf\u00e9"],
]


def written(**how: Any) -> bytes:
    out = io.StringIO()
    csv.writer(out, **{"lineterminator": "\n", **how}).writerows([HEADER, *ROWS])
    return out.getvalue().encode()


PLAIN = written()


def taken(folder: Path, name: str, content: bytes) -> tuple[list[tuple[Any, ...]], list[str]]:
    """What is known of each row: time, address, port, organisation's number; and the refusals."""
    path = folder / name
    path.write_bytes(content)
    rows: list[tuple[Any, ...]] = []
    refused: list[str] = []
    for member in open_members(path):
        spec = recognise(member, member.head())
        assert spec is not None
        for batch in read(member, spec):
            found, bad = normalise(batch, "low")
            refused += [one.reason for one in batch.refused] + [one[1] for one in bad]
            rows += zip(
                [batch.kind] * len(found.time),
                found.time.tolist(),
                map(bytes, found.affected.address),
                found.port.tolist(),
                found.severity.tolist(),
                strict=True,
            )
    return rows, refused


def short(content: bytes) -> bytes:
    """Without the last field, where that is empty."""
    return b"\n".join(line.removesuffix(b",") for line in content.split(b"\n"))


WAYS: dict[str, Callable[[], bytes]] = {
    "windows line ends": lambda: written(lineterminator="\r\n"),
    "old line ends": lambda: written(lineterminator="\r"),
    "byte order mark": lambda: b"\xef\xbb\xbf" + PLAIN,
    "utf-16": lambda: PLAIN.decode().encode("utf-16"),
    "utf-16 the other way round": lambda: b"\xfe\xff" + PLAIN.decode().encode("utf-16-be"),
    "latin-1": lambda: PLAIN.decode().encode("latin-1"),
    "semicolons": lambda: written(delimiter=";"),
    "tabs": lambda: written(delimiter="\t"),
    "everything in quotes": lambda: written(quoting=csv.QUOTE_ALL),
    "quotes by a backslash": lambda: written(doublequote=False, escapechar="\\"),
    "large letters in the header": lambda: PLAIN.replace(
        PLAIN.split(b"\n")[0], PLAIN.split(b"\n")[0].upper()
    ),
    "blanks in the header": lambda: PLAIN.replace(b"timestamp,severity", b" timestamp , severity "),
    "no last line end": lambda: PLAIN.rstrip(b"\n"),
    "blank lines": lambda: PLAIN.replace(b"\n", b"\n\n"),
    "blank lines first": lambda: b"\n\r\n" + PLAIN,
    "a comma too many": lambda: PLAIN.replace(b"\n", b",\n"),
    "a field short": lambda: short(PLAIN),
    "NUL bytes": lambda: PLAIN.replace(b",tcp", b"\0,tcp"),
    "end of file mark": lambda: PLAIN + b"\x1a",
    "comment first": lambda: b"# saved by hand\n" + PLAIN,
    "separator first": lambda: b"sep=,\r\n" + PLAIN,
}


@pytest.mark.parametrize("way", WAYS)
def test_the_rows_are_the_same_however_the_file_is_written(tmp_path: Path, way: str) -> None:
    rows, refused = taken(tmp_path, "plain-" + NAME, PLAIN)
    assert len(rows) == len(ROWS)
    assert taken(tmp_path, NAME, WAYS[way]()) == (rows, refused) == (rows, [])


@pytest.mark.parametrize(
    "name",
    [
        NAME,
        NAME.upper(),
        "2026-03-01-scan_telnet-example-asn64500 (1).csv",
        "2026-03-01-scan_telnet-example-geo-delayed.csv",
        "2026-03-01-scan_telnet-5581-example_geo.csv",
        "2026-03-01_scan_telnet.txt",
        "scan_telnet.csv",
        "Copy of scan_telnet.csv",
        "scan_telnet",
        "Accessible-Telnet.csv",
        "download",
        "report.dat",
    ],
)
def test_the_kind_is_the_same_whatever_the_file_is_called(tmp_path: Path, name: str) -> None:
    rows, refused = taken(tmp_path, name, PLAIN)
    assert [row[0] for row in rows] == ["scan_telnet"] * len(ROWS)
    assert refused == []


def test_columns_in_another_order_mean_the_same(tmp_path: Path) -> None:
    out = io.StringIO()
    order = [9, 2, 0, 7, 4, 3, 8, 1, 6, 5]
    csv.writer(out).writerows([[row[n] for n in order] for row in [HEADER, *ROWS]])
    moved = out.getvalue().encode()
    assert taken(tmp_path, NAME, moved) == taken(tmp_path, "plain-" + NAME, PLAIN)


def test_a_column_that_comes_twice_counts_where_it_stands_first(tmp_path: Path) -> None:
    lines = PLAIN.splitlines()
    doubled = b"\n".join([lines[0] + b",ip", *(line + b",203.0.113.9" for line in lines[1:])])
    assert taken(tmp_path, NAME, doubled) == taken(tmp_path, "plain-" + NAME, PLAIN)
