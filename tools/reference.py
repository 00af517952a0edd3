"""Write the reference pages that follow from the program: `make docs`.

The tests compare the pages with what this writes, so that they cannot fall behind.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from tocsin.kinds.catalogue import Kind

PAGES = Path(__file__).resolve().parent.parent / "docs" / "reference"
NOTE = "<!-- Written by `make docs` from the program: change the program, not this page. -->"
WIDTH = 88


def pages() -> dict[str, str]:
    """Return every generated page by its file name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.settings")
    return {"commands.md": commands(), "kinds.md": kinds(), "feeds.md": feeds(), "api.md": api()}


def commands() -> str:
    """Describe every command as its own `--help` does."""
    from tocsin.cli import tocsin

    parts = ["# Commands", NOTE, COMMANDS_ABOUT]
    for path, context in _walk(tocsin, None, ("tocsin",)):
        level = min(len(path) + 1, 4)
        parts.append(f"{'#' * level} {' '.join(path)}")
        parts.append(f"```text\n{context.get_help()}\n```")
    return "\n\n".join(parts) + "\n"


def _walk(
    command: click.Command, parent: click.Context | None, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Context]]:
    context = click.Context(
        command,
        info_name=path[-1],
        parent=parent,
        terminal_width=WIDTH,
        max_content_width=WIDTH,
        color=False,
    )
    yield path, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                yield from _walk(child, context, (*path, name))


def kinds() -> str:
    """List the shipped kinds."""
    from tocsin.kinds.catalogue import all_kinds

    shipped = sorted(all_kinds().values(), key=lambda kind: (kind.family, kind.name))
    rows = [
        f"| `{kind.name}` | {kind.title} | {kind.class_} | {kind.severity} | {_nature(kind)} |"
        for kind in shipped
    ]
    head = "| kind | title | class | severity | nature |\n|---|---|---|---|---|"
    about = KINDS_ABOUT.format(count=len(shipped))
    return "\n\n".join(["# Kinds", NOTE, about, "\n".join([head, *rows])]) + "\n"


def _nature(kind: "Kind") -> str:
    return f"event, {kind.window_days} days" if kind.nature == "event" else kind.nature


def feeds() -> str:
    """List the shipped feeds, each with the formats that its files may have."""
    from tocsin.intake.feed_specs import FeedSpec, shipped

    by_name: dict[str, list[FeedSpec]] = {}
    for spec in shipped():
        by_name.setdefault(spec.name, []).append(spec)
    head = "| feed | title | TLP | grade | formats | every |\n|---|---|---|---|---|---|"
    rows = []
    for name, (first, *others) in sorted(by_name.items()):
        formats = ", ".join(dict.fromkeys(spec.format for spec in (first, *others)))
        title = f"[{first.title}]({first.url})" if first.url else first.title
        marks = f"{first.tlp.upper()} | {first.grade}"
        rows.append(f"| `{name}` | {title} | {marks} | {formats} | {first.cadence_hours:g} h |")
    about = FEEDS_ABOUT.format(count=len(by_name))
    return "\n\n".join(["# Feeds", NOTE, about, "\n".join([head, *rows])]) + "\n"


def api() -> str:
    """Describe every operation of the API, as its OpenAPI document does."""
    import django

    django.setup()
    from tocsin.web.api.app import api as the_api
    from tocsin.web.api.problems import TITLES, TYPES

    document = the_api.get_openapi_schema()
    parts = ["# API", NOTE, API_ABOUT]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parts.append(f"## {method.upper()} {path}")
            parts.append(operation["description"])
            parts.extend(_parameters(operation))
            parts.append(f"Answers: {', '.join(sorted(operation['responses']))}.")
    rows = [f"| `{name}` | {status} | {title} |" for name, (status, title) in TITLES.items()]
    head = "| problem | status | title |\n|---|---|---|"
    parts += ["## Problems", f"`type` is `{TYPES}` and the name.", "\n".join([head, *rows])]
    return "\n\n".join(parts) + "\n"


def _parameters(operation: dict[str, Any]) -> Iterator[str]:
    named = [each for each in operation.get("parameters", []) if each["in"] == "query"]
    if named:
        rows = [
            f"| `{each['name']}` | {_values(each['schema'])} | {each.get('description', '')} |"
            for each in named
        ]
        yield "\n".join(["| parameter | values | |", "|---|---|---|", *rows])


def _values(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "anyOf" in schema:
        return _values(schema["anyOf"][0])
    if "items" in schema:
        return f"any of {_values(schema['items'])}"
    return str(schema.get("format", schema.get("type", "")))


def main() -> int:
    """Write the pages; return the exit status."""
    PAGES.mkdir(exist_ok=True)
    for name, text in pages().items():
        (PAGES / name).write_text(text, encoding="utf-8")
    return 0


COMMANDS_ABOUT = """\
What `--help` says of each. Exit status: 0 when all went well, 1 on an error (the message says
what to do), 2 when part of the input was refused, or when the command was called wrongly."""

API_ABOUT = """\
What `/api/v1/openapi.json` says, for people. [How to use it](../how-to/use-the-api.md). Every list
takes `cursor` and `limit`; every read answers 304 to `If-None-Match`, every write takes an
`Idempotency-Key`."""

FEEDS_ABOUT = """\
The {count} feeds that are shipped. The grade is Admiralty's: a letter for how reliable the source
is, a number for how credible its data. [How to add a feed](../how-to/add-a-feed.md)."""

KINDS_ABOUT = """\
The {count} kinds that are shipped. `class` is the RSIT class; the number of days is how long after
its last observation a threat of event nature counts as lost.
[How to add a kind](../how-to/add-a-kind.md)."""


if __name__ == "__main__":
    sys.exit(main())
