"""Checks what stands in a kind's file, field by field."""

from collections.abc import Mapping
from typing import Any

from tocsin.kinds import defaults, rsit
from tocsin.kinds.columns import AFFECTED_AS, Columns

NEEDED = ("title", "class", "type", "severity", "nature")
LISTS = ("affected", "key", "needs", "aliases")
FIELDS = (*NEEDED, *LISTS, "window_days", "like", "columns", "text")
COLUMN_FIELDS = ("time", "port", "protocol", "asn", "hostname", "severity", "time_format")
TEXT_FIELDS = ("what", "risk", "fix", "check")


class FieldError(Exception):
    """One field is wrong."""

    def __init__(self, field: str, why: str, hint: str = "") -> None:
        super().__init__(f"{field}: {why}")
        self.hint = hint


def check(raw: Mapping[str, Any]) -> None:
    """Raise `FieldError` for the first field that is missing, unknown or of a wrong value."""
    _known("", raw, FIELDS)
    for field in NEEDED:
        if not isinstance(raw.get(field), str) or not raw[field].strip():
            raise FieldError(field, "missing or not text")
    _one_of("class", raw["class"], tuple(rsit.TYPES))
    _one_of("type", raw["type"], rsit.TYPES[raw["class"]])
    _one_of("severity", raw["severity"], rsit.SEVERITIES)
    _one_of("nature", raw["nature"], tuple(defaults.BY_NATURE))
    for field in LISTS:
        _texts(field, raw.get(field, []))
    for entry in raw.get("affected", ()):
        _one_of("affected", entry.partition(":")[0], AFFECTED_AS)
        if not entry.partition(":")[2]:
            raise FieldError("affected", f"{entry} names no column")
    _window(raw)
    _table("columns", raw, COLUMN_FIELDS)
    _table("text", raw, TEXT_FIELDS)


def columns_of(raw: Mapping[str, Any]) -> Columns:
    """The columns of a checked kind, with the defaults of its nature."""
    usual = defaults.BY_NATURE[raw["nature"]]
    named = {**usual["columns"], **raw.get("columns", {})}
    affected = (entry.partition(":") for entry in raw.get("affected", usual["affected"]))
    return Columns(
        affected=tuple((form, column) for form, _, column in affected),
        key=tuple(raw.get("key", usual["key"])),
        **{**named, "time": tuple(named["time"])},
    )


def _window(raw: Mapping[str, Any]) -> None:
    days = raw.get("window_days")
    if days is None:
        return
    if raw["nature"] != "event":
        raise FieldError("window_days", "only a kind of event nature ages out")
    if not isinstance(days, int) or not 1 <= days <= 365:
        raise FieldError("window_days", "a whole number of days from 1 to 365")


def _table(field: str, raw: Mapping[str, Any], known: tuple[str, ...]) -> None:
    table = raw.get(field, {})
    if not isinstance(table, dict):
        raise FieldError(field, "a table is expected")
    _known(f"{field}.", table, known)
    for name, value in table.items():
        if name == "time":
            _texts(f"{field}.time", value)
        elif not isinstance(value, str):
            raise FieldError(f"{field}.{name}", "text is expected")
    if field == "text" and table and not all(table.get(part, "").strip() for part in known):
        raise FieldError(field, "give all of what, risk, fix and check, or none")


def _known(prefix: str, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in table:
        if name not in known:
            raise FieldError(f"{prefix}{name}", "unknown field", f"Known: {', '.join(known)}.")


def _one_of(field: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise FieldError(field, f"{value} is none of {', '.join(allowed)}")


def _texts(field: str, value: Any) -> None:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise FieldError(field, "a list of texts is expected")
