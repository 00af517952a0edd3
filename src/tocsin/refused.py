"""One word for every piece of input that was not taken: what, where and why."""

from dataclasses import dataclass

LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken: `reason` is a short code, `text` the row with secrets withheld."""

    line: int
    reason: str
    detail: str = ""
    text: str = ""


class RefusalError(ValueError):
    """Raised where a value is read: a short code, and what to write instead."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
