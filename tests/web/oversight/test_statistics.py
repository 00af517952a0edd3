"""Statistics say how they are protected, and name nobody."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.test_url_map import MOST_QUERIES, OWN
from tests.web.world import NOW, YESTERDAY, World, add_count, kind_number, make_organisation
from tocsin.access.models import Role
from tocsin.database.scope import staff_scope
from tocsin.measurement.counting import count


@pytest.fixture
def auditor(
    world: World, visitor: Callable[[Role], Client], monkeypatch: pytest.MonkeyPatch
) -> Client:
    monkeypatch.setattr("tocsin.web.oversight.statistics.now", lambda: NOW)
    with staff_scope():
        for at in range(4):
            more = make_organisation(f"More {at} Ltd")
            add_count(kind_number("scan_vnc"), more, YESTERDAY, new=30, gone=2)
            add_count(kind_number("scan_telnet"), more, YESTERDAY, new=78)
    count(NOW.date())
    return visitor(Role.AUDITOR)


def test_figures_are_shown_rounded_or_not_at_all(auditor: Client) -> None:
    text = auditor.get("/oversight/").content.decode()
    assert "310" in text, "four times 78, rounded"
    assert "(left out)" in text, "seven, of two organisations and nobody"
    assert ">120<" not in text, "it would tell the seven"
    for words in ("below 10", "fewer than 3 organisations", "rounded to 5"):
        assert words in text
    for name in ("Ours Broadband", "Theirs Hosting", "More 1 Ltd"):
        assert name not in text


@pytest.mark.parametrize("query", [{"by": "sector"}, {"by": "region", "measure": "gone"}])
def test_other_tables(auditor: Client, query: dict[str, str]) -> None:
    answer = auditor.get("/oversight/", query)
    assert answer.status_code == 200
    assert "Not known" in answer.content.decode()


def test_what_is_no_choice_is_the_first_one(auditor: Client) -> None:
    answer = auditor.get("/oversight/", {"by": "organisation", "measure": "observations"})
    assert (answer.context["by"], answer.context["measure"]) == ("kind", "new")


def test_a_page_costs_no_more_for_more_rows(auditor: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        auditor.get("/oversight/")
    told = [one["sql"] for one in asked if not OWN.match(" ".join(one["sql"].split()))]
    assert len(told) <= MOST_QUERIES, "\n".join(one[:150] for one in told)


def test_before_the_first_night_it_says_what_will_be_here(
    world: World, visitor: Callable[[Role], Client]
) -> None:
    assert "Nothing was counted yet" in visitor(Role.AUDITOR).get("/oversight/").content.decode()
