"""The words for what an answer says, as people write them: forgiving in form, never guessed."""

import re
import unicodedata
from functools import cache

from tocsin.alerts.language import LOCALES, words
from tocsin.answers.statements import Statement

_JOINTS = re.compile(r"[\s_\-\u2010-\u2015]+")
_AROUND = " \t'\"’‘“”.,;"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


@cache
def name_of(statement: Statement, language: str) -> str:
    """For people: `customer told`, `Kunde informiert`."""
    _ = words(language).gettext
    return {
        Statement.ACKNOWLEDGED: _("acknowledged"),
        Statement.FIXED: _("fixed"),
        Statement.CUSTOMER_TOLD: _("customer told"),
        Statement.NOT_OURS: _("not ours"),
        Statement.FALSE_POSITIVE: _("false positive"),
        Statement.WILL_NOT_FIX: _("will not fix"),
        Statement.NEED_HELP: _("need help"),
    }[statement]


@cache
def meaning_of(statement: Statement, language: str) -> str:
    """What it does, in one sentence for the desk."""
    _ = words(language).gettext
    return {
        Statement.ACKNOWLEDGED: _("You have seen it and are working on it."),
        Statement.FIXED: _("It is repaired. We check that with the next observations."),
        Statement.CUSTOMER_TOLD: _("You have passed it on to the customer who runs the machine."),
        Statement.NOT_OURS: _("You are not responsible for this address. We look for who is."),
        Statement.FALSE_POSITIVE: _("There is nothing wrong. An analyst looks at it."),
        Statement.WILL_NOT_FIX: _("You know it and leave it as it is. A comment helps us."),
        Statement.NEED_HELP: _("A person from our side gets in touch with you."),
    }[statement]


def statement_in(cell: str) -> Statement | None:
    """In any case, with blanks, hyphens or underscores, in any of our languages; else nothing."""
    return _known().get(_plain(cell))


@cache
def _known() -> dict[str, Statement]:
    languages = ["en", *sorted(folder.name for folder in LOCALES.iterdir() if folder.is_dir())]
    named = {
        _plain(name_of(statement, language)): statement
        for language in languages
        for statement in Statement
    }
    return named | {_plain(statement): statement for statement in Statement}


def _plain(words_: str) -> str:
    word = unicodedata.normalize("NFKC", words_[:200]).casefold().strip(_AROUND)
    return _JOINTS.sub("-", word.translate(_UMLAUTS))
