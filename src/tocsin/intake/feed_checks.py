"""Checks what stands in a feed's file, field by field."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.intake.batches import AFFECTED_AS

TLPS = ("clear", "green", "amber", "amber+strict", "red")
FORMATS = (
    "csv",
    "json",
    "jsonlines",
    "lines",
    "shadowserver",
    "team-cymru",
    "xarf",
    "xarf-mail",
    "misp",
    "intelmq",
    "google-safebrowsing",
)
OF_FEED = ("title", "url", "tlp", "grade", "cadence_hours", "licence", "order", "health", "shape")
OF_SHAPE = ("name", "format", "kind", "columns", "recognise", "options", "stream")
IN_RECOGNISE = ("name", "sender", "subject", "starts", "columns", "keys")
IN_KIND = ("column", "values", "prefix", "default")
IN_OPTIONS = (
    "delimiter",
    "quote",
    "comment",
    "header",
    "path",
    "pattern",
    "report_time",
    "constants",
    "rename",
    "split",
    "skip",
    "refuse",
)


class FieldError(Exception):
    """One field is wrong."""

    def __init__(self, where: str, why: str, hint: str = "") -> None:
        super().__init__(f"{where}: {why}")
        self.hint = hint


def merged(raw: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Each shape with what the feed says for all of them; without any, the feed is its own."""
    common = {name: value for name, value in raw.items() if name != "shape"}
    for shape in raw.get("shape", [{}]):
        one = {**common, **shape}
        for name in ("columns", "options"):
            one[name] = {**common.get(name, {}), **shape.get(name, {})}
        yield one


def checked(raw: Mapping[str, Any]) -> None:
    """Raise `FieldError` for the first field that is missing, unknown or of a wrong value."""
    _known("", raw, (*OF_FEED, *OF_SHAPE))
    for name in ("title", "tlp", "grade"):
        _text(name, raw.get(name))
    _one_of("tlp", raw["tlp"], TLPS)
    if not re.fullmatch("[A-F][1-6]", raw["grade"]):
        raise FieldError("grade", f"{raw['grade']} is no Admiralty grade", "Such as B2.")
    if not isinstance(raw.get("cadence_hours"), int | float) or raw["cadence_hours"] <= 0:
        raise FieldError("cadence_hours", "missing, or no number above 0")
    health = _table("health", raw.get("health", {}), ("short_below",))
    if not isinstance(health.get("short_below", 0), int):
        raise FieldError("health.short_below", "a whole number is expected")
    shapes = raw.get("shape", [{}])
    if not isinstance(shapes, list) or not all(isinstance(one, dict) for one in shapes):
        raise FieldError("shape", "write [[shape]]")
    for number, (own, one) in enumerate(zip(shapes, merged(raw), strict=True), 1):
        where = f"shape.{number}." if "shape" in raw else ""
        _known(where, own, OF_SHAPE)
        _shape(where, one)


def _shape(where: str, raw: Mapping[str, Any]) -> None:
    _text(f"{where}format", raw.get("format"))
    _one_of(f"{where}format", raw["format"], FORMATS)
    _table(f"{where}options", raw["options"], IN_OPTIONS)
    for option in ("pattern", "report_time"):
        _pattern(f"{where}options.{option}", raw["options"].get(option, ""))
    split = _table(f"{where}options.split", raw["options"].get("split", {}), ("column", "pattern"))
    _pattern(f"{where}options.split.pattern", split.get("pattern", ""))
    for option in ("skip", "refuse"):
        _table(f"{where}options.{option}", raw["options"].get(option, {}), None)
    for column, pattern in raw["options"].get("refuse", {}).items():
        _pattern(f"{where}options.refuse.{column}", pattern)
    _columns(f"{where}columns", raw["columns"])
    _kind(f"{where}kind", raw.get("kind", "undetermined"))
    ways = raw.get("recognise", [])
    if not isinstance(ways, list) or not ways:
        raise FieldError(
            f"{where}recognise", "missing", "Write [[recognise]] with a way to know it."
        )
    for number, way in enumerate(ways, 1):
        _way(f"{where}recognise.{number}", way)


def _way(where: str, way: Any) -> None:
    _table(where, way, IN_RECOGNISE)
    if not way:
        raise FieldError(where, "nothing to know the feed by")
    for name, value in way.items():
        if name in ("columns", "keys"):
            _texts(f"{where}.{name}", value)
        else:
            _pattern(f"{where}.{name}", value)


def _columns(where: str, columns: Mapping[str, Any]) -> None:
    _table(where, columns, None)
    for role, value in columns.items():
        if role in ("time", "affected", "key"):
            _texts(f"{where}.{role}", value)
        else:
            _text(f"{where}.{role}", value)
    for entry in columns.get("affected", ()):
        form, _, column = entry.partition(":")
        _one_of(f"{where}.affected", form, AFFECTED_AS)
        if not column:
            raise FieldError(f"{where}.affected", f"{entry} names no column", "Such as address:ip.")


def _kind(where: str, kind: Any) -> None:
    if isinstance(kind, str):
        return
    _table(where, kind, IN_KIND)
    if "column" not in kind:
        raise FieldError(f"{where}.column", "missing")
    _texts(
        f"{where}.column", [kind["column"]] if isinstance(kind["column"], str) else kind["column"]
    )
    for value, name in _table(f"{where}.values", kind.get("values", {}), None).items():
        _text(f"{where}.values.{value}", name)


def _table(where: str, value: Any, known: tuple[str, ...] | None) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise FieldError(where, "a table is expected")
    if known is not None:
        _known(f"{where}.", value, known)
    return value


def _known(where: str, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in table:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}."
            raise FieldError(f"{where}{name}", "unknown field", hint)


def _one_of(where: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise FieldError(where, f"{value} is none of {', '.join(allowed)}")


def _text(where: str, value: Any) -> None:
    if not isinstance(value, str) or not value.strip():
        raise FieldError(where, "missing or not text")


def _texts(where: str, value: Any) -> None:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise FieldError(where, "a list of texts is expected")


def _pattern(where: str, value: Any) -> None:
    if not isinstance(value, str):
        raise FieldError(where, "text is expected")
    try:
        re.compile(value)
    except re.error as error:
        raise FieldError(where, f"not a regular expression: {error}") from error
