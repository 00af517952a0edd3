"""An organisation's home: what is new, what is due, and where words and observations differ."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.alerts.attention import MOST as MOST_COUNTED
from tocsin.alerts.attention import Attention, attention, due_soon
from tocsin.alerts.models import Delivery
from tocsin.threats import reading
from tocsin.threats.days import changes_since
from tocsin.threats.states import State
from tocsin.threats.wanted import Wanted
from tocsin.web import gate
from tocsin.web.clock import now
from tocsin.web.desk.answering import seen_by
from tocsin.web.desk.shown import rows

FIRST, LATEST = 5, 3  # contradictions and alerts on the page
LEAST, MOST = timedelta(days=1), timedelta(days=30)


@gate.only(gate.MEMBERS)
def home(request: gate.SignedIn) -> HttpResponse:
    own = request.user.organisation_id
    assert own is not None
    moment = now()
    seen = seen_by(request)
    since = _since(request.signed_in.before_at, moment)
    asking = attention(seen, due_soon(moment, seen.known))
    context = {
        "since": since,
        "tiles": tiles(asking),
        "changes": changes_since(own, since.date()),
        "conflicts": _conflicts(seen, own) if asking.conflict else [],
        "alerts": _latest_alerts(),
        "quiet": not any(asking),
    }
    return render(request, "desk/home.html", context)


def _since(before: datetime | None, moment: datetime) -> datetime:
    """When the person was here before: a day ago at least, a month at most."""
    return max(min(before or moment, moment - LEAST), moment - MOST)


def tiles(asking: Attention) -> list[dict[str, Any]]:
    """What to look at first: a figure each, and where the threats are."""
    listed = [
        (_("Contradicted"), asking.conflict, _("said fixed, seen again"), {"state": "conflict"}),
        (_("Due"), asking.due, _("within two days"), {"due": "on"}),
        (_("Back again"), asking.reopened, _("after they were gone"), {"state": "reopened"}),
        (_("Being checked"), asking.claimed, _("said fixed"), {"state": "claimed"}),
        (_("Disputed"), asking.disputed, _("an analyst decides"), {"state": "disputed"}),
        (_("Not over"), asking.current, _("all together"), {}),
    ]
    return [
        {
            "label": label,
            "value": _("more than %(n)s") % {"n": MOST_COUNTED - 1}
            if value >= MOST_COUNTED
            else value,
            "note": note,
            "url": f"{reverse('threats')}?{urlencode(query)}",
            "main": at == 0 and value > 0,
        }
        for at, (label, value, note, query) in enumerate(listed)
    ]


def _conflicts(seen: Wanted, own: int) -> list[Any]:
    page = reading.page(replace(seen, states=(State.CONFLICT,)), None, FIRST)
    return rows(page.items, own)


def _latest_alerts() -> list[Delivery]:
    found = Delivery.objects.select_related("alert").defer("alert__csv", "alert__content")
    return list(found.order_by("-pk")[:LATEST])
