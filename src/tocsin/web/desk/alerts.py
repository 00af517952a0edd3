"""An organisation's alerts, as they were sent."""

from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import render

from tocsin.alerts.models import Alert, AlertComment, Delivery
from tocsin.errors import TocsinError
from tocsin.web import gate
from tocsin.web.desk.own import own_number
from tocsin.web.letters import letter_of
from tocsin.web.pages import page_of

SIZE = 50
DELIVERIES = Prefetch("delivery_set", Delivery.objects.order_by("number", "pk"))


@gate.only(gate.MEMBERS)
def alerts(request: gate.SignedIn) -> HttpResponse:
    """The latest first."""
    found = Alert.objects.filter(organisation=own_number(request)).select_related("delegation")
    listed = found.defer("csv", "content").prefetch_related(DELIVERIES)
    page = page_of(request, listed, ("-composed_at", "-pk"), SIZE)
    return render(request, "desk/alerts.html", {"page": page})


@gate.only(gate.MEMBERS)
def alert(request: gate.SignedIn, number: int) -> HttpResponse:
    """One of them: what it told, where it went, and the mail itself."""
    found = Alert.objects.filter(organisation=own_number(request)).select_related("delegation")
    one = found.prefetch_related(DELIVERIES).filter(pk=number).first()
    if one is None:
        raise Http404
    deliveries = list(one.delivery_set.all())
    context: dict[str, Any] = {
        "alert": one,
        "deliveries": deliveries,
        "comments": AlertComment.objects.filter(alert=one).order_by("pk"),
    }
    if deliveries:
        context |= _mail(one, deliveries[-1])
    return render(request, "desk/alert.html", context)


def _mail(one: Alert, delivery: Delivery) -> dict[str, Any]:
    delivery.alert = one  # with what is large, which is read already
    try:
        return {"delivery": delivery, "mail": letter_of(delivery)}
    except TocsinError as error:
        return {"problem": str(error)}
