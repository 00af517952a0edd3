"""Words on a colour: states and severities, in the reader's language."""

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tocsin.threats.states import State

GREEN, RED, ORANGE, PURPLE, GREY = "green", "red", "orange", "purple", "grey"
Tag = tuple[str, str | Promise]
SEVERITIES: dict[str, Tag] = {
    "critical": (RED, _("critical")),
    "high": (ORANGE, _("high")),
    "medium": (PURPLE, _("medium")),
    "low": (GREY, _("low")),
    "info": (GREY, _("info")),
}
STATES: dict[State, Tag] = {
    State.DISMISSED: (GREY, _("dismissed")),
    State.OPEN: (ORANGE, _("open")),
    State.CLAIMED: (PURPLE, _("claimed")),
    State.CONFLICT: (RED, _("conflict")),
    State.REOPENED: (RED, _("reopened")),
    State.DISPUTED: (PURPLE, _("disputed")),
    State.GONE: (GREEN, _("gone")),
    State.LOST: (GREY, _("lost")),
}
# Of everything else that has a state: applications and their proofs, people, deliveries, feeds.
TAGS: dict[str, Tag] = {
    "approved": (GREEN, _("approved")),
    "asked": (PURPLE, _("asked")),
    "bounced": (RED, _("bounced")),
    "confirmed": (GREEN, _("confirmed")),
    "declined": (RED, _("declined")),
    "failed": (RED, _("failed")),
    "healthy": (GREEN, _("healthy")),
    "held": (ORANGE, _("held")),
    "impossible": (RED, _("impossible")),
    "missing": (RED, _("missing")),
    "proven": (GREEN, _("proven")),
    "queued": (PURPLE, _("queued")),
    "refused": (RED, _("refused")),
    "sending": (PURPLE, _("sending")),
    "sent": (GREEN, _("sent")),
    "short": (ORANGE, _("short")),
    "uncertain": (ORANGE, _("uncertain")),
    "unconfirmed": (ORANGE, _("unconfirmed")),
    "waiting": (PURPLE, _("waiting")),
}
register = template.Library()


@register.filter
def severity_tag(value: str, said: str = "") -> SafeString:
    """A severity on its colour; `said`: in other words than the page's language has."""
    colour, words = SEVERITIES[value]
    return tag(colour, said or words)


@register.filter
def state_tag(value: State | int | str) -> SafeString:
    """A threat's state on its colour; a name may be in small letters."""
    state = State[value.upper()] if isinstance(value, str) else State(value)
    return tag(*STATES[state])


@register.filter
def word_tag(value: str) -> SafeString:
    """Any other state; one that is not known in grey, as it is."""
    return tag(*TAGS.get(value, (GREY, value)))


def tag(colour: str, words: str | Promise) -> SafeString:
    return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', colour, words)
