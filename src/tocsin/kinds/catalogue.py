"""Every kind of threat, read from the files beside this one.

A shipped kind is one file `<family>/<name>.toml`; `docs/how-to/add-a-kind.md` says
what may stand in it.  `tocsin.kinds.own` lays over them what an installation says itself.
"""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tocsin.errors import TocsinError
from tocsin.kinds import defaults
from tocsin.kinds.fields import FieldError, check, columns_of
from tocsin.kinds.kind import PARTS, Kind, Text
from tocsin.kinds.own import own_kinds
from tocsin.kinds.prose import unwrap

FOLDER = Path(__file__).parent
GENERIC = "generic-"
__all__ = ["FOLDER", "GENERIC", "PARTS", "Kind", "KindError", "Text", "kind"]


class KindError(TocsinError):
    """A kind's file is wrong; the message names the file and the field."""


def kind(name: str) -> Kind:
    """The kind of that name or alias; for an unknown name a flagged guess, never a failure.

    What the authority says of it itself comes before what is shipped.
    """
    kinds, aliases = _shipped()
    plain = aliases.get(name, name)
    return own_kinds().get(plain) or kinds.get(plain) or guess(name)


def all_kinds() -> Mapping[str, Kind]:
    """Every kind by name, without the generic ones that only lend their text."""
    every = {**_shipped()[0], **own_kinds()}
    return {name: one for name, one in every.items() if not name.startswith(GENERIC)}


def shipped_kinds() -> Mapping[str, Kind]:
    """As they came with Tocsin, the generic ones too."""
    return _shipped()[0]


def own_texts(kinds: Iterable[Kind]) -> list[Kind]:
    """Those with text of their own, which is what a preview lists."""
    return [one for one in kinds if one.text_from == one.name]


@cache
def _shipped() -> tuple[dict[str, Kind], dict[str, str]]:
    kinds = load(FOLDER)
    return kinds, aliases_of(kinds)


@cache
def guess(name: str) -> Kind:
    """A kind for a name that no file describes, from the habits of report names."""
    raw = defaults.guess(name)
    return _build(name, raw, _shipped()[0][GENERIC + raw["class"]], flagged=True)


def load(folder: Path) -> dict[str, Kind]:
    """Read every `<family>/<name>.toml` of the folder.  Raises `KindError`."""
    files: dict[str, Path] = {}
    for path in sorted(folder.glob("*/*.toml")):
        if path.stem in files:
            raise KindError(f"{path}: {files[path.stem]} already describes the kind {path.stem}")
        files[path.stem] = path
    raws = {name: _read(path) for name, path in files.items()}
    kinds: dict[str, Kind] = {}
    # Generic texts first, then kinds that others are like, then those others.
    for name in sorted(raws, key=lambda n: (not n.startswith(GENERIC), "like" in raws[n])):
        kinds[name] = _resolve(name, raws, files, kinds)
    return kinds


def aliases_of(kinds: Mapping[str, Kind]) -> dict[str, str]:
    """Older names by the name in use.  Raises `KindError` where two kinds claim one."""
    found: dict[str, str] = {}
    for one in kinds.values():
        for alias in one.aliases:
            if alias in kinds or alias in found:
                raise KindError(f"{one.family}/{one.name}.toml: aliases: {alias} is taken")
            found[alias] = one.name
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KindError(f"{path}: {error}", "A kind is a TOML file in UTF-8.") from error


def _resolve(
    name: str, raws: Mapping[str, dict[str, Any]], files: Mapping[str, Path], kinds: dict[str, Kind]
) -> Kind:
    raw = raws[name]
    like = raw.get("like", "")
    if like:
        if like not in raws or "like" in raws[like]:
            near = difflib.get_close_matches(str(like), raws, 1)
            raise KindError(
                f"{files[name]}: like: {like} is no kind that stands on its own",
                f"Did you mean {near[0]}?" if near else "",
            )
        raw = defaults.merge(raws[like], raw)
    try:
        check(raw)
        text_of = kinds[like] if like else kinds.get(f"{GENERIC}{raw['class']}")
        return _build(name, raw, text_of, own=raws[name], family=files[name].parent.name)
    except FieldError as error:
        raise KindError(f"{files[name]}: {error}", error.hint) from error


def _build(
    name: str,
    raw: Mapping[str, Any],
    text_of: Kind | None,
    own: Mapping[str, Any] | None = None,
    family: str = "",
    flagged: bool = False,
) -> Kind:
    texts = {**dict.fromkeys(PARTS, ""), **raw.get("text", {})}
    if any(texts.values()):
        text = Text(**{part: unwrap(words) for part, words in texts.items()})
        text_from = name if (own and own.get("text")) or not text_of else text_of.text_from
    elif text_of:
        text, text_from = text_of.text, text_of.text_from
    else:
        raise FieldError("text", "no text, and no generic one for its class")
    event = raw["nature"] == "event"
    return Kind(
        name=name,
        title=raw["title"],
        class_=raw["class"],
        type=raw["type"],
        severity=raw["severity"],
        nature=raw["nature"],
        window_days=raw.get("window_days", defaults.WINDOW_DAYS) if event else 0,
        needs=tuple(raw.get("needs", ())),
        columns=columns_of(raw),
        text=text,
        text_from=text_from,
        like=raw.get("like", ""),
        family=family,
        aliases=tuple((own or {}).get("aliases", ())),
        flagged=flagged,
    )
