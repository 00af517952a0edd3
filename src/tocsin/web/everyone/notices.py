"""What happened that concerns whoever looks, and how often they want it mailed."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tocsin.notices import actions, queries
from tocsin.notices.rules import Mail, kinds_for
from tocsin.web import gate
from tocsin.web.clock import now
from tocsin.web.pages import page_of

SIZE = 50
MOST_MARKED = 1_000


@gate.only(gate.EVERYBODY, gate.WRITING)
def notices(request: gate.SignedIn) -> HttpResponse:
    """The latest first; `?unread=1` those not read.  Posting marks them, or `all`, as read."""
    if request.method == "POST":
        return _marked(request)
    only_unread = request.GET.get("unread") == "1"
    rows = queries.of(request.user, only_unread=only_unread)
    page = page_of(request, rows, ("-pk",), SIZE)
    context = {
        "page": page,
        "notices": [queries.shown(one) for one in page.rows],
        "only_unread": only_unread,
        "any_kinds": bool(kinds_for(request.user.role)),
    }
    return render(request, "everyone/notices.html", context)


def _marked(request: gate.SignedIn) -> HttpResponse:
    numbers = None if "all" in request.POST else _numbers(request.POST.getlist("notice"))
    actions.mark_read(request.user, now(), numbers)
    messages.success(request, _("Marked as read."))
    return redirect("notices")


def _numbers(texts: list[str]) -> list[int]:
    if len(texts) > MOST_MARKED or not all(len(one) < 19 and one.isdecimal() for one in texts):
        raise BadRequest("no notices of ours")
    return [int(one) for one in texts]


@gate.only(gate.EVERYBODY, gate.WRITING)
def mail(request: gate.SignedIn) -> HttpResponse:
    """How often somebody is mailed what they have not read."""
    chosen = request.POST.get("mail", "")
    if request.method == "POST" and chosen in set(Mail):
        actions.wish(request.user, chosen)
        messages.success(request, _("Your choice is kept."))
        return redirect("notices-mail")
    context = {
        "choices": [
            (
                Mail.AT_ONCE.value,
                _("Within five minutes"),
                _("A mail each time something happens."),
            ),
            (Mail.DAILY.value, _("Once a day"), _("In the morning, if there is anything unread.")),
            (Mail.NONE.value, _("Never"), _("You look at the notices here yourself.")),
        ],
        "chosen": queries.mail_of(request.user).value,
        "problem": _("Choose how often you want mail.") if request.method == "POST" else "",
        "address": request.user.email,
    }
    return render(
        request, "everyone/notices-mail.html", context, status=400 if context["problem"] else 200
    )
