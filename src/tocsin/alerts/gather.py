"""From due threats to what each organisation would be told; reads only, so a preview is exact."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from tocsin.alerts import tlp
from tocsin.alerts.content import AlertContent, KindText, ThreatRow, arranged
from tocsin.alerts.delegated import passed_before, reachable_delegations
from tocsin.alerts.evidence import evidence
from tocsin.alerts.queries import (
    Due,
    Source,
    due,
    earlier_alerts,
    kinds_by_number,
    sources,
)
from tocsin.alerts.rules import Round
from tocsin.answers.models import Delegation
from tocsin.constituency.models import Organisation
from tocsin.intake.normalise import PROTOCOLS
from tocsin.kinds.catalogue import Kind, kind
from tocsin.threats.states import Notice, Severity

NO_TICKET = "TOCSIN-PREVIEW"
_LEAST_TLP = "AMBER"  # which of its systems are weak concerns an organisation and its customers
_PROTOCOLS = {number: name for name, number in reversed(PROTOCOLS.items())}
_SEVERITIES = {severity.value: severity.name.lower() for severity in Severity}
_WHY = {one: one.name.lower() for one in Notice} | {Notice.NONE: "reminder"}


@dataclass(frozen=True)
class Told:
    """One organisation's part, or its delegation's: the content, with no ticket yet, and the
    threats in it."""

    organisation: Organisation
    content: AlertContent
    due: list[Due]
    delegation: Delegation | None = None


@dataclass(frozen=True)
class _Known:
    """What is known about a whole batch's threats."""

    now: datetime
    kinds: Mapping[int, Kind]
    sources: Mapping[int, Source]
    evidence: Mapping[bytes, Mapping[str, str]]
    earlier: Mapping[int, tuple[str, ...]]
    passed: Mapping[int, Counter[str]]


def gather(
    home: Path, rounds: Mapping[int, Round], now: datetime, lock: bool, most: int | None = None
) -> Iterator[Told]:
    """What these organisations are due to be told, those with nothing due left out.

    `most`: look at no more threats than so many.
    """
    kinds = kinds_by_number()
    found = due(rounds, kinds, now, lock, most)
    reports = sources({one.last_report_id for one in found})
    reminders = [one for one in found if one.notice == Notice.NONE]
    known = _Known(
        now,
        kinds,
        reports,
        evidence(home, found, kinds, reports),
        earlier_alerts(reminders),
        passed_before([number for number, one in rounds.items() if not one.immediate]),
    )
    parts: dict[int, dict[int | None, list[Due]]] = defaultdict(lambda: defaultdict(list))
    delegations = reachable_delegations({one.delegation_id for one in found if one.delegation_id})
    for one in found:
        whose = one.delegation_id if one.delegation_id in delegations else None
        parts[one.organisation_id][whose].append(one)
    organisations = Organisation.objects.select_related("region").in_bulk(list(parts))
    for organisation in sorted(organisations.values(), key=lambda one: one.name):
        yield from _told(organisation, parts[organisation.pk], delegations, known)


def _told(
    organisation: Organisation,
    parts: Mapping[int | None, list[Due]],
    delegations: Mapping[int, Delegation],
    known: _Known,
) -> Iterator[Told]:
    """What its delegations' contacts are told, then what it is told itself."""
    passed = Counter(known.passed.get(organisation.pk, {}))
    for number, members in parts.items():
        if number is not None:
            delegation = delegations[number]
            passed[delegation.name] += len(members)
            content = _content(organisation, delegation.language, members, known)
            behalf = replace(
                content, organisation=delegation.name, on_behalf=organisation.name, earlier=()
            )
            yield Told(organisation, behalf, members, delegation)
    if own := parts.get(None):
        content = _content(organisation, organisation.language, own, known)
        yield Told(organisation, replace(content, passed=tuple(sorted(passed.items()))), own)


def _content(
    organisation: Organisation, language: str, members: list[Due], known: _Known
) -> AlertContent:
    rows = [_row(one, known) for one in members]
    groups, severities, whys = arranged(rows, partial(text_of, language=language))
    labels = {known.sources[one.last_report_id].tlp for one in members}
    return AlertContent(
        ticket=NO_TICKET,
        organisation=organisation.name,
        language=language,
        tlp=tlp.strictest(labels, _LEAST_TLP),
        composed_at=known.now,
        groups=groups,
        severities=severities,
        whys=whys,
        region=organisation.region.name if organisation.region else "",
        officer=organisation.region.contact if organisation.region else "",
        earlier=known.earlier.get(organisation.pk, ()),
    )


def text_of(name: str, language: str) -> KindText:
    return text_from(kind(name), language)


def text_from(one: Kind, language: str) -> KindText:
    text = one.text_in(language)
    return KindText(
        one.title_in(language),
        one.class_,
        one.type,
        what=text.what,
        risk=text.risk,
        fix=text.fix,
        check=text.check,
    )


def _row(one: Due, known: _Known) -> ThreatRow:
    sort = known.kinds[one.kind_id]
    seen = known.evidence.get(one.key.bytes, {})
    return ThreatRow(
        id=one.key,
        kind=sort.name,
        affected=one.address or one.domain,
        severity=_SEVERITIES[one.severity],
        first_seen=one.first_seen,
        last_seen=one.last_seen,
        times_seen=one.times_seen,
        why=_WHY[Notice(one.notice)],
        port=one.port or None,
        protocol=_PROTOCOLS.get(one.protocol, ""),
        tag=one.tag or seen.get("tag", ""),
        hostname=seen.get(sort.columns.hostname, ""),
        asn=one.asn or None,
        evidence=seen,
        claimed_at=one.claimed_at if one.notice == Notice.CONFLICT else None,
        verdict=one.verdict or "",
    )
