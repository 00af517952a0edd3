"""The words of the answer page, in the language of the alert."""

from collections.abc import Callable
from dataclasses import dataclass

from tocsin.alerts.language import number, words
from tocsin.alerts.links import VALID_DAYS
from tocsin.alerts.replies.reasons import told
from tocsin.alerts.replies.refusals import Refusal
from tocsin.alerts.replies.taking import Taken
from tocsin.alerts.replies.words import meaning_of, name_of
from tocsin.answers.statements import Statement

SHOWN = 100  # refused rows on the page


@dataclass(frozen=True)
class Choice:
    value: str
    name: str
    meaning: str


@dataclass(frozen=True)
class PageWords:
    language: str

    @property
    def _(self) -> Callable[[str], str]:
        return words(self.language).gettext

    def _count(self, one: str, many: str, count: int) -> str:
        said = words(self.language).ngettext(one, many, count)
        return said.replace("%(n)s", number(count, self.language))

    def statements(self) -> list[Choice]:
        return [
            Choice(one.value, name_of(one, self.language), meaning_of(one, self.language))
            for one in Statement
        ]

    def labels(self) -> dict[str, str]:
        """The page's fixed words by their names in the template."""
        _ = self._
        return {
            "title": _("Answer an alert"),
            "nothing_yet": _("Opening this page has changed nothing."),
            "what": _("What do you want to say?"),
            "which": _("Of which threats?"),
            "ticked": _("Only those that I tick below"),
            "comment": _("Comment"),
            "comment_hint": _("Up to 2,000 characters; people read it."),
            "since": _("Fixed since"),
            "since_hint": _("A day such as 2026-03-31. Empty: now."),
            "send": _("Send this answer"),
            "file": _("Answer with a file"),
            "file_hint": _(
                "The alert's CSV with the column status filled in, also zipped, or JSON. Rows "
                "without a status say nothing."
            ),
            "choose": _("File"),
            "upload": _("Send the file"),
            "threats": _("The threats"),
            "tick": _("Answer"),
            "affected": _("Affected"),
            "last_seen": _("Last seen (UTC)"),
            "earlier": _("Earlier rows"),
            "later": _("Further rows"),
            "back": _("Back to the alert"),
            "again": _("To change an answer, answer again: the last one counts."),
            "refused": _("Not taken"),
            "download": _("All of them as CSV"),
            "problem": _("There is a problem"),
        }

    def intro(self, ticket: str, organisation: str) -> str:
        return self._("%(ticket)s, for %(organisation)s") % {
            "ticket": ticket,
            "organisation": organisation,
        }

    def valid(self) -> str:
        return self._(
            "The link works for %(days)s days after the mail. Whoever has it can answer for you."
        ) % {"days": VALID_DAYS}

    def severity(self, name: str) -> str:
        """In the words of the mail."""
        said = "for information" if name == "info" else name
        return words(self.language).gettext(said)

    def everything(self, count: int) -> str:
        return self._count("The only one", "All %(n)s", count)

    def of_kind(self, title: str, count: int) -> str:
        said = self._count(
            "%(n)s of the kind “%(title)s”", "All %(n)s of the kind “%(title)s”", count
        )
        return said.replace("%(title)s", title)

    def outcome(self, taken: Taken) -> list[str]:
        """What became of an answer, a sentence each."""
        said = [
            f"{number(count, self.language)} {name_of(statement, self.language)}"
            for statement, count in taken.statements.most_common()
        ]
        if taken.unchanged:
            said.append(
                self._count(
                    "%(n)s of them had been answered in the same words before.",
                    "%(n)s of them had been answered in the same words before.",
                    taken.unchanged,
                )
            )
        if taken.empty:
            said.append(
                self._count(
                    "%(n)s row without a status was passed over.",
                    "%(n)s rows without a status were passed over.",
                    taken.empty,
                )
            )
        return said

    def headline(self, taken: Taken) -> str:
        _ = self._
        if taken.taken or taken.unchanged:
            return _("Thank you, your answer is taken")
        return _("Nothing was taken") if taken.refused else _("The file says nothing yet")

    def refused(self, refused: list[Refusal]) -> list[str]:
        return [told(one, self.language) for one in refused[:SHOWN]]

    def hidden(self, refused: list[Refusal]) -> str:
        count = len(refused) - SHOWN
        return self._count("and %(n)s more", "and %(n)s more", count) if count > 0 else ""

    # What is wrong with a form

    def no_statement(self) -> str:
        return self._("Choose what you want to say.")

    def no_threats(self) -> str:
        return self._("Tick the threats that you answer for, or choose all.")

    def ticked_and_more(self) -> str:
        return self._("You have ticked threats, but chosen more than those. Which do you mean?")

    def no_day(self) -> str:
        return self._("The day is not clear. Write it as 2026-03-31 or 31.03.2026.")

    def no_file(self) -> str:
        return self._("Choose a file.")

    def too_often(self) -> str:
        return self._("That was too often. Please wait a quarter of an hour.")
