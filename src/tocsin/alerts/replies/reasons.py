"""Why something was refused, in a sentence for whoever sent it."""

from tocsin.alerts.language import words
from tocsin.alerts.replies.refusals import Refusal, Why
from tocsin.answers.statements import LONGEST_COMMENT, Reason, Statement


def told(refusal: Refusal, language: str) -> str:
    """`line 4: “done” is none of the words for the status.`"""
    _ = words(language).gettext
    said = sentence(refusal, language)
    if refusal.row:
        return _("line %(line)s: %(reason)s") % {"line": refusal.row, "reason": said}
    return f"{refusal.file}: {said}" if refusal.file else said


def sentence(refusal: Refusal, language: str) -> str:
    """With what was found, where that helps."""
    _ = words(language).gettext
    said = _sentences(language).get(refusal.reason, _("It could not be read."))
    if refusal.reason in _QUOTING and refusal.detail:
        return f"{said} (“{refusal.detail}”)"
    if refusal.reason in _IDENTIFYING and refusal.threat:
        return f"{said} (“{refusal.threat}”)"
    return said


_QUOTING = frozenset({
    Why.UNKNOWN_STATUS, Why.BAD_SINCE, Why.FORMULA, Why.BAD_ID, Why.NO_COLUMNS, Why.TOO_LARGE,
    Why.TOO_MANY, Why.BAD_OBJECT, Why.NO_STATUS, Why.BAD_JSON,
})  # fmt: skip
_IDENTIFYING = frozenset({Reason.UNKNOWN, Reason.FUTURE, Reason.LONG, Reason.REPEATED})


def _sentences(language: str) -> dict[str, str]:
    _ = words(language).gettext
    return {
        Why.TOO_LARGE: _("The file is too large. Keep only threat_id, status and comment."),
        Why.TOO_MANY: _("The file has too many rows. Please part it."),
        Why.NOT_TEXT: _("The file is no text that we can read. Save it as CSV, UTF-8."),
        Why.WORKBOOK: _("The file is a workbook. Save it as CSV."),
        Why.BAD_ZIP: _("The zip file cannot be opened, or holds too much."),
        Why.NO_COLUMNS: _(
            "The first line has to name the columns threat_id and status, once each."
        ),
        Why.BROKEN: _("The quotes in the file do not match in too many rows."),
        Why.BAD_JSON: _("The file is no JSON."),
        Why.TOO_MANY_FILES: _("Too many files are attached."),
        Why.QUOTES: _("The quotes in this row do not match."),
        Why.CONTROLS: _("The row holds characters that no text has."),
        Why.FORMULA: _("The row holds a formula."),
        Why.NO_ID: _("The row has no threat_id."),
        Why.BAD_ID: _("The threat_id is not complete."),
        Why.NO_STATUS: _("There is a comment, but no status."),
        Why.UNKNOWN_STATUS: _("This is none of the words for the status: %(words)s.")
        % {"words": ", ".join(Statement)},
        Why.BAD_SINCE: _("The day is not clear. Write it as 2026-03-31 or 31.03.2026."),
        Why.BAD_OBJECT: _("The answer does not follow the format."),
        Reason.UNKNOWN: _("This is none of the threats that you can answer for here."),
        Reason.FUTURE: _("The day is still to come."),
        Reason.LONG: _("The comment has more than %(most)s characters.")
        % {"most": LONGEST_COMMENT},
        Reason.REPEATED: _("A later row says something else about the same threat."),
    }
