"""Real assets in the database, as the asset map reads them."""

from datetime import datetime

from tests.threats.files import NOW
from tocsin.constituency.generation import raise_generation
from tocsin.constituency.models import Asset, Organisation


def organisation(name: str) -> int:
    return Organisation.objects.get_or_create(name=name, defaults={"created_at": NOW})[0].pk


def asset(
    owner: str,
    value: str,
    provenance: str = "manual",
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> int:
    """The organisation's number."""
    number = organisation(owner)
    forms = {"@": "email_domain", "A": "asn"}
    form = forms.get(value[0]) or ("prefix" if "/" in value else "domain")
    Asset.objects.create(
        organisation_id=number,
        form=form,
        value=value,
        provenance=provenance,
        registry="" if provenance == "manual" else "register",
        valid_from=valid_from,
        valid_to=valid_to,
        created_at=NOW,
    )
    raise_generation()
    return number
