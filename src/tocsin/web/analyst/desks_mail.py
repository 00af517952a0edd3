"""What desks write that a person has to read: mails that no rule took, and remarks to answers."""

from email import message_from_bytes
from email.policy import default

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tocsin.alerts.channels.mail.said import files_of, words_of
from tocsin.alerts.models import IncomingMail
from tocsin.alerts.to_read import incoming_mails, raw, settle
from tocsin.answers.models import Answer
from tocsin.errors import TocsinError
from tocsin.kinds.catalogue import kind
from tocsin.threats.models import ThreatKind
from tocsin.web import gate
from tocsin.web.clock import now
from tocsin.web.pages import page_of

SIZE = 50
NEED = "need-help"


@gate.only(gate.ANALYST)
def mails(request: gate.SignedIn) -> HttpResponse:
    """Those that wait; `?all=1` also those that are settled."""
    every = bool(request.GET.get("all"))
    context = {"rows": incoming_mails(every, SIZE), "every": every, "most": SIZE}
    return render(request, "analyst/mails.html", context)


@gate.only(gate.ANALYST, gate.WRITING)
def mail(request: gate.SignedIn, number: int) -> HttpResponse:
    """One of them, in plain text; its form settles it."""
    found = IncomingMail.objects.select_related("delivery__organisation", "delivery__alert")
    one = found.defer("delivery__alert__csv", "delivery__alert__content").filter(pk=number).first()
    if one is None:
        raise Http404
    if request.method == "POST":
        try:
            settle(number, now())
        except TocsinError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Settled."))
        return redirect("mails")
    context = {"mail": one} | _content(number)
    return render(request, "analyst/mail.html", context)


@gate.only(gate.ANALYST)
def remarks(request: gate.SignedIn) -> HttpResponse:
    """Answers with words of their own, or that ask for help; the latest first."""
    rows = Answer.objects.select_related("organisation")
    only_help = bool(request.GET.get("help"))
    rows = rows.filter(statement=NEED) if only_help else rows.exclude(comment="")
    page = page_of(request, rows, ("-pk",), SIZE)
    names = dict(ThreatKind.objects.values_list("pk", "name"))
    said = [(one, kind(names[one.kind_id]).title) for one in page.rows]
    context = {"page": page, "said": said, "only_help": only_help}
    return render(request, "analyst/remarks.html", context)


def _content(number: int) -> dict[str, object]:
    try:
        parsed = message_from_bytes(raw(number), policy=default)
    except TocsinError as error:
        return {"gone": str(error)}
    return {"words": words_of(parsed), "files": [one.name for one in files_of(parsed)]}
