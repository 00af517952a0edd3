"""Cells that a spreadsheet must not run."""

import re

# What Excel, LibreOffice and Google Sheets take for the start of a formula, behind blanks or
# invisible characters too, in its ASCII and full-width forms.  Leading apostrophes are counted
# in, so that taking one away always gives the original back.
_FORMULA = re.compile(r"'*[\s\u200b-\u200f\u2060\ufeff]*[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"-\d+(\.\d+)?([eE][+-]?\d+)?")
_SUSPECT = frozenset("'=+-@\t\r\n＝＋－＠ \u200b\u200c\u200d\u200e\u200f\u2060\ufeff\x0b\x0c\xa0")
_CONTROLS = {code: 0x2400 + code for code in range(32) if code not in (9, 10)} | {127: 0x2421}


def neutralised(value: str) -> str:
    """The cell with an apostrophe before anything a spreadsheet would run as a formula.

    A plain negative number (`-5`, `-0.5`) stays as it is: it computes nothing, and people sort by
    it.  `+5` is not a plain number here, because telephone numbers begin so.  Line ends become LF;
    other control characters their visible pictures (U+2400…).
    """
    if not value:
        return value
    if not value.isprintable():
        value = value.replace("\r\n", "\n").translate(_CONTROLS)
    if value[0] not in _SUSPECT and value[0].isprintable():
        return value
    if _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return "'" + value
    return value
