"""Registry databases as RPSL dumps (RIPE, APNIC, AFRINIC, LACNIC; route registries).

Who may be responsible for an entry, the most telling first: the organisation it names, its abuse
contact, for a route the AS that originates it, and its maintainers.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from tocsin.constituency.asset_names import AssetName, read_asset
from tocsin.constituency.readers.rpsl_objects import RpslObject, read_objects
from tocsin.constituency.readers.times import list_time
from tocsin.constituency.registry_rows import HeldAsset, Holder, handle_key
from tocsin.refused import LONGEST_TEXT, RefusalError, Refused

_NUMBERS = ("inetnum", "inet6num", "aut-num", "route", "route6")
_HELD = ("org", "abuse-c", "mnt-irt", "mnt-by", "origin", "country", "created")
_HOLDERS = {
    "organisation": ("org-name", "abuse-mailbox", "abuse-c", "country"),
    "role": ("nic-hdl", "abuse-mailbox"),
    "person": ("nic-hdl", "abuse-mailbox"),
    "irt": ("abuse-mailbox",),
}
_WANTED = {
    kind.encode(): frozenset(name.encode() for name in (kind, *attributes))
    for kind, attributes in {**dict.fromkeys(_NUMBERS, _HELD), **_HOLDERS}.items()
}


def read_rpsl(file: BinaryIO, country: str = "") -> Iterator[HeldAsset | Holder | Refused]:
    """Entries and the holders they point at, in the file's order.

    `country`: leaves out entries that name another country only.  Entries for more than any
    organisation holds are the registries' placeholders, and are left out as well.
    """
    for item in read_objects(file, _WANTED):
        if item.cut:
            yield _refused(item, "too-long", "the object is longer than any real one")
        elif item.kind in _HOLDERS:
            yield from _holder(item)
        elif not country or _in_country(item, country.upper()):
            yield from _held(item)


def _in_country(item: RpslObject, country: str) -> bool:
    named = [code.upper() for code in item.all("country")]
    return not named or country in named


def _holder(item: RpslObject) -> Iterator[Holder]:
    handle = item.first("nic-hdl") or item.first(item.kind)
    mailbox = item.first("abuse-mailbox").lower()
    if item.kind == "organisation" or mailbox:
        yield Holder(
            item.line,
            handle_key(handle),
            item.first("org-name"),
            mailbox,
            handle_key(item.first("abuse-c")),
            item.first("country").upper(),
        )


def _held(item: RpslObject) -> Iterator[HeldAsset | Refused]:
    try:
        assets = _assets(item)
        since = _created(item)
    except RefusalError as bad:
        if bad.reason != "too-wide":
            yield _refused(item, bad.reason, bad.detail)
        return
    routed = item.kind.startswith("route")
    handles = _handles(item)
    for asset in assets:
        yield HeldAsset(item.line, asset, handles, since, routed)


def _assets(item: RpslObject) -> list[AssetName]:
    text = item.first(item.kind)
    if item.kind == "inet6num" and "/" not in text:
        raise RefusalError("not-an-address", f"“{text}” is not a network")
    return read_asset(text)


def _handles(item: RpslObject) -> tuple[str, ...]:
    named = item.all("org") + item.all("abuse-c") + item.all("mnt-irt")
    named += item.all("origin") + item.all("mnt-by")
    return tuple(dict.fromkeys(map(handle_key, named)))


def _created(item: RpslObject) -> datetime | None:
    try:
        return list_time(item.first("created"))
    except ValueError:
        return None


def _refused(item: RpslObject, reason: str, detail: str) -> Refused:
    text = f"{item.kind}: {item.first(item.kind)}"
    return Refused(item.line, reason, detail, text[:LONGEST_TEXT])
