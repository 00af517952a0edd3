"""Take up new texts into the translations and compile them: `make messages`.

    python tools/messages.py [--check]

Two domains: `kinds`, whose messages are the titles and texts of the kinds' files, and `alerts`,
whose messages are marked in the source. A message that nobody has translated stays English.
A new language is a new folder: `locale/LANGUAGE/LC_MESSAGES/`, with an empty `DOMAIN.po`.
With --check nothing is written; the exit status says whether anything would be.
"""

import io
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parent.parent / "src" / "tocsin"
Found = Iterator[tuple[str | tuple[str, ...], str, list[str]]]  # message, where, comments
# `_count(one, many, number)` is how the mails ask for a plural.
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "_count": (1, 2)}


def kinds() -> Found:
    """Every title and text of a kind, with the file that it stands in."""
    from tocsin.kinds.catalogue import FOLDER, load

    for one in sorted(load(FOLDER).values(), key=lambda one: (one.family, one.name)):
        place = f"{one.family}/{one.name}.toml"
        yield one.title, place, []
        if one.text_from == one.name:
            for part, text in one.text.parts():
                if text:
                    yield text, place, [part]


def alerts() -> Found:
    """Every message marked in the source of the alerts."""
    room = SOURCE / "alerts"
    for path, _, message, comments, _ in extract_from_dir(
        room, method_map=[("**.py", "python")], keywords=KEYWORDS
    ):
        yield message, path, comments


DOMAINS: dict[str, Callable[[], Found]] = {"kinds": kinds, "alerts": alerts}


def main(arguments: list[str]) -> int:
    """Return 1 with --check when a translation is not up to date."""
    stale = [path for path, content in written() if not same(path, content)]
    if "--check" in arguments:
        return 1 if stale else 0
    for path, content in written():
        path.write_bytes(content)
    return 0


def written() -> Iterator[tuple[Path, bytes]]:
    """Every .po and .mo file as it should be."""
    for domain, messages in DOMAINS.items():
        template = catalogue(messages())
        for path in sorted((SOURCE / domain / "locale").glob(f"*/LC_MESSAGES/{domain}.po")):
            translation = read_po(io.BytesIO(path.read_bytes()), path.parts[-3], domain)
            # Nothing is guessed from similar messages: a wrong translation is worse than none.
            translation.update(template, no_fuzzy_matching=True)
            translation.obsolete.clear()
            yield path, _bytes(write_po, translation, width=96, include_lineno=False)
            yield path.with_suffix(".mo"), _bytes(write_mo, translation)


def catalogue(messages: Found) -> Catalog:
    """Gather the messages; one that is said in several places is there once."""
    gathered = Catalog(charset="utf-8")
    for message, place, comments in messages:
        gathered.add(message, locations=[(place, 1)], auto_comments=comments)
    return gathered


def _bytes(write: Callable[..., None], translation: Catalog, **options: object) -> bytes:
    # Without the day's date, so that the same texts always make the same files.
    translation.creation_date = translation.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    translation.project, translation.version, translation.fuzzy = "Tocsin", "1", False
    translation.msgid_bugs_address = translation.last_translator = ""
    translation.header_comment = "# Licensed under Apache-2.0, like the project."
    written = io.BytesIO()
    write(written, translation, **options)
    return written.getvalue()


def same(path: Path, content: bytes) -> bool:
    """Tell whether the file holds just this."""
    return path.exists() and path.read_bytes() == content


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
