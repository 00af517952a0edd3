"""Answers from a CSV with the columns `id` and `status`, as the one that comes with an alert."""

import csv
from collections.abc import Iterable
from uuid import UUID

from tocsin.answers.statements import Given, Reason, Refused, Statement
from tocsin.errors import TocsinError


def read_answers(lines: Iterable[str]) -> tuple[list[Given], list[Refused]]:
    """Rows with an empty status say nothing and are passed over; a `comment` column is taken.

    Raises `TocsinError` where one of the two columns is missing.
    """
    rows = csv.DictReader(lines)
    missing = [name for name in ("id", "status") if name not in (rows.fieldnames or ())]
    if missing:
        raise TocsinError(
            f"the file has no column {' and no column '.join(missing)}",
            "Fill in the status column of the CSV that came with an alert.",
        )
    given, refused = [], []
    for row in rows:
        if not (status := _text(row, "status").lower()):
            continue
        try:
            threat = UUID(_text(row, "id"))
            statement = Statement(status)
        except ValueError:
            refused.append(_refusal(row, status, rows.line_num))
        else:
            given.append(Given(threat, statement, _text(row, "comment"), row=rows.line_num))
    return given, refused


def _refusal(row: dict[str, str], status: str, line: int) -> Refused:
    known = ", ".join(Statement)
    if status in list(Statement):
        detail = "the id is not that of a threat"
        return Refused(line, _text(row, "id"), Reason.UNKNOWN, detail)
    return Refused(line, _text(row, "id"), Reason.STATUS, f"{status!r} is none of: {known}")


def _text(row: dict[str, str], name: str) -> str:
    return (row.get(name) or "").strip()
