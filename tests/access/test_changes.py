"""Changes of how somebody signs in: noted without names, told, and other sessions ended."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from tests.letters import Letters
from tocsin.access import changes, factors
from tocsin.access.actions import add_person
from tocsin.access.jobs import CHANGES, tell_of_change
from tocsin.access.links import make_sign_in_link, use_sign_in_link
from tocsin.access.models import Person, Role
from tocsin.access.sessions import begin_session, find_session, sessions_of
from tocsin.audit.models import Entry
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORD = "quite unusual, and long"


@pytest.fixture
def ann(db: None) -> Person:
    return add_person("ann@authority.example", Role.ANALYST, NOW, name="Ann")


def change_password(ann: Person, keep: int) -> None:
    changes.change_password(ann, WORD, "test", NOW, keep)


def add_app(ann: Person, keep: int) -> None:
    with staff_scope():
        changes.note_change(ann, "app-added", "test", NOW, keep)


@pytest.mark.parametrize(
    ("change", "what"), [(change_password, "password-changed"), (add_app, "app-added")]
)
def test_a_change_ends_other_sessions_and_links_and_is_noted_and_told(
    ann: Person, change: Callable[[Person, int], None], what: str
) -> None:
    mine, other = (begin_session(ann, "", "", True, NOW) for _ in range(2))
    token = make_sign_in_link(ann, NOW)
    change(ann, mine.pk)
    assert [one.pk for one in sessions_of(ann.pk, NOW)] == [mine.pk]
    assert find_session(other.pk, ann.pk, "", NOW) is None
    assert use_sign_in_link(token, NOW) is None
    with staff_scope():
        entries = list(Entry.objects.order_by("pk").values_list("action", "subject", "actor"))
    assert entries[0] == (what, f"person {ann.pk}", "test")
    assert "ann" not in str(entries).lower()
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args::text FROM procrastinate_jobs")
        jobs = [(name, json.loads(args)) for name, args in cursor.fetchall()]
    told = {"person": ann.pk, "what": what, "at": NOW.isoformat()}
    assert jobs == [("tocsin.access.tell_of_change", told)]


def test_a_weak_password_changes_nothing(ann: Person) -> None:
    session = begin_session(ann, "", "", True, NOW)
    with pytest.raises(TocsinError, match="too short"):
        changes.change_password(ann, "short", "test", NOW)
    assert sessions_of(ann.pk, NOW) == [session]


def test_a_reset_takes_every_factor_and_session(ann: Person) -> None:
    factors.new_totp(ann, NOW)
    codes = factors.new_recovery_codes(ann)
    begin_session(ann, "", "", True, NOW)
    changes.reset_factors(ann, "administrator", NOW)
    assert not factors.has_factor(ann.pk)
    assert not factors.use_code(ann.pk, codes[0], NOW)
    assert sessions_of(ann.pk, NOW) == []


@pytest.mark.parametrize("what", CHANGES)
def test_the_mail_says_what_and_when_and_what_to_do(
    committed_db: None, home: Path, what: str
) -> None:
    ann = add_person("ann@authority.example", Role.ANALYST, NOW, name="Ann")
    tell_of_change(person=ann.pk, what=what, at=NOW.isoformat())
    text = Letters(home).text("ann@authority.example")
    assert CHANGES[what] in " ".join(text.split())
    assert "1 Mar 2026, 12:00 UTC" in text
    assert "/account/" in text


def test_nobody_is_told_who_is_gone(committed_db: None, home: Path) -> None:
    tell_of_change(person=1, what="app-added", at=NOW.isoformat())
    assert Letters(home).all() == []
