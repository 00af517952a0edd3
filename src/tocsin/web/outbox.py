"""The alerts as they left: a list, and each mail as its reader sees it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tocsin.alerts.analyst import for_analysts, resend
from tocsin.alerts.models import Delivery, DeliveryAttempt
from tocsin.errors import TocsinError
from tocsin.web import gate
from tocsin.web.clock import now
from tocsin.web.forms import tried
from tocsin.web.headers import MAIL_POLICY
from tocsin.web.letters import Letter, letter_of
from tocsin.web.pages import page_of

SIZE = 50
WAITING = "waiting"  # for a decision: nothing happens to them by itself
FROZEN = ("alert__csv", "alert__content")  # large, and not for lists


@gate.only(gate.ANALYST | gate.MEMBERS)
def outbox(request: HttpRequest) -> HttpResponse:
    """The deliveries, latest first; `?state=` chooses."""
    deliveries = Delivery.objects.select_related("alert", "organisation").defer(*FROZEN)
    counts = dict(Delivery.objects.values_list("state").annotate(n=Count("pk")).order_by("state"))
    state = request.GET.get("state", "")
    if state == WAITING:
        deliveries = for_analysts(deliveries)
    elif state:
        deliveries = deliveries.filter(state=state) if state in counts else deliveries.none()
    context = {
        "page": page_of(request, deliveries, ("-pk",), SIZE),
        "counts": counts,
        "total": sum(counts.values()),
        "waiting": for_analysts(Delivery.objects.all()).count(),
        "state": state,
        "to_folder": not settings.EMAIL_HOST,
    }
    return render(request, "outbox.html", context)


@gate.only(gate.ANALYST | gate.MEMBERS)
def delivery(request: HttpRequest, number: int) -> HttpResponse:
    """One of them, with its mail and every attempt."""
    found = _delivery(number)
    attempts = DeliveryAttempt.objects.filter(delivery=found).order_by("pk")
    context: dict[str, Any] = {
        "delivery": found,
        "attempts": attempts,
        "again": for_analysts(Delivery.objects.filter(pk=number)).exists(),
    }
    try:
        context["mail"] = letter_of(found)
    except TocsinError as error:
        context["problem"] = str(error)
    return render(request, "delivery.html", context)


@gate.only(gate.ANALYST, gate.ACTING)
def send_again(request: gate.SignedIn, number: int) -> HttpResponse:
    """Under the same Message-ID, to the contact as it is now."""
    found = _delivery(number)
    ticket = found.alert.ticket
    problems = tried(lambda: resend(ticket, now(), f"person {request.user.pk}"))
    for one in problems:
        messages.error(request, one)
    if not problems:
        messages.success(request, _("It is queued, and leaves with the next delivery."))
    return redirect("delivery", number)


@gate.only(gate.ANALYST | gate.MEMBERS)
def html_part(request: HttpRequest, number: int) -> HttpResponse:
    """The mail's HTML for the frame: no script, no request, no origin."""
    mail = _letter(number)
    return HttpResponse(mail.html, headers={"Content-Security-Policy": MAIL_POLICY})


@gate.only(gate.ANALYST | gate.MEMBERS)
def attachment(request: HttpRequest, number: int, part: int) -> HttpResponse:
    """What is attached, always as a download."""
    mail = _letter(number)
    found = next((each for each in mail.attachments if each.number == part), None)
    if found is None:
        raise Http404
    response = HttpResponse(found.content, content_type="application/octet-stream")
    name = "".join(each for each in found.name if each.isalnum() or each in "-_.") or "attachment"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _delivery(number: int) -> Delivery:
    deliveries = Delivery.objects.select_related("alert__delegation", "organisation")
    found = deliveries.filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _letter(number: int) -> Letter:
    try:
        return letter_of(_delivery(number))
    except TocsinError as error:
        raise Http404(str(error)) from error
