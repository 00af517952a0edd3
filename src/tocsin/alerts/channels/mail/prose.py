"""What a kind says of itself, as HTML and as plain text; made once for all organisations."""

import textwrap
from functools import cache, lru_cache
from pathlib import Path

from django.template import Context, Engine
from django.utils.safestring import SafeString

from tocsin.alerts.channels.mail.styles import STYLES
from tocsin.alerts.channels.mail.wording import headings
from tocsin.alerts.content import KindText
from tocsin.kinds.prose import Block, blocks, spans

WIDTH = 76  # columns of the text part: what every program shows without wrapping
MOST_KINDS = 2_000  # held for as many kinds and languages


@cache
def engine(autoescape: bool) -> Engine:
    return Engine(dirs=[str(Path(__file__).parent / "templates")], autoescape=autoescape)


@lru_cache(MOST_KINDS)
def html_prose(text: KindText, language: str) -> SafeString:
    sections = [
        (heading, [_marked(block) for block in blocks(said)])
        for heading, said in _sections(text, language)
    ]
    page = engine(True).get_template("prose.html")
    return page.render(Context({"sections": sections, "s": STYLES}))


@lru_cache(MOST_KINDS)
def text_prose(text: KindText, language: str) -> str:
    return "\n\n".join(f"{heading}:\n{_plain(said)}" for heading, said in _sections(text, language))


def _sections(text: KindText, language: str) -> list[tuple[str, str]]:
    told = (text.what, text.risk, text.fix, text.check)
    return [(name, said) for name, said in zip(headings(language), told, strict=True) if said]


def _marked(block: Block) -> dict[str, object]:
    """The block with its lines as (is a command, words)."""
    return {
        "paragraph": spans(block.paragraph),
        "items": [spans(item) for item in block.items],
    }


def _plain(said: str) -> str:
    """Two columns in."""
    return "\n\n".join(
        "\n".join(filled(item, "  - ", "    ") for item in block.items)
        or filled(block.paragraph, "  ", "  ")
        for block in blocks(said)
    )


@lru_cache(MOST_KINDS)
def filled(words: str, first: str = "", later: str = "") -> str:
    """The words in lines of at most `WIDTH` columns; a longer word has a line of its own."""
    return textwrap.fill(
        words,
        WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
