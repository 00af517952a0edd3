"""The privacy class of each column, and what follows from it: withholding and masking."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

WITHHELD = "[withheld]"
LONGEST_TEXT = 2000
MASKED = "[personal]"
DATA = Path(__file__).with_name("privacy.toml")


class Privacy(IntEnum):
    """How far the content of a column may travel; a larger number is more protected."""

    PUBLIC = 0
    OPERATIONAL = 1
    PERSONAL = 2
    SECRET = 3


@cache
def privacy_of(column: str) -> Privacy:
    """The class of a column by its (lower-case) name; an unknown one is judged by patterns."""
    names, patterns = _rules()
    if column in names:
        return names[column]
    for pattern, privacy in patterns:
        if pattern.fullmatch(column):
            return privacy
    return Privacy.OPERATIONAL


def columns_of_class(columns: Iterable[str], privacy: Privacy) -> list[str]:
    """Those of the columns that are of this class."""
    return [column for column in columns if privacy_of(column) is privacy]


def withhold(table: pa.Table) -> pa.Table:
    """The table without secrets: cells of secret columns become `WITHHELD`, null stays null.

    Credentials inside web addresses go too: `user:password@` (RFC 3986 section 3.2.1) and the
    values of query parameters that are named like credentials.
    """
    for number, column in enumerate(table.column_names):
        values = table.column(number)
        if values.null_count == len(values):
            continue
        if privacy_of(column) is Privacy.SECRET:
            there = pc.is_valid(values)
            clean = pc.if_else(there, pa.scalar(WITHHELD), pa.scalar(None, pa.string()))
        elif _holds_urls(column):
            clean = strip_credentials(values)
        else:
            continue
        if clean is not values:
            table = table.set_column(number, column, clean)
    return table


def strip_credentials(values: Any) -> Any:
    """The same Arrow strings with credentials in web addresses replaced, untouched if none."""
    userinfo, parameters = _credentials()
    for sign, pattern, replacement in (
        ("@", userinfo, rf"\1{WITHHELD}@"),
        ("=", parameters, rf"\1{WITHHELD}"),
    ):
        if not pc.any(pc.match_substring(values, sign)).as_py():
            continue
        if pc.any(pc.match_substring_regex(values, pattern)).as_py():
            values = pc.replace_substring_regex(values, pattern, replacement)
    return values


def withhold_text(columns: Sequence[str], fields: Sequence[str], separator: str = ",") -> str:
    """A row that could not be read, for keeping: nothing from the first secret column on.

    Its fields may be in the wrong place, so that only those before any secret are safe.  Where no
    columns are known, values that stand beside a secret's name go.
    """
    first = next(
        (n for n, name in enumerate(columns) if privacy_of(name) is Privacy.SECRET), len(fields)
    )
    safe = [*fields[:first], WITHHELD] if first < len(fields) else list(fields)
    joined = _secret_pairs().sub(rf"\1{WITHHELD}", separator.join(safe))
    text: str = strip_credentials(pa.array([joined], pa.string()))[0].as_py()
    return text[:LONGEST_TEXT]


def row_text(table: pa.Table, row: int) -> str:
    """A row that was read and yet refused, for keeping: name=value pairs, secrets withheld."""
    cells = withhold(table.slice(row, 1)).to_pylist()[0]
    return ", ".join(f"{name}={value}" for name, value in cells.items() if value)[:LONGEST_TEXT]


def mask_personal(values: Sequence[str | None]) -> list[str | None]:
    """What a recipient who does not need a personal column gets to see of it.

    An e-mail address keeps its domain and first letter; anything else is masked as a whole.
    """
    return [value and _masked(value) for value in values]


def _masked(value: str) -> str:
    local, at, domain = value.rpartition("@")
    if at and local and "." in domain and " " not in value:
        return f"{local[0]}…@{domain}"
    return MASKED


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


@cache
def _rules() -> tuple[dict[str, Privacy], list[tuple[re.Pattern[str], Privacy]]]:
    data = _data()
    names = {
        column: Privacy[privacy.upper()]
        for privacy, columns in data["names"].items()
        for column in columns
    }
    patterns = [
        (re.compile(pattern), Privacy[privacy.upper()])
        for privacy in ("secret", "personal")
        for pattern in data["patterns"][privacy]
    ]
    return names, patterns


@cache
def _secret_pairs() -> re.Pattern[str]:
    """Secrets in a record that could not be read: `"password": "…"`, `password=…` and the like."""
    names = "|".join(name for name, privacy in _rules()[0].items() if privacy is Privacy.SECRET)
    return re.compile(
        rf"""(?i)(["']?(?:\w*pass(?:word|wd)?|\w*token|{names})["']?\s*[:=]\s*)"""
        r"""(?:"(?:[^"\\]|\\.)*"?|'[^']*'?|[^,;\s"']+)"""
    )


@cache
def _holds_urls(column: str) -> bool:
    return bool(re.fullmatch(_data()["urls"]["columns"], column))


@cache
def _credentials() -> tuple[str, str]:
    names = "|".join(_data()["urls"]["parameters"])
    return r"(://)[^/?#@\s\"']+@", rf"(?i)([?&;](?:{names})=)[^&#;\s\"']+"
