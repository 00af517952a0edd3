"""What can be taken away beside threats: rows of small tables, written as they are read."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tocsin.alerts.models import Alert, Delivery
from tocsin.answers.models import Answer
from tocsin.constituency.models import Asset
from tocsin.formulas import neutralised
from tocsin.threats.exports import Form
from tocsin.threats.models import DailyCount
from tocsin.threats.wanted import names_by_number

Row = dict[str, Any]
Blocks = Callable[[], Iterator[tuple[int, bytes]]]
AT_A_TIME = 500


@dataclass(frozen=True)
class Dataset:
    """`title`, `holds`: in words.  No `columns` and `rows` of threats, which PostgreSQL writes."""

    title: str | Promise
    holds: str | Promise
    columns: tuple[str, ...] = ()
    rows: Callable[[int], Iterable[Row]] | None = None


def blocks_of(name: str, organisation: int, form: Form) -> Blocks:
    """Blocks of whole rows, each with how many are in it, to be read in its scope."""
    dataset = DATASETS[name]

    def blocks() -> Iterator[tuple[int, bytes]]:
        if form is Form.CSV:
            yield 0, _csv([dataset.columns])
        waiting: list[Row] = []
        assert dataset.rows is not None
        for row in dataset.rows(organisation):
            waiting.append(row)
            if len(waiting) == AT_A_TIME:
                yield len(waiting), _written(waiting, dataset.columns, form)
                waiting = []
        yield len(waiting), _written(waiting, dataset.columns, form)

    return blocks


def _written(rows: list[Row], columns: tuple[str, ...], form: Form) -> bytes:
    plain = [[_plain(row[name]) for name in columns] for row in rows]
    if form is Form.CSV:
        return _csv(plain)
    lines = (json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) for row in plain)
    return "".join(f"{line}\n" for line in lines).encode()


def _csv(rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        writer.writerow(neutralised(cell) if isinstance(cell, str) else cell for cell in row)
    return text.getvalue().encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _answers(organisation: int) -> Iterator[Row]:
    kinds = names_by_number()
    found = Answer.objects.filter(organisation=organisation).order_by("pk")
    for one in found.iterator(chunk_size=AT_A_TIME):
        yield {
            "at": one.at, "threat_id": one.key, "kind": kinds.get(one.kind_id, ""),
            "statement": one.statement, "since": one.since, "effect": one.effect, "via": one.via,
            "by": one.name, "comment": one.comment, "submission": one.submission,
        }  # fmt: skip


def _alerts(organisation: int) -> Iterator[Row]:
    deliveries = Prefetch("delivery_set", Delivery.objects.order_by("number", "pk"))
    found = Alert.objects.filter(organisation=organisation).defer("csv", "content").order_by("pk")
    for one in found.prefetch_related(deliveries).iterator(chunk_size=AT_A_TIME):
        last = next(iter(reversed(one.delivery_set.all())), None)
        yield {
            "ticket": one.ticket, "composed_at": one.composed_at, "tlp": one.tlp,
            "new": one.new, "reopened": one.reopened, "reminders": one.reminders,
            "conflicts": one.conflicts, "rejected": one.rejected,
            "recipient": last.recipient if last else "", "state": last.state if last else "",
            "sent_at": last.sent_at if last else None,
        }  # fmt: skip


def _assets(organisation: int) -> Iterator[Row]:
    names = DATASETS["assets"].columns
    found = Asset.objects.filter(organisation=organisation).order_by("pk")
    for one in found.iterator(chunk_size=AT_A_TIME):
        yield {name: getattr(one, name) for name in names}


def _days(organisation: int) -> Iterator[Row]:
    kinds = names_by_number()
    found = DailyCount.objects.filter(organisation=organisation).order_by("day", "kind")
    for one in found.iterator(chunk_size=AT_A_TIME):
        yield {
            "day": one.day, "kind": kinds.get(one.kind_id, ""), "observations": one.observations,
            "threats": one.threats, "new": one.new, "reopened": one.reopened, "gone": one.gone,
        }  # fmt: skip


DATASETS: dict[str, Dataset] = {
    "threats": Dataset(
        _("Current threats"),
        _("What is wrong now: every threat that is not over, with its state and times."),
    ),
    "all-threats": Dataset(
        _("All threats"),
        _("The same with those that are gone, lost or dismissed: your whole history."),
    ),
    "answers": Dataset(
        _("Answers"),
        _("Everything that your people and customers said of threats, who, when and what became "
          "of it."),
        ("at", "threat_id", "kind", "statement", "since", "effect", "via", "by", "comment",
         "submission"),
        _answers,
    ),
    "alerts": Dataset(
        _("Alerts"),
        _("Each alert with its ticket, what it told and how it left. The rows of an alert are "
          "attached to it."),
        ("ticket", "composed_at", "tlp", "new", "reopened", "reminders", "conflicts", "rejected",
         "recipient", "state", "sent_at"),
        _alerts,
    ),
    "assets": Dataset(
        _("Assets"),
        _("What you answer for and have answered for, since when, and where that is known from."),
        ("form", "value", "valid_from", "valid_to", "provenance", "registry"),
        _assets,
    ),
    "days": Dataset(
        _("Daily counts"),
        _("How many observations and threats there were on each day, by kind."),
        ("day", "kind", "observations", "threats", "new", "reopened", "gone"),
        _days,
    ),
}  # fmt: skip
