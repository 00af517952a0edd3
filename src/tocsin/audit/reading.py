"""Reading the log as an auditor may: without anybody's name or address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from tocsin.audit.models import Entry

ACTIONS = (Path(__file__).parent / "sql" / "actions.sql").read_text()
HIDDEN = "(an address)"
_MAIL = re.compile(r"[^\s@,;<>\"']+@[^\s@,;<>\"']+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries; an empty field stands for any.  `about`: an organisation's number."""

    who: str = ""
    what: str = ""
    about: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An entry; `detail`: in words, names and values."""

    number: int
    at: datetime
    who: str
    what: str
    subject: str
    about: int | None
    detail: str


def entries(wanted: Wanted) -> QuerySet[Entry]:
    """In the staff's scope."""
    found = Entry.objects.all()
    if wanted.who:
        found = found.filter(actor=wanted.who)
    if wanted.what:
        found = found.filter(action=wanted.what)
    if wanted.about is not None:
        found = found.filter(about=wanted.about)
    if wanted.since:
        found = found.filter(at__gte=wanted.since)
    if wanted.until:
        found = found.filter(at__lt=wanted.until)
    return found


def actions() -> list[str]:
    """Every sort of thing that was done, in order; in the staff's scope."""
    with connection.cursor() as cursor:
        cursor.execute(ACTIONS)
        return [action for (action,) in cursor.fetchall()]


def line(one: Entry, known: Mapping[str, str]) -> Line:
    """`known`: what to say instead of who, by the address that an entry has for them."""
    detail = ", ".join(f"{name}: {_value(value)}" for name, value in sorted(one.detail.items()))
    return Line(
        one.pk,
        one.at,
        known.get(one.actor) or without_addresses(one.actor),
        one.action.replace("-", " "),
        without_addresses(one.subject),
        one.about,
        without_addresses(detail),
    )


def without_addresses(text: str) -> str:
    """Mail addresses are hidden, should one stand in an old entry; `@domain` is an asset."""
    return _MAIL.sub(HIDDEN, text)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{name} {each}" for name, each in value.items())
    return str(value)
