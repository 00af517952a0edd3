"""Signing in through an OpenID provider."""

from dataclasses import asdict
from datetime import UTC, datetime
from logging import getLogger

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tocsin.access import oidc
from tocsin.access.oidc import Asked, Provider, ProviderError
from tocsin.web.attempts import SLOW_DOWN, hasty
from tocsin.web.gate import open_to_all
from tocsin.web.sign_in import sign_in_page, welcome
from tocsin.web.targets import ours, wanted

KEY = "provider"
FAILED = _("Signing in with {} did not work. Try again, or use another way.")
NOBODY = _("{} gave no verified e-mail address of somebody who has access here.")

log = getLogger(__name__)


@open_to_all
@require_safe
def to_provider(request: HttpRequest, name: str) -> HttpResponse:
    """Send the browser there.  Nothing changes but what this browser's session remembers."""
    provider = _provider(name)
    if hasty(request, "provider"):
        return sign_in_page(request, [str(SLOW_DOWN)], status=429)
    try:
        address, asked = oidc.ask(provider, _back(request, name))
    except ProviderError as error:
        return _failed(request, provider, error)
    request.session[KEY] = {"name": name, "next": wanted(request), "asked": asdict(asked)}
    return redirect(address)


@open_to_all
@require_safe
def from_provider(request: HttpRequest, name: str) -> HttpResponse:
    """The browser comes back, with a code that is good once."""
    provider = _provider(name)
    if hasty(request, "provider"):
        return sign_in_page(request, [str(SLOW_DOWN)], status=429)
    kept = request.session.pop(KEY, None)
    if not kept or kept["name"] != name or not request.GET.get("code"):
        return sign_in_page(request, [FAILED.format(provider.title)])
    try:
        arrived = oidc.arrive(
            provider, Asked(**kept["asked"]), request.GET["code"], request.GET.get("state", ""),
            _back(request, name), datetime.now(UTC),
        )  # fmt: skip
    except ProviderError as error:
        return _failed(request, provider, error)
    if arrived is None:
        return sign_in_page(request, [NOBODY.format(provider.title)])
    target = ours(request, kept["next"])
    return welcome(request, arrived.person, target, second_factor=arrived.second_factor)


def _failed(request: HttpRequest, provider: Provider, error: ProviderError) -> HttpResponse:
    log.warning("Signing in with %s: %s", provider.name, error)
    return sign_in_page(request, [FAILED.format(provider.title)], status=502)


def _provider(name: str) -> Provider:
    found = oidc.providers().get(name)
    if found is None:
        raise Http404
    return found


def _back(request: HttpRequest, name: str) -> str:
    return request.build_absolute_uri(reverse("from-provider", args=[name]))
