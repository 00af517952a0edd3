"""Keeps translations in step with the words in use.

    python -m tocsin.messages update           new and changed messages into every .po
    python -m tocsin.messages begin alerts fr  the first .po of a language in a room
    python -m tocsin.messages compile          .po into .mo
    python -m tocsin.messages check            exit 1 where either is behind

A room with a folder `locale` has its messages there, `<language>/LC_MESSAGES/<domain>.po`.  The
domain is the room's name; for pages and notices it is Django's own.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tocsin.kinds.messages import messages as messages_of_kinds

SOURCE = Path(__file__).parent
KEYWORDS = {**DEFAULT_KEYWORDS, "_count": (1, 2), "gettext_noop": None, "gettext_lazy": None}
TEMPLATES = (".html", ".txt")
ROOMS = ("kinds", "notices", "alerts", "web")
DJANGOS = ("notices", "web")  # whose messages Django itself looks up


@dataclass(frozen=True)
class Domain:
    """One room's messages; `folder` is the room's."""

    name: str
    folder: Path

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.glob(f"locale/*/LC_MESSAGES/{self.name}.po"))

    def file(self, language: str) -> Path:
        return self.folder / "locale" / language / "LC_MESSAGES" / f"{self.name}.po"

    def template(self) -> Catalog:
        """Every message in use."""
        catalogue = Catalog(domain=self.name, project="Tocsin", fuzzy=False)
        for message, where, comment in self._messages():
            comments = [comment] if comment else []
            catalogue.add(message, locations=[(where, 0)], auto_comments=comments)
        return catalogue

    def _messages(self) -> Iterable[tuple[str | tuple[str, ...], str, str]]:
        return messages_of_kinds() if self.name == "kinds" else in_sources(self.folder)


def domains(source: Path = SOURCE) -> list[Domain]:
    """Every room that has translations."""
    rooms = sorted(path.parent for path in source.glob("*/locale"))
    return [domain_of(room) for room in rooms]


def domain_of(room: Path) -> Domain:
    return Domain("django" if room.name in DJANGOS else room.name, room)


def in_sources(folder: Path) -> Iterator[tuple[str | tuple[str, ...], str, str]]:
    """Messages in the Python files and templates of a room."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".py":
            words = path.read_text(encoding="utf-8")
        elif path.suffix in TEMPLATES and "templates" in path.parts:
            words = _outdented(templatize(path.read_text(encoding="utf-8")))
        else:
            continue
        where = path.relative_to(folder).as_posix()
        found = extract("python", BytesIO(words.encode()), KEYWORDS, (), {"encoding": "utf-8"})
        for _, message, _, _ in found:
            yield message, where, ""


def _outdented(words: str) -> str:
    """What a template becomes is read as Python, to which its indentation means nothing."""
    return "\n".join(line.lstrip() for line in words.splitlines())


def update(domain: Domain, language: str) -> None:
    """Bring one language's .po up to date; what is no longer in use goes."""
    path = domain.file(language)
    catalogue = _read(path) if path.exists() else _new(domain, language)
    catalogue.update(domain.template(), no_fuzzy_matching=True, update_creation_date=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_po(catalogue))


def _new(domain: Domain, language: str) -> Catalog:
    return Catalog(
        locale=language,
        domain=domain.name,
        header_comment="# Part of Tocsin, Apache-2.0.",
        project="Tocsin",
        version="",
        msgid_bugs_address="",
        last_translator="",
        language_team="",
        fuzzy=False,
    )


def compiled(path: Path) -> bytes:
    """The .mo for a .po, without messages that are not translated in every number."""
    catalogue = _read(path)
    for message in list(catalogue):
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not all(forms):
            catalogue.delete(message.id, message.context)
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def problems(domain: Domain) -> Iterator[str]:
    """What is behind: messages that a .po lacks or no longer needs, and a .mo that says else."""
    wanted = _ids(domain.template())
    for path in domain.files:
        have = _ids(_read(path))
        if have != wanted:
            changes = f"{len(wanted - have)} messages missing, {len(have - wanted)} not in use"
            yield f"{path}: {changes}; run `python -m tocsin.messages update`"
        mo = path.with_suffix(".mo")
        if not mo.exists() or _said(mo.read_bytes()) != _said(compiled(path)):
            yield f"{mo}: not made from its .po; run `python -m tocsin.messages compile`"


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], domain=path.stem)


def _po(catalogue: Catalog) -> bytes:
    """Without line numbers and obsolete messages, so that a diff shows only what changed."""
    buffer = BytesIO()
    write_po(buffer, catalogue, width=96, ignore_obsolete=True, include_lineno=False)
    return buffer.getvalue()


def _ids(catalogue: Catalog) -> set[str]:
    return {str(message.id) for message in catalogue if message.id}


def _said(mo: bytes) -> dict[str, str]:
    return {str(one.id): str(one.string) for one in read_mo(BytesIO(mo)) if one.id}


@click.group(help="Keep translations in step with the words in use.")
def main() -> None:
    pass


@main.command("update", help="Take new and changed messages into every .po.")
def update_command() -> None:
    for domain in domains():
        for path in domain.files:
            update(domain, path.parts[-3])
            click.echo(f"{domain.name} {path.parts[-3]}: updated")


@main.command("begin", help="Make the first .po of LANGUAGE in ROOM.")
@click.argument("room", type=click.Choice(ROOMS))
@click.argument("language")
def begin_command(room: str, language: str) -> None:
    domain = domain_of(SOURCE / room)
    update(domain, language)
    click.echo(f"{domain.file(language)}: begun")


@main.command("compile", help="Make every .mo from its .po.")
def compile_command() -> None:
    for path in (path for domain in domains() for path in domain.files):
        path.with_suffix(".mo").write_bytes(compiled(path))
        click.echo(f"{path.stem} {path.parts[-3]}: compiled")


@main.command("check", help="Say what is behind; exit status 1 if anything is.")
def check_command() -> None:
    found = [problem for domain in domains() for problem in problems(domain)]
    for problem in found:
        click.echo(problem, err=True)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
