"""What others wrote, as a terminal may show it."""

import unicodedata

import click

HIDDEN = {"Cc", "Cf", "Cs"}  # controls, marks that reorder or hide text, halves of characters


def visible(text: str) -> str:
    """With a `�` for each character that a terminal would obey; line ends and tabs stay."""
    if text.isprintable():
        return text
    return "".join(
        char if char in "\n\t" or unicodedata.category(char) not in HIDDEN else "\ufffd"
        for char in text
    )


def say(text: str, *, err: bool = False) -> None:
    """Print a line in which somebody else's words stand: it is one line, whatever they hold."""
    click.echo(visible(" ".join(text.splitlines())), err=err)
