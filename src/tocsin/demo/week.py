"""The week of a few organisations that are told early, answer, and are believed or not.

What each desk says and what becomes of its threats: docs/how-to/follow-a-threat.md.  A trial
holds back everything but their open Redis servers until the last morning, when all are told.
Every step may be broken off anywhere and done again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from tocsin.alerts.analyst import release
from tocsin.alerts.channels.mail.setup import post
from tocsin.alerts.compose import compose_due, ready
from tocsin.alerts.deliveries import deliver_due
from tocsin.alerts.models import Inhibition
from tocsin.alerts.replies.posting import send_receipts
from tocsin.alerts.wishes import Subject, inhibit
from tocsin.answers.actions import decide, delegate
from tocsin.answers.delegations import Contact, delegations
from tocsin.answers.models import Dispute
from tocsin.answers.rules import Verdict
from tocsin.answers.statements import Statement
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.demo import desks, plot
from tocsin.demo.country import PASSED_ON, SOLD_ON, Provider, country
from tocsin.demo.desks import Choose, Says
from tocsin.demo.reports import report_types
from tocsin.threats.models import Threat

ANALYST = "analyst@authority.example"
CUSTOMER = Contact("Harbour Lights Hotels", "it@harbour-lights.example")
STRANGER = "helpdesk@elsewhere.example"
TRIAL = "Trial week: only open Redis servers are told until the last morning"
OTHER_FEEDS = ("abuse-ch-urlhaus", "xarf")
FIXED = Says(Statement.FIXED, "Redis listens on the inner address only")
HONEYPOT = Says(Statement.FALSE_POSITIVE, "This is our own honeypot")
SOLD = Says(Statement.NOT_OURS, "This network was sold last year")
WORDS = """We had only closed the port in the firewall, and a restart opened it again.
Now the servers themselves listen on the inner address."""
ANSWERING = timedelta(hours=2)  # after the alert


@dataclass(frozen=True)
class Step:
    """Something that happens at `at` (UTC), after a day's reports were taken in."""

    at: datetime
    act: Callable[[datetime], None]


def steps(number: int, days: int, morning: datetime) -> Iterator[Step]:
    """What happens on the morning after day `number` (0 is the first) of so many."""
    if not plot.is_told(days):
        return
    noon = morning + ANSWERING
    match number - (days - plot.WEEK):
        case 0:
            last = morning + timedelta(days=plot.WEEK - 1)
            yield Step(morning, partial(_begin, until=last))
            yield Step(noon, partial(_first_answers, told=morning))
        case 1:
            yield Step(morning, alert)
            yield Step(noon, partial(_second_answers, told=morning))
        case 3:
            yield Step(morning, alert)
            yield Step(noon, partial(_explained, told=morning))


def alert(now: datetime) -> None:
    """Those who are released are told what is due, and their desks take it."""
    compose_due(ready(now), now)
    deliver_due(post(), lambda: now)
    desks.take_away(desks.ALERTS)


def acknowledge(now: datetime) -> None:
    """Who answered is written back to."""
    send_receipts(post(), lambda: now)
    desks.take_away(desks.RECEIPTS)


def number_of(provider: Provider) -> int:
    with staff_scope():
        return Organisation.objects.get(name=provider.name).pk


def _begin(now: datetime, until: datetime) -> None:
    providers = country().providers
    _hold_back(until, now)
    _pass_on(providers[plot.BROADBAND], now)
    early = (plot.BROADBAND, plot.SOLD, dict(SOLD_ON)[plot.SOLD])
    release([providers[each].name for each in early], now)
    alert(now)


def _hold_back(until: datetime, now: datetime) -> None:
    kinds = [report.name for report in report_types() if report.name != plot.KIND]
    subjects = [Subject(kind=name, until=until) for name in kinds]
    subjects += [Subject(feed=name, until=until) for name in OTHER_FEEDS]
    with staff_scope():
        held = set(Inhibition.objects.filter(reason=TRIAL).values_list("kind", "feed"))
    for subject in subjects:
        if (subject.kind, subject.feed) not in held:
            inhibit("", subject, TRIAL, ANALYST, now)


def _pass_on(provider: Provider, now: datetime) -> None:
    number = number_of(provider)
    if not delegations(now, number):
        delegate(number, str(PASSED_ON), CUSTOMER, f"desk@{provider.domain}", now)


def _first_answers(now: datetime, told: datetime) -> None:
    """By mail, from the CSV that each was sent; somebody whom nobody asked answers too."""
    broadband, seller = (country().providers[each] for each in (plot.BROADBAND, plot.SOLD))
    honeypots = set(plot.texts(plot.NO_THREAT, country()))
    _reply(broadband.email, told, now, lambda row: _of(row, honeypots, HONEYPOT, FIXED))
    _reply(broadband.email, told, now, lambda row: FIXED, sender=STRANGER)
    _reply(CUSTOMER.email, told, now, lambda row: FIXED)
    _reply(seller.email, told, now, lambda row: SOLD)
    acknowledge(now)


def _of(row: desks.Row, chosen: set[str], says: Says, otherwise: Says) -> Says:
    return says if row["affected"] in chosen else otherwise


def _second_answers(now: datetime, told: datetime) -> None:
    """Who was asked instead has repaired it; an analyst looks at what was said to be no threat."""
    holder = country().providers[dict(SOLD_ON)[plot.SOLD]]
    _reply(holder.email, told, now, lambda row: FIXED)
    acknowledge(now)
    with staff_scope():
        waiting = Dispute.objects.filter(verdict="", statement=HONEYPOT.statement)
        keys = list(waiting.filter(opened_at__lt=told).values_list("key", flat=True))
    for key in keys:
        decide(key, Verdict.CONFIRM, ANALYST, "Their honeypot, as its page says", now)


def _explained(now: datetime, told: datetime) -> None:
    """Told that what they had claimed is not so, they say why; the authority reads it."""
    for got in desks.mails_of(country().providers[plot.BROADBAND].email, told):
        desks.reply(got, now, [], WORDS)
    acknowledge(now)


def _reply(address: str, told: datetime, now: datetime, choose: Choose, sender: str = "") -> None:
    for got in desks.mails_of(address, told):
        desks.reply(got, now, desks.filled_in(got, choose), sender=sender)


def example() -> Threat | None:
    """The threat whose whole life is to be read, as the caller's scope sees it."""
    (first, *_) = plot.texts(plot.COMES_BACK, country())
    return Threat.objects.filter(kind__name=plot.KIND, address=first).first()
