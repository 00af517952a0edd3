"""Trends, and time to fix beside the peers."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.world import NOW, World
from tocsin.access.models import Role
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.threats.models import FixTime, PeerFixTime

SEPTEMBER = date(2026, 9, 1)


@pytest.fixture
def reader(
    world: World, visitor: Callable[[Role], Client], monkeypatch: pytest.MonkeyPatch
) -> Client:
    monkeypatch.setattr("tocsin.web.desk.trends.now", lambda: NOW)
    return visitor(Role.READER)


def shown(reader: Client, query: str = "") -> str:
    return reader.get(reverse("trends") + query).content.decode()


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "week of 28 September: 4 new"),
        ("?step=day", "29 September: 4 new"),
        ("?step=month", "September 2026: 4 new"),
        ("?step=century", "week of 28 September: 4 new"),
    ],
)
def test_each_span_has_its_steps(reader: Client, query: str, says: str) -> None:
    assert says in shown(reader, query)


def test_there_is_a_table_under_the_charts(reader: Client) -> None:
    fixed(10)
    text = shown(reader)
    assert text.count("<svg") == 2
    assert "The same as a table" in text
    assert '<th scope="row">September 2026</th>' in text
    assert "half within 4.5 days (quarters: 2 and 9)" in text


def fixed(peers: int) -> None:
    with staff_scope():
        FixTime.objects.create(
            organisation=Organisation.objects.get(name="Ours Broadband"), month=SEPTEMBER,
            threats=7, lower=2, middle=4.5, upper=9,
        )  # fmt: skip
        PeerFixTime.objects.create(
            kind="isp", month=SEPTEMBER, organisations=peers + 1, lower=3, middle=6, upper=11
        )


def test_peers_stand_beside_it(reader: Client) -> None:
    fixed(10)
    text = shown(reader)
    assert '<td class="n">3 – 11</td>' in text
    assert "observed, not causal" in text


def test_too_few_peers_are_not_shown_and_the_page_says_why(reader: Client) -> None:
    fixed(9)
    text = shown(reader)
    assert '<td class="n">2 – 9</td>' in text
    assert "3 – 11" not in text
    assert "it takes 10 other organisations of your kind (ISP)" in text


def test_nobody_is_like_an_organisation_of_no_kind(reader: Client) -> None:
    fixed(10)
    with staff_scope():
        Organisation.objects.filter(name="Ours Broadband").update(kind="other")
    assert "nobody is like you" in shown(reader)


def test_nothing_yet_says_what_would_be_there(reader: Client) -> None:
    text = shown(reader)
    assert "Nothing was observed gone yet" in text
