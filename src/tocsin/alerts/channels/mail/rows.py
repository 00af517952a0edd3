"""A threat's line in the tables of a mail.

In Python and not in a template: an alert shows a hundred, and a country has ten thousand alerts.
"""

from functools import lru_cache
from html import escape

from tocsin.alerts.channels.mail.display import details, shown, where
from tocsin.alerts.channels.mail.styles import STYLES
from tocsin.alerts.channels.mail.wording import Wording
from tocsin.alerts.content import ThreatRow

_DIM = f'<small style="{STYLES["dim"]}">%s</small>'
_ROW = (
    f'<tr valign="top" style="{STYLES["row"]}">\n'
    "<td><code><b>%s</b> %s</code>%s</td>\n"
    "<td>%s</td>\n"
    f"<td>%s<br>{_DIM}</td>\n"
    "<td><code>%s</code><br>%s</td>\n</tr>"
)


def html_row(row: ThreatRow, wording: Wording) -> str:
    """All that was observed is escaped."""
    return _ROW % (
        escape(shown(row.affected)),
        escape(where(row)),
        "<br>" + _DIM % escape(shown(row.hostname)) if row.hostname else "",
        "; ".join(_named(name) + escape(value) for name, value in details(row)),
        f"{row.last_seen:%Y-%m-%d %H:%M:%S}",
        escape(wording.times(row.first_seen, row.times_seen)),
        short_id(row),
        (_DIM if row.why == "new" else "<small><b>%s</b></small>") % escape(wording.why(row.why)),
    )


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
    return "\n".join([*lines, f"      {told}"] if told else lines)


def short_id(row: ThreatRow) -> str:
    """Enough of the id to name a threat of one alert."""
    return str(row.id)[:8]
