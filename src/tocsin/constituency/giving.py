"""An analyst gives an asset that nobody answers for to an organisation."""

from datetime import datetime
from ipaddress import ip_network

from tocsin.audit.log import note
from tocsin.constituency.asset_map import AssetMap
from tocsin.constituency.asset_names import AssetName, read_asset
from tocsin.constituency.asset_table import Form
from tocsin.constituency.current_map import current_map
from tocsin.constituency.generation import lock_assets, raise_generation
from tocsin.constituency.models import Asset, Organisation
from tocsin.constituency.staging import FORMS
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.refused import RefusalError


def give_asset(text: str, organisation: Organisation, now: datetime, by: str, why: str) -> Asset:
    """What `text` names is the organisation's from when the last who answered for it ended, or
    at all times if nobody ever did.  `why` is kept as its source.

    Raises `TocsinError` where `text` is no single asset, or somebody answers for it now.
    """
    asked = _read(text)
    with staff_scope():
        lock_assets()
        chain = holders_of(current_map(), asked)
        if holder := next((one for one in chain if valid_at(one, now)), None):
            raise TocsinError(
                f"{holder.organisation.name} answers for {asked.text} already (as {holder.value}).",
                "If that is wrong, mend the list or register that says so.",
            )
        ended = [one.valid_to for one in chain if one.valid_to and one.valid_to <= now]
        asset = Asset.objects.create(
            organisation=organisation,
            form=FORMS[asked.form],
            value=asked.text,
            valid_from=max(ended, default=None),
            provenance="manual",
            source=why,
            approved_by=by,
            created_at=now,
        )
        raise_generation()
        note(
            by,
            "asset given",
            f"organisation {organisation.pk}",
            now,
            about=organisation.pk,
            asset=asset.value,
        )
    return asset


def holders_of(asset_map: AssetMap, asked: AssetName, asn: int = 0) -> list[Asset]:
    """Every asset that could ever answer for it, the most telling first; in the staff's scope."""
    numbers = chain_of(asset_map, asked, asn)
    found = Asset.objects.select_related("organisation").in_bulk(numbers)
    return [found[number] for number in numbers if number in found]


def chain_of(asset_map: AssetMap, asked: AssetName, asn: int = 0) -> list[int]:
    """The numbers of those assets."""
    if asked.form is Form.ASN:
        return asset_map.candidates_asn(int(asked.text[2:]))
    if asked.form is Form.DOMAIN:
        return asset_map.candidates_domain(asked.text)
    if asked.form is Form.EMAIL_DOMAIN:
        return asset_map.candidates_email_domain(asked.text[1:])
    network = ip_network(asked.text)
    address = int(network.network_address)
    if network.version == 4:
        return asset_map.candidates_v4(address, asn, network.prefixlen)
    return asset_map.candidates_v6(*divmod(address, 1 << 64), asn, network.prefixlen)


def valid_at(asset: Asset, moment: datetime) -> bool:
    begun = asset.valid_from is None or asset.valid_from <= moment
    return begun and (asset.valid_to is None or moment < asset.valid_to)


def _read(text: str) -> AssetName:
    try:
        named = read_asset(text)
    except RefusalError as refusal:
        raise TocsinError(refusal.detail, "Write a network, a domain or an AS number.") from refusal
    if len(named) > 1:
        raise TocsinError(f"{text} is a range.", "Write one network.")
    return named[0]
