"""The part of the HTML mail about one kind of threat, in Python for the reason in `rows`."""

from functools import lru_cache
from html import escape

from tocsin.alerts.channels.mail.prose import html_prose
from tocsin.alerts.channels.mail.rows import html_row
from tocsin.alerts.channels.mail.styles import SEVERITY_COLOURS, STYLES
from tocsin.alerts.channels.mail.wording import Wording, columns
from tocsin.alerts.content import Group

_SECTION = f"""<tr><td class="pad" style="{STYLES["pad"]}">
<div class="rule" style="{STYLES["rule"]}">&nbsp;</div>
<p style="margin:18px 0 6px 0"><span style="{STYLES["badge"]};background:%s">%s</span> \
<span class="muted" style="{STYLES["muted"]}">&nbsp;%s</span></p>
<h2 style="{STYLES["h2"]}">%s</h2>
%s
<table class="rows" width="100%%" cellpadding="5" cellspacing="0" border="0" \
style="{STYLES["rows"]}">
%s
%s
</table>
%s</td></tr>"""
_MORE = f'<p class="muted" style="{STYLES["more"]}">%s</p>\n'


def html_section(group: Group, wording: Wording) -> str:
    hidden = group.total - len(group.rows)
    return _SECTION % (
        SEVERITY_COLOURS[group.severity],
        escape(wording.severity(group.severity)),
        escape(wording.threats(group.total)),
        escape(group.text.title),
        html_prose(group.text, wording.content.language),
        _head(wording.content.language),
        "\n".join(html_row(row, wording) for row in group.rows),
        _MORE % escape(wording.more(hidden)) if hidden else "",
    )


@lru_cache(50)
def _head(language: str) -> str:
    cells = "".join(
        f'<th class="muted" align="left" width="{width}" style="{STYLES["th"]}">{escape(name)}</th>'
        for name, width in columns(language)
    )
    return f'<tr class="wide" style="{STYLES["head"]}">{cells}</tr>'
