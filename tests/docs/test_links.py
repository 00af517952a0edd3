"""The pages hang together: every link leads somewhere, and every page is linked to."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import markdown

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """The names that the headings of a page can be linked by, as forges make them."""
    headings = HEADING.findall(page.read_text(encoding="utf-8"))
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


def links(page: Path) -> list[str]:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    return [target for target in targets if not target.startswith(("https://", "mailto:"))]


@pytest.mark.parametrize("page", markdown(ROOT), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in links(page):
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target


def test_every_page_is_linked_to() -> None:
    linked = {
        (page.parent / target.partition("#")[0]).resolve()
        for page in markdown(ROOT)
        for target in links(page)
    }
    orphans = [page for page in markdown(ROOT) if page not in linked and page.parent != ROOT]
    assert orphans == []


def test_every_page_that_the_source_names_exists() -> None:
    named = {
        page
        for path in (ROOT / "src").rglob("*.py")
        for page in re.findall(r"docs/[a-z0-9/-]+\.md", path.read_text(encoding="utf-8"))
    }
    assert [page for page in named if not (ROOT / page).exists()] == []


def test_every_word_of_the_glossary_stands_in_bold_once() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = re.findall(r"^\*\*([^*]+)\*\*:", text, re.MULTILINE)
    assert len(words) >= 40
    assert len(words) == len(set(words))
