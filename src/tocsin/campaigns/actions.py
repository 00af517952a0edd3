"""A campaign from its file to its end.

Until it is confirmed nothing of it is a report, a threat or a kind.  Then its file is taken as
every report is, once by its digest.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from tocsin.audit.log import note
from tocsin.campaigns.content import (
    chosen,
    columns_in,
    description_of,
    member_of,
    opened,
    sealed,
    try_out,
)
from tocsin.campaigns.models import Campaign
from tocsin.campaigns.rules import (
    FEED,
    LARGEST,
    TLPS,
    CampaignError,
    Columns,
    checked,
    guessed,
    kind_name,
    spec_of,
)
from tocsin.constituency.models import Organisation
from tocsin.database.queue import later
from tocsin.database.scope import staff_scope
from tocsin.intake.models import Feed, FeedDay, Report
from tocsin.kinds.actions import Description, describe
from tocsin.kinds.actions import checked as checked_words
from tocsin.kinds.catalogue import kind
from tocsin.threats.ingest import ingest_members
from tocsin.threats.trial import Trial
from tocsin.threats.waiting import Waiting

TAKE = "tocsin.campaigns.take"
DRAFTS_KEPT = timedelta(days=14)
REFUSED_SHOWN, ORGANISATIONS_SHOWN, NOBODYS_SHOWN = 20, 200, 20


def begin(name: str, file: str, content: bytes, tlp: str, by: str, now: datetime) -> Campaign:
    """Keep a file, sealed, as the draft of a campaign.  Raises `CampaignError`."""
    if not name.strip():
        raise CampaignError("Give the campaign a name.", "Only staff see it.")
    if tlp not in TLPS:
        raise CampaignError(f"{tlp!r} is no TLP mark that may be passed on by mail.")
    if not content.strip():
        raise CampaignError("There is nothing in the file.")
    if len(content) > LARGEST:
        raise CampaignError(
            f"The file is larger than {LARGEST // 1_000_000} MB.", "Take it as a feed instead."
        )
    digest = hashlib.sha256(content).digest()
    with staff_scope():
        _not_known(digest)
        columns = columns_in(content)
        if not columns:
            raise CampaignError("The file's first line names no columns.")
        guess = guessed({one.name: one.samples for one in columns})
        made = Campaign.objects.create(
            name=name.strip(), file=file, digest=digest, size=len(content),
            content=sealed(content), tlp=tlp, columns=asdict(guess),
            made_by=by, made_at=now,
        )  # fmt: skip
        note(by, "campaign begun", str(made.pk), now, size=len(content))
    return made


def choose(number: int, columns: Columns) -> None:
    """Which column carries what.  Raises `CampaignError`."""
    with staff_scope():
        one = _draft(number)
        names = [column.name for column in columns_in(opened(one))]
        one.columns, one.tried = asdict(checked(columns, names)), {}
        one.save(update_fields=["columns", "tried"])


def phrase(number: int, description: Description) -> None:
    """What kind its threats are, and in which words they are told.  Raises `WordingError`."""
    with staff_scope():
        one = _draft(number)
        one.words, one.tried = asdict(checked_words(description)), {}
        one.save(update_fields=["words", "tried"])


def rehearse(number: int, now: datetime) -> None:
    """Try the file out, and keep only what that came to, for the page."""
    with staff_scope():
        one = _draft(number)
        one.tried = _summary(try_out(_complete(one), now))
        one.save(update_fields=["tried"])


def confirm(number: int, by: str, now: datetime) -> None:
    """Have the file taken, and its organisations told with their next alert.

    Raises `CampaignError` where something is missing, or the file is known by now.
    """
    with staff_scope():
        one = _complete(_draft(number))
        if not one.tried.get("threats"):
            raise CampaignError("Nothing in the file can be told.", "Look at its columns again.")
        _not_known(bytes(one.digest))
        one.kind = kind_name(one.pk)
        describe(one.kind, description_of(one), by, now)
        one.state, one.confirmed_by, one.confirmed_at = "confirmed", by, now
        one.save()
        note(by, "campaign confirmed", str(number), now, kind=one.kind)
        later(TAKE, number=number)


def take(number: int, now: datetime) -> None:
    """Take a confirmed campaign's file; nothing happens to one that is taken already."""
    with staff_scope():
        one = Campaign.objects.filter(pk=number, state="confirmed").first()
        # Nobody waits for its next delivery.
        Feed.objects.get_or_create(name=FEED, defaults={"enabled": False})
    if one is None:
        return
    spec = spec_of(one.kind, chosen(one), one.tlp)
    day: date = (one.confirmed_at or now).date()
    taken = ingest_members([Waiting(member_of(one), spec, day, one.kind)], now).outcomes[0]
    with staff_scope():
        report = Report.objects.filter(digest=bytes(one.digest), feed__name=FEED).first()
        one = Campaign.objects.select_for_update(of=("self",)).get(pk=number)
        one.report, one.content = report, b""
        one.state = "taken" if report else "refused"
        one.outcome = "" if report else "; ".join(detail for _, _, detail in taken.reasons)
        one.save()


def discard(number: int, by: str, now: datetime) -> None:
    """Forget a draft and its file."""
    with staff_scope():
        _draft(number).delete()
        note(by, "campaign discarded", str(number), now)


def tidy(now: datetime) -> int:
    """Forget old drafts; how many campaigns' threats are out of their window and not current.

    A list comes once, so that no later delivery can tell that its time is over: the day after the
    window counts as one without findings.
    """
    with staff_scope():
        Campaign.objects.filter(state="draft", made_at__lt=now - DRAFTS_KEPT).delete()
        over = [
            one
            for one in Campaign.objects.filter(state="taken", ended_at=None)
            if _is_over(one, now)
        ]
        for one in over:
            feed = Feed.objects.get(name=FEED)
            FeedDay.objects.get_or_create(
                feed=feed, kind=one.kind, stream=one.kind, day=now.date(),
                defaults={"state": "healthy"},
            )  # fmt: skip
            one.ended_at = now
            one.save(update_fields=["ended_at"])
    return len(over)


def _is_over(one: Campaign, now: datetime) -> bool:
    assert one.confirmed_at is not None
    return now.date() > one.confirmed_at.date() + timedelta(days=kind(one.kind).window_days)


def _draft(number: int) -> Campaign:
    found = Campaign.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise CampaignError(f"There is no campaign {number}.")
    if found.state != "draft":
        raise CampaignError("It is confirmed already, and cannot be changed any more.")
    return found


def _complete(one: Campaign) -> Campaign:
    if not chosen(one).affected:
        raise CampaignError("Say first what the file's columns are.")
    if not one.words:
        raise CampaignError("Say first what the organisations are to be told.")
    return one


def _not_known(digest: bytes) -> None:
    report = Report.objects.filter(digest=digest).first()
    if report:
        raise CampaignError(
            f"This file was taken on {report.received_at:%Y-%m-%d} already.",
            "The same content is never taken twice, so that nobody is told twice.",
        )


def _summary(found: Trial) -> dict[str, Any]:
    counts = found.organisations
    nobodys = [one.affected for one in found.threats.values() if not one.organisation]
    return {
        "rows": found.rows,
        "observations": found.observations,
        "threats": len(found.threats),
        "reasons": dict(found.reasons),
        "refused": [[one.line, one.reason, one.detail] for one in found.refused[:REFUSED_SHOWN]],
        "notes": found.notes,
        "unattributed": counts.pop(0, 0),
        "nobodys": nobodys[:NOBODYS_SHOWN],
        "organisations": len(counts),
        "told": _named(counts),
    }


def _named(counts: Mapping[int, int]) -> list[list[Any]]:
    most = Counter(counts).most_common(ORGANISATIONS_SHOWN)
    names = dict(
        Organisation.objects.filter(pk__in=[number for number, _ in most]).values_list("pk", "name")
    )
    return [[number, names.get(number, ""), count] for number, count in most]
