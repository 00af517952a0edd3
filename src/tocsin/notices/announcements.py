"""What people are told of: one function for each thing that happens.

Each runs in the transaction of what it tells of.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tocsin.constituency.models import Organisation
from tocsin.notices.actions import News, write
from tocsin.notices.rules import Kind

REASONS = ("threats", "new", "reopened", "reminders", "conflicts", "rejected")


def alerts_sent(told: Iterable[tuple[int, Mapping[str, Any]]], now: datetime) -> None:
    """As webhooks are told: an organisation, and its alert's ticket and counts."""
    news = (
        News(organisation, str(data["ticket"]), {name: data[name] for name in REASONS})
        for organisation, data in told
    )
    write(Kind.ALERT_SENT, news, now)


def claims_contradicted(kind: str, title: str, threats: Mapping[int, int], now: datetime) -> None:
    """`threats`: how many of a kind were seen after they were said to be fixed, by organisation;
    0 is nobody."""
    news = [
        News(organisation, kind, {"title": title, "threats": count})
        for organisation, count in sorted(threats.items())
        if organisation
    ]
    write(Kind.CLAIM_CONTRADICTED, news, now)


def dispute_decided(organisation: int, threat: UUID, verdict: str, now: datetime) -> None:
    write(Kind.DISPUTE_DECIDED, [News(organisation, str(threat), {"verdict": verdict})], now)


def disputes_opened(organisation: int, submission: UUID, threats: int, now: datetime) -> None:
    """`threats`: how many answers of the submission dispute one."""
    if threats:
        data = {"name": _name(organisation), "threats": threats}
        write(Kind.DISPUTE_OPENED, [News(None, str(submission), data)], now)


def delegate_answered(organisation: int, submission: UUID, answers: int, now: datetime) -> None:
    if answers:
        write(
            Kind.DELEGATE_ANSWERED, [News(organisation, str(submission), {"answers": answers})], now
        )


def contact_bounced(organisation: int, contact: int, now: datetime) -> None:
    write(Kind.CONTACT_BOUNCED, [News(organisation, str(contact))], now)


def delivery_failed(organisation: int, delivery: int, ticket: str, now: datetime) -> None:
    """No contact is left to send it to."""
    data = {"name": _name(organisation), "ticket": ticket}
    write(Kind.DELIVERY_FAILED, [News(None, str(delivery), data)], now)


def releases_needed(waiting: Sequence[tuple[int, str]], now: datetime) -> None:
    """Organisations (number, name) whose first alert waits; each is told of once."""
    news = [News(None, str(number), {"name": name}, once=str(number)) for number, name in waiting]
    write(Kind.RELEASE_NEEDED, news, now)


def feeds_late(late: Sequence[tuple[str, date]], now: datetime) -> None:
    """Feeds, each with the day of its latest report; told of once a silence."""
    news = [
        News(None, feed, {"since": day.isoformat()}, once=f"{feed} {day.isoformat()}")
        for feed, day in late
    ]
    write(Kind.FEED_LATE, news, now)


def contacts_doubted(contacts: Iterable[tuple[int, int]], why: str, now: datetime) -> None:
    """Contacts, each with its organisation; `why`: wrong or silent."""
    news = [News(whose, str(contact), {"why": why}) for contact, whose in contacts]
    write(Kind.CONTACT_DOUBTED, news, now)
    if why == "silent" and news:
        write(Kind.CONTACTS_SILENT, [News(None, "", {"contacts": len(news)})], now)


def application_came(number: int, name: str, now: datetime, *, member: bool) -> None:
    write(Kind.APPLICATION_CAME, [News(None, str(number), {"name": name, "member": member})], now)


def claims_decided(
    organisation: int, number: int, now: datetime, *, approved: int = 0, declined: int = 0
) -> None:
    data = {"approved": approved, "declined": declined}
    write(Kind.CLAIMS_DECIDED, [News(organisation, str(number), data)], now)


def _name(organisation: int) -> str:
    return Organisation.objects.values_list("name", flat=True).get(pk=organisation)
