"""What the models of all resources share."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Annotated, Any

from django.db.models import Model, QuerySet
from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from tocsin.web.api import cursors
from tocsin.web.api.door import Call
from tocsin.web.api.problems import Problem
from tocsin.web.api.replies import Reply

HIGHEST = 2**63 - 1


class Given(Schema):
    """What a caller sends: a field that nobody knows is an error, not ignored."""

    model_config = ConfigDict(extra="forbid")


class Shown(Schema):
    """What a caller gets."""


def _clean(text: str) -> str:
    if "\0" in text or any("\ud800" <= each <= "\udfff" for each in text):
        raise ValueError("NUL characters and halves of characters cannot be stored")
    return text


def _written(value: object) -> object:
    if not isinstance(value, str) or value.lstrip("+-").replace(".", "").isdecimal():
        raise ValueError("a time is written as 2026-03-01T04:05:06Z")
    return value


def _utc(time: datetime) -> datetime:
    """A time without a zone is UTC."""
    try:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("there is no such time") from error


Text = Annotated[str, AfterValidator(_clean)]
Short = Annotated[Text, Field(max_length=200)]
Time = Annotated[datetime, BeforeValidator(_written), AfterValidator(_utc)]
Number = Annotated[int, Field(ge=1, le=HIGHEST)]
Cursor = Annotated[Text, Field(max_length=2000, description="From `next` of the page before.")]
Limit = Annotated[int, Field(ge=1, le=1000, description="The most items on the page.")]


def page_of(
    request: Call,
    rows: QuerySet[Any],
    shown: Callable[[Any], Shown],
    cursor: str,
    limit: int,
    latest_first: bool = True,
) -> Reply:
    """A page of a table by its primary key."""
    after = cursors.place(request, cursor) if cursor else None
    if after is not None:
        rows = rows.filter(**{"pk__lt" if latest_first else "pk__gt": after})
    found = list(rows.order_by("-pk" if latest_first else "pk")[: limit + 1])
    more = found[limit - 1].pk if len(found) > limit else None
    return cursors.body(request, as_json(map(shown, found[:limit])), more)


def as_json(items: Iterable[Shown]) -> bytes:
    return b"[%b]" % b",".join(item.model_dump_json(by_alias=True).encode() for item in items)


def found(rows: QuerySet[Any], **which: Any) -> Any:
    """The row, or the problem of one that is not there."""
    row: Model | None = rows.filter(**which).first()
    if row is None:
        raise Problem("not-found")
    return row
