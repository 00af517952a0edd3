"""Delegated-extended statistics, as each registry writes them."""

import io
from datetime import UTC, datetime

import pytest

from tocsin.constituency.readers.delegated import read_delegated
from tocsin.constituency.registry_rows import HeldAsset
from tocsin.errors import TocsinError
from tocsin.refused import Refused


def _read(text: str, country: str = "") -> list[HeldAsset | Refused]:
    return list(read_delegated(io.BytesIO(text.encode()), country))


def _assets(text: str, country: str = "") -> list[str]:
    return [row.asset.text for row in _read(text, country) if isinstance(row, HeldAsset)]


FILE = """2.3|examplenic|1767225600|6|19930901|20260101|+0100
# a comment
examplenic|*|ipv4|*|3|summary
examplenic|*|asn|*|1|summary
examplenic|GB|asn|64500|2|20000101|allocated|a-1
examplenic|GB|ipv4|198.18.0.0|1280|20010203|allocated|a-1|e-stats
examplenic|FR|ipv4|192.0.2.0|256|19930901|assigned|b-2
examplenic||ipv4|203.0.113.0|256||available|
examplenic|ZZ|ipv6|2001:db9::|32||reserved|
examplenic|GB|ipv6|2001:db8::|32|20050505|allocated|A-1
"""


def test_what_was_given_to_somebody() -> None:
    assert _assets(FILE) == [
        "AS64500",
        "AS64501",
        "198.18.0.0/22",
        "198.18.4.0/24",
        "192.0.2.0/24",
        "2001:db8::/32",
    ]


def test_only_one_country() -> None:
    assert _assets(FILE, "fr") == ["192.0.2.0/24"]


def test_holder_date_and_line() -> None:
    first = _read(FILE)[0]
    assert isinstance(first, HeldAsset)
    assert (first.line, first.handles) == (5, ("A-1",))
    assert first.since == datetime(2000, 1, 1, tzinfo=UTC)


def test_all_records_of_a_holder_have_one_handle() -> None:
    assert {row.handles for row in _read(FILE, "GB") if isinstance(row, HeldAsset)} == {("A-1",)}


def test_plain_statistics_name_no_holder() -> None:
    (row,) = _read("examplenic|GB|ipv4|192.0.2.0|256|00000000|assigned\n")
    assert isinstance(row, HeldAsset)
    assert (row.handles, row.since) == ((), None)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("x|GB|ipv4|192.0.2.0", "too-few-fields"),
        ("x|GB|ipv4|192.0.2|256|20000101|allocated|h", "bad-value"),
        ("x|GB|ipv4|192.0.2.0|many|20000101|allocated|h", "bad-value"),
        ("x|GB|ipv4|192.0.2.0|0|20000101|allocated|h", "bad-value"),
        ("x|GB|ipv4|192.0.2.0|256|20001301|allocated|h", "bad-value"),
        ("x|GB|ipv4|255.255.255.0|512|20000101|allocated|h", "bad-range"),
        ("x|GB|ipv6|2001:db8::1|32|20000101|allocated|h", "host-bits-set"),
        ("x|GB|asn|0|1|20000101|allocated|h", "bad-asn"),
        ("x|GB|asn|4294967290|9|20000101|allocated|h", "bad-asn"),
        ("x|GB|dns|example|1|20000101|allocated|h", "unknown-type"),
    ],
)
def test_bad_record_is_refused_and_the_rest_goes_on(record: str, reason: str) -> None:
    bad, good = _read(f"{record}\nx|GB|asn|64500|1|20000101|allocated|h\n")
    assert isinstance(bad, Refused)
    assert (bad.line, bad.reason, bad.text) == (1, reason, record)
    assert isinstance(good, HeldAsset)


def test_file_with_fewer_records_than_it_states_is_told() -> None:
    with pytest.raises(TocsinError, match="states 6 records and has 5"):
        _read(FILE[: FILE.rindex("examplenic")])
