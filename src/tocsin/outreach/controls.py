"""The five controls of Cyber Essentials: what is asked, and what observations say of each."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import models
from django.utils.translation import gettext_lazy as _

from tocsin.kinds.catalogue import kind
from tocsin.outreach.rules import Seen

FILE = Path(__file__).parent / "data" / "controls.toml"


class Says(models.TextChoices):
    """An organisation's answer to one question."""

    YES = "yes", _("Yes")
    PARTLY = "partly", _("Partly")
    NO = "no", _("No")
    UNKNOWN = "unknown", _("We do not know")


@dataclass(frozen=True, slots=True)
class Control:
    """`questions`: (name, text); `kinds`: RSIT `class/type` that say something about it."""

    name: str
    title: str
    what: str
    kinds: frozenset[str]
    questions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """A control with both sides: the latest answers, and threats a day that speak about it.

    `said`: (question's text, answer or empty).  `complete`: all was answered with yes.
    """

    control: Control
    said: tuple[tuple[str, str], ...]
    seen: tuple[Seen, ...]

    @property
    def number(self) -> float:
        return sum(one.now or 0 for one in self.seen)

    @property
    def answered(self) -> int:
        return sum(bool(answer) for _, answer in self.said)

    @property
    def complete(self) -> bool:
        return all(answer == Says.YES for _, answer in self.said)

    @property
    def differs(self) -> bool:
        """All is said to be done, and something is seen that should not be there then."""
        return self.complete and self.number > 0


@cache
def controls() -> tuple[Control, ...]:
    """The five, in the scheme's order."""
    raw = tomllib.loads(FILE.read_text("utf-8"))["control"]
    return tuple(
        Control(
            one["name"],
            one["title"],
            one["what"],
            frozenset(one["kinds"]),
            tuple((name, text) for name, text in one["questions"]),
        )
        for one in raw
    )


def questions() -> dict[str, str]:
    return {name: text for one in controls() for name, text in one.questions}


def beside(answers: Mapping[str, str], seen: Iterable[Seen]) -> tuple[Beside, ...]:
    """Both sides of each control; `answers`: by question's name."""
    found = [one for one in seen if one.now]
    return tuple(
        Beside(
            control,
            tuple((text, answers.get(name, "")) for name, text in control.questions),
            tuple(sorted(_about(control, found), key=lambda one: (-(one.now or 0), one.kind))),
        )
        for control in controls()
    )


def _about(control: Control, seen: Iterable[Seen]) -> Iterable[Seen]:
    for one in seen:
        about = kind(one.kind)
        if f"{about.class_}/{about.type}" in control.kinds:
            yield one
