"""What notices say, in the language in force, and the page that each is about."""

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.notices.models import Notice
from tocsin.notices.rules import Kind

REASONS: dict[str, Callable[[int], str]] = {
    "new": lambda n: ngettext("{n} new", "{n} new", n),
    "reopened": lambda n: ngettext("{n} that came back", "{n} that came back", n),
    "conflicts": lambda n: ngettext(
        "{n} seen again after it was said to be fixed",
        "{n} seen again after they were said to be fixed",
        n,
    ),
    "rejected": lambda n: ngettext("{n} dispute not upheld", "{n} disputes not upheld", n),
    "reminders": lambda n: ngettext("{n} reminder", "{n} reminders", n),
}


class Words(NamedTuple):
    """`path`: of the page it is about, empty where there is none."""

    title: str
    text: str
    path: str


def grouped(number: int) -> str:
    """1234567 as 1 234 567, with thin spaces that do not break."""
    return f"{number:,}".replace(",", "\u202f")


def words(one: Notice) -> Words:
    return SAID[Kind(one.kind)](one.subject, one.data)


def _alert_sent(ticket: str, data: dict[str, Any]) -> Words:
    count = int(data.get("threats", 0))
    said = [
        reason(number).format(n=grouped(number))
        for name, reason in REASONS.items()
        if (number := int(data.get(name, 0)))
    ]
    text = ngettext("{n} threat: {reasons}.", "{n} threats: {reasons}.", count)
    return Words(
        _("Alert {ticket} was written to your organisation").format(ticket=ticket),
        text.format(n=grouped(count), reasons=", ".join(said)),
        _found(ticket),
    )


def _contradicted(kind: str, data: dict[str, Any]) -> Words:
    count = int(data.get("threats", 0))
    title = ngettext(
        "{n} threat that was said to be fixed was seen again",
        "{n} threats that were said to be fixed were seen again",
        count,
    )
    return Words(
        title.format(n=grouped(count)),
        _("“{kind}”. The evidence comes with your next alert. Please look at it again.").format(
            kind=data.get("title", kind)
        ),
        _page("threats", other="status", query={"state": "conflict"}),
    )


def _dispute_decided(threat: str, data: dict[str, Any]) -> Words:
    verdicts = {
        "confirm": _("You were right: it is no threat, and you hear no more of it for now."),
        "reject": _("It is a threat, and yours. The reason comes with your next alert."),
        "assign": _("It is not yours: another organisation was found to answer for it."),
        "nobody": _("It is not yours, and nobody else was found who answers for it."),
    }
    title = _("What you said of a threat was decided")
    return Words(title, verdicts.get(str(data.get("verdict")), ""), _found(threat))


def _delegate_answered(_subject: str, data: dict[str, Any]) -> Words:
    count = int(data.get("answers", 0))
    title = ngettext(
        "Somebody you passed threats on to answered for {n} threat",
        "Somebody you passed threats on to answered for {n} threats",
        count,
    )
    text = _("The answers stand in the time line of each threat, beside your own.")
    return Words(title.format(n=grouped(count)), text, _page("threats", other="status"))


def _contact_bounced(_subject: str, _data: dict[str, Any]) -> Words:
    return Words(
        _("Mail to one of your contacts came back"),
        _("That address gets no more alerts until somebody corrects it."),
        _page("contacts"),
    )


def _contact_doubted(_subject: str, data: dict[str, Any]) -> Words:
    said = {
        "wrong": _("Whoever reads that mailbox says that it is the wrong one."),
        "silent": _("Nobody answered when we asked whether the address is still right."),
    }
    text = said.get(str(data.get("why")), "")
    return Words(
        _("Please check one of your contacts"),
        f"{text} {_('Alerts still go there.')}".strip(),
        _page("contacts"),
    )


def _claims_decided(_subject: str, data: dict[str, Any]) -> Words:
    approved, declined = int(data.get("approved", 0)), int(data.get("declined", 0))
    text = _("Approved: {approved}. Declined: {declined}.")
    return Words(
        _("What you claimed was decided"),
        text.format(approved=approved, declined=declined),
        _page("own-assets"),
    )


def _application_came(number: str, data: dict[str, Any]) -> Words:
    title = (
        _("{name} claims more assets")
        if data.get("member")
        else _("{name} applies to become a member")
    )
    return Words(
        title.format(name=data.get("name", "")),
        _("The address of whoever applies is confirmed. Decide when the proofs are there."),
        _page("one-application", number),
    )


def _dispute_opened(_subject: str, data: dict[str, Any]) -> Words:
    count = int(data.get("threats", 0))
    title = ngettext("{name} disputes {n} threat", "{name} disputes {n} threats", count)
    return Words(
        title.format(n=grouped(count), name=data.get("name", "")),
        _("It is theirs, and no reminder leaves, until somebody decides."),
        _page("disputes", other="status"),
    )


def _delivery_failed(number: str, data: dict[str, Any]) -> Words:
    title = _("Alert {ticket} could not be delivered to {name}")
    return Words(
        title.format(ticket=data.get("ticket", ""), name=data.get("name", "")),
        _("No other contact is left to try. Enter one that works, and send it again."),
        _page("delivery", number),
    )


def _feed_late(feed: str, data: dict[str, Any]) -> Words:
    return Words(
        _("Nothing came from {feed} lately").format(feed=feed),
        _("The latest report is of {day}. No threat is closed meanwhile.").format(
            day=data.get("since", "?")
        ),
        _page("feeds"),
    )


def _release_needed(_subject: str, data: dict[str, Any]) -> Words:
    return Words(
        _("The first alert to {name} waits for your release").format(name=data.get("name", "")),
        _("Look at it as it would leave, then let it go."),
        _page("releases", other="outbox"),
    )


def _contacts_silent(_subject: str, data: dict[str, Any]) -> Words:
    count = int(data.get("contacts", 0))
    title = ngettext("{n} contact does not answer", "{n} contacts do not answer", count)
    text = _("Their owners were told. Alerts still go there.")
    return Words(title.format(n=grouped(count)), text, _page("organisations"))


SAID: dict[Kind, Callable[[str, dict[str, Any]], Words]] = {
    Kind.ALERT_SENT: _alert_sent,
    Kind.CLAIM_CONTRADICTED: _contradicted,
    Kind.DISPUTE_DECIDED: _dispute_decided,
    Kind.DELEGATE_ANSWERED: _delegate_answered,
    Kind.CONTACT_BOUNCED: _contact_bounced,
    Kind.CONTACT_DOUBTED: _contact_doubted,
    Kind.CLAIMS_DECIDED: _claims_decided,
    Kind.APPLICATION_CAME: _application_came,
    Kind.DISPUTE_OPENED: _dispute_opened,
    Kind.DELIVERY_FAILED: _delivery_failed,
    Kind.FEED_LATE: _feed_late,
    Kind.RELEASE_NEEDED: _release_needed,
    Kind.CONTACTS_SILENT: _contacts_silent,
}


def _found(text: str) -> str:
    """Whatever page shows the thing of this name to whoever asks."""
    return _page("search", query={"q": text})


def _page(name: str, *arguments: str, other: str = "", query: dict[str, str] | None = None) -> str:
    """`other`: the page to name where there is none of the first name."""
    try:
        path = reverse(name, args=arguments)
    except NoReverseMatch:
        return _page(other) if other else ""
    return f"{path}?{urlencode(query)}" if query else path
