from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pytest

from tocsin.intake.batches import Batch, Columns
from tocsin.intake.normalise import normalise

COLUMNS = Columns(
    time=("timestamp", "seen"),
    affected=(("address", "ip"), ("url", "url")),
    port="port",
    protocol="protocol",
    asn="asn",
    severity="severity",
    key=("port", "protocol", "cve:tag"),
)
ROW = {
    "timestamp": "2026-03-01 08:00:00",
    "ip": "192.0.2.1",
    "port": "443",
    "protocol": "tcp",
    "asn": "64500",
    "severity": "critical",
    "tag": "http;CVE-2026-1234,cve-2025-9999",
}


def batch(*rows: Mapping[str, str | None], columns: Columns = COLUMNS) -> Batch:
    names = dict.fromkeys(name for row in rows for name in row)
    table = pa.table(
        {name: pa.array([row.get(name) for row in rows], pa.string()) for name in names}
    )
    return Batch("scan_http_vulnerable", table, np.arange(2, len(rows) + 2), columns)


def test_a_whole_row() -> None:
    rows, refused = normalise(batch(ROW), "medium")
    assert refused == []
    assert rows.affected.family.tolist() == [4]
    assert rows.affected.address[0, :4].tolist() == [192, 0, 2, 1]
    assert (rows.port.tolist(), rows.protocol.tolist(), rows.asn.tolist()) == ([443], [6], [64500])
    assert rows.severity.tolist() == [5]
    assert rows.tag.to_pylist() == ["cve-2025-9999 cve-2026-1234"]


def test_what_a_feed_leaves_out_has_a_default() -> None:
    rows, _ = normalise(batch({"timestamp": ROW["timestamp"], "ip": ROW["ip"]}), "medium")
    assert rows.severity.tolist() == [3]
    assert (rows.port.tolist(), rows.protocol.tolist(), rows.asn.tolist()) == ([0], [0], [0])
    assert rows.tag.to_pylist() == [""]


def test_unknown_numbers_are_nought() -> None:
    odd = ROW | {"asn": "AS64500", "port": "70000", "protocol": "17", "severity": "dire"}
    rows, _ = normalise(batch(ROW, odd), "low")
    assert rows.asn.tolist() == [64500, 64500]
    assert rows.port.tolist() == [443, 0]
    assert rows.protocol.tolist() == [6, 17]
    assert rows.severity.tolist() == [5, 2]


def test_the_next_column_stands_in_where_the_first_is_empty() -> None:
    late = {
        "timestamp": None,
        "seen": "2026-03-02T00:00:00Z",
        "ip": None,
        "url": "http://a.example/",
    }
    rows, refused = normalise(batch(ROW, late), "low")
    assert refused == []
    assert rows.affected.family.tolist() == [4, 0]
    assert rows.affected.name.to_pylist() == ["", "a.example"]
    assert rows.time[1] - rows.time[0] == 16 * 3600 * 1_000_000


def test_a_url_with_an_address_affects_that_address() -> None:
    rows, _ = normalise(batch({**ROW, "ip": None, "url": "http://198.51.100.7:81/x"}), "low")
    assert rows.affected.family.tolist() == [4]
    assert rows.affected.name.to_pylist() == [""]


def test_rows_without_time_or_affected_party_are_refused_with_what_was_there() -> None:
    bad_time, nobody = ROW | {"timestamp": "soon"}, ROW | {"ip": "nowhere"}
    rows, refused = normalise(batch(bad_time, ROW, nobody), "low")
    assert rows.row.tolist() == [1]
    assert [(row, reason) for row, reason, _ in refused] == [
        (0, "bad-timestamp"),
        (2, "no-affected-party"),
    ]
    assert "soon" in refused[0][2]
    assert "nowhere" in refused[1][2]


@pytest.mark.parametrize(
    ("row", "detail"),
    [
        ({"asn": "AS64500"}, "names only AS 64500; a threat needs an address"),
        ({"asn": "AS64500", "ip": "nowhere"}, "ip='nowhere'"),
        ({"asn": None}, "ip=None, url=None"),
    ],
)
def test_a_row_about_a_whole_as_says_so(row: dict[str, str | None], detail: str) -> None:
    found, refused = normalise(batch({"timestamp": "2026-03-01", "ip": None, **row}), "low")
    assert len(found.time) == 0
    assert refused[0][1] == "no-affected-party"
    assert refused[0][2].startswith(detail)


def test_a_row_about_a_whole_as_without_a_time_lacks_the_time() -> None:
    _, refused = normalise(batch({"timestamp": None, "ip": None, "asn": "64500"}), "low")
    assert [one[1] for one in refused] == ["bad-timestamp"]


def test_a_prefix_keeps_its_length_and_clears_host_bits() -> None:
    columns = Columns(time=("timestamp",), affected=(("prefix", "network"),))
    rows, _ = normalise(
        batch({"timestamp": ROW["timestamp"], "network": "192.0.2.9/24"}, columns=columns), "low"
    )
    assert rows.affected.bits.tolist() == [24]
    assert rows.affected.address[0, :4].tolist() == [192, 0, 2, 0]


def test_a_port_that_is_not_in_the_key_is_a_passing_one() -> None:
    columns = Columns(time=("timestamp",), affected=(("address", "ip"),), port="port", key=("tag",))
    rows, _ = normalise(batch(ROW, columns=columns), "low")
    assert rows.port.tolist() == [0]


def test_personal_values_enter_the_key_as_digests() -> None:
    columns = Columns(time=("timestamp",), affected=(("email", "email"),), key=("email",))
    row = {"timestamp": ROW["timestamp"], "email": "Jo@example.org"}
    rows, _ = normalise(batch(row, {**row, "email": "jo@example.org "}, columns=columns), "low")
    first, second = rows.tag.to_pylist()
    assert first == second != ""
    assert "jo" not in first


def test_no_rows() -> None:
    empty = Batch(
        "scan_rdp", pa.table({"ip": pa.array([], pa.string())}), np.zeros(0, np.int64), COLUMNS
    )
    rows, refused = normalise(empty, "low")
    assert (len(rows.time), refused) == (0, [])
