"""Parts of an organisation's assets whose threats go to its own customer's contact."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.db.models import QuerySet

from tocsin.answers.models import Delegation
from tocsin.answers.submission import SQL
from tocsin.audit.models import Entry
from tocsin.constituency.asset_names import read_asset
from tocsin.constituency.asset_table import Form
from tocsin.constituency.lookup import look_up
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.refused import RefusalError

DELEGATES = (
    (SQL / "delegates.sql").read_text().replace("{covering}", (SQL / "covering.sql").read_text())
)
_FORMS = {
    Form.IPV4: "prefix", Form.IPV6: "prefix", Form.DOMAIN: "domain",
    Form.EMAIL_DOMAIN: "email_domain",
}  # fmt: skip


class Contact(NamedTuple):
    """Whom threats are passed on to; `language` as of organisations."""

    name: str
    email: str
    language: str = "en"


class Affected(NamedTuple):
    """A threat's organisation and affected party; `domain` is empty where there is an address."""

    organisation_id: int
    address: str | None
    domain: str = ""


def delegate(
    organisation_id: int,
    value: str,
    contact: Contact,
    by: str,
    now: datetime,
    until: datetime | None = None,
) -> Delegation:
    """From now on the contact is told of, and answers for, what is in this part of the assets.

    Raises `TocsinError` where `value` is no prefix or domain of the organisation's, or is
    delegated already.
    """
    form, text = _asset(value)
    _check(contact, now, until)
    with staff_scope():
        organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
        if look_up(text, now).organisation != organisation.name:
            raise TocsinError(
                f"{text} is not an asset of {organisation.name}",
                "Only what lies within an organisation's own assets can be delegated.",
            )
        if _not_ended(organisation_id, now).filter(value=text).exists():
            raise TocsinError(f"{text} is delegated already", "End that delegation first.")
        made = Delegation.objects.create(
            organisation=organisation,
            form=form,
            value=text,
            name=contact.name,
            email=contact.email,
            language=contact.language,
            valid_from=now,
            valid_to=until,
            made_by=by,
            made_at=now,
        )
        _log("delegation made", made, by, now)
    return made


def end_delegation(organisation_id: int, number: int, by: str, now: datetime) -> None:
    """Raises `TocsinError` where the organisation has no such delegation in force."""
    with staff_scope():
        found = _valid(organisation_id, now).filter(pk=number).select_for_update().first()
        if found is None:
            raise TocsinError(f"there is no delegation {number} to end")
        found.valid_to, found.ended_by = now, by
        found.save()
        _log("delegation ended", found, by, now)


def delegations(now: datetime, organisation_id: int | None = None) -> list[Delegation]:
    """Those in force, of one organisation or of all."""
    with staff_scope():
        found = _valid(organisation_id, now).select_related("organisation")
        return list(found.order_by("organisation__name", "value"))


def delegate_for(
    organisation_id: int, address: str | None, domain: str, now: datetime
) -> Delegation | None:
    """The delegation that covers one affected party, the most specific if there are several."""
    return delegates([Affected(organisation_id, address, domain)], now)[0]


def delegates(affected: Sequence[Affected], now: datetime) -> list[Delegation | None]:
    """The same for many at once, in their order."""
    with staff_scope():
        return covering(affected, now)


def covering(affected: Sequence[Affected], now: datetime) -> list[Delegation | None]:
    """The same inside the scope of whose threats they are."""
    owners = {one.organisation_id for one in affected}
    if len(affected) > 1 and not Delegation.objects.filter(organisation_id__in=owners).exists():
        return [None] * len(affected)
    with connection.cursor() as cursor:
        cursor.execute(
            DELEGATES,
            {
                "organisation": [one.organisation_id for one in affected],
                "address": [one.address for one in affected],
                "domain": [one.domain for one in affected],
                "now": now,
            },
        )
        numbers = [number for (number,) in cursor.fetchall()]
    found = Delegation.objects.in_bulk({number for number in numbers if number is not None})
    return [found.get(number) for number in numbers]


def _valid(organisation_id: int | None, now: datetime) -> QuerySet[Delegation]:
    return _not_ended(organisation_id, now).filter(valid_from__lte=now)


def _not_ended(organisation_id: int | None, now: datetime) -> QuerySet[Delegation]:
    """Also one that somebody else has made a moment later than `now`."""
    found = Delegation.objects.exclude(valid_to__lte=now)
    return found if organisation_id is None else found.filter(organisation_id=organisation_id)


def _asset(value: str) -> tuple[str, str]:
    """Its form and its one name."""
    try:
        named = read_asset(value)
    except RefusalError as refusal:
        raise TocsinError(refusal.detail, "Give a prefix, a domain or an @domain.") from refusal
    if len(named) != 1 or named[0].form not in _FORMS:
        raise TocsinError(f"{value} cannot be delegated", "Give a prefix, a domain or an @domain.")
    return _FORMS[named[0].form], named[0].text


def _check(contact: Contact, now: datetime, until: datetime | None) -> None:
    try:
        validate_email(contact.email)
    except ValidationError as error:
        raise TocsinError(f"{contact.email!r} is not a mail address") from error
    if until and until <= now:
        raise TocsinError("the delegation would have ended already", "Give a later time.")


def _log(action: str, one: Delegation, by: str, now: datetime) -> None:
    Entry.objects.create(
        at=now,
        actor=by,
        action=action,
        subject=f"delegation {one.pk}",
        about=one.organisation_id,
        detail={"organisation": one.organisation_id, "asset": one.value},
    )
