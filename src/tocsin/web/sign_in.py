"""Signing in and out."""

from datetime import UTC, datetime, timedelta

from django import forms
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tocsin.access.jobs import send_sign_in_link
from tocsin.access.links import use_sign_in_link
from tocsin.access.models import Person
from tocsin.access.throttle import too_many
from tocsin.database.scope import staff_scope
from tocsin.web.gate import open_to_all

SPAN = timedelta(minutes=15)
LOOPBACK = {"127.0.0.1", "::1"}
TRIES, TRIES_PER_CALLER, TRIES_PER_ADDRESS = 10, 50, 100  # tries: by one caller for one address
WRONG = "This e-mail address and password do not match."
SLOW_DOWN = "Too many attempts. Wait a quarter of an hour, then try again."
BACKEND = settings.AUTHENTICATION_BACKENDS[0]


class SignInForm(forms.Form):
    email = forms.EmailField(error_messages={"required": "Enter your e-mail address."})
    password = forms.CharField(
        strip=False, max_length=1000, error_messages={"required": "Enter your password."}
    )


class LinkForm(forms.Form):
    email = forms.EmailField(error_messages={"required": "Enter your e-mail address."})


@open_to_all
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """By e-mail address and password."""
    if request.method != "POST":
        return _page(request, [], status=200)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, [str(error) for errors in form.errors.values() for error in errors])
    if _hasty(request, "password", form.cleaned_data["email"]):
        return _page(request, [SLOW_DOWN], status=429)
    person = auth.authenticate(request, **form.cleaned_data)
    if not isinstance(person, Person):
        return _page(request, [WRONG])
    return _welcome(request, person)


@open_to_all
@require_POST
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """Have a link mailed; the answer is the same whether the address is known or not."""
    form = LinkForm(request.POST)
    if not form.is_valid() or not settings.EMAIL_HOST:
        return _page(request, ["Enter your e-mail address."])
    if _hasty(request, "link", form.cleaned_data["email"]):
        return _page(request, [SLOW_DOWN], status=429)
    send_sign_in_link.defer(email=form.cleaned_data["email"])
    return render(request, "sign-in-sent.html")


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """A link opens a page whose button signs in: mail scanners follow links, but press nothing."""
    if request.method != "POST":
        return render(request, "sign-in-link.html")
    if _hasty(request, "token"):
        return _page(request, [SLOW_DOWN], status=429)
    person = use_sign_in_link(token, datetime.now(UTC))
    if person is None:
        return render(request, "sign-in-link.html", {"stale": True}, status=400)
    return _welcome(request, person)


@open_to_all
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return redirect("sign-in")


def _welcome(request: HttpRequest, person: Person) -> HttpResponse:
    with staff_scope():
        auth.login(request, person, backend=BACKEND)
    return redirect(_next(request) or "status")


def _next(request: HttpRequest) -> str:
    """Where the visitor wanted to go, if that is a page of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else ""


def _hasty(request: HttpRequest, what: str, email: str = "") -> bool:
    """Count this attempt; whether there were too many."""
    now, caller = datetime.now(UTC), _caller(request)
    limits = {f"{what} from {caller}": TRIES_PER_CALLER}
    if address := email.strip().lower():
        limits |= {
            f"{what} for {address}": TRIES_PER_ADDRESS,
            f"{what} for {address} from {caller}": TRIES,
        }
    counted = [too_many(bucket, limit, SPAN, now) for bucket, limit in limits.items()]
    return any(counted)


def _caller(request: HttpRequest) -> str:
    """The address that asks; behind a web server on this machine, the one which that names."""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return named if named and peer in LOOPBACK else peer


def _page(request: HttpRequest, problems: list[str], status: int = 400) -> HttpResponse:
    context = {
        "problems": problems,
        "email": request.POST.get("email", "")[:254],
        "next": _next(request),
        "links": bool(settings.EMAIL_HOST),
    }
    return render(request, "sign-in.html", context, status=status)
