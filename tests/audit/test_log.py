"""The log of what was done: it grows, and nobody but the authority reads it."""

from datetime import UTC, datetime

import pytest
from django.db import ProgrammingError, connection, transaction

from tocsin.audit.models import Entry
from tocsin.database.scope import organisation_scope, staff_scope

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def entry() -> Entry:
    with staff_scope():
        return Entry.objects.create(at=NOW, actor="tocsin", action="alert sent", subject="alert 7")


def test_an_entry_keeps_what_was_said(entry: Entry) -> None:
    with staff_scope():
        Entry.objects.create(at=NOW, actor="a", action="b", detail={"organisations": {"1": 5}})
        kept = Entry.objects.order_by("pk")
        assert [one.subject for one in kept] == ["alert 7", ""]
        assert [one.detail for one in kept] == [{}, {"organisations": {"1": 5}}]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'nothing'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "INSERT INTO audit_entry (id, at, actor, action, subject, detail)"
        " SELECT id, at, 'me', action, subject, detail FROM audit_entry"
        " ON CONFLICT (id) DO UPDATE SET actor = 'me'",
    ],
)
def test_nothing_is_changed_or_removed_not_even_by_staff(entry: Entry, statement: str) -> None:
    with (
        staff_scope(),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    with staff_scope():
        assert Entry.objects.get().action == "alert sent"


def test_no_organisation_reads_or_writes_it(entry: Entry) -> None:
    assert Entry.objects.count() == 0
    with organisation_scope(1):
        assert Entry.objects.count() == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Entry.objects.create(at=NOW, actor="them", action="was here")
