"""The alert as people read it: the HTML part and, equally complete, the text part."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.template import Context
from django.utils.safestring import mark_safe

from tocsin.alerts.channels.mail.prose import engine, filled, html_prose, text_prose
from tocsin.alerts.channels.mail.rows import text_row
from tocsin.alerts.channels.mail.sections import html_section
from tocsin.alerts.channels.mail.sender import Sender
from tocsin.alerts.channels.mail.styles import SEVERITY_COLOURS, STYLES
from tocsin.alerts.channels.mail.wording import Wording
from tocsin.alerts.content import SEVERITIES, AlertContent, Group, trimmed
from tocsin.alerts.language import minute

# Gmail hides what is beyond 102 KB of a message.  Of these bytes some are for the frame, some for
# each kind's line in the overview and for its section beside the text, and some for each row.
LARGEST = 98_000
FRAME, LINE, SECTION, ROW_SIZE = 17_000, 380, 950, 720
ROW_LINK = 190  # bytes more where each row has its link
MOST_ROWS = 100
# Servers refuse lines of 1 000 bytes (RFC 5321, section 4.5.3.1.6); a line may be broken at a
# blank outside of tags.
LONG = 900
_BREAK = re.compile(r"(.{400,800}) (?=[^<>]*(?:<|$))")


def html(content: AlertContent, sender: Sender, repeat: bool = False, link: str = "") -> str:
    """ASCII only: other characters are references, so that no transport can garble them.

    Where Gmail would cut the message off, fewer of each kind's threats are shown, and of many
    kinds the last ones in the overview only (`left_out`).
    """
    shown = len(content.groups) - left_out(content)
    room = LARGEST - _needed(content, shown)
    size = ROW_SIZE + (ROW_LINK if link else 0)
    rows = max(0, min(MOST_ROWS, room // size))
    return _page(
        trimmed(content, in_all=rows, least=1), shown, Wording(content, sender, link), repeat
    )


def left_out(content: AlertContent) -> int:
    """How many kinds, the least severe, have no section in the HTML part."""
    shown = len(content.groups)
    while shown > 1 and _needed(content, shown) + shown * ROW_SIZE > LARGEST:
        shown -= 1
    return len(content.groups) - shown


def _needed(content: AlertContent, shown: int) -> int:
    """About how many bytes the page takes without rows."""
    prose = sum(len(html_prose(group.text, content.language)) for group in content.groups[:shown])
    return FRAME + LINE * len(content.groups) + SECTION * shown + prose


def _page(content: AlertContent, shown: int, wording: Wording, repeat: bool) -> str:
    wording = replace(wording, content=content)
    context = _context(wording, repeat)
    hidden = len(content.groups) - shown
    context["further"] = wording.further(hidden) if hidden else ""
    context["overview"] = [_group(group, wording) for group in content.groups]
    sections = (html_section(group, wording) for group in content.groups[:shown])
    context["sections"] = mark_safe("\n".join(sections))  # noqa: S308  each has escaped its own
    page = engine(True).get_template("alert.html").render(Context(context))
    tight = re.sub(r"\n\s+", "\n", page).encode("ascii", "xmlcharrefreplace").decode("ascii")
    return "\n".join(
        line if len(line) < LONG else _BREAK.sub(r"\1\n", line) for line in tight.split("\n")
    )


def text(content: AlertContent, sender: Sender, repeat: bool = False, link: str = "") -> str:
    """Lines of at most `WIDTH` columns, except for values that must not be broken, and links."""
    content = trimmed(content)
    wording = Wording(content, sender, link)
    context = _context(wording, repeat)
    context["groups"] = [_text_group(group, wording) for group in content.groups]
    context["wrapped"] = _Wrapped(wording)
    page = engine(False).get_template("alert.txt").render(Context(context, autoescape=False))
    return re.sub(r"\n{4,}", "\n\n\n", page).strip() + "\n"


def _context(wording: Wording, repeat: bool) -> dict[str, Any]:
    content = wording.content
    return {
        "w": wording,
        "content": content,
        "sender": wording.sender,
        "composed_at": minute(content.composed_at, content.language),
        "counts": _counts(wording),
        "s": STYLES,
        "repeat": repeat,
    }


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


def _group(group: Group, wording: Wording) -> dict[str, Any]:
    hidden = group.total - len(group.rows)
    return {
        "title": group.text.title,
        "severity": wording.severity(group.severity),
        "colour": SEVERITY_COLOURS[group.severity],
        "threats": wording.threats(group.total),
        "more": wording.more(hidden) if hidden else "",
    }


def _text_group(group: Group, wording: Wording) -> dict[str, Any]:
    return {
        **_group(group, wording),
        "prose": text_prose(group.text, wording.content.language),
        "rows": "\n".join(text_row(row, wording) for row in group.rows),
    }


class _Wrapped:
    """The longer sentences, filled to the text part's width."""

    def __init__(self, wording: Wording) -> None:
        self.summary = filled(wording.summary)
        self.repeated = filled(wording.repeated)
        self.asides = [filled(aside) for aside in wording.asides]
        self.commands = filled(wording.commands)
        self.tlp = filled(f"TLP:{wording.content.tlp}  {wording.tlp_meaning}")
        self.asks = [
            filled(ask, f"  {place}. ", "     ") for place, ask in enumerate(wording.asks, 1)
        ]
        self.notes = [
            (heading, [filled(paragraph, "  ", "  ") for paragraph in paragraphs])
            for heading, paragraphs in wording.notes
        ]
