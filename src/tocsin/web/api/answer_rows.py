"""The rows of a bulk answer: a JSON array, JSON lines, or a CSV."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tocsin.answers.statements import LONGEST_COMMENT, Given, Reason, Refused, Statement
from tocsin.web.api.problems import Problem

JSON, NDJSON, CSV = MEDIA = ("application/json", "application/x-ndjson", "text/csv")
MOST = 100_000
LONGEST_SHOWN = 100  # characters of what cannot be read, in its refusal
_STATEMENTS = {each.value: each for each in Statement}


def read_rows(media: str, body: bytes) -> tuple[list[Given], list[Refused]]:
    """The answers, and the rows that are none.  Raises `Problem` for what is no list at all.

    A row without a statement says nothing and is passed over, as in an alert's CSV where only
    some lines were filled in.
    """
    given: list[Given] = []
    refused: list[Refused] = []
    for count, (number, row) in enumerate(_rows(media, body), start=1):
        if count > MOST:
            raise Problem("too-large", f"The most is {MOST} answers at once.")
        if not isinstance(row, dict):
            refused.append(_refusal(number, "", Reason.STATUS, "this is not an answer"))
            continue
        one = _read(number, row)
        if isinstance(one, Given):
            given.append(one)
        elif one is not None:
            refused.append(one)
    return given, refused


def _rows(media: str, body: bytes) -> Iterator[tuple[int, Any]]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Problem("bad-request", "The body is not UTF-8.") from None
    if media == CSV:
        return _of_csv(text)
    return _of_lines(text) if media == NDJSON else _of_array(text)


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


def _of_csv(text: str) -> Iterator[tuple[int, Any]]:
    if "\0" in text:
        raise Problem("bad-request", "A CSV holds no NUL characters.")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    try:
        names = set(rows.fieldnames or ())
        if "threat_id" not in names or not names & {"status", "statement"}:
            raise Problem("invalid", "The CSV needs the columns threat_id and status.")
        for row in rows:
            yield rows.line_num, row
    except csv.Error as error:
        raise Problem("bad-request", f"The CSV cannot be read: {error}.") from error


def _read(number: int, row: dict[str, Any]) -> Given | Refused | None:
    threat = str(row.get("threat_id") or "").strip()
    statement = row.get("statement") or row.get("status") or ""
    if statement == "":
        return None
    try:
        key = UUID(threat)
    except ValueError:
        return _refusal(number, threat, Reason.UNKNOWN, "the id is not that of a threat")
    known = _STATEMENTS.get(str(statement).strip().lower())
    if known is None:
        names = ", ".join(_STATEMENTS)
        return _refusal(number, threat, Reason.STATUS, f"the statement is none of: {names}")
    comment = row.get("comment") or ""
    if not isinstance(comment, str) or "\0" in comment or len(comment) > LONGEST_COMMENT:
        detail = f"a comment is a text of at most {LONGEST_COMMENT} characters"
        return _refusal(number, threat, Reason.LONG, detail)
    try:
        since = _time(row.get("since") or "")
    except (ValueError, OverflowError):
        return _refusal(number, threat, Reason.FUTURE, "`since` is not a time")
    return Given(key, known, comment.encode(errors="replace").decode(), since, number)


def _time(value: Any) -> datetime | None:
    if value == "":
        return None
    if not isinstance(value, str):
        raise ValueError
    time = datetime.fromisoformat(value)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _refusal(number: int, threat: str, reason: Reason, detail: str) -> Refused:
    shown = threat[:LONGEST_SHOWN].encode(errors="replace").decode()
    return Refused(number, shown, reason, detail)
