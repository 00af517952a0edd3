"""One box for whatever somebody has in hand: an address, a name, a ticket, an id."""

from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tocsin.web import gate
from tocsin.web.clock import now
from tocsin.web.everyone.asked import asked
from tocsin.web.everyone.finding import find


@gate.only(gate.EVERYBODY)
def search(request: gate.SignedIn) -> HttpResponse:
    """`?q=`: leads straight to the one thing that an id or ticket names, or lists what there is."""
    what = asked(request.GET.get("q", ""))
    found = find(request.user, what, now()) if what.anything else []
    if (what.threat or what.ticket) and len(found) == 1 and found[0].path:
        return redirect(found[0].path)
    titles = {
        "threat": _("Threats"),
        "alert": _("Alerts"),
        "organisation": _("Organisations"),
        "page": _("More"),
        "help": _("Help"),
    }
    order = list(titles)
    ordered = sorted(found, key=lambda one: order.index(one.sort))
    groups = [(titles[sort], list(some)) for sort, some in groupby(ordered, lambda one: one.sort)]
    context = {"asked": what.text, "groups": groups}
    return render(request, "everyone/search.html", context)
