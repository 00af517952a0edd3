"""A CSV that came back, as answers."""

import re
from datetime import UTC, datetime
from uuid import UUID

from tocsin.alerts.replies.files import text_of
from tocsin.alerts.replies.refusals import Read, Refusal, Why, quoted
from tocsin.alerts.replies.table import Row, rows
from tocsin.alerts.replies.words import statement_in
from tocsin.answers.statements import Given, Reason, Statement

_INVISIBLE = " \t\n\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00a0"
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_EQUALS = ("=", "＝")
_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?( ?(Z|UTC|[+-]\d\d:?\d\d))?)?")
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,? (\d{1,2}):(\d\d)(?::(\d\d))?)?")
_YEARS = range(2000, 2100)


class UnclearError(Exception):
    """A cell that says nothing, or not one thing only."""

    def __init__(self, why: Why | Reason, cell: str = "") -> None:
        super().__init__(why)
        self.why, self.detail = why, quoted(cell)


def read_sheet(name: str, data: bytes) -> Read:
    """Raises `UnreadableError` where nothing in the file can be taken."""
    read = Read(name)
    for row in rows(text_of(data)):
        read.rows += 1
        try:
            given = _given(row)
        except UnclearError as wrong:
            read.refused.append(Refusal(name, row.line, quoted(row.id), wrong.why, wrong.detail))
            continue
        if given is None:
            read.empty += 1
        else:
            read.given.append(given)
    return read


def _given(row: Row) -> Given | None:
    """Nothing where the desk wrote nothing.  Raises `UnclearError`."""
    if row.broken:
        raise UnclearError(Why.QUOTES)
    if any("\0" in cell for cell in (row.id, row.status, row.comment, row.since)):
        raise UnclearError(Why.CONTROLS)
    if not row.status:
        if row.comment:
            raise UnclearError(Why.NO_STATUS, row.comment)
        return None
    for cell, starts in ((row.status, _FORMULA), (row.id, _FORMULA), (row.comment, _EQUALS)):
        if cell.lstrip(_INVISIBLE).startswith(starts):
            raise UnclearError(Why.FORMULA, cell)
    threat, statement = _threat(row.id), _statement(row.status)
    return Given(threat, statement, visible(row.comment), since_in(row.since), row.line)


def _threat(cell: str) -> UUID:
    if not cell:
        raise UnclearError(Why.NO_ID)
    try:
        return UUID(cell.strip("'"))
    except ValueError:
        raise UnclearError(Why.BAD_ID, cell) from None


def _statement(cell: str) -> Statement:
    found = statement_in(cell)
    if found is None:
        raise UnclearError(Why.UNKNOWN_STATUS, cell)
    return found


def visible(comment: str) -> str:
    """Without the control characters that no text needs."""
    return "".join(c for c in comment if c in "\n\t" or (c >= " " and c != "\x7f")).strip()


def since_in(cell: str) -> datetime | None:
    """`2026-03-01`, `2026-03-01T04:05Z`, `01.03.2026 04:05`; UTC where nothing else is said.

    A day and month in any other order are not guessed.  Raises `UnclearError`.
    """
    written = cell.strip("' ")
    if not written:
        return None
    try:
        moment = _moment(written)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.year not in _YEARS:
        raise UnclearError(Why.BAD_SINCE, cell)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _moment(written: str) -> datetime | None:
    if _ISO.fullmatch(written):
        return datetime.fromisoformat(written.replace(" UTC", "Z").replace(" Z", "Z"))
    if found := _GERMAN.fullmatch(written):
        day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    return None
