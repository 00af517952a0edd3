"""The authority's own words for a kind, another severity, and kinds of its own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tocsin.audit.log import note
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.kinds import kept, own, rsit
from tocsin.kinds.catalogue import GENERIC, PARTS, Kind, guess, kind, shipped_kinds
from tocsin.kinds.kind import OwnText, Text
from tocsin.kinds.models import KindFacts, KindWording
from tocsin.kinds.prose import unwrap

LONGEST_TITLE, LONGEST_TEXT = 120, 6000
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
NAME = re.compile(r"[a-z][a-z0-9_-]{2,63}")


class WordingError(TocsinError):
    """Words or facts that a kind cannot have."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said of a kind in one language; the texts in the form of `kinds.prose`."""

    title: str
    what: str
    risk: str
    fix: str
    check: str

    def tidied(self) -> "Wording":
        """With one line for each paragraph.  Raises `WordingError` for what cannot be sent."""
        title = " ".join(self.title.split())
        texts = {part: unwrap(_lines(getattr(self, part))) for part in PARTS}
        if not title or len(title) > LONGEST_TITLE:
            raise WordingError(f"A title has between 1 and {LONGEST_TITLE} characters.")
        for part, text in texts.items():
            if not text:
                raise WordingError(
                    f"The text “{part}” is empty.", "A mail says all of what, risk, fix and check."
                )
            if len(text) > LONGEST_TEXT:
                raise WordingError(f"The text “{part}” is longer than {LONGEST_TEXT} characters.")
        return Wording(title, **texts)


def word(name: str, language: str, wording: Wording, by: str, now: datetime) -> None:
    """Say a kind in the authority's own words, in one language, from the next alert on.

    Raises `WordingError`.  `by`: who, for the log (`person 7`).
    """
    told = wording.tidied()
    _named(name, language)
    with staff_scope():
        KindWording.objects.create(
            kind=name, language=language, title=told.title, what=told.what, risk=told.risk,
            fix=told.fix, how_to_check=told.check, made_by=by, made_at=now,
        )  # fmt: skip
        note(by, "kind worded", name, now, language=language, title=told.title)
        kept.refresh()


def unword(name: str, language: str, by: str, now: datetime) -> None:
    """The shipped words again.  Raises `WordingError` where there are no others."""
    _named(name, language)
    if language not in kind(name).languages():
        raise WordingError(f"{name} has no words of your own in {language}.")
    if kind(name).once:
        raise WordingError("Nothing else describes this kind: change its words instead.")
    with staff_scope():
        KindWording.objects.create(kind=name, language=language, made_by=by, made_at=now)
        note(by, "kind worded as shipped", name, now, language=language)
        kept.refresh()


def rate(name: str, severity: str, by: str, now: datetime) -> None:
    """Another severity for the kind's coming observations; empty: the shipped one again."""
    _named(name, "en")
    if severity not in ("", *rsit.SEVERITIES):
        raise WordingError(f"{severity!r} is none of {', '.join(rsit.SEVERITIES)}.")
    if kind(name).once:
        raise WordingError("A campaign's severity stays as it was when it was sent.")
    with staff_scope():
        KindFacts.objects.create(kind=name, severity=severity, made_by=by, made_at=now)
        note(by, "kind rated", name, now, severity=severity or "as shipped")
        kept.refresh()


@dataclass(frozen=True, slots=True)
class Description:
    """A kind that no file describes.  `like`: the shipped one whose words it uses; otherwise
    `words`, by language, at least one."""

    severity: str
    class_: str
    type: str
    window_days: int
    like: str
    words: Mapping[str, Wording]


def checked(description: Description) -> Description:
    """With its words tidied.  Raises `WordingError` for the first thing that is wrong."""
    one = description
    if one.class_ not in rsit.TYPES or one.type not in rsit.TYPES[one.class_]:
        raise WordingError(f"{one.class_}, {one.type} is nothing that the taxonomy knows.")
    if one.severity not in rsit.SEVERITIES:
        raise WordingError(f"{one.severity!r} is none of {', '.join(rsit.SEVERITIES)}.")
    if not 1 <= one.window_days <= 365:
        raise WordingError("The days until it counts as lost are between 1 and 365.")
    if one.like and one.like not in shipped_kinds():
        raise WordingError(f"There is no kind {one.like!r}.")
    if not one.like and not one.words:
        raise WordingError("A kind needs words in at least one language.")
    words = {language: wording.tidied() for language, wording in one.words.items()}
    return Description(one.severity, one.class_, one.type, one.window_days, one.like, words)


def describe(name: str, description: Description, by: str, now: datetime) -> None:
    """Make a kind of the authority's own.  Raises `WordingError`."""
    one = checked(description)
    if not NAME.fullmatch(name) or name in shipped_kinds() or not kind(name).flagged:
        raise WordingError(f"{name!r} is no name for a new kind.")
    with staff_scope():
        KindFacts.objects.create(
            kind=name, severity=one.severity, rsit_class=one.class_, type=one.type,
            window_days=one.window_days, like=one.like, made_by=by, made_at=now,
        )  # fmt: skip
        note(by, "kind described", name, now)
        for language, wording in one.words.items():
            word(name, language, wording, by, now)
        kept.refresh()


def sketch(name: str, description: Description) -> Kind:
    """The kind as `describe` would make it, for a look at it: nothing is kept."""
    one = checked(description)
    facts = own.Facts(one.severity, one.class_, one.type, one.window_days, one.like)
    words = tuple(
        OwnText(language, each.title, Text(each.what, each.risk, each.fix, each.check))
        for language, each in one.words.items()
    )
    return own.resolved(own.Own({name: words}, {name: facts}), shipped_kinds(), guess)[name]


def _named(name: str, language: str) -> None:
    if name.startswith(GENERIC) or not NAME.fullmatch(name):
        raise WordingError(f"There is no kind {name!r}.")
    if not LANGUAGE.fullmatch(language):
        raise WordingError(f"{language!r} is no language.", "Write it as de or de-AT.")


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r", "").split("\n"))
