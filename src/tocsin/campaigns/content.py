"""A campaign's file: kept sealed until it is taken, looked at, tried."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

import pyrage
import zstandard
from django.conf import settings

from tocsin.alerts.content import AlertContent, ThreatRow, arranged
from tocsin.alerts.gather import NO_TICKET, text_from
from tocsin.campaigns.models import Campaign
from tocsin.campaigns.rules import Columns, columns_of, kind_name, spec_of
from tocsin.constituency.current_map import current_map
from tocsin.constituency.models import Organisation
from tocsin.intake.containers.members import Member
from tocsin.intake.formats.csv import CsvRows
from tocsin.intake.normalise import PROTOCOLS
from tocsin.intake.privacy import MASKED, Privacy, privacy_of, withhold
from tocsin.intake.raw import identity
from tocsin.kinds.actions import Description, Wording, sketch
from tocsin.kinds.catalogue import Kind, kind
from tocsin.threats.states import Severity
from tocsin.threats.trial import Found, Trial, trial

SAMPLES = 3
_PROTOCOLS = {number: name for name, number in reversed(PROTOCOLS.items())}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file, with what its first rows have in it."""

    name: str
    samples: tuple[str, ...]


def sealed(content: bytes) -> bytes:
    packed = zstandard.ZstdCompressor().compress(content)
    return bytes(pyrage.encrypt(packed, [identity(settings.TOCSIN_HOME).to_public()]))


def opened(campaign: Campaign) -> bytes:
    packed = pyrage.decrypt(bytes(campaign.content), [identity(settings.TOCSIN_HOME)])
    return zstandard.ZstdDecompressor().decompress(packed)


def columns_in(content: bytes) -> list[Column]:
    """What the file has, without what is secret; none where its first line is no header."""
    rows = CsvRows(io.BytesIO(content))
    chunk = next(iter(rows.chunks()), None)
    if chunk is None:
        return [Column(name, ()) for name in rows.names]
    table = withhold(chunk.table.slice(0, SAMPLES))
    return [
        Column(name, tuple(value for value in table[name].to_pylist() if value))
        for name in table.column_names
    ]


def member_of(campaign: Campaign) -> Member:
    content = opened(campaign)

    def opener() -> BinaryIO:
        return io.BytesIO(content)

    return Member(campaign.file, f"campaign {campaign.pk}: {campaign.file}", opener)


def chosen(campaign: Campaign) -> Columns:
    return columns_of(campaign.columns)


def description_of(campaign: Campaign) -> Description:
    raw: Mapping[str, Any] = campaign.words
    words = {language: Wording(**each) for language, each in raw.get("words", {}).items()}
    facts = {name: raw[name] for name in ("severity", "class_", "type", "window_days", "like")}
    return Description(**facts, words=words)


def kind_of(campaign: Campaign) -> Kind:
    """As it is, or would be."""
    if campaign.kind:
        return kind(campaign.kind)
    return sketch(kind_name(campaign.pk), description_of(campaign))


def try_out(campaign: Campaign, now: datetime) -> Trial:
    """What would come of it now; nothing is kept."""
    one = kind_of(campaign)
    spec = spec_of(one.name, chosen(campaign), campaign.tlp)
    return trial(member_of(campaign), spec, one, current_map(), now, settings.TOCSIN_HOME)


def told(campaign: Campaign, organisation: Organisation, now: datetime) -> AlertContent | None:
    """What that organisation would be told of it; None where nothing is theirs."""
    one = kind_of(campaign)
    found = try_out(campaign, now)
    theirs = (each for each in found.threats.values() if each.organisation == organisation.pk)
    rows = [_row(each, one) for each in theirs]
    if not rows:
        return None
    text = text_from(one, organisation.language)
    groups, severities, whys = arranged(rows, lambda _: text)
    return AlertContent(
        NO_TICKET, organisation.name, organisation.language, campaign.tlp, now, groups,
        severities, whys,
    )  # fmt: skip


def _row(one: Found, kind: Kind) -> ThreatRow:
    return ThreatRow(
        id=UUID(bytes=one.key),
        kind=kind.name,
        affected=one.affected,
        severity=Severity(one.severity).name.lower(),
        first_seen=one.first_seen,
        last_seen=one.last_seen,
        times_seen=one.times_seen,
        why="new",
        port=one.port or None,
        protocol=_PROTOCOLS.get(one.protocol, ""),
        tag=one.tag,
        evidence={
            name: MASKED if privacy_of(name) is Privacy.PERSONAL else value
            for name, value in one.evidence.items()
        },
    )
