"""Who was responsible for one address, network, domain, mail address or AS number, and why."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.constituency.asset_names import AssetName, domain_name, read_asset
from tocsin.constituency.asset_table import Form
from tocsin.constituency.current_map import current_map
from tocsin.constituency.giving import chain_of, valid_at
from tocsin.constituency.models import Asset
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.refused import RefusalError


@dataclass(frozen=True, slots=True)
class Candidate:
    """An asset that could answer; `verdict`: why it does, or why it does not."""

    organisation: str
    asset: str
    provenance: str
    registry: str
    source: str
    valid_from: datetime | None
    valid_to: datetime | None
    answers: bool
    verdict: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """`candidates`: in order of precedence; `organisation`: empty for nobody."""

    asked: str
    at: datetime
    organisation: str
    candidates: list[Candidate]


def look_up(text: str, at: datetime, asn: int = 0) -> Lookup:
    """`asn`: the AS number reported with an address, 0 where unknown.

    Raises `TocsinError` where `text` is nothing that can be looked up.
    """
    with staff_scope():
        return found_in_scope(text, at, asn)


def found_in_scope(text: str, at: datetime, asn: int = 0) -> Lookup:
    """The same, inside the staff's scope."""
    asked = _asked(text)
    numbers = chain_of(current_map(), asked, asn)
    found = Asset.objects.select_related("organisation").in_bulk(numbers)
    assets = [found[number] for number in numbers if number in found]
    answer = next((asset for asset in assets if valid_at(asset, at)), None)
    return Lookup(
        asked=asked.text,
        at=at,
        organisation=answer.organisation.name if answer else "",
        candidates=[_candidate(asset, answer, at) for asset in assets],
    )


def _asked(text: str) -> AssetName:
    """As an asset is named; a mail address is asked about by its domain."""
    try:
        if "@" in text:
            return AssetName(Form.EMAIL_DOMAIN, "@" + domain_name(text.rpartition("@")[2]))
        named = read_asset(text)
    except RefusalError as refusal:
        raise TocsinError(
            refusal.detail,
            "Ask about an address, a network, a domain, a mail address or an AS number.",
        ) from refusal
    if len(named) > 1:
        raise TocsinError(f"{text} is a range", "Ask about one address or network.")
    return named[0]


def _candidate(asset: Asset, answer: Asset | None, at: datetime) -> Candidate:
    return Candidate(
        organisation=asset.organisation.name,
        asset=asset.value,
        provenance=asset.provenance,
        registry=asset.registry,
        source=asset.source,
        valid_from=asset.valid_from,
        valid_to=asset.valid_to,
        answers=asset is answer,
        verdict=_verdict(asset, answer, at),
    )


def _verdict(asset: Asset, answer: Asset | None, at: datetime) -> str:
    if asset is answer:
        return "responsible"
    if asset.valid_from and at < asset.valid_from:
        return f"begins only {asset.valid_from:%Y-%m-%d %H:%M}"
    if asset.valid_to and asset.valid_to <= at:
        return f"ended {asset.valid_to:%Y-%m-%d %H:%M}"
    if answer is None:
        return ""
    if asset.registry and not answer.registry:
        return "imported: manual entries win"
    if asset.form == "asn" != answer.form:
        return "an AS number: prefixes win"
    if asset.value == answer.value:
        return "the same, valid or entered earlier"
    return "less specific"
