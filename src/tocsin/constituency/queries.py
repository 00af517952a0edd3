"""What people ask about the constituency."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from tocsin.constituency.models import Asset, Contact, Organisation
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError

SHOWN_ASSETS = 100
FETCHED = 5_000


def all_organisations() -> list[dict[str, Any]]:
    """By name, with the number of their contacts and of the assets that have not ended."""
    with staff_scope():
        contacts = _counts(Contact.objects.values_list("organisation").annotate(Count("pk")))
        open_assets = Asset.objects.filter(valid_to=None)
        assets = _counts(open_assets.values_list("organisation").annotate(Count("pk")))
        return [
            _facts(one) | {"contacts": contacts.get(one.pk, 0), "assets": assets.get(one.pk, 0)}
            for one in Organisation.objects.select_related("region").order_by("name")
        ]


def _counts(pairs: Any) -> dict[int, int]:
    return dict(pairs)


def _facts(one: Organisation) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.name,
        "kind": one.kind,
        "region": one.region.name if one.region else "",
        "sector": one.sector,
        "language": one.language,
        "handles": one.handles,
        "suspended": one.suspended,
    }


def one_organisation(name: str) -> dict[str, Any]:
    """With its contacts and its first assets.  Raises `TocsinError` for an unknown name."""
    with staff_scope():
        found = Organisation.objects.select_related("region").filter(name__iexact=name).first()
        if found is None:
            like = Organisation.objects.filter(name__icontains=name)[:5]
            names = ", ".join(like.values_list("name", flat=True))
            raise TocsinError(
                f"no organisation is called “{name}”",
                f"There is {names}." if names else "tocsin organisations list shows all names.",
            )
        contacts = [
            {
                "email": one.email,
                "purpose": one.purpose,
                "encrypted": bool(one.openpgp_certificate or one.smime_certificate),
                "bounced": bool(one.bounced_at),
            }
            for one in found.contact_set.order_by("purpose", "email")
        ]
        number = found.asset_set.count()
        assets = [asset_facts(one) for one in found.asset_set.order_by("pk")[:SHOWN_ASSETS]]
    return _facts(found) | {"contacts": contacts, "asset_count": number, "assets": assets}


def asset_facts(asset: Asset) -> dict[str, Any]:
    return {
        "asset": asset.value,
        "provenance": asset.provenance,
        "registry": asset.registry,
        "valid_from": _iso(asset.valid_from),
        "valid_to": _iso(asset.valid_to),
    }


def all_assets(at: datetime, organisation: str = "", *, ended: bool = False) -> Iterator[Any]:
    """Assets with their organisation's name, piece by piece; `ended`: those of the past as well.

    Opens a scope of its own, which lasts until the last one was taken.
    """
    with staff_scope():
        wanted = Asset.objects.select_related("organisation").order_by("pk")
        if organisation:
            wanted = wanted.filter(organisation__name__iexact=organisation)
        if not ended:
            wanted = wanted.filter(Q(valid_to=None) | Q(valid_to__gt=at))
        for asset in wanted.iterator(chunk_size=FETCHED):
            yield {"organisation": asset.organisation.name, **asset_facts(asset)}


def _iso(time: datetime | None) -> str:
    return time.isoformat() if time else ""
