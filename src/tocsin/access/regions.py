"""Which regions a protect officer looks after.  An analyst says so."""

from collections.abc import Collection
from datetime import datetime

from tocsin.access.models import Person, PersonRegion, Role
from tocsin.audit.log import note
from tocsin.constituency.models import Region
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError


def regions_of(person: int) -> frozenset[str]:
    """Codes; empty for whoever looks after none.  In any scope."""
    with staff_scope():
        found = PersonRegion.objects.filter(person=person).values_list("region_id", flat=True)
        return frozenset(found)


def look_after(person: Person, codes: Collection[str], now: datetime, by: str) -> None:
    """From now on these regions and no others.  `by`: as the log names who says so.

    Raises `TocsinError` for somebody who is no protect officer, or a region that is not known.
    """
    if person.role != Role.PROTECT_OFFICER:
        raise TocsinError("Only a protect officer looks after a region.")
    with staff_scope():
        wanted = set(codes)
        unknown = wanted - set(Region.objects.values_list("code", flat=True))
        if unknown:
            raise TocsinError(f"There is no region “{min(unknown)}”.")
        Person.objects.select_for_update().get(pk=person.pk)
        before = regions_of(person.pk)
        if before == wanted:
            return
        PersonRegion.objects.filter(person=person, region_id__in=before - wanted).delete()
        PersonRegion.objects.bulk_create(
            PersonRegion(person=person, region_id=code) for code in sorted(wanted - before)
        )
        regions = " ".join(sorted(wanted))
        note(by, "regions changed", f"person {person.pk}", now, regions=regions)
