"""What scripts add to the pages: keys on lists, the reader's own clock, copying."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.visits import Visitor

ON_THE_CLOCK = "1 Oct 2026, 11:30:00 BST"


@pytest.fixture
def page(visitor: Callable[..., Visitor]) -> Page:
    page = visitor(
        "analyst",
        timezone_id="Europe/London",
        permissions=["clipboard-read", "clipboard-write"],
    ).page
    page.goto("/organisation/people/")
    page.locator("body.js-enabled").wait_for()
    return page


def test_a_list_goes_by_keyboard(page: Page) -> None:
    links = page.locator("table[data-keys] tbody th a")
    for key, row in (("j", 0), ("j", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        expect(links.nth(row)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/people/"))


def test_slash_goes_to_the_search_box_and_keys_are_letters_there(page: Page) -> None:
    page.keyboard.press("/")
    box = page.locator("input[type=search]").first
    expect(box).to_be_focused()
    page.keyboard.type("jk?")
    expect(box).to_have_value("jk?")
    expect(page.locator("#keys")).to_be_hidden()


def test_keys_can_be_turned_off_and_that_is_kept(page: Page) -> None:
    page.keyboard.press("?")
    page.get_by_label("Use these keys in this browser").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    page.locator("body.js-enabled").wait_for()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.get_by_label("Use these keys in this browser")).not_to_be_checked()


def test_a_time_says_what_it_is_on_the_readers_clock(page: Page) -> None:
    page.goto("/status/")
    time = page.locator(".heading time")
    time.hover()
    expect(time).to_have_attribute("title", ON_THE_CLOCK)


def test_a_button_copies_and_says_so(page: Page) -> None:
    page.goto("/account/app/")
    page.get_by_role("button", name="Copy the key").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#secret").inner_text()
