"""What an analyst may change of an organisation."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tocsin.audit.models import Entry
from tocsin.constituency.changing import Facts, change_organisation
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError

NOW = datetime(2026, 3, 5, tzinfo=UTC)
FACTS = Facts("One", "isp", "", "", suspended=False)


@pytest.fixture
def one(db: None) -> Organisation:
    with staff_scope():
        Organisation.objects.create(name="Two", created_at=NOW)
        return Organisation.objects.create(name="One", kind="isp", created_at=NOW)


def test_what_is_changed_is_noted(one: Organisation) -> None:
    facts = Facts(" One  Net ", "bank", "Police Scotland", "", suspended=True)
    changed = change_organisation(one.pk, facts, NOW, "person 7")
    assert set(changed) == {"name", "kind", "region_id", "suspended"}
    with staff_scope():
        one.refresh_from_db()
        assert (one.name, one.kind, one.suspended) == ("One Net", "bank", True)
        assert one.region is not None
        entry = Entry.objects.get()
        assert (entry.about, entry.detail) == (
            one.pk,
            {"facts": "name, kind, region, suspended"},
        )


def test_nothing_new_is_not_noted(one: Organisation) -> None:
    assert change_organisation(one.pk, FACTS, NOW, "person 7") == []
    with staff_scope():
        assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"name": "two"}, {"name": "x" * 201}, {"kind": "pub"}, {"region": "Mordor"},
     {"sector": "dragons"}],
)  # fmt: skip
def test_what_cannot_be(one: Organisation, wrong: dict[str, str]) -> None:
    with pytest.raises(TocsinError):
        change_organisation(one.pk, replace(FACTS, **wrong), NOW, "person 7")  # type: ignore[arg-type]


def test_nobody(db: None) -> None:
    with pytest.raises(TocsinError):
        change_organisation(1, FACTS, NOW, "person 7")
