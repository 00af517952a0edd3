"""What an organisation may see, to take away: CSV for spreadsheets, JSON for programs."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path

from tocsin.alerts.mutes import may_know
from tocsin.database.scope import organisation_scope
from tocsin.threats.exports import Form, exported
from tocsin.threats.states import CURRENT, State
from tocsin.web import gate
from tocsin.web.api.exports import MEDIA, streamed
from tocsin.web.desk.datasets import DATASETS, Blocks, blocks_of
from tocsin.web.desk.own import own_number, own_organisation

THREATS = {"threats": CURRENT, "all-threats": tuple(State)}


@gate.only(gate.MEMBERS)
def exports(request: gate.SignedIn) -> HttpResponse:
    """What there is, and what each holds."""
    return render(request, "desk/exports.html", {"datasets": DATASETS, "forms": [*Form]})


def pages() -> list[URLPattern]:
    """An address for each set and form."""
    return [
        path(f"exports/{name}.{form}", _view(name, form), name=f"export-{name}-{form}")
        for name in DATASETS
        for form in Form
    ]


def _view(name: str, form: Form) -> Callable[..., HttpResponseBase]:
    @gate.only(gate.MEMBERS)
    def export(request: gate.SignedIn) -> HttpResponseBase:
        number = own_number(request)
        if request.method == "HEAD":
            return HttpResponse(content_type=MEDIA[form])
        response = streamed(
            ("organisation", number), lambda: organisation_scope(number),
            _blocks(request, name, form), form, name,
        )  # fmt: skip
        return response or _one_at_a_time(request)

    return export


def _blocks(request: gate.SignedIn, name: str, form: Form) -> Blocks:
    if name in THREATS:
        own = own_organisation(request)
        wanted = may_know(own.pk, datetime.now(UTC), own.language, THREATS[name])
        return lambda: exported(wanted, form)
    return blocks_of(name, own_number(request), form)


def _one_at_a_time(request: gate.SignedIn) -> HttpResponse:
    response = render(
        request, "desk/exports.html",
        {"datasets": DATASETS, "forms": [*Form], "running": True}, status=429,
    )  # fmt: skip
    response.headers["Retry-After"] = "10"
    return response
