"""Signing in and out: something known (password, mailed link, provider), then a second factor."""

from datetime import UTC, datetime

from django import forms
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tocsin.access.factors import has_factor
from tocsin.access.jobs import send_sign_in_link
from tocsin.access.links import use_sign_in_link
from tocsin.access.models import Person
from tocsin.web.attempts import SLOW_DOWN, hasty
from tocsin.web.gate import open_to_all
from tocsin.web.halfway import begin_halfway
from tocsin.web.home import home_of
from tocsin.web.scripted import render_scripted
from tocsin.web.sessions import enter, leave
from tocsin.web.targets import wanted

WRONG = _("This e-mail address and password do not match.")


class SignInForm(forms.Form):
    email = forms.EmailField(error_messages={"required": _("Enter your e-mail address.")})
    password = forms.CharField(
        strip=False, max_length=1000, error_messages={"required": _("Enter your password.")}
    )


class LinkForm(forms.Form):
    email = forms.EmailField(error_messages={"required": _("Enter your e-mail address.")})


@open_to_all
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """By e-mail address and password."""
    if request.method != "POST":
        return sign_in_page(request, [], status=200)
    form = SignInForm(request.POST)
    if not form.is_valid():
        problems = [str(error) for errors in form.errors.values() for error in errors]
        return sign_in_page(request, problems)
    if hasty(request, "password", form.cleaned_data["email"]):
        return sign_in_page(request, [str(SLOW_DOWN)], status=429)
    person = auth.authenticate(request, **form.cleaned_data)
    if not isinstance(person, Person):
        return sign_in_page(request, [str(WRONG)])
    return welcome(request, person, wanted(request))


@open_to_all
@require_POST
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """Have a link mailed; the answer is the same whether the address is known or not."""
    form = LinkForm(request.POST)
    if not form.is_valid() or not settings.EMAIL_HOST:
        return sign_in_page(request, [str(_("Enter your e-mail address."))])
    if hasty(request, "link", form.cleaned_data["email"]):
        return sign_in_page(request, [str(SLOW_DOWN)], status=429)
    send_sign_in_link.defer(email=form.cleaned_data["email"])
    return render(request, "sign-in-sent.html")


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """A link opens a page whose button signs in: mail scanners follow links, but press nothing."""
    if request.method != "POST":
        return render(request, "sign-in-link.html")
    if hasty(request, "token"):
        return sign_in_page(request, [str(SLOW_DOWN)], status=429)
    person = use_sign_in_link(token, datetime.now(UTC))
    if person is None:
        return render(request, "sign-in-link.html", {"stale": True}, status=400)
    return welcome(request, person, wanted(request))


@open_to_all
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    leave(request)
    return redirect("sign-in")


def welcome(
    request: HttpRequest, person: Person, target: str, *, second_factor: bool = False
) -> HttpResponse:
    """Go on with somebody known: to their second factor, if they have one and have not shown it
    (`second_factor`), and then to `target`."""
    if second_factor or not has_factor(person.pk):
        enter(request, person, second_factor=second_factor)
        return redirect(target or home_of(person))
    begin_halfway(request, person, target)
    return redirect("second-step")


def sign_in_page(request: HttpRequest, problems: list[str], status: int = 400) -> HttpResponse:
    context = {
        "problems": problems,
        "email": request.POST.get("email", "")[:254],
        "next": wanted(request),
        "links": bool(settings.EMAIL_HOST),
        "providers": settings.TOCSIN_OIDC,
    }
    return render_scripted(request, "sign-in.html", context, status=status)
