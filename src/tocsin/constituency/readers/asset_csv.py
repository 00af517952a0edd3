"""Lists of assets: `organisation,asset,valid_from,valid_to`."""

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from tocsin.constituency.asset_names import read_asset
from tocsin.constituency.readers.csv_rows import CsvRow, read_rows
from tocsin.constituency.readers.times import list_time
from tocsin.constituency.registry_rows import OwnedAsset
from tocsin.refused import RefusalError, Refused

COLUMNS = {
    "organisation": ("organization", "organisation_name", "organization_name", "org", "name"),
    "asset": ("resource", "network", "prefix", "cidr", "asn", "range", "domain"),
    "valid_from": ("from", "since", "start"),
    "valid_to": ("to", "until", "end"),
}


def read_asset_csv(file: BinaryIO) -> Iterator[OwnedAsset | Refused]:
    """One item per asset; a range makes several.  Raises `TocsinError` for a wrong header."""
    for row in read_rows(file, COLUMNS, needed=("organisation", "asset")):
        if isinstance(row, Refused):
            yield row
        else:
            yield from _owned(row)


def _owned(row: CsvRow) -> Iterator[OwnedAsset | Refused]:
    organisation = row.values["organisation"]
    if not organisation:
        yield row.refused("no-organisation", "the organisation is empty")
        return
    try:
        valid_from, valid_to = _validity(row)
        for asset in read_asset(row.values["asset"]):
            yield OwnedAsset(row.line, organisation, asset, valid_from, valid_to)
    except RefusalError as bad:
        yield row.refused(bad.reason, bad.detail)


def _validity(row: CsvRow) -> tuple[datetime | None, datetime | None]:
    valid_from, valid_to = _time(row, "valid_from"), _time(row, "valid_to")
    if valid_from and valid_to and valid_to <= valid_from:
        raise RefusalError("empty-validity", "valid_to is not after valid_from")
    return valid_from, valid_to


def _time(row: CsvRow, column: str) -> datetime | None:
    text = row.values[column]
    try:
        return list_time(text)
    except ValueError:
        raise RefusalError("bad-date", f"{column} “{text}” is not a date like 2026-01-31") from None
