"""The second factor when signing in, passkeys instead of a password, and proving it again."""

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tocsin.access.factors import has_factor, use_code
from tocsin.access.models import AuthenticatorApp, Passkey, Person, RecoveryCode
from tocsin.access.sessions import proved_again
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.web.attempts import SLOW_DOWN, guessing, hasty
from tocsin.web.gate import EVERYBODY, WRITING, SignedIn, only, open_to_all
from tocsin.web.halfway import halfway
from tocsin.web.home import home_of
from tocsin.web.passkeys import Use, answered, asked
from tocsin.web.scripted import render_scripted
from tocsin.web.sessions import enter, session_of
from tocsin.web.sign_in import sign_in_page
from tocsin.web.targets import wanted

WRONG_CODE = _("This code is not right, or was used before. Wait for the next one.")
WRONG_PASSKEY = _("That passkey could not be used. Try again, or use another way.")
WRONG_PASSWORD = _("This is not your password.")


@open_to_all
@sensitive_post_parameters("code")
@require_http_methods(list(WRITING))
def second_step(request: HttpRequest) -> HttpResponse:
    """A code, recovery code or passkey of whoever's password was right."""
    half = halfway(request)
    if half is None:
        return redirect("sign-in")
    person, target = half
    if request.method != "POST":
        return _step_page(request, person, "second-step.html", [])
    if guessing(request, person.pk):
        return _step_page(request, person, "second-step.html", [str(SLOW_DOWN)], 429)
    problem = _shown(request, person, Use.SECOND)
    if problem:
        return _step_page(request, person, "second-step.html", [problem], 400)
    enter(request, person, second_factor=True)
    return redirect(target or home_of(person))


@open_to_all
@require_POST
def by_passkey(request: HttpRequest) -> HttpResponse:
    """A passkey alone: its device has checked who holds it, so it is both factors."""
    if hasty(request, "passkey"):
        return sign_in_page(request, [str(SLOW_DOWN)], status=429)
    person = answered(request, Use.SIGN_IN)
    if person is None:
        return sign_in_page(request, [str(WRONG_PASSKEY)])
    enter(request, person, second_factor=True)
    return redirect(wanted(request) or home_of(person))


@open_to_all
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What the browser needs to use a passkey: for signing in, the second step or confirming."""
    if hasty(request, "options"):
        return JsonResponse({"problem": str(SLOW_DOWN)}, status=429)
    use = {each.value: each for each in Use}.get(request.POST.get("use", ""))
    person: Person | None = None
    if use is Use.SECOND:
        half = halfway(request)
        person = half[0] if half else None
    elif use is Use.CONFIRM:
        session = session_of(request)
        person = request.user if session and isinstance(request.user, Person) else None
    if use is None or (person is None and use is not Use.SIGN_IN):
        return JsonResponse({"problem": "Sign in again."}, status=400)
    return JsonResponse(asked(request, use, person))


@only(EVERYBODY, WRITING, unproven=True)
@sensitive_post_parameters("code", "password")
def confirm(request: SignedIn) -> HttpResponse:
    """Prove it again before something dangerous: by a second factor, or else by password."""
    person = request.user
    if request.method != "POST":
        return _step_page(request, person, "confirm.html", [])
    if guessing(request, person.pk):
        return _step_page(request, person, "confirm.html", [str(SLOW_DOWN)], 429)
    problem = _shown(request, person, Use.CONFIRM)
    if problem:
        return _step_page(request, person, "confirm.html", [problem], 400)
    proved_again(request.signed_in, datetime.now(UTC), second_factor=has_factor(person.pk))
    return redirect(wanted(request) or "account")


def _shown(request: HttpRequest, person: Person, use: Use) -> str:
    """What was wrong with the proof; empty when all is right.

    The password counts only for confirming, and only of somebody without a second factor.
    """
    if "answer" in request.POST:
        return "" if answered(request, use, person.pk) else str(WRONG_PASSKEY)
    if use is Use.CONFIRM and not has_factor(person.pk):
        given = request.POST.get("password", "")[:1000]
        return "" if check_password(given, person.password) else str(WRONG_PASSWORD)
    try:
        right = use_code(person.pk, request.POST.get("code", "")[:50], datetime.now(UTC))
    except TocsinError as error:
        return f"{error} Tell {settings.TOCSIN_AUTHORITY}."
    return "" if right else str(WRONG_CODE)


def _step_page(
    request: HttpRequest, person: Person, template: str, problems: list[str], status: int = 200
) -> HttpResponse:
    with staff_scope():
        context = {
            "problems": problems,
            "next": wanted(request),
            "app": AuthenticatorApp.objects.filter(person=person).exists(),
            "passkey": Passkey.objects.filter(person=person).exists(),
            "codes": RecoveryCode.objects.filter(person=person, used_at=None).exists(),
            "password": person.has_usable_password(),
        }
    return render_scripted(request, template, context, status=status)
