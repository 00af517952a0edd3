"""Which of the known forms a list of assets has, told by its first lines."""

import re
from itertools import islice
from pathlib import Path

from tocsin.constituency.readers.asset_csv import COLUMNS
from tocsin.constituency.readers.csv_rows import header_names
from tocsin.constituency.readers.files import open_file, text_lines
from tocsin.errors import TocsinError

FORMATS = ("csv", "delegated", "rpsl")
LINES_LOOKED_AT = 2_000
_DELEGATED = re.compile(r"\d+(\.\d+)?\|\w+\||\w+\|[A-Z*]{0,2}\|(asn|ipv4|ipv6)\|")
_RPSL = re.compile(r"[a-zA-Z][a-zA-Z0-9-]+:\s")


def detect(path: Path) -> str:
    """One of `FORMATS`.  Raises `TocsinError` where the file is none of them."""
    with open_file(path) as file:
        looked_at = list(islice(text_lines(file), LINES_LOOKED_AT))
    told = [line for line in looked_at if line.strip() and line[0] not in "#%"]
    if told and told[0].lower().startswith("sep="):
        told = told[1:]
    if told and _DELEGATED.match(told[0]):
        return "delegated"
    if told and _RPSL.match(told[0]):
        return "rpsl"
    if told and {"asset", *COLUMNS["asset"]} & set(header_names(told[0])):
        return "csv"
    raise TocsinError(
        f"{path} is none of the known lists of assets",
        "Expected: CSV whose first line is organisation,asset,valid_from,valid_to; "
        "delegated-extended statistics; or an RPSL dump. Name it with --format.",
    )
