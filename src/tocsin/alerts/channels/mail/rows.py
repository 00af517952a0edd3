"""A threat's line in the tables of a mail.

In Python and not in a template: an alert shows a hundred, and a country has ten thousand alerts.
"""

from functools import lru_cache
from html import escape

from tocsin.alerts.channels.mail.answering import remark
from tocsin.alerts.channels.mail.display import details, shown, where
from tocsin.alerts.channels.mail.prose import filled
from tocsin.alerts.channels.mail.styles import STYLES
from tocsin.alerts.channels.mail.wording import Wording
from tocsin.alerts.content import ThreatRow
from tocsin.alerts.links import threat_page

REMARKED = frozenset({"conflict", "rejected"})
LONGEST_REMARK = 400
_DIM = f'<small style="{STYLES["dim"]}">%s</small>'
_ROW = (
    f'<tr valign="top" style="{STYLES["row"]}">\n'
    "<td><code><b>%s</b> %s</code>%s</td>\n"
    "<td>%s</td>\n"
    f"<td>%s<br>{_DIM}</td>\n"
    "<td>%s<br>%s</td>\n</tr>"
)
_ID = "<code>%s</code>"
_LINKED = '<a href="%s"><code>%s</code></a>'
_REMARK = "<br><b>%s</b>"


def html_row(row: ThreatRow, wording: Wording) -> str:
    """All that was observed is escaped."""
    return _ROW % (
        escape(shown(row.affected)),
        escape(where(row)),
        "<br>" + _DIM % escape(shown(row.hostname)) if row.hostname else "",
        "; ".join(_named(name) + escape(value) for name, value in details(row))
        + _remark(row, wording),
        f"{row.last_seen:%Y-%m-%d %H:%M:%S}",
        escape(wording.times(row.first_seen, row.times_seen)),
        _id(row, wording.link),
        (_DIM if row.why == "new" else "<small><b>%s</b></small>") % escape(wording.why(row.why)),
    )


def _id(row: ThreatRow, link: str) -> str:
    if not link:
        return _ID % short_id(row)
    return _LINKED % (escape(threat_page(link, row.id)), short_id(row))


def _remark(row: ThreatRow, wording: Wording) -> str:
    said = remark(row, wording.content.language) if row.why in REMARKED else ""
    return _REMARK % escape(shown(said, LONGEST_REMARK)) if said else ""


@lru_cache
def _named(name: str) -> str:
    return _DIM % escape(name) + " " if name else ""


def text_row(row: ThreatRow, wording: Wording) -> str:
    """Two lines or three, for reading and for answering by id."""
    parts = (f"[{short_id(row)}]", shown(row.affected), where(row), shown(row.hostname))
    lines = [
        "  " + " ".join(part for part in parts if part),
        f"      {row.last_seen:%Y-%m-%d %H:%M:%S} UTC,"
        f" {wording.times(row.first_seen, row.times_seen)}, {wording.why(row.why)}",
    ]
    told = "; ".join(f"{name}: {value}" if name else value for name, value in details(row))
    if told:
        lines.append(f"      {told}")
    if row.why in REMARKED:
        said = shown(remark(row, wording.content.language), LONGEST_REMARK)
        lines.append(filled(said, "      ", "      "))
    if wording.link:
        lines.append(f"      {wording.answer_row} {threat_page(wording.link, row.id)}")
    return "\n".join(lines)


def short_id(row: ThreatRow) -> str:
    """Enough of the id to name a threat of one alert."""
    return str(row.id)[:8]
