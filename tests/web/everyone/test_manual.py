"""Every page of the documentation is a help page, and its links lead on."""

import re
from pathlib import Path

import pytest
from django.urls import resolve

from tests.docs.test_links import anchors
from tocsin.web.everyone import manual
from tocsin.web.everyone.guide import ABOUT, help_for

DOCS = Path(__file__).resolve().parents[3] / "docs"
NAMES = [path.relative_to(DOCS).with_suffix("").as_posix() for path in sorted(DOCS.rglob("*.md"))]


def page(name: str) -> manual.Text:
    found = manual.text(name)
    assert found is not None, name
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_a_title_and_links_that_lead_somewhere(name: str) -> None:
    found = page(name)
    assert found.title
    assert found.title != name
    assert "<h1" not in found.html
    ids = re.findall(r'<h[2-6][^>]* id="([^"]+)"', found.html)
    assert set(ids) <= anchors(DOCS / f"{name}.md")
    for link in re.findall(r'<a [^>]*?href="([^"]+)"', found.html):
        address, _, fragment = link.partition("#")
        if address.startswith("/"):
            if resolve(address).url_name == "help-picture":
                assert manual.picture(resolve(address).kwargs["picture"])
                continue
            assert resolve(address).url_name in ("help", "help-page")
            there = resolve(address).kwargs.get("page", manual.FIRST)
            assert page(there)
            assert not fragment or fragment in anchors(DOCS / f"{there}.md")
        else:
            assert address == "" or address.startswith(
                ("https://", "http://127.0.0.1", "mailto:")
            ), link


def test_all_pages_are_there() -> None:
    assert manual.names() == sorted(NAMES)


def test_what_leads_out_of_the_documentation_keeps_only_its_words() -> None:
    assert "Licence" not in page("README").html or 'href="../' not in page("README").html
    assert not re.search(r'href="\.\.?/', "".join(page(name).html for name in NAMES))


def test_tables_and_commands_can_be_reached_by_keyboard() -> None:
    html = "".join(page(name).html for name in NAMES)
    assert html.count("<pre>") == 0
    assert html.count("<table") == len(re.findall(r'role="region" aria-label="[^"]+"><table', html))
    assert '<th scope="col"' in html or 'scope="col"' in html


@pytest.mark.parametrize(
    "name",
    ["../README", "nothing", "how-to", "how-to/../glossary", "", "/etc/passwd", "a\0b", "%2e"],
)
def test_nothing_else_is_read(name: str) -> None:
    assert manual.text(name) is None


@pytest.mark.parametrize("name", ["flow.svg", "status.png"])
def test_pictures(name: str) -> None:
    found = manual.picture(name)
    assert found is not None
    assert found[1].startswith("image/")


@pytest.mark.parametrize("name", ["../README.md", "nothing.svg", "flow.txt", "flow", "..svg"])
def test_no_other_file_is_a_picture(name: str) -> None:
    assert manual.picture(name) is None


@pytest.mark.parametrize("start", ABOUT)
def test_every_page_of_the_portal_has_help_that_is_there(start: str) -> None:
    there = resolve(help_for(start)).kwargs.get("page", manual.FIRST)
    assert page(there)


def test_help_is_of_the_longest_beginning_and_else_all() -> None:
    assert help_for("organisations") == help_for("organisation")
    assert help_for("nothing-of-ours") == "/help/"


def test_titles_are_found() -> None:
    assert ("how-to/receive-webhooks", "Receive webhooks") in manual.matching("WEBHOOKS receive", 5)
    assert manual.matching("no such words", 5) == []


def test_no_html_of_a_page_is_passed_on(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text("# T\n\n<script>x</script> [a](javascript:x) ![b](data:image/png;base64,x)\n")
    html = manual._rendered("x", path).html
    assert "<script" not in html
    assert "javascript:x" not in re.sub(r">[^<]*<", "><", html)
