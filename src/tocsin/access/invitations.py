"""Invitations: made by people, mailed by a job, accepted once by whoever has the link."""

import secrets
from datetime import datetime
from hashlib import sha256

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, models, transaction

from tocsin.access.models import MEMBER_ROLES, Invitation, Person, Role
from tocsin.access.rules import INVITATION_VALID_FOR, may_invite
from tocsin.audit.log import note
from tocsin.constituency.models import Organisation
from tocsin.database.queue import later
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.errors import TocsinError

SEND = "tocsin.access.send_invitation"
LONGEST_NAME = 200
ANOTHER = "Ask for a new invitation."


def invite(
    email: str, role: Role, now: datetime, by: Person, organisation: Organisation | None = None
) -> Invitation:
    """Ask somebody to join; the mail leaves by a job.

    An owner invites to his own organisation whatever is given.  That the address is somebody
    else's person is not told here: only its own mailbox learns it.  Raises `TocsinError` for an
    address or a role that cannot be.
    """
    email = _address(email)
    if role not in may_invite(Role(by.role)):
        raise TocsinError("You cannot invite people to that role.")
    whose = by.organisation or organisation
    if (role in MEMBER_ROLES) != (whose is not None):
        raise TocsinError(
            "Choose the organisation for its owner, and none for the authority's own people."
        )
    with organisation_scope(by.organisation_id) if by.organisation_id else staff_scope():
        if Person.objects.filter(email__iexact=email).exists():
            raise TocsinError(f"{email} is one of your people already.")
        if _waiting(email, whose).exists():
            raise TocsinError(f"{email} is invited already.", "Send that invitation again.")
        return _make(email, role, whose, now, f"person {by.pk}", by)


def invite_first_owner(email: str, organisation: Organisation, now: datetime, by: str) -> None:
    """Of an organisation whose application was approved.  `by`: as the log names who did it."""
    with staff_scope():
        _make(_address(email), Role.OWNER, organisation, now, by)


def _make(
    email: str,
    role: Role,
    organisation: Organisation | None,
    now: datetime,
    actor: str,
    by: Person | None = None,
) -> Invitation:
    made = Invitation.objects.create(
        email=email, role=role, organisation=organisation, invited_by=by,
        created_at=now, expires_at=now + INVITATION_VALID_FOR,
    )  # fmt: skip
    whose = made.organisation_id
    note(actor, "invited", f"invitation {made.pk}", now, whose, role=role.value)
    later(SEND, invitation=made.pk)
    return made


def send_again(number: int, now: datetime, by: Person) -> None:
    """A new mail with a new link, for seven more days; the old link ends when it is sent."""
    invitation = _open(number)
    invitation.expires_at = now + INVITATION_VALID_FOR
    invitation.save(update_fields=["expires_at"])
    whose = invitation.organisation_id
    note(f"person {by.pk}", "invitation sent again", f"invitation {number}", now, whose)
    later(SEND, invitation=number)


def withdraw(number: int, now: datetime, by: Person) -> None:
    """Its link ends at once."""
    invitation = _open(number)
    invitation.withdrawn_at = now
    invitation.save(update_fields=["withdrawn_at"])
    whose = invitation.organisation_id
    note(f"person {by.pk}", "invitation withdrawn", f"invitation {number}", now, whose)


def make_token(number: int, now: datetime) -> tuple[Invitation, str] | None:
    """A token for the mail that is about to leave; the one before it ends.  None if there is
    nothing to send any more."""
    with staff_scope():
        invitation = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("organisation", "invited_by")
            .filter(pk=number, accepted_at=None, withdrawn_at=None, expires_at__gt=now)
            .first()
        )
        if invitation is None:
            return None
        token = secrets.token_urlsafe(32)
        invitation.digest, invitation.sent_at = _digest(token), now
        invitation.save(update_fields=["digest", "sent_at"])
    return invitation, token


def invitation_of(token: str, now: datetime) -> Invitation | None:
    """What the link invites to; None if it is unknown, used, withdrawn or too old."""
    with staff_scope():
        return _by_token(token, now).first()


def accept(token: str, name: str, password: str, now: datetime) -> Person:
    """Become the person that was invited; of two at once, one does.

    Raises `TocsinError` for a link that no longer works or a password that is too weak.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise TocsinError("Write your name.")
    with staff_scope():
        invitation = _by_token(token, now).select_for_update(of=("self",)).first()
        if invitation is None:
            raise TocsinError("This invitation no longer works.", ANOTHER)
        person = _person(invitation, name, now)
        _set_password(person, password)
        _keep(person)
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
        subject = f"invitation {invitation.pk}"
        actor, whose = f"person {person.pk}", person.organisation_id
        note(actor, "invitation accepted", subject, now, whose, role=person.role)
    return person


def _person(invitation: Invitation, name: str, now: datetime) -> Person:
    if Person.objects.filter(email__iexact=invitation.email).exists():
        raise _taken(invitation.email)
    return Person(
        email=invitation.email,
        name=name,
        role=invitation.role,
        organisation=invitation.organisation,
        created_at=now,
    )


def _keep(person: Person) -> None:
    """Somebody may accept an invitation to two organisations at the same moment."""
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise _taken(person.email) from error


def _taken(email: str) -> TocsinError:
    return TocsinError(
        f"{email} can sign in already.",
        "One address is one person: ask to be invited with another address.",
    )


def _set_password(person: Person, password: str) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise TocsinError(" ".join(error.messages)) from error
    person.set_password(password)


def _by_token(token: str, now: datetime) -> models.QuerySet[Invitation]:
    return Invitation.objects.select_related("organisation").filter(
        models.Q(organisation=None) | models.Q(organisation__suspended=False),
        digest=_digest(token),
        accepted_at=None,
        withdrawn_at=None,
        expires_at__gt=now,
    )


def _waiting(email: str, organisation: Organisation | None) -> models.QuerySet[Invitation]:
    return Invitation.objects.filter(
        email=email, organisation=organisation, accepted_at=None, withdrawn_at=None
    )


def _open(number: int) -> Invitation:
    """In the caller's scope, which shows an owner his own organisation's only."""
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .filter(pk=number, accepted_at=None, withdrawn_at=None)
        .first()
    )
    if invitation is None:
        raise TocsinError("This invitation was accepted or withdrawn already.")
    return invitation


def _address(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise TocsinError(f"“{email}” is not an e-mail address.") from error
    return email


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
