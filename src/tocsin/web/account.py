"""One's own account: second factors, password and sessions."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import auth, messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from tocsin.access import factors, passkeys
from tocsin.access.changes import change_password, end_sessions
from tocsin.access.models import AuthenticatorApp, Passkey, ProviderAccount
from tocsin.access.sealing import seal, unseal
from tocsin.access.sessions import proved_again, sessions_of
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.web.attempts import SLOW_DOWN, guessing
from tocsin.web.gate import ACTING, EVERYBODY, WRITING, SignedIn, fresh, only
from tocsin.web.passkeys import Use, asked, awaited, possible, site
from tocsin.web.qr import squares
from tocsin.web.scripted import render_scripted

SECRET = "authenticator_app"  # noqa: S105
WRONG_CODE = _("This code does not belong to the key shown here. Is the phone’s clock right?")


@only(EVERYBODY)
def account(request: SignedIn) -> HttpResponse:
    """How one signs in, and where one is signed in."""
    return _account(request)


@only(EVERYBODY, unproven=True)
def second_factor(request: SignedIn) -> HttpResponse:
    """The choice of a second factor; all that staff without one can see."""
    return render(request, "second-factor.html", {"possible": possible(request)})


@only(EVERYBODY, WRITING, unproven=True)
@fresh
@sensitive_post_parameters("code")
def app(request: SignedIn) -> HttpResponse:
    """Add an authenticator app: scan the key, type the first code."""
    kept = request.session.get(SECRET)
    purpose = f"new authenticator app of {request.user.pk}"
    if request.method != "POST" or not kept:
        secret = factors.new_secret()
        request.session[SECRET] = seal(secret.encode(), purpose).hex()
        return _app(request, secret, [])
    secret = unseal(bytes.fromhex(kept), purpose).decode()
    if guessing(request, request.user.pk):
        return _app(request, secret, [str(SLOW_DOWN)], 429)
    now, code = datetime.now(UTC), request.POST.get("code", "")[:50]
    if not factors.add_totp(request.user, secret, code, now, request.signed_in.pk):
        return _app(request, secret, [str(WRONG_CODE)], 400)
    del request.session[SECRET]
    return _added(request, now)


@only(EVERYBODY, WRITING, unproven=True)
@fresh
def new_passkey(request: SignedIn) -> HttpResponse:
    """Add a passkey, which the browser makes."""
    if request.method != "POST":
        return _new_passkey(request, [])
    state, now = awaited(request, Use.NEW), datetime.now(UTC)
    if state is None:
        return _new_passkey(request, [str(passkeys.UNUSABLE)], 400)
    answer, name = (request.POST.get(field, "")[:10_000] for field in ("answer", "name"))
    try:
        passkeys.keep_passkey(
            site(request), request.user, state, answer, name, now, request.signed_in.pk
        )
    except TocsinError as error:
        return _new_passkey(request, [str(error)], 400)
    return _added(request, now)


@only(EVERYBODY, ACTING, unproven=True)
@fresh
def new_passkey_options(request: SignedIn) -> HttpResponse:
    """What the browser needs to make one."""
    return JsonResponse(asked(request, Use.NEW, request.user))


@only(EVERYBODY, ACTING)
@fresh
def remove_app(request: SignedIn) -> HttpResponse:
    try:
        factors.remove_totp(request.user, datetime.now(UTC), request.signed_in.pk)
    except TocsinError as error:
        return _account(request, (str(error),), 400)
    messages.success(request, _("The authenticator app is removed."))
    return redirect("account")


@only(EVERYBODY, ACTING)
@fresh
def remove_passkey(request: SignedIn, number: int) -> HttpResponse:
    now, here = datetime.now(UTC), request.signed_in.pk
    try:
        removed = passkeys.remove_passkey(request.user, number, now, here)
    except TocsinError as error:
        return _account(request, (str(error),), 400)
    if not removed:
        raise Http404
    messages.success(request, _("The passkey is removed."))
    return redirect("account")


@only(EVERYBODY, ACTING)
@fresh
def recovery_codes(request: SignedIn) -> HttpResponse:
    """New ones, shown this once."""
    now, here = datetime.now(UTC), request.signed_in.pk
    try:
        codes = factors.remake_recovery_codes(request.user, now, here)
    except TocsinError as error:
        return _account(request, (str(error),), 400)
    return render(request, "recovery-codes.html", {"codes": codes})


class PasswordForm(forms.Form):
    password = forms.CharField(
        strip=False, max_length=1000, error_messages={"required": _("Enter a new password.")}
    )
    again = forms.CharField(
        strip=False, max_length=1000, error_messages={"required": _("Enter it a second time.")}
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and given["password"] != given["again"]:
            raise forms.ValidationError(_("The two are not the same."))
        return given


@only(EVERYBODY, WRITING)
@fresh
@sensitive_post_parameters("password", "again")
def password(request: SignedIn) -> HttpResponse:
    """Set or change one's password; every other session ends."""
    if request.method != "POST":
        return render(request, "password.html")
    form, person = PasswordForm(request.POST), request.user
    if not form.is_valid():
        problems = [str(error) for errors in form.errors.values() for error in errors]
        return render(request, "password.html", {"problems": problems}, status=400)
    try:
        change_password(
            person, form.cleaned_data["password"], f"person {person.pk}", datetime.now(UTC),
            request.signed_in.pk,
        )  # fmt: skip
    except TocsinError as error:
        return render(request, "password.html", {"problems": [str(error)]}, status=400)
    auth.update_session_auth_hash(request, person)
    messages.success(request, _("Your password is changed."))
    return redirect("account")


@only(EVERYBODY, ACTING)
def end_session(request: SignedIn, number: int) -> HttpResponse:
    """End one session, also this one."""
    who, now = request.user.pk, datetime.now(UTC)
    if not end_sessions(who, f"person {who}", now, only=number):
        raise Http404
    return redirect("account")


@only(EVERYBODY, ACTING)
def end_other_sessions(request: SignedIn) -> HttpResponse:
    who, now = request.user.pk, datetime.now(UTC)
    end_sessions(who, f"person {who}", now, keep=request.signed_in.pk)
    messages.success(request, _("All the other sessions are ended."))
    return redirect("account")


def _added(request: SignedIn, now: datetime) -> HttpResponse:
    """A second factor was added and shown; with the first one come recovery codes."""
    proved_again(request.signed_in, now, second_factor=True)
    if factors.recovery_codes_left(request.user.pk):
        return redirect("account")
    codes = factors.new_recovery_codes(request.user)
    return render(request, "recovery-codes.html", {"codes": codes, "added": True})


def _account(request: SignedIn, problems: tuple[str, ...] = (), status: int = 200) -> HttpResponse:
    person, now = request.user, datetime.now(UTC)
    with staff_scope():
        context = {
            "problems": problems,
            "app": AuthenticatorApp.objects.filter(person=person).first(),
            "passkeys": list(Passkey.objects.filter(person=person).order_by("pk")),
            "providers": list(ProviderAccount.objects.filter(person=person)),
            "codes": factors.recovery_codes_left(person.pk),
            "sessions": sessions_of(person.pk, now),
            "this": request.signed_in,
            "has_password": person.has_usable_password(),
        }
    return render(request, "account.html", context, status=status)


def _app(request: SignedIn, secret: str, problems: list[str], status: int = 200) -> HttpResponse:
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    uri = factors.enrolment_uri(request.user, secret)
    context = {"problems": problems, "secret": spaced, "uri": uri, "code": squares(uri)}
    return render(request, "authenticator-app.html", context, status=status)


def _new_passkey(request: SignedIn, problems: list[str], status: int = 200) -> HttpResponse:
    context = {
        "problems": problems,
        "possible": possible(request),
        "options": reverse("new-passkey-options"),
    }
    return render_scripted(request, "new-passkey.html", context, status=status)
