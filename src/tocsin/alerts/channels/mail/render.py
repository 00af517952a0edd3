"""The alert as people read it: the HTML part and, equally complete, the text part."""

import re
import textwrap
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from tocsin.alerts.channels.mail.display import details, shown, where
from tocsin.alerts.channels.mail.sender import Sender
from tocsin.alerts.channels.mail.styles import SEVERITY_COLOURS, STYLES
from tocsin.alerts.channels.mail.wording import Wording
from tocsin.alerts.content import SEVERITIES, AlertContent, Group, ThreatRow, trimmed
from tocsin.alerts.language import minute
from tocsin.kinds.prose import Block, blocks, spans

# Where a line may be broken at a blank: servers refuse lines of 1 000 bytes (RFC 5321).
_LONG_LINE = re.compile(r"([^\n]{400,800}) ")
WIDTH = 76  # columns of the text part: what every program shows without wrapping


@cache
def _engine(autoescape: bool) -> Engine:
    return Engine(dirs=[str(Path(__file__).parent / "templates")], autoescape=autoescape)


def html(content: AlertContent, sender: Sender, repeat: bool = False) -> str:
    """ASCII only: other characters are references, so that no transport can garble them."""
    page = _engine(True).get_template("alert.html").render(_context(content, sender, repeat))
    tight = re.sub(r"\s*\n\s*", "\n", page).encode("ascii", "xmlcharrefreplace").decode("ascii")
    return _LONG_LINE.sub(r"\1\n", tight)


def text(content: AlertContent, sender: Sender, repeat: bool = False) -> str:
    """Lines of at most `WIDTH` columns, except for values that must not be broken."""
    context = _context(content, sender, repeat, autoescape=False)
    page = _engine(False).get_template("alert.txt").render(context)
    return re.sub(r"\n{4,}", "\n\n\n", page).strip() + "\n"


def _context(
    content: AlertContent, sender: Sender, repeat: bool, autoescape: bool = True
) -> Context:
    wording = Wording(content, sender)
    return Context(
        {
            "w": wording,
            "content": content,
            "sender": sender,
            "composed_at": minute(content.composed_at, content.language),
            "counts": _counts(wording),
            "groups": [_group(group, wording) for group in trimmed(content).groups],
            "s": STYLES,
            "wrapped": _Wrapped(wording),
            "repeat": repeat,
        },
        autoescape=autoescape,
    )


def _counts(wording: Wording) -> list[Mapping[str, str]]:
    severities = wording.content.severities
    return [
        {
            "count": wording.number(severities[name]),
            "label": wording.severity(name),
            "colour": SEVERITY_COLOURS[name],
            "by": wording.by(name),
        }
        for name in SEVERITIES
        if name in severities
    ]


def _group(group: Group, wording: Wording) -> Mapping[str, Any]:
    kind = group.text
    texts = (
        (wording.what, kind.what),
        (wording.risk, kind.risk),
        (wording.fix, kind.fix),
        (wording.check, kind.check),
    )
    hidden = group.total - len(group.rows)
    sections = [(name, blocks(said)) for name, said in texts if said]
    return {
        "title": kind.title,
        "severity": wording.severity(group.severity),
        "colour": SEVERITY_COLOURS[group.severity],
        "threats": wording.threats(group.total),
        "sections": [(name, [_marked(part) for part in parts]) for name, parts in sections],
        "wrapped": "\n\n".join(f"{name}:\n{_plain(parts)}" for name, parts in sections),
        "rows": [_row(row, wording) for row in group.rows],
        "more": wording.more(hidden) if hidden else "",
    }


def _row(row: ThreatRow, wording: Wording) -> Mapping[str, Any]:
    return {
        "affected": shown(row.affected),
        "where": where(row),
        "hostname": shown(row.hostname),
        "details": details(row),
        "last_seen": f"{row.last_seen:%Y-%m-%d %H:%M:%S}",
        "times": wording.times(f"{row.first_seen:%Y-%m-%d}", row.times_seen),
        "id": str(row.id)[:8],
        "why": wording.why(row.why),
        "is_new": row.why == "new",
    }


def _marked(block: Block) -> Mapping[str, Any]:
    """The block with its lines as spans, for HTML."""
    return {
        "paragraph": spans(block.paragraph),
        "items": [spans(item) for item in block.items],
    }


def _plain(parts: Iterable[Block]) -> str:
    """Blocks as text, two columns in."""
    return "\n\n".join(
        "\n".join(_filled(item, "  - ", "    ") for item in part.items)
        or _filled(part.paragraph, "  ", "  ")
        for part in parts
    )


def _filled(words: str, first: str = "", later: str = "") -> str:
    return textwrap.fill(
        words,
        WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )


class _Wrapped:
    """The longer sentences, filled to the text part's width."""

    def __init__(self, wording: Wording) -> None:
        self.summary = _filled(wording.summary)
        self.repeated = _filled(wording.repeated)
        self.tlp = _filled(f"TLP:{wording.content.tlp}  {wording.tlp_meaning}")
        self.asks = [
            _filled(ask, f"  {place}. ", "     ") for place, ask in enumerate(wording.asks, 1)
        ]
        self.notes = [
            (heading, [_filled(paragraph, "  ", "  ") for paragraph in paragraphs])
            for heading, paragraphs in wording.notes
        ]
