"""Approving an application, with what follows for access: the applicant is invited as owner."""

from collections.abc import Collection
from datetime import datetime

from tocsin.access.invitations import invite_first_owner
from tocsin.access.models import Invitation, Person
from tocsin.constituency.joining.decisions import approve
from tocsin.constituency.models import Application, Organisation
from tocsin.database.scope import staff_scope


def approve_application(
    number: int,
    claims: Collection[int] | None,
    now: datetime,
    by: str,
    *,
    unproven: bool = False,
    organisation: str = "",
) -> Organisation:
    """As `decisions.approve`, in one transaction with the invitation of its first owner.

    An organisation that has people, or has invited some, keeps to those: they invite others.
    """
    with staff_scope():
        whose, _ = approve(number, claims, now, by, unproven=unproven, organisation=organisation)
        email = Application.objects.values_list("email", flat=True).get(pk=number)
        if not (Person.objects.filter(organisation=whose).exists() or _invited(whose)):
            invite_first_owner(email, whose, now, by)
    return whose


def _invited(organisation: Organisation) -> bool:
    return Invitation.objects.filter(organisation=organisation, withdrawn_at=None).exists()
