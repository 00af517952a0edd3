"""The log as auditors read it: by who, what, about whom and when, without addresses."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tocsin.audit.log import note
from tocsin.audit.models import Entry
from tocsin.audit.reading import Wanted, actions, entries, line
from tocsin.database.scope import staff_scope

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _log(db: None) -> None:
    note("person 7", "role changed", "person 8", NOW, 3, before="reader", after="owner")
    note("person 7", "invited", "invitation 1", NOW + DAY, role="reader")
    note("tocsin", "claim proven", "claim 2", NOW + 2 * DAY, organisation=3, method="dns")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(), ["role changed", "invited", "claim proven"]),
        (Wanted(who="person 7"), ["role changed", "invited"]),
        (Wanted(who="person"), []),
        (Wanted(what="invited"), ["invited"]),
        (Wanted(about=3), ["role changed", "claim proven"]),
        (Wanted(about=4), []),
        (Wanted(since=NOW + DAY), ["invited", "claim proven"]),
        (Wanted(until=NOW + DAY), ["role changed"]),
        (Wanted(who="person 7", about=3, since=NOW), ["role changed"]),
    ],
)
def test_what_is_asked_for(wanted: Wanted, expected: list[str]) -> None:
    with staff_scope():
        assert [one.action for one in entries(wanted).order_by("pk")] == expected


def test_every_action_is_known_at_the_price_of_one_query() -> None:
    with staff_scope(), CaptureQueriesContext(connection) as asked:
        assert actions() == ["claim proven", "invited", "role changed"]
    assert len(asked) == 1


def test_a_line_says_it_in_words() -> None:
    with staff_scope():
        said = line(entries(Wanted(what="role changed")).get(), {})
    assert (said.who, said.what, said.subject, said.about) == (
        "person 7", "role changed", "person 8", 3,
    )  # fmt: skip
    assert said.detail == "after: owner, before: reader"


def test_no_address_of_anybodys_is_shown() -> None:
    with staff_scope():
        one = Entry(
            at=NOW, actor="ann@ours.example", action="x", subject="<bob@ours.example>",
            detail={"asset": "@ours.example", "to": "cy@ours.example, dee@ours.example"},
        )  # fmt: skip
    said = line(one, {})
    assert line(one, {"ann@ours.example": "person 3"}).who == "person 3"
    assert (said.who, said.subject) == ("(an address)", "<(an address)>")
    assert said.detail == "asset: @ours.example, to: (an address), (an address)"
