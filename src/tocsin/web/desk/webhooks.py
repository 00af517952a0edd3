"""An organisation's webhooks: which programs are told as things happen."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.errors import TocsinError
from tocsin.web import gate
from tocsin.web.desk.own import actor, own_number
from tocsin.web.forms import acted, given, posted, tried
from tocsin.webhooks import actions, endpoints, queries
from tocsin.webhooks.endpoints import CHOOSABLE, Changes
from tocsin.webhooks.models import Webhook
from tocsin.webhooks.rules import KEEP, SECRETS_OVERLAP

SHOWN = 20
WORDS = {
    "alert.sent": gettext_lazy("an alert was sent to you"),
    "answer.recorded": gettext_lazy("an answer of yours was taken"),
    "threat.conflict": gettext_lazy("what you said is fixed was seen again"),
    "dispute.decided": gettext_lazy("an objection of yours was decided"),
}


class WebhookForm(forms.Form):
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=2000,
        help_text=gettext_lazy("Where your program listens, such as https://hooks.example/tocsin."),
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false"}),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("It is told when"),
        choices=[(one, WORDS.get(one, one)) for one in CHOOSABLE],
        widget=forms.CheckboxSelectMultiple,
    )
    description = forms.CharField(
        label=gettext_lazy("What it is for"), required=False, max_length=200
    )


@gate.only(gate.OWNER)
def webhooks(request: gate.SignedIn) -> HttpResponse:
    found = queries.webhooks(own_number(request))
    rows = [(one, [WORDS.get(event, event) for event in one.events]) for one in found]
    return render(request, "desk/webhooks.html", {"rows": rows})


@gate.only(gate.OWNER, gate.WRITING)
@gate.fresh_to_write
def new_webhook(request: gate.SignedIn) -> HttpResponse:
    """Its secret is shown once, in the answer."""
    form = WebhookForm(posted(request), initial={"events": list(CHOOSABLE)})
    made: list[tuple[Webhook, str]] = []
    if request.method == "POST" and acted(
        form, lambda typed: made.append(_add(request, typed)), "url"
    ):
        ((webhook, secret),) = made
        return render(request, "desk/webhook-secret.html", {"webhook": webhook, "secret": secret})
    return render(
        request, "desk/new-webhook.html", {"form": form}, status=400 if form.errors else 200
    )


@gate.only(gate.OWNER, gate.WRITING)
@gate.fresh_to_write
def webhook(request: gate.SignedIn, number: int) -> HttpResponse:
    """What it is told of, what became of that, and what can be done."""
    found = _found(request, number)
    problems: list[str] = []
    if request.method == "POST":
        if given(request, "do") == "secret":
            return _new_secret(request, found)
        problems = tried(lambda: _do(request, found))
        if not problems:
            return redirect("webhook", number)
    context = {
        "webhook": found,
        "events": [WORDS.get(event, event) for event in found.events],
        "deliveries": queries.deliveries(found, SHOWN),
        "shown": SHOWN,
        "kept": KEEP.days,
        "overlap": SECRETS_OVERLAP // timedelta(hours=1),
        "problems": problems,
    }
    return render(request, "desk/webhook.html", context, status=400 if problems else 200)


@gate.only(gate.OWNER, gate.WRITING)
@gate.fresh_to_write
def change_webhook(request: gate.SignedIn, number: int) -> HttpResponse:
    """Its address, its events, its name."""
    found = _found(request, number)
    present = {name: getattr(found, name) for name in ("url", "events", "description")}
    form = WebhookForm(posted(request), initial=present)
    if request.method == "POST" and acted(
        form, lambda typed: _change(request, found, typed), "url"
    ):
        messages.success(request, _("The webhook is changed."))
        return redirect("webhook", number)
    context = {"form": form, "webhook": found}
    return render(request, "desk/change-webhook.html", context, status=400 if form.errors else 200)


@gate.only(gate.OWNER, gate.WRITING)
@gate.fresh_to_write
def remove_webhook(request: gate.SignedIn, number: int) -> HttpResponse:
    """Sure?"""
    found = _found(request, number)
    if request.method == "POST":
        endpoints.remove(own_number(request), found.public_id, actor(request), _now())
        messages.success(request, _("The webhook is removed."))
        return redirect("webhooks")
    return render(request, "desk/remove-webhook.html", {"webhook": found})


def _found(request: gate.SignedIn, number: int) -> Webhook:
    found = Webhook.objects.filter(organisation=own_number(request), pk=number).first()
    if found is None:
        raise Http404
    return found


def _now() -> datetime:
    return datetime.now(UTC)


def _add(request: gate.SignedIn, typed: dict[str, Any]) -> tuple[Webhook, str]:
    return endpoints.add(
        own_number(request), typed["url"], typed["events"], request.user.email, _now(),
        typed["description"],
    )  # fmt: skip


def _change(request: gate.SignedIn, found: Webhook, typed: dict[str, Any]) -> None:
    changes = Changes(typed["url"], typed["events"], typed["description"])
    endpoints.change(own_number(request), found.public_id, changes, request.user.email, _now())


def _new_secret(request: gate.SignedIn, found: Webhook) -> HttpResponse:
    made, secret = endpoints.rotate(
        own_number(request), found.public_id, request.user.email, _now()
    )
    context = {"webhook": made, "secret": secret, "overlap": SECRETS_OVERLAP // timedelta(hours=1)}
    return render(request, "desk/webhook-secret.html", context)


def _do(request: gate.SignedIn, found: Webhook) -> None:
    match given(request, "do"):
        case "test":
            actions.test(found, _now())
            messages.success(request, _("A test is on its way. Its outcome will stand below."))
        case "on" | "off" as which:
            changes = Changes(enabled=which == "on")
            endpoints.change(
                own_number(request), found.public_id, changes, request.user.email, _now()
            )
            messages.success(
                request, _("It is switched on.") if which == "on" else _("It is switched off.")
            )
        case "replay":
            count = actions.replay_since(found, _now() - KEEP, _now())
            messages.success(request, _("Events on their way again: %(count)d.") % {"count": count})
        case _:
            raise TocsinError(_("Choose what to do."))
