"""Journeys in Chromium.  They are not part of `make test`'s run: `make journeys` makes them."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.country import Country, served
from tests.journeys.signing_in import sign_in
from tests.journeys.visits import Visit, Visitor

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
VISITS: list[Visit] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/journeys/" in item.nodeid:
            item.add_marker("journey")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if VISITS:
        terminalreporter.section("pages")
    for visit in VISITS:
        terminalreporter.write_line(str(visit))
        for fault in visit.faults:
            terminalreporter.write_line(f"    {fault}", red=True)


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    with served(tmp_path_factory.mktemp("country")) as country:
        yield country


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    assert CHROMIUM, "Chromium is not installed: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser, country: Country) -> Iterator[Callable[..., Visitor]]:
    """A browser of its own in which somebody of that role is signed in ("" for a stranger)."""
    contexts = []

    def make(role: str, **options: Any) -> Visitor:
        context = chromium.new_context(base_url=country.url, locale="en-GB", **options)
        contexts.append(context)
        visitor = Visitor(context.new_page(), role or "stranger")
        if role:
            sign_in(visitor.page, country.account(role))
        return visitor

    yield make
    for context in contexts:
        context.close()
