"""Kinds as a recipient reads them: `python -m tocsin.kinds.preview scan_rdp --language de`."""

import textwrap

import click

from tocsin.kinds.catalogue import Kind, all_kinds, kind, own_texts
from tocsin.kinds.prose import blocks
from tocsin.kinds.rsit import class_name, severity_name

WIDTH = 78


def preview(one: Kind, language: str = "en") -> str:
    """Title, facts and text of a kind, in lines of at most `WIDTH` columns."""
    title, text = one.title_in(language), one.text_in(language)
    severity = severity_name(one.severity, language)
    facts = f"{one.name} · {class_name(one.class_, language)} · {severity}"
    parts = (f"{part.upper()}\n{filled(words)}" for part, words in text.parts())
    return "\n\n".join([f"{title}\n{'=' * len(title)}\n{facts}", *parts])


def filled(text: str) -> str:
    paragraphs = []
    for block in blocks(text):
        lines = [_wrapped(item, "  - ", "    ") for item in block.items]
        paragraphs.append("\n".join(lines) or _wrapped(block.paragraph))
    return "\n\n".join(paragraphs)


def _wrapped(words: str, first: str = "", later: str = "") -> str:
    return textwrap.fill(
        words,
        WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )


@click.command(help="Show the text of the kinds NAMES, or of all that have their own.")
@click.argument("names", nargs=-1)
@click.option("--language", default="en", show_default=True)
def main(names: tuple[str, ...], language: str) -> None:
    chosen = [kind(name) for name in names] or own_texts(all_kinds().values())
    click.echo("\n\n\n".join(preview(one, language) for one in chosen))


if __name__ == "__main__":
    main()
