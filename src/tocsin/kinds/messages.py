"""What of the kinds is there to translate."""

from collections.abc import Iterator, Mapping

from tocsin.kinds import rsit
from tocsin.kinds.catalogue import FOLDER, Kind, load


def messages() -> Iterator[tuple[str, str, str]]:
    """(message, where it stands, what it is for) of every shipped kind, class and severity."""
    yield from of_kinds(load(FOLDER))
    for name in rsit.CLASS_NAMES.values():
        yield name, "rsit.py", "Class of the incident taxonomy"
    for severity in rsit.SEVERITIES:
        yield severity, "rsit.py", "How bad it is"


def of_kinds(kinds: Mapping[str, Kind]) -> Iterator[tuple[str, str, str]]:
    for one in sorted(kinds.values(), key=lambda one: (one.family, one.name)):
        where = f"{one.family}/{one.name}.toml"
        yield one.title, where, "Title of a kind"
        if one.text_from == one.name:
            for part, text in one.text.parts():
                yield text, where, f"{part} of “{one.title}”"
