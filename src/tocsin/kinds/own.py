"""What an installation says of kinds itself, laid over the shipped ones.

The catalogue looks here first.  Who keeps such words (`tocsin.kinds.kept`) hands them over with
`use`; a program without a database never does, and has the shipped kinds.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from tocsin.kinds.kind import Kind, OwnText


@dataclass(frozen=True, slots=True)
class Facts:
    """Of a kind that no file describes (`class_` given), or only another severity for one."""

    severity: str = ""
    class_: str = ""
    type: str = ""
    window_days: int = 0
    like: str = ""


@dataclass(frozen=True)
class Own:
    """`words`: by kind, in the order in which they were first given, a text for each language."""

    words: Mapping[str, tuple[OwnText, ...]] = field(default_factory=dict)
    facts: Mapping[str, Facts] = field(default_factory=dict)


class _Asked(threading.local):
    look = False


_asked = _Asked()
_kinds: Mapping[str, Kind] = {}
_refresh: Callable[[], None] | None = None


def use(kinds: Mapping[str, Kind]) -> None:
    """From now on these stand before the shipped ones of the same name."""
    global _kinds
    _kinds = kinds


def refresh_with(refresh: Callable[[], None]) -> None:
    global _refresh
    _refresh = refresh


def look_again(wanted: bool = True) -> None:
    """Before this thread's next look-up, see whether something has changed."""
    _asked.look = wanted


def own_kinds() -> Mapping[str, Kind]:
    if _asked.look and _refresh:
        _asked.look = False
        _refresh()
    return _kinds


def resolved(
    own: Own, shipped: Mapping[str, Kind], guess: Callable[[str], Kind]
) -> dict[str, Kind]:
    """Every kind that is not as shipped: those with words or facts of their own, and those that
    share the text of one with words."""
    found: dict[str, Kind] = {}
    for name, facts in own.facts.items():
        base = shipped.get(facts.like or name) or guess(facts.like or name)
        found[name] = _made(name, base, facts) if facts.class_ else _rated(base, facts.severity)
    for name, words in own.words.items():
        base = found.get(name) or shipped.get(name) or guess(name)
        found[name] = _worded(base, words, text_from=name)
    for name, one in shipped.items():
        words = own.words.get(one.text_from, ())
        if name not in own.words and words:
            owner = shipped[one.text_from]
            same = tuple(each for each in words if one.title == owner.title) or tuple(
                replace(each, title="") for each in words
            )
            found[name] = _worded(found.get(name, one), same, text_from=one.text_from)
    return found


def _made(name: str, base: Kind, facts: Facts) -> Kind:
    """Of event nature always: a list that came once cannot show that something is gone."""
    return replace(
        base, name=name, class_=facts.class_, type=facts.type, severity=facts.severity,
        nature="event", window_days=facts.window_days, like=facts.like, family="", aliases=(),
        flagged=False, once=True,
    )  # fmt: skip


def _rated(base: Kind, severity: str) -> Kind:
    return replace(base, severity=severity or base.severity)


def _worded(base: Kind, words: tuple[OwnText, ...], text_from: str) -> Kind:
    if not words:
        return base
    first = next((one for one in words if one.language == "en"), None)
    if base.once:
        first = first or words[0]
    return replace(
        base,
        title=(first and first.title) or base.title,
        text=first.text if first else base.text,
        text_from=text_from,
        own=words,
        shipped=base,
    )
