"""What people who listen to a page, or look at it on a telephone, depend on."""

import re
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.world import World, add_list_refusal, make_delivery, member_number
from tocsin.database.scope import staff_scope

PAGES = (
    "status", "organisations", "feeds", "reports", "refused", "refused-lists", "outbox",
    "organisation", "delivery", "account", "people", "invite-person", "person", "applications",
    "one-application",
)  # fmt: skip

TAG = re.compile(
    r'<(?:span|strong) class="(?:tag|cell|govuk-tag)\b([^">]*)[^>]*>(.*?)</(?:span|strong)>'
)


@pytest.fixture
def texts(world: World, analyst: Client) -> dict[str, str]:
    with staff_scope():
        make_delivery(world.ours, 3, state="uncertain")
        add_list_refusal()
    numbers = {"organisation": [world.ours.pk], "delivery": [world.our_delivery.pk]}
    numbers |= {name: [member_number(name, world.ours)] for name in ("person", "one-application")}
    return {
        name: analyst.get(reverse(name, args=numbers.get(name))).content.decode() for name in PAGES
    }


def test_regions_have_names_of_their_own(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        headings = dict(re.findall(r'<h2[^>]* id="([\w-]+)">([^<]*)', text))
        labels = re.findall(r'aria-label="([^"]*)"', text)
        labels += [headings[each] for each in re.findall(r'aria-labelledby="([^"]*)"', text)]
        doubled = [label for label, count in Counter(labels).items() if count > 1]
        assert not doubled, name


def test_what_scrolls_can_be_reached_by_keyboard_and_has_a_name(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        for tag in re.findall(r'<div class="scroll"[^>]*>', text):
            assert 'tabindex="0"' in tag, name
            assert 'role="region"' in tag, name
            assert "aria-label=" in tag, name


def test_each_table_has_headings_with_a_direction(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        for table in re.findall(r"<table.*?</table>", text, re.DOTALL):
            head, body = table.split("<tbody", 1)
            assert head.count("<th") - head.count("<thead") == head.count('<th scope="col"'), name
            assert not re.search(r"<th(?! scope=.row.)[ >]", body), name


def test_cards_on_telephones_name_their_figures_as_the_columns_do(texts: dict[str, str]) -> None:
    named = 0
    for name in ("reports", "outbox", "people", "applications"):
        columns = re.findall(r'<th scope="col"[^>]*>([^<]*)', texts[name])
        labels = re.findall(r'<td[^>]*data-label="([^"]*)"', texts[name])
        named += len(labels)
        assert set(labels) <= set(columns), name
    assert named


@pytest.mark.parametrize(
    ("page", "section", "entry"),
    [
        ("status", "status", ()),
        ("organisation", "organisations", ("organisations", "true")),
        ("organisations", "organisations", ("organisations", "page")),
        ("reports", "feeds", ("feeds", "true")),
        ("refused-lists", "feeds", ("refused", "true")),
        ("delivery", "releases", ("outbox", "true")),
        ("invite-person", "people", ()),
        ("one-application", "organisations", ("applications", "true")),
    ],
)
def test_the_menu_says_where_one_is(
    texts: dict[str, str], page: str, section: str, entry: tuple[str, str] | tuple[()]
) -> None:
    """In the row of sections, and in the row of the section's pages where it has several."""
    above, _, below = texts[page].partition('<nav class="below"')
    assert [where for where, _ in _marked(above, "<nav")] == [reverse(section)]
    assert _marked(below) == ([(reverse(entry[0]), entry[1])] if entry else [])


def _marked(text: str, start: str = "") -> list[tuple[str, str]]:
    menu = text.partition(start)[2] if start else text
    return re.findall(r'href="([^"]*)" aria-current="(\w+)"', menu.partition("</nav>")[0])


def test_colour_is_never_alone(texts: dict[str, str]) -> None:
    """Each tag and each cell has its state in words."""
    for name, text in texts.items():
        for css, words in TAG.findall(text):
            assert re.sub("<[^>]*>", "", words).strip(), (name, css)


def test_times_say_that_they_are_utc(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        for clock in re.findall(r"\d\d:\d\d(?!:)[^<]{0,5}", text):
            assert "UTC" in clock or "+00" in clock, name


def test_refused_rows_of_lists_stand_beside_those_of_reports(texts: dict[str, str]) -> None:
    text = texts["refused-lists"]
    assert re.findall(r'href="([^"]*)"[^>]*>([\w ]+) <b>(\d+)', text) == [
        (reverse("refused"), "reports", "1"),
        (reverse("refused-lists"), "lists of organisations and assets", "1"),
    ]
    assert "assets.csv" in text
    assert "host-bits-set" in text
    assert "2026-09-30-scan_rdp.csv" not in text
    assert "assets.csv" not in texts["refused"]


def test_the_status_page_leads_to_both(texts: dict[str, str]) -> None:
    assert "1 row of lists of organisations and assets could not be taken" in texts["status"]
    assert f'href="{reverse("refused-lists")}">See why' in texts["status"]
    assert f'href="{reverse("refused")}">See each with its reason' in texts["status"]


def test_an_unknown_state_is_an_empty_list(world: World, analyst: Client) -> None:
    text = analyst.get(reverse("outbox") + "?state=%00").content.decode()
    assert "None." in text
    assert world.our_delivery.alert.ticket not in text


def test_error_pages_lead_back(world: World, analyst: Client) -> None:
    for where in ("/nowhere/", reverse("outbox") + "?after=x"):
        text = analyst.get(where).content.decode()
        assert f'href="{reverse("front")}">Go to the start page' in text
