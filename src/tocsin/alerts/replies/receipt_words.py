"""The words of a receipt, in the language of the alert."""

from tocsin.alerts.channels.mail.prose import filled
from tocsin.alerts.language import number, words
from tocsin.alerts.replies.reasons import told
from tocsin.alerts.replies.taking import Taken
from tocsin.alerts.replies.words import name_of

SHOWN = 50  # refused rows named one by one


def subject(ticket: str, taken: Taken, language: str) -> str:
    _ = words(language).gettext
    if taken.refused:
        said = _("Your answer: %(taken)s taken, %(refused)s refused") % {
            "taken": number(taken.taken + taken.unchanged, language),
            "refused": number(len(taken.refused), language),
        }
    elif taken.taken or taken.unchanged:
        said = _("Your answer was taken")
    else:
        said = _("Your words have reached us")
    return f"[{ticket}] {said}"


def text(ticket: str, taken: Taken, with_words: bool, language: str) -> str:
    parts = [
        *_taken(taken, language),
        *_refused(taken, language),
        *([_words_kept(language)] if with_words else []),
        _next(taken, language),
        _about(ticket, language),
    ]
    return "\n\n".join(parts) + "\n"


def _taken(taken: Taken, language: str) -> list[str]:
    _ = words(language).gettext
    said = []
    if taken.statements:
        lines = [
            f"  {number(count, language)} {name_of(statement, language)}"
            for statement, count in taken.statements.most_common()
        ]
        said.append("\n".join([_("Thank you. We have taken these answers:"), "", *lines]))
    if taken.unchanged:
        again = words(language).ngettext(
            "%(n)s of them you had given before in the same words.",
            "%(n)s of them you had given before in the same words.",
            taken.unchanged,
        )
        said.append(again % {"n": number(taken.unchanged, language)})
    if not said:
        said.append(_("Thank you for your mail. It changed the state of no threat."))
    return [filled(one) if "\n" not in one else one for one in said]


def _refused(taken: Taken, language: str) -> list[str]:
    if not taken.refused:
        return []
    _ = words(language).gettext
    lines = [filled(told(one, language), "  - ", "    ") for one in taken.refused[:SHOWN]]
    hidden = len(taken.refused) - SHOWN
    if hidden > 0:
        more = words(language).ngettext("and %(n)s more", "and %(n)s more", hidden)
        lines.append("  - " + more % {"n": number(hidden, language)})
    return [
        "\n".join([filled(_("This could not be taken, and has changed nothing:")), "", *lines]),
        filled(_("Correct these rows and reply once more with the file.")),
    ]


def _words_kept(language: str) -> str:
    said = words(language).gettext(
        "What you wrote in your mail is kept with the alert, and a person reads it."
    )
    return filled(said)


def _next(taken: Taken, language: str) -> str:
    _ = words(language).gettext
    if not taken.statements:
        return filled(
            _("To answer, fill in the column status of the alert's file and reply with it.")
        )
    return filled(
        _(
            "What happens next: our sources look again. What they no longer see is closed. What "
            "they still see, although you said that it is fixed, we tell you once. You can change "
            "an answer by answering again."
        )
    )


def _about(ticket: str, language: str) -> str:
    said = words(language).gettext(
        "A program wrote this in answer to your mail about %(ticket)s. If you sent none, please "
        "tell us."
    )
    return filled(said % {"ticket": ticket})
