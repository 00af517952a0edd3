"""What a mail says about answering, and about what was answered before."""

from django.conf import settings

from tocsin.alerts.content import AlertContent, ThreatRow
from tocsin.alerts.language import day, number, words
from tocsin.alerts.links import VALID_DAYS
from tocsin.alerts.replies.words import meaning_of, name_of
from tocsin.answers.statements import Statement


def how_to_answer(content: AlertContent, link: str) -> list[str]:
    """In the order in which most will do it: the link, the file, a program, plain words."""
    _ = words(content.language).gettext
    told = []
    if link:
        told.append(
            _(
                "By the link: it opens a page with this alert's threats, where you answer for one, "
                "for some or for all. It needs no password and works for %(days)s days. Whoever "
                "has it can answer for you: pass it on only to those who may. Opening it changes "
                "nothing."
            )
            % {"days": VALID_DAYS}
        )
    told += [
        _(
            "By reply: fill in the column status of the attached file, and comment and since (the "
            "day from which it is fixed) if you like, for as many rows as you can, and reply with "
            "it from this address. Leave %(ticket)s in the subject."
        )
        % {"ticket": content.ticket},
        _(
            "By program: %(url)s with an API token, or a reply with a JSON file in our answer "
            "format, %(schema)s."
        )
        % {
            "url": f"{settings.TOCSIN_PUBLIC_URL}/api/v1/answers",
            "schema": f"{settings.TOCSIN_PUBLIC_URL}/schemas/answer-1.json",
        },
        _(
            "Plain words above the quoted mail do as well: a person reads them, but they change "
            "no threat's state by themselves."
        ),
    ]
    return told


def meanings(language: str) -> list[str]:
    """One line for each word of the column status."""
    return [
        f"{word}: {meaning_of(word, language)}"
        if word.value.replace("-", " ") == name_of(word, language)
        else f"{word} ({name_of(word, language)}): {meaning_of(word, language)}"
        for word in Statement
    ]


def remark(row: ThreatRow, language: str) -> str:
    """What an answer had to do with it, if anything: told once, with the threat."""
    _ = words(language).gettext
    if row.why == "conflict":
        if row.claimed_at is None:
            return _("You said that it is fixed. It was seen again after that.")
        return _(
            "You said that it is fixed since %(claimed)s. It was seen again on %(seen)s UTC."
        ) % {
            "claimed": day(row.claimed_at, language),
            "seen": f"{day(row.last_seen, language)}, {row.last_seen:%H:%M}",
        }
    if row.why == "rejected":
        said = _("We looked at your objection and cannot confirm it.")
        return f"{said} {row.verdict}".strip()
    return ""


def on_behalf(content: AlertContent) -> str:
    """To a delegation's contact: why this mail comes to them."""
    if not content.on_behalf:
        return ""
    said = words(content.language).gettext(
        "You get this because %(operator)s has named you as the contact for this part of its "
        "networks. What you answer, %(operator)s sees as well."
    )
    return said % {"operator": content.on_behalf}


def passed_on(content: AlertContent) -> list[str]:
    """To an organisation: how many of its threats went to whom instead, or could not."""
    said = []
    if content.unreached:
        sorry = words(content.language).gettext(
            "This was for %(name)s, whom you named for that part of your networks, but our mail "
            "to them came back."
        )
        said.append(sorry % {"name": content.unreached})
    for name, count in content.passed:
        one = words(content.language).ngettext(
            "%(n)s more threat went to %(name)s, whom you named for that part of your networks.",
            "%(n)s more threats went to %(name)s, whom you named for that part of your networks.",
            count,
        )
        said.append(one % {"n": number(count, content.language), "name": name})
    return said
