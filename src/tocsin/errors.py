"""Failures that are expected, and told to people."""


class TocsinError(Exception):
    """An expected failure: `str(error)` says what happened, `hint` what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
