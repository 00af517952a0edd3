"""Asset lists: every row becomes assets or a refusal with its line."""

import io
from datetime import UTC, datetime

import pytest

from tocsin.constituency.readers.asset_csv import read_asset_csv
from tocsin.constituency.registry_rows import OwnedAsset
from tocsin.refused import Refused


def _read(rows: str) -> list[OwnedAsset | Refused]:
    header = "organisation,asset,valid_from,valid_to\n"
    return list(read_asset_csv(io.BytesIO((header + rows).encode())))


def test_row_with_validity() -> None:
    (row,) = _read("Acme,192.0.2.0/24,2026-01-01,2026-06-30T12:00:00+02:00\n")
    assert isinstance(row, OwnedAsset)
    assert (row.organisation, row.asset.text) == ("Acme", "192.0.2.0/24")
    assert row.valid_from == datetime(2026, 1, 1, tzinfo=UTC)
    assert row.valid_to == datetime(2026, 6, 30, 10, tzinfo=UTC)


def test_range_becomes_several_assets_of_one_line() -> None:
    rows = _read("Acme,192.0.2.0-192.0.2.95\n")
    assert [(row.line, row.asset.text) for row in rows if isinstance(row, OwnedAsset)] == [
        (2, "192.0.2.0/26"),
        (2, "192.0.2.64/27"),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",192.0.2.0/24", "no-organisation"),
        ("Acme,", "no-asset"),
        ("Acme,192.0.2.1/24", "host-bits-set"),
        ("Acme,192.0.2.0/24,31/01/2026", "bad-date"),
        ("Acme,192.0.2.0/24,2026-02-01,2026-02-01", "empty-validity"),
    ],
)
def test_bad_row_is_refused_and_the_rest_goes_on(row: str, reason: str) -> None:
    first, second = _read(f"{row}\nAcme,example.org\n")
    assert isinstance(first, Refused)
    assert (first.line, first.reason) == (2, reason)
    assert first.text.startswith(row.split(",")[0])
    assert isinstance(second, OwnedAsset)
    assert second.asset.text == "example.org"
