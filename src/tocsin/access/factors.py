"""Second factors: the code of an authenticator app, and recovery codes."""

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings

from tocsin.access.changes import note_change
from tocsin.access.models import AuthenticatorApp, Passkey, Person, RecoveryCode
from tocsin.access.sealing import keyed_digest, seal, unseal
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError

DIGITS, STEP = 6, 30  # RFC 6238's defaults, the only ones that every app knows
DRIFT = (-1, 0, 1)  # steps that a phone's clock may be off
CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are taken for one another
LENGTH = 10
LAST = "You need at least one second factor. Add another one before you remove this one."
FIRST = "Recovery codes stand in for a second factor: add one first."


def new_secret() -> str:
    """160 random bits in base 32, as apps take them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def enrolment_uri(person: Person, secret: str) -> str:
    """The `otpauth://` address that a QR code carries."""
    return _totp(secret).get_provisioning_uri(person.email, f"Tocsin {settings.TOCSIN_AUTHORITY}")


def add_totp(person: Person, secret: str, code: str, now: datetime, keep: int | None) -> bool:
    """The person adds their app, and shows by a code that it works; whether it did.

    It takes the place of any app before; `keep`: the session that goes on.
    """
    step = matching_step(secret, plain(code), now)
    if step is None:
        return False
    with staff_scope():
        enrol_totp(person, secret, now, step)
        note_change(person, "app-added", f"person {person.pk}", now, keep)
    return True


def enrol_totp(person: Person, secret: str, now: datetime, step: int = 0) -> None:
    """Let the app with this secret (base 32) be the person's, without telling anybody.

    `step`: up to which codes are used already.
    """
    values = {"secret": seal(secret.encode(), _purpose(person.pk)), "last_step": step}
    with staff_scope():
        AuthenticatorApp.objects.update_or_create(
            person=person, defaults={**values, "created_at": now, "used_at": None}
        )


def new_totp(person: Person, now: datetime) -> str:
    """Enrol a new secret without telling anybody, and say it (base 32)."""
    secret = new_secret()
    enrol_totp(person, secret, now)
    return secret


def has_secret(person: int, secret: str) -> bool:
    """Whether the person's app is the one with this secret (base 32)."""
    with staff_scope():
        app = AuthenticatorApp.objects.filter(person_id=person).first()
    return app is not None and secrets.compare_digest(
        unseal(bytes(app.secret), _purpose(person)), secret.encode()
    )


def code_of(secret: str, now: datetime) -> str:
    """What an app with this secret shows."""
    return _totp(secret).generate(int(now.timestamp())).decode()


def remove_totp(person: Person, now: datetime, keep: int | None = None) -> None:
    """Raises `TocsinError` for the last factor of somebody who must have one."""
    with removing(person):
        if AuthenticatorApp.objects.filter(person=person).delete()[0]:
            note_change(person, "app-removed", f"person {person.pk}", now, keep)


@contextmanager
def removing(person: Person) -> Iterator[None]:
    """For a transaction that removes a factor: it comes to nothing, with a `TocsinError`, where it
    leaves staff without one; recovery codes go with the last factor that they stand in for.

    One at a time for each person, or two at once would each leave what the other removes.
    """
    with staff_scope():
        Person.objects.select_for_update().get(pk=person.pk)
        yield
        if has_factor(person.pk):
            return
        if person.is_staff_member:
            raise TocsinError(LAST)
        RecoveryCode.objects.filter(person=person).delete()


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The step whose code this is, if it is one of now's."""
    step = int(now.timestamp()) // STEP
    found = None
    for near in (step + drift for drift in DRIFT):
        if secrets.compare_digest(_totp(secret).generate(near * STEP), code.encode()):
            found = near
    return found


def use_code(person: int, code: str, now: datetime) -> bool:
    """Whether this is the person's code of this minute, or one of their recovery codes; each
    works once, whoever asks at the same moment."""
    code = plain(code)
    if len(code) == DIGITS and code.isascii() and code.isdigit():
        return _use_totp(person, code, now)
    digest = keyed_digest(f"{person} {code}", "recovery-code")
    with staff_scope():
        codes = RecoveryCode.objects.filter(person_id=person, digest=digest, used_at=None)
        return codes.update(used_at=now) == 1


def _use_totp(person: int, code: str, now: datetime) -> bool:
    with staff_scope():
        app = AuthenticatorApp.objects.filter(person_id=person).first()
        if app is None:
            return False
        secret = unseal(bytes(app.secret), _purpose(person)).decode()
        step = matching_step(secret, code, now)
        if step is None:
            return False
        fresh = AuthenticatorApp.objects.filter(pk=app.pk, last_step__lt=step)
        return fresh.update(last_step=step, used_at=now) == 1


def plain(code: str) -> str:
    """As people type it: with spaces, hyphens and capitals, or without."""
    return "".join(code.split()).replace("-", "").lower()


def new_recovery_codes(person: Person) -> list[str]:
    """Ten codes, said this once; those before no longer work."""
    codes = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(CODES)]
    with staff_scope():
        RecoveryCode.objects.filter(person=person).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(person=person, digest=keyed_digest(f"{person.pk} {code}", "recovery-code"))
            for code in codes
        )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def recovery_codes_left(person: int) -> int:
    with staff_scope():
        return RecoveryCode.objects.filter(person_id=person, used_at=None).count()


def remake_recovery_codes(person: Person, now: datetime, keep: int | None = None) -> list[str]:
    """The person has new ones made.  Raises `TocsinError` where there is no factor to stand in
    for."""
    if not has_factor(person.pk):
        raise TocsinError(FIRST)
    with staff_scope():
        codes = new_recovery_codes(person)
        note_change(person, "recovery-codes-made", f"person {person.pk}", now, keep)
    return codes


def has_factor(person: int) -> bool:
    """An authenticator app or a passkey; recovery codes alone are none."""
    with staff_scope():
        return (
            AuthenticatorApp.objects.filter(person_id=person).exists()
            or Passkey.objects.filter(person_id=person).exists()
        )


def without_factor(people: list[int]) -> set[int]:
    """Which of these people have none."""
    with staff_scope():
        having = AuthenticatorApp.objects.filter(person__in=people).values_list("person", flat=True)
        keys = Passkey.objects.filter(person__in=people).values_list("person", flat=True)
        return set(people) - set(having) - set(keys)


def _totp(secret: str) -> TOTP:
    sha1 = SHA1()  # noqa: S303 (what apps know; its weakness does not matter in an HMAC)
    return TOTP(base64.b32decode(secret), DIGITS, sha1, STEP)


def _purpose(person: int) -> str:
    return f"authenticator app of {person}"
