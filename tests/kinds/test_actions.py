"""Saying kinds in words of one's own: kept, found by the catalogue, logged, taken back."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tocsin.audit.models import Entry
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.kinds import kept
from tocsin.kinds.actions import (
    Description,
    Wording,
    WordingError,
    describe,
    rate,
    sketch,
    unword,
    word,
)
from tocsin.kinds.catalogue import all_kinds, kind
from tocsin.kinds.own import look_again

NOW = datetime(2026, 9, 30, 12, tzinfo=UTC)
BY = "person 7"
OURS = Wording("Remote desktop, please close it", "Seen\nthere.", "Risky.", "- Mend.", "Look.")
CAMPAIGN = Description("high", "intrusions", "system-compromise", 30, "", {"en": OURS})


@pytest.mark.django_db
def test_what_was_said_holds_at_once_and_is_logged() -> None:
    word("scan_rdp", "en", OURS, BY, NOW)
    found = kind("scan_rdp")
    assert found.title == OURS.title
    assert found.text_in("en").what == "Seen there."
    with staff_scope():
        entry = Entry.objects.get(action="kind worded")
    assert (entry.actor, entry.subject, entry.detail["language"]) == (BY, "scan_rdp", "en")


@pytest.mark.django_db
def test_the_latest_words_hold_and_the_shipped_ones_come_back() -> None:
    shipped = kind("scan_rdp")
    word("scan_rdp", "en", OURS, BY, NOW)
    word("scan_rdp", "en", replace(OURS, title="Second"), BY, NOW)
    assert kind("scan_rdp").title == "Second"
    unword("scan_rdp", "en", BY, NOW)
    assert kind("scan_rdp") == shipped


@pytest.mark.django_db
def test_another_process_learns_of_it_with_its_next_request() -> None:
    word("scan_rdp", "en", OURS, BY, NOW)
    kept.forget()
    assert kind("scan_rdp").title != OURS.title
    look_again()
    with organisation_scope(1):
        assert kind("scan_rdp").title == OURS.title


@pytest.mark.django_db
def test_words_that_were_undone_are_not_said() -> None:
    before = transaction.savepoint()
    word("scan_rdp", "en", OURS, BY, NOW)
    transaction.savepoint_rollback(before)
    kept.refresh()
    assert kind("scan_rdp").title != OURS.title


@pytest.mark.django_db
def test_a_severity_of_ones_own() -> None:
    rate("scan_rdp", "critical", BY, NOW)
    assert kind("scan_rdp").severity == "critical"
    rate("scan_rdp", "", BY, NOW)
    assert kind("scan_rdp").severity == "high"


@pytest.mark.django_db
def test_a_kind_of_ones_own_is_one_among_all() -> None:
    describe("campaign-one", CAMPAIGN, BY, NOW)
    found = all_kinds()["campaign-one"]
    assert found == kind("campaign-one") == sketch("campaign-one", CAMPAIGN)
    assert (found.title, found.severity, found.flagged) == (OURS.title, "high", False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "language", "name"),
    [
        ({"title": " "}, "en", "scan_rdp"),
        ({"title": "x" * 121}, "en", "scan_rdp"),
        ({"fix": "\r\n"}, "en", "scan_rdp"),
        ({"risk": "x" * 6001}, "en", "scan_rdp"),
        ({}, "../de", "scan_rdp"),
        ({}, "en", "generic-other"),
        ({}, "en", "Bad Name"),
    ],
)
def test_words_that_no_mail_could_say(changes: dict[str, str], language: str, name: str) -> None:
    with pytest.raises(WordingError):
        word(name, language, replace(OURS, **changes), BY, NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("scan_rdp", {}),
        ("campaign one", {}),
        ("campaign-one", {"class_": "vulnerable"}),
        ("campaign-one", {"severity": "awful"}),
        ("campaign-one", {"window_days": 0}),
        ("campaign-one", {"like": "no-such-kind", "words": {}}),
        ("campaign-one", {"words": {}}),
    ],
)
def test_a_kind_that_cannot_be(name: str, changes: dict[str, Any]) -> None:
    with pytest.raises(WordingError):
        describe(name, replace(CAMPAIGN, **changes), BY, NOW)


@pytest.mark.django_db
def test_what_is_not_there_is_not_taken_back() -> None:
    with pytest.raises(WordingError):
        unword("scan_rdp", "en", BY, NOW)
    describe("campaign-one", CAMPAIGN, BY, NOW)
    with pytest.raises(WordingError):
        unword("campaign-one", "en", BY, NOW)
    with pytest.raises(WordingError):
        rate("campaign-one", "low", BY, NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["kind_wording", "kind_facts"])
def test_nothing_that_was_said_can_be_changed_or_removed(table: str) -> None:
    for statement in (f"UPDATE {table} SET made_by = ''", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError), staff_scope(), connection.cursor() as cursor:
            cursor.execute(statement)
