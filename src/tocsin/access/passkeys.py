"""Passkeys (WebAuthn): the FIDO2 library checks, this keeps.

`Site` is where the browser is: a passkey works on one host name only, and never on an address.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from django.conf import settings
from django.db import IntegrityError
from django.db.models import Q
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tocsin.access.changes import note_change
from tocsin.access.factors import removing
from tocsin.access.models import Passkey, Person
from tocsin.access.sealing import keyed_digest
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError

Options = dict[str, Any]
State = dict[str, str]
# What the library raises for an answer that no authenticator gives.
MALFORMED = (
    AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
    UnsupportedAlgorithm, struct.error,
)  # fmt: skip
MOST = 20  # passkeys that one person may have
UNUSABLE = "That passkey could not be used. Try again, or use another way."


@dataclass(frozen=True)
class Site:
    """`host`: the name in the address bar; `origin`: with scheme and port."""

    host: str
    origin: str

    @property
    def server(self) -> Fido2Server:
        entity = PublicKeyCredentialRpEntity(
            name=f"Tocsin {settings.TOCSIN_AUTHORITY}", id=self.host
        )
        return Fido2Server(entity, verify_origin=lambda origin: origin == self.origin)


def ask_to_make(site: Site, person: Person) -> tuple[Options, State]:
    """What the browser needs to make a passkey, and what to keep until it answers."""
    user = PublicKeyCredentialUserEntity(
        id=_handle(person.pk), name=person.email, display_name=person.name or person.email
    )
    options, state = site.server.register_begin(
        user,
        _credentials(person.pk),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return _plain(options), _plain(state)


def keep_passkey(
    site: Site, person: Person, state: State, answer: str, name: str, now: datetime, keep: int
) -> None:
    """Keep the passkey that the browser made.  Raises `TocsinError` if it cannot be right.

    `keep`: the session in which it was made, which goes on.
    """
    try:
        data = site.server.register_complete(state, _answer(answer))
    except MALFORMED as error:
        raise TocsinError(UNUSABLE) from error
    credential = data.credential_data
    if credential is None:
        raise TocsinError(UNUSABLE)
    try:
        with staff_scope():
            if Passkey.objects.filter(person=person).count() >= MOST:
                raise TocsinError(f"You have {MOST} passkeys. Remove one first.")
            Passkey.objects.create(
                person=person, name=name.strip()[:60] or "Passkey", created_at=now,
                credential_id=credential.credential_id, credential=bytes(credential),
                count=data.counter,
            )  # fmt: skip
            note_change(person, "passkey-added", f"person {person.pk}", now, keep)
    except IntegrityError as error:
        raise TocsinError("This passkey is in use already.") from error


def ask_for_one(site: Site, person: int | None = None) -> tuple[Options, State]:
    """What the browser needs to use a passkey: one of the person's, or whoever's it has.

    Without a person it stands for both factors, so its holder must unlock it.
    """
    check = (
        UserVerificationRequirement.REQUIRED
        if person is None
        else UserVerificationRequirement.PREFERRED
    )
    known = _credentials(person) if person is not None else None
    options, state = site.server.authenticate_begin(known, user_verification=check)
    return _plain(options), _plain(state)


def use_passkey(
    site: Site, state: State, answer: str, now: datetime, person: int | None = None
) -> Person | None:
    """Whose passkey answered, if it is one of theirs (`person`'s, if given) and all is right.

    An answer with an old count comes from a copy of the passkey: it is not taken.
    """
    try:
        response = AuthenticationResponse.from_dict(_answer(answer))
        with staff_scope():
            whose = Q() if person is None else Q(person_id=person)
            passkey = Passkey.objects.filter(whose, credential_id=response.raw_id).first()
        if passkey is None or response.response.user_handle not in (
            None, b"", _handle(passkey.person_id)
        ):  # fmt: skip
            return None
        known = [AttestedCredentialData(bytes(passkey.credential))]
        site.server.authenticate_complete(state, known, response)
    except MALFORMED:
        return None
    return _counted(passkey, response.response.authenticator_data.counter, now)


def remove_passkey(person: Person, number: int, now: datetime, keep: int | None = None) -> bool:
    """Whether it was the person's.  Raises `TocsinError` for the last factor of somebody who must
    have one."""
    with removing(person):
        found = Passkey.objects.filter(person=person, pk=number).delete()[0] > 0
        if found:
            note_change(person, "passkey-removed", f"person {person.pk}", now, keep)
    return found


def _counted(passkey: Passkey, count: int, now: datetime) -> Person | None:
    """Many authenticators do not count: they always say 0."""
    with staff_scope():
        newer = Q(count=0) if count == 0 else Q(count__lt=count)
        same = Passkey.objects.filter(newer, pk=passkey.pk)
        if not same.update(count=count, used_at=now):
            return None
        return Person.objects.welcome().filter(pk=passkey.person_id).first()


def _credentials(person: int) -> list[AttestedCredentialData]:
    with staff_scope():
        rows = Passkey.objects.filter(person_id=person).values_list("credential", flat=True)
        return [AttestedCredentialData(bytes(row)) for row in rows]


def _handle(person: int) -> bytes:
    """How passkeys name the person: a number that says nothing to anybody else."""
    return keyed_digest(str(person), "passkey-handle")


def _answer(text: str) -> Mapping[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _plain(options: object) -> dict[str, Any]:
    """As JSON has it, without what is not set."""
    found: dict[str, Any] = json.loads(json.dumps(dict(options)))  # type: ignore[call-overload]
    return found
