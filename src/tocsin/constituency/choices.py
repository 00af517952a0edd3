"""Regions and sectors: lists kept as data, found by code, name or alias."""

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from django.conf import settings

from tocsin.constituency.models import Region
from tocsin.errors import TocsinError
from tocsin.refused import RefusalError

DATA = Path(__file__).parent / "data"
LONGEST_CODE = 32


@dataclass(frozen=True, slots=True)
class Choice:
    """`covers`: what lies in a region, for people to look up.  `contact`: how organisations reach
    the region's protect officer, in words."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    contact: str = ""


class Choices:
    """The entries of one list, found by any of their names."""

    def __init__(self, word: str, choices: list[Choice]) -> None:
        self.word = word
        self.choices = choices
        self._by_name = {
            _key(name): choice
            for choice in choices
            for name in (*choice.aliases, choice.name, choice.code)
        }

    def find(self, text: str) -> str:
        """The code; empty for empty text.  Raises `RefusalError` with the nearest names."""
        if not text.strip():
            return ""
        if choice := self._by_name.get(_key(text)):
            return choice.code
        near = get_close_matches(_key(text), self._by_name, n=3, cutoff=0.5)
        named = [self._by_name[name].name for name in near] or [c.name for c in self.choices]
        raise RefusalError(
            f"unknown-{self.word}",
            f"{self.word} “{text}” is not known: {' or '.join(dict.fromkeys(named))}?",
        )


def _key(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").replace("&", "and").split())


@dataclass(frozen=True, slots=True)
class Regions:
    country: str
    choices: Choices


def sectors() -> Choices:
    return _read(DATA / "sectors.toml", "sector")[1]


def regions() -> Regions:
    """Those of the file that TOCSIN_REGIONS names, or else the United Kingdom's."""
    path = Path(settings.TOCSIN_REGIONS) if settings.TOCSIN_REGIONS else DATA / "regions-gb.toml"
    country, choices = _read(path, "region")
    return Regions(country, choices)


def keep_regions(regions: Regions) -> None:
    """Put the regions into the database; those no longer in the file stay, for their past."""
    Region.objects.bulk_create(
        [
            Region(one.code, one.name, regions.country, one.contact)
            for one in regions.choices.choices
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "country", "contact"],
    )


def _read(path: Path, word: str) -> tuple[str, Choices]:
    hint = f"It should look like {DATA / 'regions-gb.toml'}."
    try:
        read = tomllib.loads(path.read_text("utf-8"))
        choices = [_choice(code, entry) for code, entry in read[word].items()]
        country = str(read.get("country", ""))
        _check(country, choices)
        return country, Choices(word, choices)
    except OSError as error:
        raise TocsinError(f"cannot read {path}: {error.strerror}", hint) from error
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise TocsinError(f"{path} is not a list of {word}s: {error}", hint) from error


def _choice(code: str, entry: dict[str, object]) -> Choice:
    if not isinstance(entry["name"], str) or not entry["name"].strip() or len(code) > LONGEST_CODE:
        raise ValueError(f"“{code}” needs a name, and at most {LONGEST_CODE} characters of its own")
    contact = " ".join(str(entry.get("contact", "")).split())
    return Choice(code, entry["name"], _names(entry, "aliases"), _names(entry, "covers"), contact)


def _names(entry: dict[str, object], field: str) -> tuple[str, ...]:
    """A word alone is not a list: its letters would be the names."""
    names = entry.get(field, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise TypeError(f'“{field}” of {entry["name"]} is not a list such as ["A", "B"]')
    return tuple(names)


def _check(country: str, choices: list[Choice]) -> None:
    """One name for two would send an organisation's row to whichever comes last."""
    if country and not (len(country) == 2 and country.isalpha()):
        raise ValueError(f"the country “{country}” is not a code of two letters")
    known: dict[str, str] = {}
    for choice in choices:
        for name in (choice.code, choice.name, *choice.aliases):
            if known.setdefault(_key(name), choice.code) != choice.code:
                raise ValueError(f"“{name}” is a name of {known[_key(name)]} and of {choice.code}")
