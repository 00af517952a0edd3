"""A threat's line in the tables of a mail.

In Python and not in a template: an alert shows a hundred, and a country has ten thousand alerts.
"""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tocsin.alerts.channels.mail.display import details, shown, where
from tocsin.alerts.channels.mail.styles import STYLES
from tocsin.alerts.channels.mail.wording import Wording
from tocsin.alerts.content import ThreatRow

_DIM = f'<small style="{STYLES["dim"]}">{{}}</small>'
_STRONG = "<small><b>{}</b></small>"
_ROW = (
    f'<tr valign="top" style="{STYLES["row"]}">\n'
    "<td><code><b>{}</b> {}</code>{}</td>\n"
    "<td>{}</td>\n"
    f"<td>{{}}<br>{_DIM}</td>\n"
    "<td><code>{}</code><br>{}</td>\n</tr>"
)


def html_row(row: ThreatRow, wording: Wording) -> SafeString:
    hostname = format_html(f"<br>{_DIM}", shown(row.hostname)) if row.hostname else ""
    told = format_html_join("; ", "{}{}", ((_named(name), value) for name, value in details(row)))
    why = format_html(
        _DIM if row.why == "new" else "<small><b>{}</b></small>", wording.why(row.why)
    )
    return format_html(
        _ROW,
        shown(row.affected),
        where(row),
        hostname,
        told,
        f"{row.last_seen:%Y-%m-%d %H:%M:%S}",
        wording.times(row.first_seen, row.times_seen),
        short_id(row),
        why,
    )


def _named(name: str) -> SafeString | str:
    return format_html(f"{_DIM} ", name) if name else ""


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
