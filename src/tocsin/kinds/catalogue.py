"""Every kind of threat, read from the files beside this one.

A kind is one file `<family>/<name>.toml`; `docs/how-to/add-a-kind.md` says what may stand in it.
"""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tocsin.errors import TocsinError
from tocsin.kinds import defaults
from tocsin.kinds.columns import Columns
from tocsin.kinds.fields import FieldError, check, columns_of
from tocsin.kinds.language import translate
from tocsin.kinds.prose import unwrap

FOLDER = Path(__file__).parent
GENERIC = "generic-"
PARTS = ("what", "risk", "fix", "check")


class KindError(TocsinError):
    """A kind's file is wrong; the message names the file and the field."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a recipient is told: plain text, blank line = paragraph, `- ` = list item."""

    what: str
    risk: str
    fix: str
    check: str

    def parts(self) -> tuple[tuple[str, str], ...]:
        return tuple((part, getattr(self, part)) for part in PARTS)


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of threat.  `class_` and `type` are RSIT's; `window_days` is 0 for a scan.

    `text_from`: the name of the kind that the text was written for, so that twins share one
    section of an alert.  `flagged`: nobody has described this kind yet, its facts are a guess.
    """

    name: str
    title: str
    class_: str
    type: str
    severity: str
    nature: str
    window_days: int
    needs: tuple[str, ...]
    columns: Columns
    text: Text
    text_from: str
    like: str = ""
    family: str = ""
    aliases: tuple[str, ...] = ()
    flagged: bool = False

    @property
    def affected(self) -> tuple[tuple[str, str], ...]:
        return self.columns.affected

    @property
    def key(self) -> tuple[str, ...]:
        return self.columns.key

    def title_in(self, language: str) -> str:
        return translate(self.title, language)

    def text_in(self, language: str) -> Text:
        """The whole text in that language, or in English: never half and half."""
        parts = {part: translate(text, language) for part, text in self.text.parts()}
        complete = all(parts[part] != text for part, text in self.text.parts())
        return Text(**parts) if complete else self.text


def kind(name: str) -> Kind:
    """The kind of that name or alias; for an unknown name a flagged guess, never a failure."""
    kinds, aliases = _shipped()
    return kinds.get(aliases.get(name, name)) or guess(name)


def all_kinds() -> Mapping[str, Kind]:
    """Every shipped kind by name, without the generic ones that only lend their text."""
    return {name: one for name, one in _shipped()[0].items() if not name.startswith(GENERIC)}


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
