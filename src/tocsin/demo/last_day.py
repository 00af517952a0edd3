"""What several organisations say of the alerts of the last morning, each in its own way.

None of it takes a threat off its organisation's list, so that each alert in the outbox is still
the whole of what its reader has.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from tocsin.alerts.models import Delivery
from tocsin.alerts.replies.reading import Handed
from tocsin.alerts.replies.taking import Answering, take_files, take_given
from tocsin.answers.actions import answer
from tocsin.answers.statements import Given, Statement, Via, Who
from tocsin.database.scope import staff_scope
from tocsin.demo import desks, plot
from tocsin.demo.country import Provider, country
from tocsin.demo.desks import Got, Row, Says, Sheet
from tocsin.demo.week import acknowledge, number_of

SEEN = Says(Statement.ACKNOWLEDGED, "Ticket opened")
TOLD = Says(Statement.CUSTOMER_TOLD, "Letter sent")
KEPT = Says(Statement.WILL_NOT_FIX, "Replaced at the end of the year")
LOST = Says(Statement.NEED_HELP, "How do we switch this off on our devices?")
MENDED = Says(Statement.FIXED, "Password set, port closed")
DOUBT = Says(Statement.FALSE_POSITIVE, "There is no Redis on this machine")
WORDS = "Thank you. Our network team is on holiday until Monday and looks at the list then."
Way = Callable[[Provider, Got, datetime], None]


def answers(told: datetime, now: datetime) -> None:
    """The answers to the alerts of `told`; given again they change nothing."""
    for place, way in WAYS.items():
        provider = country().providers[place]
        for got in desks.mails_of(provider.email, told, desks.outbox()):
            way(provider, got, now)
    acknowledge(now)


def _by_mail(provider: Provider, got: Got, now: datetime) -> None:
    desks.reply(got, now, _first(got, SEEN, 25))


def _by_words(provider: Provider, got: Got, now: datetime) -> None:
    desks.reply(got, now, [], WORDS)


def _by_upload(provider: Provider, got: Got, now: datetime) -> None:
    who = Who(f"desk@{provider.domain}")
    table = Handed("answers.csv", desks.csv_of(_first(got, TOLD, 40)))
    take_files([table], Answering(number_of(provider), who, Via.UPLOAD), now)


def _by_link(provider: Provider, got: Got, now: datetime) -> None:
    """As the page behind the mail's link does."""
    with staff_scope():
        alert = Delivery.objects.get(message_id=str(got.mail["Message-ID"])).alert_id
    answering = Answering(number_of(provider), Who(provider.email), Via.LINK, alert)
    take_given(_given(_first(got, KEPT, 5)), answering, now)


def _by_program(provider: Provider, got: Got, now: datetime) -> None:
    who = Who(f"desk@{provider.domain}")
    answer(number_of(provider), _given(_first(got, LOST, 3)), who, Via.API, now)


def _repaired(provider: Provider, got: Got, now: datetime) -> None:
    """By mail, and what they doubt on a page of theirs."""
    says = dict.fromkeys(plot.texts(plot.JUST_MENDED, country()), MENDED)
    desks.reply(got, now, desks.filled_in(got, lambda row: _redis(row, says)))
    says = dict.fromkeys(plot.texts(plot.DOUBTED, country()), DOUBT)
    doubted = _given(desks.filled_in(got, lambda row: _redis(row, says)))
    answer(number_of(provider), doubted, Who(f"desk@{provider.domain}"), Via.PAGE, now)


def _redis(row: Row, says: dict[str, Says]) -> Says | None:
    return says.get(row["affected"]) if row["kind"] == plot.KIND else None


def _first(got: Got, says: Says, count: int) -> Sheet:
    """The first rows by kind and address: the same ones whatever their ids."""
    rows = sorted(got.sheet(), key=lambda row: (row["kind"], row["affected"], row["threat_id"]))
    return [
        {**row, "status": says.statement.value, "comment": says.comment} for row in rows[:count]
    ]


def _given(sheet: Sheet) -> list[Given]:
    return [
        Given(UUID(row["threat_id"]), Statement(row["status"]), row["comment"]) for row in sheet
    ]


WAYS: dict[int, Way] = {
    1: _by_mail,
    2: _by_upload,
    plot.CLOUDBERRY: _repaired,
    4: _by_link,
    5: _by_program,
    8: _by_words,
}
