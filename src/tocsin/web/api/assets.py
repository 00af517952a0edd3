"""What an organisation answers for."""

from datetime import datetime
from typing import Annotated

from django.db.models import Q
from pydantic import Field

from tocsin.access.scopes import Scope
from tocsin.constituency.models import Asset
from tocsin.web.api.door import Call
from tocsin.web.api.fields import Cursor, Limit, Number, Shown, page_of
from tocsin.web.api.problems import Problem
from tocsin.web.api.replies import Reply
from tocsin.web.api.resource import Resource
from tocsin.web.api.threats import READERS
from tocsin.web.clock import now

router = Resource("Assets")


class AssetShown(Shown):
    """`form`: asn, prefix, domain or email_domain.  `valid_to` empty: still."""

    organisation: int
    form: str
    value: str
    valid_from: datetime | None
    valid_to: datetime | None
    provenance: str
    registry: str


class AssetPage(Shown):
    items: list[AssetShown]
    next: str | None


@router.read("/assets", roles=READERS, scope=Scope.ASSETS_READ, answer=AssetPage)
def list_assets(
    request: Call,
    ended: Annotated[bool, Field(description="Those that have ended, too.")] = False,
    organisation: Annotated[Number | None, Field(description="For staff.")] = None,
    cursor: Cursor = "",
    limit: Limit = 100,
) -> Reply:
    """Assets in the order in which they were entered."""
    own = request.auth.organisation
    if own is not None and organisation not in (None, own):
        raise Problem("forbidden", "Only staff choose an organisation.")
    assets = Asset.objects.all()
    chosen = own or organisation
    if chosen is not None:
        assets = assets.filter(organisation_id=chosen)
    if not ended:
        assets = assets.filter(Q(valid_to=None) | Q(valid_to__gt=now()))
    return page_of(request, assets, _shown, cursor, limit, latest_first=False)


def _shown(asset: Asset) -> AssetShown:
    return AssetShown(
        organisation=asset.organisation_id,
        form=asset.form,
        value=asset.value,
        valid_from=asset.valid_from,
        valid_to=asset.valid_to,
        provenance=asset.provenance,
        registry=asset.registry,
    )
