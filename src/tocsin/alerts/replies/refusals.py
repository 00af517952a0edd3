"""What of an answer could not be taken, and why, for people and for machines."""

from dataclasses import dataclass, field
from enum import StrEnum

from tocsin.answers.statements import Given


class Why(StrEnum):
    """Why a file or a row was refused before anybody looked at its threats."""

    TOO_LARGE = "too-large"
    TOO_MANY = "too-many-rows"
    NOT_TEXT = "not-text"
    WORKBOOK = "workbook"
    BAD_ZIP = "bad-zip"
    NO_COLUMNS = "no-columns"
    BROKEN = "broken"
    BAD_JSON = "bad-json"
    TOO_MANY_FILES = "too-many-files"
    QUOTES = "quotes"
    CONTROLS = "control-characters"
    FORMULA = "formula"
    NO_ID = "no-id"
    BAD_ID = "bad-id"
    NO_STATUS = "no-status"
    UNKNOWN_STATUS = "unknown-status"
    BAD_SINCE = "bad-since"
    BAD_OBJECT = "bad-object"


class UnreadableError(Exception):
    """A whole file that cannot be taken; `detail` is what was found in it."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(why, detail)
        self.why, self.detail = why, detail


@dataclass(frozen=True, slots=True)
class Refusal:
    """`row`: the line it began on (of JSON the place in the array, from 1), 0 for a whole file.
    `reason`: a `Why`, or a `Reason` of the room answers."""

    file: str
    row: int
    threat: str
    reason: str
    detail: str = ""


@dataclass
class Read:
    """What a file says: each of its `rows` is in `given`, in `refused`, or `empty`."""

    name: str = ""
    rows: int = 0
    given: list[Given] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    empty: int = 0


def whole_file(name: str, error: UnreadableError) -> Refusal:
    return Refusal(name, 0, "", error.why, error.detail)


SHOWN = 60  # characters of a cell that a refusal quotes


def quoted(cell: str) -> str:
    """A cell in a refusal: short, on one line, nothing in it that a terminal or a page obeys."""
    line = "".join(char if char.isprintable() else "\ufffd" for char in " ".join(cell.split()))
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
