"""Every sentence of the mail around the kinds' own texts, in the organisation's language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.conf import settings

from tocsin.alerts import tlp
from tocsin.alerts.channels.mail import answering
from tocsin.alerts.channels.mail.sender import Sender
from tocsin.alerts.content import AlertContent
from tocsin.alerts.deadlines import deadline
from tocsin.alerts.language import day_and_month, number, words

_PLACEHOLDERS = ("ADDRESS", "ADRESSE")  # in the kinds' texts, whatever their language


def headings(language: str) -> tuple[str, str, str, str]:
    """Above the four parts of a kind's text."""
    _ = words(language).gettext
    return (
        _("What was seen"),
        _("Why it matters"),
        _("What to do"),
        _("How to check that it is fixed"),
    )


def columns(language: str) -> tuple[tuple[str, str], ...]:
    """(heading, width) of the table of threats."""
    _ = words(language).gettext
    return (
        (_("Affected"), "34%"),
        (_("Details"), "28%"),
        (_("Last seen (UTC)"), "27%"),
        (_("Id"), "11%"),
    )


@lru_cache(50)
def _why(name: str, language: str) -> str:
    _ = words(language).gettext
    return {
        "new": _("new"),
        "reopened": _("back again"),
        "conflict": _("said fixed, seen again"),
        "rejected": _("objection not confirmed"),
        "reminder": _("reminder"),
    }[name]


@lru_cache(5_000)
def _times(first: date, count: int, language: str) -> str:
    said = words(language).ngettext("seen %(n)s time", "seen %(n)s times", count)
    seen = said.replace("%(n)s", number(count, language))
    return words(language).gettext("%(seen)s since %(day)s") % {"seen": seen, "day": first}


@dataclass(frozen=True)
class Wording:
    """The sentences for one alert from one sender; `link` to its page, empty for none."""

    content: AlertContent
    sender: Sender
    link: str = ""

    @property
    def _(self) -> Callable[[str], str]:
        return words(self.content.language).gettext

    def _count(self, one: str, many: str, count: int) -> str:
        said = words(self.content.language).ngettext(one, many, count)
        return said.replace("%(n)s", self.number(count))

    def number(self, value: int) -> str:
        return number(value, self.content.language)

    def severity(self, name: str) -> str:
        _ = self._
        return {
            "critical": _("critical"),
            "high": _("high"),
            "medium": _("medium"),
            "low": _("low"),
            "info": _("for information"),
        }[name]

    def why(self, name: str) -> str:
        return _why(name, self.content.language)

    # The top of the mail

    @property
    def subject(self) -> str:
        return f"[{self.content.ticket}] TLP:{self.content.tlp} {self.headline}"

    @property
    def headline(self) -> str:
        content = self.content
        if set(content.whys) == {"conflict"}:
            return self._count(
                "%(n)s threat that you said is fixed was seen again",
                "%(n)s threats that you said are fixed were seen again",
                content.total,
            )
        if set(content.whys) == {"reminder"}:
            return self._count(
                "Reminder: %(n)s threat in your networks is still open",
                "Reminder: %(n)s threats in your networks are still open",
                content.total,
            )
        found = self._count(
            "%(n)s threat in your networks", "%(n)s threats in your networks", content.total
        )
        if content.worst == "info":
            return found
        count, severity = content.severities[content.worst], self.severity(content.worst)
        if content.total == 1:
            return f"{found}, {severity}"
        if count == content.total:
            return self._("%(found)s, all %(severity)s") % {"found": found, "severity": severity}
        return f"{found}, {self.number(count)} {severity}"

    @property
    def for_whom(self) -> str:
        if self.content.on_behalf:
            return self._("For %(contact)s, on behalf of %(operator)s") % {
                "contact": self.content.organisation,
                "operator": self.content.on_behalf,
            }
        return self._("For %(organisation)s") % {"organisation": self.content.organisation}

    @property
    def asides(self) -> list[str]:
        """Who else is told what, of the same networks."""
        behalf = answering.on_behalf(self.content)
        return [*([behalf] if behalf else []), *answering.passed_on(self.content)]

    @property
    def summary(self) -> str:
        """How many, why now, and what to do first."""
        _, first = self._, self.content.groups[0]
        title = {"title": first.text.title, "count": self.number(first.total)}
        if self.content.total == 1:
            start = _("The threat: “%(title)s”.") % title
        elif len(self.content.groups) == 1:
            start = _("All are “%(title)s”.") % title
        else:
            start = _("Please start with “%(title)s” (%(count)s).") % title
        return f"{self._reasons()} {start}"

    def _reasons(self) -> str:
        whys = self.content.whys
        return " ".join(self._reason(why, whys[why]) for why in whys)

    def _reason(self, why: str, count: int) -> str:
        if self.content.total == 1:
            return self._the_only(why)
        if why == "new":
            return self._count("%(n)s is new.", "%(n)s are new.", count)
        if why == "reopened":
            return self._count(
                "%(n)s had gone and is back again.", "%(n)s had gone and are back again.", count
            )
        if why == "conflict":
            return self._count(
                "%(n)s that you said is fixed was seen again.",
                "%(n)s that you said are fixed were seen again.",
                count,
            )
        if why == "rejected":
            return self._count(
                "We could not confirm your objection to %(n)s.",
                "We could not confirm your objections to %(n)s.",
                count,
            )
        return self._count(
            "%(n)s was in an earlier alert and is still open.",
            "%(n)s were in an earlier alert and are still open.",
            count,
        )

    def _the_only(self, why: str) -> str:
        _ = self._
        return {
            "new": _("It is new."),
            "reopened": _("It had gone and is back again."),
            "conflict": _("You said that it is fixed, and it was seen again."),
            "rejected": _("We could not confirm your objection."),
            "reminder": _("It was in an earlier alert and is still open."),
        }[why]

    @property
    def tlp_meaning(self) -> str:
        _ = self._
        return {
            "CLEAR": _("May be shared without limit."),
            "GREEN": _("May be shared within your community, but not published."),
            "AMBER": _(
                "For your organisation and for those of its customers who need to know, "
                "to protect themselves."
            ),
            "AMBER+STRICT": _("For your organisation only, and there for those who need to know."),
            "RED": _("For the named recipients only."),
        }[self.content.tlp]

    @property
    def repeated(self) -> str:
        return self._(
            "This mail is sent a second time, because we could not learn whether the first "
            "arrived. If you have it already, please ignore this one."
        )

    # What we ask

    @property
    def ask_heading(self) -> str:
        return self._("What we ask of you")

    @property
    def asks(self) -> list[str]:
        _ = self._
        if self.content.worst == "info":
            first = _("Look at these when you next work on the systems concerned.")
        elif len(self.content.severities) == 1:
            first = self._count(
                "Deal with this threat by the date above.",
                "Deal with these threats by the date above.",
                self.content.total,
            )
        else:
            first = _("Deal with these threats, the most severe first, by the dates above.")
        told = [first]
        if self.content.tlp != "AMBER+STRICT":
            told.append(
                _(
                    "Where a customer runs the machine, pass the details and the advice on to "
                    "the customer."
                )
            )
        told.append(
            _("Tell us what you did: on the page below, or by reply with the attached file.")
            if self.link
            else _("Tell us what you did: reply to this mail with the attached file (see the end).")
        )
        return told

    @property
    def answer_button(self) -> str:
        return self._("Answer this alert")

    @property
    def answer_row(self) -> str:
        return self._("Answer:")

    def by(self, severity: str) -> str:
        """By when to deal with threats of this severity, or nothing."""
        when = deadline(severity, self.content.composed_at)
        if when is None:
            return ""
        return self._("by %(day)s") % {"day": day_and_month(when, self.content.language)}

    # Each kind

    def threats(self, count: int) -> str:
        return self._count("%(n)s threat", "%(n)s threats", count)

    def more(self, count: int) -> str:
        return self._count(
            "%(n)s more is in the attached file.", "%(n)s more are in the attached file.", count
        )

    def further(self, count: int) -> str:
        """What of the HTML part had no room."""
        said = self._count(
            "For %(n)s more kind of threat, what to do is in the attached file %(name)s.",
            "For %(n)s more kinds of threats, what to do is in the attached file %(name)s.",
            count,
        )
        return said.replace("%(name)s", self.text_file)

    @property
    def text_file(self) -> str:
        return f"{self.content.ticket}.txt"

    @property
    def commands(self) -> str:
        """How to read the commands in the texts, where there are any."""
        texts = [(group.text.fix, group.text.check) for group in self.content.groups]
        if not any(name in words for both in texts for words in both for name in _PLACEHOLDERS):
            return ""
        told = self._(
            "In the commands below, put the row's own values for the words in capitals, such as "
            "ADDRESS and PORT."
        )
        rows = (row for group in self.content.groups for row in group.rows)
        if not any(":" in row.affected for row in rows):
            return told
        return f"{told} " + self._(
            "For IPv6 addresses nmap needs the option -6, and web addresses need brackets: "
            "http://[ADDRESS]:PORT/."
        )

    def times(self, first: datetime, count: int) -> str:
        return _times(first.date(), count, self.content.language)

    @property
    def overview(self) -> str:
        return self._("Overview")

    # The end of the mail

    @property
    def notes(self) -> list[tuple[str, list[str]]]:
        """(heading, paragraphs) that every alert ends with."""
        _ = self._
        return [
            (_("About the attached file"), self._about_file()),
            (_("How to answer"), answering.how_to_answer(self.content, self.link)),
            (
                _("Words for the column status, and what they mean"),
                answering.meanings(self.content.language),
            ),
            (_("What happens next"), self._what_next()),
            (_("Is this mail genuine?"), self._genuine()),
            (_("Change how you receive alerts"), self._preferences()),
        ]

    def _about_file(self) -> list[str]:
        _ = self._
        return [
            _(
                "It lists every threat of this alert (UTF-8, comma-separated, times in UTC), with "
                "all that was observed. The short ids in this mail are the first eight characters "
                "of the column threat_id; an id stays the same for as long as we know the threat."
            ),
            _(
                "An apostrophe before a value keeps spreadsheets from running it as a formula. Web "
                "addresses in this mail are written hxxp and [.] so that nobody opens them by "
                "accident; the file has them exactly."
            ),
        ]

    def _what_next(self) -> list[str]:
        _ = self._
        told = [
            _(
                "Our sources look again. What is no longer seen is closed without your doing. What "
                "stays open comes back in a reminder after 7 days (compromised systems) or 30 days "
                "(all others), twice at most; after that a person from our side calls you."
            )
        ]
        if self.content.officer:
            told.append(
                _("Your contact for help: %(officer)s.") % {"officer": self.content.officer}
            )
        return told

    def _genuine(self) -> list[str]:
        _, sender = self._, self.sender
        told = [
            _(
                "It was sent by %(authority)s from %(address)s, ticket %(ticket)s. It contains no "
                "images and no tracking, and we never ask for a password."
            )
            % {
                "authority": sender.authority,
                "address": sender.address,
                "ticket": self.content.ticket,
            }
        ]
        told.append(
            _("Its links all begin with %(start)s") % {"start": f"{settings.TOCSIN_PUBLIC_URL}/"}
            if self.link
            else _("It contains no links.")
        )
        told += [
            sentence
            for sentence, applies in (
                (
                    _("Our mails carry a DKIM signature of %(domain)s.")
                    % {"domain": sender.dkim_domain},
                    sender.dkim_domain,
                ),
                (_("Our mails are signed with S/MIME."), sender.smime),
                (
                    _("Our OpenPGP key is %(fingerprint)s.") % {"fingerprint": sender.openpgp},
                    sender.openpgp,
                ),
            )
            if applies
        ]
        told.append(
            sender.verify
            or _(
                "If in doubt, ask us by a way that you already know, and name the ticket; do not "
                "use the details in this mail."
            )
        )
        return told

    def _preferences(self) -> list[str]:
        return [
            self._(
                "Write to %(address)s to change the address, the language or the rhythm (each day, "
                "once a week, or critical ones only), to mute a kind of threat, to receive alerts "
                "encrypted, or to tell us that you are not responsible for these networks."
            )
            % {"address": self.sender.reply_to}
        ]

    @property
    def tlp_colour(self) -> str:
        return tlp.COLOURS[self.content.tlp]
