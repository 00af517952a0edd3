"""When an organisation is told what: pure decisions, no clock and no database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from tocsin.threats.states import Severity

COMPROMISED = frozenset({"intrusions", "malicious-code", "fraud", "information-content-security"})
REMIND_COMPROMISED = timedelta(days=7)
REMIND_OTHERS = timedelta(days=30)
MOST_REMINDERS = 2  # then a person calls: repeated mails change nothing

RETRY_AFTER = tuple(timedelta(minutes=m) for m in (5, 15, 45, 120, 360, 720, 1440))
RETRY_UNREACHABLE = timedelta(minutes=4)  # our own fault: the recipient's tries are not used up
RETRY_HELD = timedelta(days=1)
RESENDS_BY_ITSELF = 1


@dataclass(frozen=True, slots=True)
class Wish:
    """How an organisation wants its alerts: see `models.Preference`."""

    rhythm: str = "daily"
    weekday: int = 0
    immediate_from: str = "critical"


@dataclass(frozen=True, slots=True)
class Round:
    """What an organisation may be told now: news from severity `least`, reminders or none."""

    least: int
    reminders: bool

    @property
    def immediate(self) -> bool:
        return not self.reminders


def remind_after(rsit_class: str) -> timedelta:
    return REMIND_COMPROMISED if rsit_class in COMPROMISED else REMIND_OTHERS


class Digests(Enum):
    """Whether a run sends digests: those that are due, none, or all `AT_ONCE`."""

    DUE = auto()
    NONE = auto()
    AT_ONCE = auto()


def due_round(
    wish: Wish, last_digest: datetime | None, now: datetime, digests: Digests = Digests.DUE
) -> Round | None:
    """One digest a day (or a week); between two only what does not wait."""
    due = digests is Digests.DUE and _digest_due(wish, last_digest, now)
    if due or digests is Digests.AT_ONCE:
        return Round(Severity.INFO, reminders=True)
    if wish.immediate_from == "never":
        return None
    return Round(Severity[wish.immediate_from.upper()], reminders=False)


def _digest_due(wish: Wish, last_digest: datetime | None, now: datetime) -> bool:
    if wish.rhythm == "immediate":
        return False
    if last_digest is None:
        return True
    since = (now.date() - last_digest.date()).days
    if wish.rhythm == "weekly":
        return since >= 7 or (since > 0 and now.weekday() == wish.weekday)
    return since > 0


def retry_at(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many attempts that the server put off; empty: give up."""
    if attempts > len(RETRY_AFTER):
        return None
    return now + RETRY_AFTER[max(attempts, 1) - 1]


def address_is_dead(status: str) -> bool:
    """Whether a final refusal with this code (RFC 3463) is about the address, not about the mail.

    A full mailbox, a mail that is too large, a server that was away for days or one that does
    not like ours will not tell us to write somewhere else for ever.
    """
    about_the_mail = ("4.", "5.2.2", "5.2.3", "5.3.", "5.6.", "5.7.")
    return not status.startswith(about_the_mail)


def resend_at(uncertainties: int, now: datetime, after: timedelta) -> datetime | None:
    """When to send again what may have arrived: once by itself, then only by a person."""
    return now + after if uncertainties <= RESENDS_BY_ITSELF else None
