"""Who may be responsible for a network of nobody's, with the reasons in words.

Assets say it for most: who answered for it once, whose networks lie on both sides, who holds the
AS number.  Threats say the rest: whose have the same AS number, to whom people gave others of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network

from django.utils.translation import gettext as _

from tocsin.constituency.asset_map import AssetMap
from tocsin.constituency.asset_names import AssetName
from tocsin.constituency.asset_table import Form
from tocsin.constituency.current_map import current_map
from tocsin.constituency.giving import chain_of, valid_at
from tocsin.constituency.models import Asset, Organisation
from tocsin.threats.models import NobodysNetwork

FORMS = {"domain": Form.DOMAIN, "email_domain": Form.EMAIL_DOMAIN}
# How much a reason counts beside the others.
MOVED, BOTH_SIDES, ASN, ENDED, SAME_NAME, ONE_SIDE, SAME_ASN = 6, 5, 5, 4, 4, 2, 2
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for an organisation; `wider`: the network around that was theirs."""

    organisation: int
    words: str
    weight: int
    wider: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`why`: the reasons, the weightiest first.  `wider`: see `Reason`."""

    organisation: int
    name: str
    why: list[str]
    wider: str = ""


@dataclass(frozen=True, slots=True)
class _Around:
    """Numbers of assets: `chain`, that could ever answer for it; `sides`, of the addresses before
    and after; `asn`, of its AS number; `named`, of the domain that a name is of."""

    chain: list[int]
    sides: tuple[list[int], list[int]]
    asn: list[int]
    named: list[int]

    def all(self) -> set[int]:
        return {*self.chain, *self.sides[0], *self.sides[1], *self.asn, *self.named}


def suggestions(rows: Sequence[NobodysNetwork], now: datetime) -> dict[int, list[Suggestion]]:
    """By network's number, the likeliest first; inside the staff's scope.

    Nobody is suggested who said that its threats are not theirs, nor who is suspended.
    """
    asset_map = current_map()
    around = {one.pk: _around(asset_map, one) for one in rows}
    assets = Asset.objects.select_related("organisation").in_bulk(
        {number for one in around.values() for number in one.all()}
    )
    reasons = {one.pk: list(_reasons(one, around[one.pk], assets, now)) for one in rows}
    numbers = {each.organisation for found in reasons.values() for each in found}
    names = dict(
        Organisation.objects.filter(pk__in=numbers, suspended=False).values_list("pk", "name")
    )
    return {
        one.pk: ranked(reasons[one.pk], names, [number for number, _n in one.denied])
        for one in rows
    }


def ranked(
    reasons: Iterable[Reason], names: Mapping[int, str], denied: Sequence[int]
) -> list[Suggestion]:
    """The weights of an organisation's reasons add up; of those not in `names` nothing is said."""
    found: dict[int, list[Reason]] = defaultdict(list)
    for one in reasons:
        if one.organisation in names and one.organisation not in denied:
            found[one.organisation].append(one)
    order = sorted(found, key=lambda each: (-sum(r.weight for r in found[each]), names[each]))
    return [
        Suggestion(
            number,
            names[number],
            [one.words for one in sorted(found[number], key=lambda one: -one.weight)],
            next((one.wider for one in found[number] if one.wider), ""),
        )
        for number in order[:SHOWN]
    ]


def _around(asset_map: AssetMap, row: NobodysNetwork) -> _Around:
    asn = asset_map.candidates_asn(row.asn) if row.asn else []
    if row.form != "prefix":
        chain = chain_of(asset_map, AssetName(FORMS[row.form], row.value))
        return _Around(chain, ([], []), [], _other_form(asset_map, row))
    network = ip_network(row.value)
    form = Form.IPV4 if network.version == 4 else Form.IPV6
    first, last = int(network.network_address), int(network.broadcast_address)
    before = _holders(asset_map, first - 1, form) if first else []
    most = (1 << network.max_prefixlen) - 1
    after = _holders(asset_map, last + 1, form) if last < most else []
    return _Around(chain_of(asset_map, AssetName(form, row.value)), (before, after), asn, [])


def _holders(asset_map: AssetMap, address: int, form: Form) -> list[int]:
    parsed = ip_address(address) if form is Form.IPV4 else ip_address(address.to_bytes(16))
    return chain_of(asset_map, AssetName(form, f"{parsed}/{parsed.max_prefixlen}"))


def _other_form(asset_map: AssetMap, row: NobodysNetwork) -> list[int]:
    """Of an e-mail domain the holders of the domain, and the other way round."""
    if row.form == "email_domain":
        return asset_map.candidates_domain(row.value.removeprefix("@"))
    return asset_map.candidates_email_domain(row.value)


def _reasons(
    row: NobodysNetwork, around: _Around, assets: Mapping[int, Asset], now: datetime
) -> Iterator[Reason]:
    yield from _of_threats(row)
    yield from _of_times(row, [assets[each] for each in around.chain if each in assets], now)
    yield from _of_sides(around, assets, now)
    for numbers, weight, words in (
        (around.asn, ASN, _("%(asset)s, which its threats were reported with, is theirs")),
        (around.named, SAME_NAME, _("%(asset)s is theirs")),
    ):
        if asset := _valid(numbers, assets, now):
            yield Reason(asset.organisation_id, words % {"asset": asset.value}, weight)


def _of_threats(row: NobodysNetwork) -> Iterator[Reason]:
    for number, count in row.moved:
        words = _("%(count)s other threats of this network were given to them") % {"count": count}
        yield Reason(number, words, MOVED)
    for number, count in row.beside:
        words = _("%(count)s of their threats have the same AS number, AS%(asn)s")
        yield Reason(number, words % {"count": count, "asn": row.asn}, SAME_ASN)


def _of_times(row: NobodysNetwork, chain: list[Asset], now: datetime) -> Iterator[Reason]:
    """Who answered for it before, or does only since the threats were seen."""
    told: set[int] = set()
    for asset in chain:
        if asset.organisation_id in told:
            continue
        told.add(asset.organisation_id)
        if asset.valid_to and asset.valid_to <= now:
            words = _("%(asset)s was theirs until %(day)s")
            day = asset.valid_to
        elif asset.valid_from and asset.valid_from > row.last_seen:
            words = _("%(asset)s is theirs, but only from %(day)s")
            day = asset.valid_from
        else:
            continue
        facts = {"asset": asset.value, "day": f"{day.day} {day:%b %Y}"}
        around = row.form == asset.form == "prefix" and asset.value != row.value
        wider = asset.value if around else ""
        yield Reason(asset.organisation_id, words % facts, ENDED, wider)


def _of_sides(around: _Around, assets: Mapping[int, Asset], now: datetime) -> Iterator[Reason]:
    before, after = (_valid(numbers, assets, now) for numbers in around.sides)
    if before and after and before.organisation_id == after.organisation_id:
        words = _("the networks on both sides are theirs (%(before)s, %(after)s)")
        facts = {"before": before.value, "after": after.value}
        yield Reason(before.organisation_id, words % facts, BOTH_SIDES)
        return
    for asset in (before, after):
        if asset:
            words = _("the network beside it is theirs (%(asset)s)") % {"asset": asset.value}
            yield Reason(asset.organisation_id, words, ONE_SIDE)


def _valid(numbers: Sequence[int], assets: Mapping[int, Asset], now: datetime) -> Asset | None:
    found = (assets[number] for number in numbers if number in assets)
    return next((asset for asset in found if valid_at(asset, now)), None)
