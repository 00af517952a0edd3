"""The rows of a bulk answer: a JSON array, JSON lines, or a CSV."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from tocsin.alerts.replies.objects import given_by_object
from tocsin.alerts.replies.reasons import sentence
from tocsin.alerts.replies.refusals import Read, Refusal, UnreadableError, Why, quoted, whole_file
from tocsin.alerts.replies.sheet import UnclearError, read_sheet, since_in, visible
from tocsin.alerts.replies.words import statement_in
from tocsin.answers.statements import LONGEST_COMMENT, Given, Reason
from tocsin.web.api.problems import Problem

JSON, NDJSON, CSV = MEDIA = ("application/json", "application/x-ndjson", "text/csv")
MOST = 100_000


def read_body(media: str, body: bytes) -> Read:
    """The answers, and the rows that are none.  Raises `Problem` for what is no list at all.

    A row without a statement says nothing and is passed over, as in an alert's CSV where only
    some lines were filled in.
    """
    read = _sheet(body) if media == CSV else _objects(media, body)
    if read.rows > MOST:
        raise Problem("too-large", f"The most is {MOST} answers at once.")
    return read


def _sheet(body: bytes) -> Read:
    try:
        return read_sheet("", body)
    except UnreadableError as error:
        raise Problem("invalid", sentence(whole_file("", error), "en")) from error


def _objects(media: str, body: bytes) -> Read:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Problem("bad-request", "The body is not UTF-8.") from None
    read = Read()
    for number, row in _of_lines(text) if media == NDJSON else _of_array(text):
        read.rows += 1
        if read.rows > MOST:
            break
        try:
            given = _given(number, row)
        except UnclearError as wrong:
            threat = quoted(str(row.get("threat_id", ""))) if isinstance(row, dict) else ""
            read.refused.append(Refusal("", number, threat, wrong.why, wrong.detail))
            continue
        if given is None:
            read.empty += 1
        else:
            read.given.append(given)
    return read


def _of_array(text: str) -> Iterator[tuple[int, Any]]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        raise Problem("bad-request", "The body is not JSON.") from None
    if not isinstance(rows, list):
        raise Problem("invalid", "Send a JSON array of answers.")
    return enumerate(rows, start=1)


def _of_lines(text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError):
            yield number, None


def _given(number: int, row: Any) -> Given | None:
    """Raises `UnclearError`."""
    if not isinstance(row, dict):
        raise UnclearError(Why.BAD_OBJECT)
    if "format" in row:
        return given_by_object(row, number)
    cell = row.get("statement") or row.get("status") or ""
    if cell == "":
        return None
    try:
        threat = UUID(str(row.get("threat_id") or "").strip())
    except ValueError:
        raise UnclearError(Why.BAD_ID, str(row.get("threat_id", ""))) from None
    statement = statement_in(str(cell))
    if statement is None:
        raise UnclearError(Why.UNKNOWN_STATUS, str(cell))
    since = row.get("since") or ""
    if not isinstance(since, str):
        raise UnclearError(Why.BAD_SINCE, str(since))
    return Given(threat, statement, _comment(row), since_in(since), number)


def _comment(row: dict[str, Any]) -> str:
    comment = row.get("comment") or ""
    if not isinstance(comment, str):
        raise UnclearError(Why.BAD_OBJECT, "comment")
    if len(comment) > LONGEST_COMMENT:
        raise UnclearError(Reason.LONG)
    return visible(comment.encode(errors="replace").decode())
