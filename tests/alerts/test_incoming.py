import multiprocessing
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from tests.alerts.country import NOW
from tests.alerts.incoming_mails import ANSWER, EXCHANGE_AWAY, dsn, letter
from tocsin.alerts import incoming
from tocsin.alerts.channels.mail.incoming import Sort
from tocsin.alerts.incoming import Became, forget, take
from tocsin.alerts.models import Delivery, DeliveryAttempt, IncomingMail
from tocsin.alerts.rules import address_is_dead
from tocsin.alerts.to_read import incoming_mails, raw, waiting_mails
from tocsin.constituency.models import Contact
from tocsin.database.scope import organisation_scope, staff_scope


def bounce_of(delivery: Delivery, status: str = "5.1.1") -> bytes:
    return dsn("failed", f"Message-ID: {delivery.message_id}", status=status)


def recipients() -> list[tuple[str, str]]:
    with staff_scope():
        rows = Delivery.objects.order_by("number").values_list("recipient", "state")
        return [(recipient.partition("@")[0], state) for recipient, state in rows]


def test_a_bounce_is_handled_once_however_often_it_is_taken(sent: Delivery) -> None:
    mail = bounce_of(sent)
    assert [take(mail, NOW) for _ in range(3)] == [Became.BOUNCED, Became.KNOWN, Became.KNOWN]
    assert recipients() == [("abuse", "bounced"), ("security", "queued")]


def test_a_second_bounce_of_the_same_mail_changes_nothing(sent: Delivery) -> None:
    assert take(bounce_of(sent), NOW) is Became.BOUNCED
    assert take(bounce_of(sent, "5.1.0"), NOW) is Became.KNOWN
    assert recipients() == [("abuse", "bounced"), ("security", "queued")]


def _take(database: dict[str, Any], mail: bytes, ready_: Any) -> None:
    connections.databases["default"].update(database)
    connections["default"].settings_dict.update(database)
    ready_.wait()
    take(mail, NOW)


def test_two_readers_at_once_handle_it_once(sent: Delivery) -> None:
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    database = {name: connections["default"].settings_dict[name] for name in names}
    connections.close_all()
    context = multiprocessing.get_context("fork")
    both = context.Barrier(2)
    arguments = (database, bounce_of(sent), both)
    readers = [context.Process(target=_take, args=arguments) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(60)
    assert [reader.exitcode for reader in readers] == [0, 0]
    assert recipients() == [("abuse", "bounced"), ("security", "queued")]
    with staff_scope():
        assert IncomingMail.objects.count() == 1


def test_a_crash_in_between_leaves_nothing_and_the_next_run_does_all(
    sent: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(incoming, "packed", crash)
        patch.setitem(incoming._HANDLERS, Sort.BOUNCE, lambda *told: _then(crash, *told))
        with pytest.raises(KeyboardInterrupt):
            take(bounce_of(sent), NOW)
    assert recipients() == [("abuse", "sent")]
    assert take(bounce_of(sent), NOW) is Became.BOUNCED


def _then(crash: Any, *told: Any) -> None:
    incoming._bounce(*told)
    crash()


def test_out_of_office_is_kept_settled_and_changes_no_delivery(sent: Delivery) -> None:
    mail = letter(EXCHANGE_AWAY.format(message_id=sent.message_id, to="bounces@cert.example"))
    assert take(mail, NOW) is Became.AUTOMATIC
    assert recipients() == [("abuse", "sent")]
    with staff_scope():
        assert not Contact.objects.exclude(bounced_at=None).exists()
        assert not DeliveryAttempt.objects.exclude(outcome="sent").exists()
    assert waiting_mails() == 0
    (one,) = incoming_mails(everything=True)
    assert (one.became, one.organisation) == ("automatic", "Nordwind Hosting")
    assert raw(one.number) == mail


def test_an_answer_waits_for_a_person_with_its_alert(sent: Delivery) -> None:
    assert take(letter(ANSWER.format(message_id=sent.message_id)), NOW) is Became.COMMENT
    (one,) = incoming_mails()
    assert (one.ticket, one.organisation) == ("TOCSIN-2026-" + one.ticket[-6:], "Nordwind Hosting")


def test_a_bounce_that_names_nothing_of_ours_is_kept_and_shown(sent: Delivery) -> None:
    mail = dsn("failed", "Message-ID: <made@up.example>")
    assert take(mail, NOW) is Became.UNPROVEN
    (one,) = incoming_mails()
    assert (one.ticket, one.became) == ("", "unproven")
    assert "550 5.1.1 no such user here" in one.detail
    assert raw(one.number) == mail


def test_what_is_settled_is_forgotten_in_time_but_not_taken_again(sent: Delivery) -> None:
    away = letter(EXCHANGE_AWAY.format(message_id=sent.message_id, to="x@cert.example"))
    take(away, NOW)
    take(letter("From: jo@x.example"), NOW)
    assert forget(NOW + timedelta(days=90), 90) == 0
    assert forget(NOW + timedelta(days=91), 90) == 1
    assert forget(NOW + timedelta(days=91), 90) == 0
    assert take(away, NOW) is Became.KNOWN
    (unsettled,) = incoming_mails()
    assert unsettled.sender == "jo@x.example"


def test_no_organisation_reads_what_others_wrote_to_us(sent: Delivery) -> None:
    take(letter(ANSWER.format(message_id=sent.message_id)), NOW)
    with organisation_scope(sent.organisation_id):
        assert IncomingMail.objects.count() == 0


@pytest.mark.parametrize(
    ("status", "dead"),
    [
        ("5.1.1", True),
        ("5.1.2", True),
        ("5.2.1", True),
        ("5.4.4", True),
        ("5.0.0", True),
        ("", True),
        ("5.2.2", False),
        ("5.2.3", False),
        ("5.3.4", False),
        ("5.6.0", False),
        ("5.7.1", False),
        ("4.4.7", False),
    ],
)
def test_only_a_refusal_of_the_address_gives_the_contact_up(
    sent: Delivery, status: str, dead: bool
) -> None:
    assert address_is_dead(status) is dead
    assert take(bounce_of(sent, status), NOW) is Became.BOUNCED
    with staff_scope():
        assert Contact.objects.exclude(bounced_at=None).exists() is dead
    assert recipients() == [("abuse", "bounced"), ("security", "queued")]
