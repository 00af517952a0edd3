"""What the search box finds for somebody, inside their scope.

What is another organisation's is not found: nothing here tells it from what is not there.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from tocsin.access.models import Person
from tocsin.alerts.models import Alert, Delivery
from tocsin.constituency.asset_names import AssetName
from tocsin.constituency.asset_table import Form
from tocsin.constituency.lookup import look_up
from tocsin.constituency.models import Organisation
from tocsin.threats import reading
from tocsin.threats.wanted import Wanted
from tocsin.web import gate
from tocsin.web.everyone import manual
from tocsin.web.everyone.asked import Asked
from tocsin.web.visible import around, visible

MOST = 20  # of each sort
MOST_HELP = 5
THREATS = gate.MEMBERS | gate.ANALYST
ALERTS = gate.MEMBERS | gate.ANALYST


@dataclass(frozen=True, slots=True)
class Found:
    """`sort`: threat, alert, organisation, page or help."""

    sort: str
    title: str
    text: str
    path: str


def find(person: Person, what: Asked, now: datetime) -> list[Found]:
    """At most some dozens, best first; in the person's scope."""
    if what.threat is not None:
        return list(_threat(person, what, now))
    if what.ticket:
        return list(_alert(person, what.ticket))
    found = list(_asset(person, what.asset, now)) if what.asset else []
    found += [one for one in _organisations(person, what.name) if one not in found]
    return found + [
        Found("help", title, "", manual.address(name))
        for name, title in (manual.matching(what.name, MOST_HELP) if what.name else ())
    ]


def _threat(person: Person, what: Asked, now: datetime) -> Iterator[Found]:
    if person.role in THREATS and what.threat is not None:
        one = reading.one(what.threat, wanted(person, now))
        if one is not None:
            yield _shown(one.shown)


def _alert(person: Person, ticket: str) -> Iterator[Found]:
    if person.role not in ALERTS:
        return
    alerts = Alert.objects.defer("csv", "content").select_related("organisation")
    if person.organisation_id is not None:
        alerts = alerts.filter(organisation=person.organisation_id)
    for one in alerts.filter(ticket=ticket):
        text = _("{organisation}, {count} threats").format(
            organisation=one.organisation.name, count=one.threats
        )
        yield Found("alert", one.ticket, text, _alert_path(person, one))


def _alert_path(person: Person, alert: Alert) -> str:
    if person.organisation_id is not None and (path := _page("own-alert", alert.pk)):
        return path
    latest = Delivery.objects.filter(alert=alert).order_by("-number").first()
    return _page("delivery", latest.pk) if latest else ""


def _asset(person: Person, asset: AssetName, now: datetime) -> Iterator[Found]:
    """What is wrong with exactly this; for staff, whose it is.  Whether it is their own, members
    see where they can look it up."""
    shown = asset.text.removesuffix("/32" if "." in asset.text else "/128")
    if person.role in gate.STATISTICS:
        holder = look_up(asset.text, now).organisation
        known = Organisation.objects.select_related("region").filter(name=holder)
        for one in known if holder else ():
            yield _organisation(one, _("Answers for {asset} now").format(asset=shown))
    if person.role not in THREATS:
        return
    if asset.form is not Form.ASN:
        page = reading.page(wanted(person, now, **around(asset.text)), None, MOST)
        yield from (_shown(one) for one in json.loads(page.items))
    if lookup := _page("lookup"):
        query = urlencode({"address": asset.text})
        title = _("Look up {asset} at any time").format(asset=shown)
        yield Found("page", title, "", f"{lookup}?{query}")


def wanted(person: Person, now: datetime, **which: Any) -> Wanted:
    """All threats that the person may see."""
    return replace(visible(person.organisation_id, now), **which)


def _organisations(person: Person, name: str) -> Iterator[Found]:
    """By part of the name; those that begin with it first."""
    if not name:
        return
    known = Organisation.objects.select_related("region").filter(name__icontains=name)
    if person.organisation_id is not None:
        known = known.filter(pk=person.organisation_id)
    elif person.role not in gate.STATISTICS:
        return
    begins = name.casefold()
    found = list(known.order_by("name")[: MOST * 5])
    found.sort(key=lambda one: not one.name.casefold().startswith(begins))
    for one in found[:MOST]:
        yield _organisation(one, "")


def _organisation(one: Organisation, text: str) -> Found:
    region = one.region.name if one.region else ""
    return Found("organisation", one.name, text or region, _page("organisation", one.pk))


def _shown(threat: dict[str, Any]) -> Found:
    states = {
        "dismissed": _("no threat"),
        "open": _("open"),
        "claimed": _("said to be fixed"),
        "conflict": _("in conflict"),
        "reopened": _("came back"),
        "disputed": _("disputed"),
        "gone": _("gone"),
        "lost": _("no longer seen"),
    }
    text = f"{threat['title']}, {states.get(threat['state'], threat['state'])}"
    title = threat["affected"] + (f", port {threat['port']}" if threat.get("port") else "")
    return Found("threat", title, text, _page("threat", threat["threat_id"]))


def _page(name: str, *arguments: object) -> str:
    """The address of a page; empty where this installation has none of the name."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
