"""Reads any member of a known feed."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from tocsin.intake.batches import Batch
from tocsin.intake.containers.members import Member
from tocsin.intake.feed_specs import FeedSpec
from tocsin.intake.formats import (
    delimited,
    intelmq,
    json,
    lines,
    misp,
    safebrowsing,
    shadowserver,
    team_cymru,
    xarf,
    xarf_mail,
)
from tocsin.intake.formats.batching import Task, date_in_name
from tocsin.intake.formats.report_names import Delivery

READERS: Mapping[str, Callable[[Task], Iterator[Batch]]] = {
    "csv": delimited.read,
    "json": json.read,
    "jsonlines": json.read_lines,
    "lines": lines.read,
    "shadowserver": shadowserver.read,
    "team-cymru": team_cymru.read,
    "xarf": xarf.read,
    "xarf-mail": xarf_mail.read,
    "misp": misp.read,
    "intelmq": intelmq.read,
    "google-safebrowsing": safebrowsing.read,
}


def read(
    member: Member,
    spec: FeedSpec,
    chunk_rows: int = 200_000,
    received: datetime | None = None,
    home: Path | None = None,
) -> Iterator[Batch]:
    """The rows of a member, in batches of at most about `chunk_rows`.

    Bad rows are in a batch's `refused`, what concerns the file as a whole in the last one's
    `notes`; a damaged stream ends with a refusal.  At least one batch comes, maybe without rows.
    `received` (aware) dates the rows of feeds that give no time at all.
    """
    return READERS[spec.format](Task(member, spec, chunk_rows, received, home))


def delivery(member: Member, spec: FeedSpec) -> Delivery:
    """Which of a feed's parallel deliveries this is, and for which day (None: not said)."""
    if spec.format == "shadowserver":
        return shadowserver.delivery(member)
    mailed = member.mail.date if member.mail else None
    return Delivery(spec.stream, date_in_name(member.name) or (mailed.date() if mailed else None))
