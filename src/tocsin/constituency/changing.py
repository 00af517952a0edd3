"""An analyst changes what is known of an organisation."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.audit.log import note
from tocsin.constituency.choices import keep_regions, regions, sectors
from tocsin.constituency.joining.applications import KINDS
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.refused import RefusalError

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Facts:
    """What an analyst may change; region and sector by code or name, empty for none.

    `suspended`: its people cannot sign in, and no alert leaves for it.
    """

    name: str
    kind: str
    region: str
    sector: str
    suspended: bool


def change_organisation(number: int, facts: Facts, now: datetime, by: str) -> list[str]:
    """The names of the facts that are others now.  Raises `TocsinError`; then none is."""
    with staff_scope():
        found = Organisation.objects.select_for_update().filter(pk=number).first()
        if found is None:
            raise TocsinError("There is no such organisation any more.")
        wanted = _checked(found, facts)
        changed = [name for name, value in wanted.items() if getattr(found, name) != value]
        for name in changed:
            setattr(found, name, wanted[name])
        if changed:
            found.save(update_fields=[name.removesuffix("_id") for name in changed])
            note(by, "organisation changed", f"organisation {number}", now, about=number,
                 facts=", ".join(name.removesuffix("_id") for name in changed))  # fmt: skip
    return changed


def _checked(found: Organisation, facts: Facts) -> dict[str, str | bool | None]:
    name = " ".join(facts.name.split())
    if not name or len(name) > LONGEST:
        raise TocsinError("Write the organisation’s name, in at most 200 characters.")
    others = Organisation.objects.exclude(pk=found.pk)
    if others.filter(name__iexact=name).exists():
        raise TocsinError(f"Another organisation is called {name!r}.")
    if facts.kind not in {*KINDS, found.kind}:
        raise TocsinError("Choose one of the kinds of organisation.")
    known = regions()
    try:
        region, sector = known.choices.find(facts.region), sectors().find(facts.sector)
    except RefusalError as refusal:
        raise TocsinError(refusal.detail) from refusal
    keep_regions(known)
    return {
        "name": name,
        "kind": facts.kind,
        "region_id": region or None,
        "sector": sector,
        "suspended": facts.suspended,
    }
