"""The machine-readable answer, docs/reference/answer-format.md: JSON objects, one a threat."""

import json
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from tocsin.alerts.replies.files import text_of
from tocsin.alerts.replies.refusals import Read, Refusal, UnreadableError, Why, quoted
from tocsin.alerts.replies.sheet import UnclearError, visible
from tocsin.alerts.replies.table import MOST_ROWS
from tocsin.answers.statements import LONGEST_COMMENT, Given, Statement

FORMAT = "tocsin-answer"
VERSION = 1


class AnswerObject(BaseModel):
    """One answer; `report` is the id of the XARF report, or our id of the threat."""

    model_config = ConfigDict(extra="forbid", strict=True)

    format: Literal["tocsin-answer"]
    version: Literal[1]
    report: UUID
    statement: Statement
    since: AwareDatetime | None = None
    comment: Annotated[str, Field(max_length=LONGEST_COMMENT, pattern=r"^[^\x00]*$")] = ""
    organisation: Annotated[str, Field(max_length=200)] = ""
    at: AwareDatetime | None = None


def looks_like_json(data: bytes) -> bool:
    """The first character of a JSON answer, which no table of ours begins with."""
    return data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def read_objects(name: str, data: bytes) -> Read:
    """One object or an array of them.  Raises `UnreadableError` where it is no such JSON."""
    try:
        found = json.loads(text_of(data).removeprefix("\ufeff"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(Why.BAD_JSON, str(error)[:200]) from error
    told = found if isinstance(found, list) else [found]
    if len(told) > MOST_ROWS:
        raise UnreadableError(Why.TOO_MANY, f"more than {MOST_ROWS:,} answers")
    read = Read(name, rows=len(told))
    for place, one in enumerate(told, start=1):
        try:
            read.given.append(given_by_object(one, place))
        except UnclearError as wrong:
            threat = quoted(str(one.get("report", ""))) if isinstance(one, dict) else ""
            read.refused.append(Refusal(name, place, threat, wrong.why, wrong.detail))
    return read


def given_by_object(one: object, place: int) -> Given:
    """Raises `UnclearError` for what does not follow the format."""
    try:
        answer = AnswerObject.model_validate_json(json.dumps(one), strict=True)
    except (ValidationError, ValueError, OverflowError) as error:
        raise UnclearError(Why.BAD_OBJECT, _detail(error)) from error
    return Given(answer.report, answer.statement, visible(answer.comment), answer.since, place)


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _detail(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return type(error).__name__
    wrong = error.errors(include_url=False, include_input=False)[0]
    return quoted(f"{'.'.join(str(part) for part in wrong['loc'])}: {wrong['msg']}".strip(": "))
