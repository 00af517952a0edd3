"""The documentation as help pages: found in the wheel, or beside the source it was written for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

import tocsin

PACKAGE = Path(tocsin.__file__).parent
PLACES = (PACKAGE / "docs", PACKAGE.parents[1] / "docs")
FIRST = "README"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*(/[A-Za-z0-9][A-Za-z0-9-]*)*")
PICTURES = {".svg": "image/svg+xml", ".png": "image/png"}
_TAGS = re.compile(r"<[^>]+>")
CLASSES = {
    "paragraph_open": "govuk-body",
    "bullet_list_open": "govuk-list govuk-list--bullet",
    "ordered_list_open": "govuk-list govuk-list--number",
    "link_open": "govuk-link",
    "table_open": "govuk-table",
    "thead_open": "govuk-table__head",
    "tbody_open": "govuk-table__body",
    "tr_open": "govuk-table__row",
    "th_open": "govuk-table__header",
    "td_open": "govuk-table__cell",
}
HEADINGS = {"h2": "govuk-heading-m", "h3": "govuk-heading-s", "h4": "govuk-heading-s"}


@dataclass(frozen=True, slots=True)
class Text:
    """`html`: without the title."""

    title: str
    html: str


def folder() -> Path:
    """Where the documentation lies.  Raises `FileNotFoundError` where there is none."""
    found = next((place for place in PLACES if (place / f"{FIRST}.md").is_file()), None)
    if found is None:
        raise FileNotFoundError("the documentation is not installed")
    return found


def names() -> list[str]:
    """Every page, as `how-to/join`, in order."""
    root = folder()
    return sorted(path.relative_to(root).with_suffix("").as_posix() for path in root.rglob("*.md"))


def text(name: str) -> Text | None:
    """The page of that name; None if there is none."""
    if not NAME.fullmatch(name):
        return None
    path = folder() / f"{name}.md"
    return _rendered(name, path) if path.is_file() else None


def picture(name: str) -> tuple[bytes, str] | None:
    """A picture of the documentation and its type; None if there is none."""
    stem, dot, ending = name.rpartition(".")
    kind = PICTURES.get(f"{dot}{ending}")
    path = folder() / "images" / name
    if kind is None or not NAME.fullmatch(stem) or "/" in stem or not path.is_file():
        return None
    return path.read_bytes(), kind


def matching(words: str, most: int) -> list[tuple[str, str]]:
    """Pages with these words in their title: name and title."""
    wanted = words.casefold().split()
    found = [one for one in _titles() if all(word in one[1].casefold() for word in wanted)]
    return found[:most]


@lru_cache(maxsize=1)
def _titles() -> list[tuple[str, str]]:
    """Every page with its title, which is its first line."""
    return [(name, _first_line(folder() / f"{name}.md")) for name in names()]


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.readline().lstrip("# ").strip()


@lru_cache(maxsize=256)
def _rendered(name: str, path: Path) -> Text:
    markdown = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")
    tokens = markdown.parse(path.read_text(encoding="utf-8"))
    title = name
    if len(tokens) > 2 and tokens[0].tag == "h1":
        title, tokens = _plain(tokens[1]), tokens[3:]
    _adapt(tokens, PurePosixPath(name))
    return Text(title, markdown.renderer.render(tokens, markdown.options, {}))


class _Renderer(RendererHTML):
    """What scrolls sideways can be reached by keyboard, and has a name."""

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        label = tokens[idx].meta["label"]
        region = f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">'
        return region + self.renderToken(tokens, idx, options, env)

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return self.renderToken(tokens, idx, options, env) + "</div>"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return super().fence(tokens, idx, options, env).replace("<pre>", '<pre tabindex="0">', 1)


def _adapt(tokens: list[Token], name: PurePosixPath) -> None:
    """Our classes, names for headings and tables, and links between the pages."""
    heading, tables = "", 0
    for at, token in enumerate(tokens):
        if classes := CLASSES.get(token.type):
            token.attrSet("class", classes)
        if token.type == "heading_open":
            heading = _plain(tokens[at + 1])
            token.attrSet("class", HEADINGS.get(token.tag, "govuk-heading-m"))
            token.attrSet("id", anchor(heading))
        elif token.type == "table_open":
            tables += 1
            token.meta["label"] = f"{_escaped(heading)} {tables}".strip()
        elif token.type == "th_open":
            token.attrSet("scope", "col")
        elif token.type == "inline":
            token.children = list(_linked(token.children or [], name))


def _linked(tokens: Sequence[Token], name: PurePosixPath) -> Iterator[Token]:
    """A link to what is no help page loses its mark, and not its words."""
    kept = []
    for token in tokens:
        if token.type == "link_open":
            target = _target(str(token.attrGet("href") or ""), name)
            kept.append(bool(target))
            if not target:
                continue
            token.attrSet("href", target)
            token.attrSet("class", CLASSES["link_open"])
        elif token.type == "link_close" and not kept.pop():
            continue
        elif token.type == "image":
            source = PurePosixPath(str(token.attrGet("src") or "")).name
            place = reverse("help-picture", args=[source])
            token.attrSet("src", place)
            yield from (_opening(place), token, Token("link_close", "a", -1))
            continue
        yield token


def _opening(address: str) -> Token:
    """A picture leads to itself, where it can be made larger."""
    return Token("link_open", "a", 1, attrs={"href": address})


def _target(link: str, name: PurePosixPath) -> str:
    """The address of a link of page `name`; empty for what is no page."""
    parts = urlsplit(link)
    if parts.scheme in ("https", "http", "mailto"):
        return link
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    if not parts.path:
        return fragment
    steps: list[str] = []
    for step in (name.parent / parts.path).parts:
        if step == "..":
            if not steps:
                return ""
            steps.pop()
        elif step != ".":
            steps.append(step)
    path = "/".join(steps)
    if not path.endswith(".md") or not (folder() / path).is_file():
        return ""
    return address(path.removesuffix(".md")) + fragment


def address(name: str) -> str:
    """Of a help page."""
    return reverse("help") if name == FIRST else reverse("help-page", args=[name])


def anchor(heading: str) -> str:
    """As forges name headings, so that links hold there and here."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def _plain(inline: Token) -> str:
    parts: list[Any] = [one.content for one in inline.children or [] if one.content]
    return "".join(parts)


def _escaped(words: str) -> str:
    return _TAGS.sub("", words).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
