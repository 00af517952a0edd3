from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.country import NOW, contact, organisation, threat
from tests.alerts.incoming_mails import dsn
from tocsin.alerts import outcomes as outcomes_room
from tocsin.alerts.analyst import deliveries, resend
from tocsin.alerts.channels.mail.posts import Outbox, Outcome, Parcel, Result
from tocsin.alerts.compose import compose_due, ready
from tocsin.alerts.deliveries import deliver_due, recover
from tocsin.alerts.incoming import Became, mails, take
from tocsin.alerts.models import Delivery, DeliveryAttempt
from tocsin.alerts.rules import RETRY_AFTER
from tocsin.constituency.models import Contact, Organisation
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@dataclass
class Scripted:
    """A post that answers as told, ACCEPTED once the script has run out."""

    script: list[Outcome] = field(default_factory=list)
    sent: list[Parcel] = field(default_factory=list)
    repeatable: bool = False
    before: Callable[[], None] = lambda: None

    def send(self, parcel: Parcel) -> Result:
        self.before()
        self.sent.append(parcel)
        return Result(self.script.pop(0) if self.script else Outcome.ACCEPTED, "as told")

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def scope(home: Path) -> Iterator[None]:
    with staff_scope():
        yield


@pytest.fixture
def owner() -> Organisation:
    """An organisation with one alert queued, and a security contact beside its abuse desk."""
    made = organisation()
    contact(made, "security")
    threat(made, 1)
    compose_due(ready(NOW), NOW)
    return made


def deliver(post: Any, now: datetime = NOW) -> dict[str, int]:
    return dict(deliver_due(post, lambda: now))


def outcomes(delivery: Delivery) -> list[str]:
    attempts = DeliveryAttempt.objects.filter(delivery=delivery).order_by("pk")
    return list(attempts.values_list("outcome", flat=True))


def test_what_the_server_took_is_sent_once(owner: Organisation) -> None:
    post = Scripted()
    assert deliver(post) == {"sent": 1}
    assert deliver(post) == {}
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.sent_at, delivery.attempts) == ("sent", NOW, 1)
    assert outcomes(delivery) == ["started", "sent"]
    (parcel,) = post.sent
    assert parcel.recipient == "abuse@nordwind-hosting.example"
    assert delivery.message_id.encode() in parcel.mail


def test_it_is_recorded_as_sending_while_the_server_has_it(owner: Organisation) -> None:
    seen: list[str] = []
    deliver(Scripted(before=lambda: seen.append(Delivery.objects.get().state)))
    assert seen == ["sending"]


def test_a_later_try_follows_a_put_off_with_the_same_message_id(owner: Organisation) -> None:
    post = Scripted([Outcome.DEFERRED])
    assert deliver(post) == {"queued": 1}
    assert Delivery.objects.get().reason == "as told"
    assert deliver(post) == {}
    assert deliver(post, NOW + timedelta(minutes=5)) == {"sent": 1}
    first, second = post.sent
    assert first == second
    assert outcomes(Delivery.objects.get()) == ["started", "deferred", "started", "sent"]


def test_after_the_last_put_off_the_fallback_contact_is_written_to(owner: Organisation) -> None:
    post = Scripted([Outcome.DEFERRED] * (len(RETRY_AFTER) + 1))
    now = NOW
    for wait in (timedelta(), *RETRY_AFTER):
        now += wait
        ended = deliver(post, now)
    assert ended == {"failed": 1, "sent": 1}
    failed, sent = Delivery.objects.order_by("number")
    assert (failed.state, sent.state, sent.number) == ("failed", "sent", 2)
    assert sent.recipient == "security@nordwind-hosting.example"
    assert sent.message_id != failed.message_id
    assert not Contact.objects.exclude(bounced_at=None)


def test_an_address_that_does_not_exist_is_used_no_more(owner: Organisation) -> None:
    assert deliver(Scripted([Outcome.NO_SUCH_RECIPIENT])) == {"failed": 1, "sent": 1}
    gone = Contact.objects.get(purpose="abuse")
    assert (gone.bounced_at, gone.bounce_reason) == (NOW, "as told")
    threat(owner, 2, severity=5)
    compose_due(ready(NOW), NOW)
    assert Delivery.objects.latest("pk").recipient.startswith("security@")


def test_without_any_contact_left_it_waits_for_an_analyst(owner: Organisation) -> None:
    deliver(Scripted([Outcome.NO_SUCH_RECIPIENT, Outcome.NO_SUCH_RECIPIENT]))
    (waiting,) = deliveries("waiting")
    assert (waiting.state, waiting.recipient) == ("failed", "security@nordwind-hosting.example")
    with pytest.raises(TocsinError, match="every contact's mail has bounced"):
        resend(waiting.ticket, NOW)
    contact(owner, "owner")
    resend(waiting.ticket, NOW)
    post = Scripted()
    assert deliver(post) == {"sent": 1}
    assert post.sent[0].recipient == "owner@nordwind-hosting.example"
    assert deliveries("waiting") == []


def test_no_reply_after_the_mail_went_is_uncertain_and_sent_again_once(
    owner: Organisation,
) -> None:
    post = Scripted([Outcome.UNKNOWN, Outcome.UNKNOWN])
    assert deliver(post) == {"uncertain": 1}
    assert deliver(post, NOW + HOUR - timedelta(seconds=1)) == {}
    assert deliver(post, NOW + HOUR) == {"uncertain": 1}
    assert deliver(post, NOW + timedelta(days=30)) == {}
    first, second = post.sent
    message_id = Delivery.objects.get().message_id.encode()
    assert message_id in first.mail
    assert message_id in second.mail
    assert b"X-Tocsin-Repeat" not in first.mail
    assert b"X-Tocsin-Repeat" in second.mail
    (waiting,) = deliveries("waiting")
    resend(waiting.ticket, NOW)
    assert deliver(post) == {"sent": 1}
    assert message_id in post.sent[-1].mail


def test_a_repeat_that_is_put_off_stays_uncertain(owner: Organisation) -> None:
    post = Scripted([Outcome.UNKNOWN, Outcome.DEFERRED])
    deliver(post)
    assert deliver(post, NOW + HOUR) == {"uncertain": 1}
    assert deliver(post, NOW + HOUR + RETRY_AFTER[1]) == {"sent": 1}
    assert b"X-Tocsin-Repeat" in post.sent[-1].mail


def test_what_a_dead_worker_left_behind_is_uncertain(owner: Organisation) -> None:
    Delivery.objects.update(state="sending", next_attempt_at=None)
    post = Scripted()
    assert recover(NOW) == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.next_attempt_at) == ("uncertain", NOW + HOUR)
    assert deliver(post) == {}
    assert deliver(post, NOW + HOUR) == {"sent": 1}


def test_a_key_that_cannot_be_used_holds_the_delivery_with_the_reason(owner: Organisation) -> None:
    Contact.objects.filter(purpose="abuse").update(openpgp_certificate="broken")
    post = Scripted()
    assert deliver(post) == {"held": 1}
    assert post.sent == []
    delivery = Delivery.objects.get()
    assert "cannot be read" in delivery.reason
    assert deliveries("waiting")[0].state == "held"
    Contact.objects.update(openpgp_certificate="")
    assert deliver(post, NOW + timedelta(hours=23)) == {}
    assert deliver(post, NOW + timedelta(days=1)) == {"sent": 1}


def test_who_wants_mail_encrypted_gets_none_in_clear_when_an_address_bounces(
    owner: Organisation,
) -> None:
    Contact.objects.filter(purpose="abuse").update(smime_certificate="broken")
    bounce = Delivery.objects.get()
    Delivery.objects.update(state="sent")
    raw = dsn("failed", f"Message-ID: {bounce.message_id}")
    assert take(raw, NOW) is Became.BOUNCED
    assert [one.state for one in deliveries("waiting")] == ["bounced"]
    threat(owner, 2)
    later = NOW + timedelta(days=1)
    assert ready(later) == []
    contact(owner, "owner", openpgp_certificate="x")
    (waiting,) = ready(later)
    compose_due([waiting], later)
    assert Delivery.objects.latest("pk").recipient.startswith("owner@")


def test_a_contact_removed_meanwhile_holds_the_delivery(owner: Organisation) -> None:
    Contact.objects.filter(purpose="abuse").delete()
    assert deliver(Scripted()) == {"held": 1}
    ticket = deliveries("waiting")[0].ticket
    assert resend(ticket, NOW).recipient == "security@nordwind-hosting.example"
    assert deliver(Scripted()) == {"sent": 1}


def test_an_organisation_suspended_meanwhile_is_not_written_to(owner: Organisation) -> None:
    Organisation.objects.update(suspended=True)
    assert deliver(Scripted()) == {}


def test_the_outbox_holds_one_file_however_often_it_is_written(
    owner: Organisation, tmp_path: Path
) -> None:
    post = Outbox(tmp_path / "outbox")
    deliver(post)
    delivery = Delivery.objects.get()
    first = {path.name: path.read_bytes() for path in (tmp_path / "outbox").iterdir()}
    Delivery.objects.update(state="queued", next_attempt_at=NOW)
    deliver(post)
    assert {path.name: path.read_bytes() for path in (tmp_path / "outbox").iterdir()} == first
    assert list(first) == [f"{delivery.alert.ticket}-nordwind-hosting.eml"]
    assert outcomes(delivery) == ["sent", "sent"]


def test_when_our_own_server_is_away_everything_waits_and_no_try_is_used_up(
    owner: Organisation,
) -> None:
    threat(organisation("Second"), 2)
    compose_due(ready(NOW), NOW)
    post = Scripted([Outcome.UNREACHABLE] * 100)
    for place in range(20):
        assert deliver(post, NOW + place * HOUR) == {"unreachable": 1}
    assert len(post.sent) == 20
    assert [one.state for one in Delivery.objects.all()] == ["queued", "queued"]
    post.script.clear()
    assert deliver(post, NOW + timedelta(days=2)) == {"sent": 2}


def test_a_full_disk_is_our_own_fault(owner: Organisation, tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    assert deliver(Outbox(tmp_path / "outbox")) == {"unreachable": 1}
    assert "FileExistsError" in Delivery.objects.get().reason
    (tmp_path / "outbox").unlink()
    assert deliver(Outbox(tmp_path / "outbox"), NOW + HOUR) == {"sent": 1}


def test_a_bounce_marks_the_contact_and_reaches_the_next_once(owner: Organisation) -> None:
    post = Scripted()
    deliver(post)
    raw = dsn("failed", f"Message-ID: {Delivery.objects.get().message_id}")
    assert take(raw, NOW) is Became.BOUNCED
    assert take(raw, NOW) is Became.KNOWN
    gone = Contact.objects.get(purpose="abuse")
    assert "550 5.1.1 no such user here" in gone.bounce_reason
    assert deliver(post) == {"sent": 1}
    assert [parcel.recipient.partition("@")[0] for parcel in post.sent] == ["abuse", "security"]
    assert [one.state for one in Delivery.objects.order_by("number")] == ["bounced", "sent"]


def test_a_delay_is_only_noted(owner: Organisation) -> None:
    deliver(Scripted())
    delivery = Delivery.objects.get()
    raw = dsn("delayed", f"Message-ID: {delivery.message_id}", status="4.4.1")
    assert take(raw, NOW) is Became.DELAYED
    delivery.refresh_from_db()
    assert delivery.state == "sent"
    assert outcomes(delivery)[-1] == "delayed"


def test_the_address_that_a_bounce_came_to_names_its_delivery(
    owner: Organisation, settings: Any
) -> None:
    settings.TOCSIN_MAIL_BOUNCES = "bounces@cert.example"
    post = Scripted()
    deliver(post)
    to = post.sent[0].sent_from
    assert to.startswith("bounces+")
    assert take(dsn("failed", "", to), NOW) is Became.BOUNCED


def test_who_only_guesses_a_ticket_changes_nothing(owner: Organisation) -> None:
    deliver(Scripted())
    assert take(dsn("failed", "Message-ID: <made@up.example>"), NOW) is Became.UNPROVEN
    assert Delivery.objects.get().state == "sent"
    assert not Contact.objects.exclude(bounced_at=None)


@pytest.mark.parametrize("raw", [b"", b"Subject: hello\r\n\r\nhello", b"\xff\xfe\x00", b"x: y"])
def test_other_mails_are_left_alone(raw: bytes) -> None:
    assert take(raw, NOW) is Became.OTHER


def test_bounces_are_read_from_a_file_a_folder_or_a_maildir(tmp_path: Path) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1").write_bytes(b"x")
    assert [path.parent.name for path, _ in mails(tmp_path)] == ["cur", "new"]
    assert [raw for _, raw in mails(tmp_path / "new" / "1")] == [b"x"]


def test_into_the_outbox_a_crash_undoes_the_record_and_the_next_run_leaves_one_file_each(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 8):
        threat(organisation(f"Org {number}"), number)
    compose_due(ready(NOW), NOW)
    post, true, left = Outbox(home / "outbox"), outcomes_room.recorded, [4]

    def crash(delivery: Delivery, result: Result, now: datetime) -> None:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        true(delivery, result, now)

    with monkeypatch.context() as patch:
        patch.setattr(outcomes_room, "recorded", crash)
        with pytest.raises(KeyboardInterrupt):
            deliver(post)
    assert len(list((home / "outbox").glob("*.eml"))) == 4
    assert {one.state for one in Delivery.objects.all()} == {"queued"}
    assert deliver(post) == {"sent": 7}
    assert len(list((home / "outbox").glob("*.eml"))) == 7
    assert DeliveryAttempt.objects.count() == 7


def test_a_disk_that_is_full_stops_the_run_and_keeps_what_was_written(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 6):
        threat(organisation(f"Org {number}"), number)
    compose_due(ready(NOW), NOW)
    post, true, left = Outbox(home / "outbox"), Path.write_bytes, [3]

    def full(path: Path, data: bytes) -> int:
        left[0] -= 1
        if left[0] <= 0:
            raise OSError(28, "No space left on device")
        return true(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        assert deliver(post) == {"sent": 2, "unreachable": 1}
    assert deliver(post) == {"sent": 2}
    assert deliver(post, NOW + HOUR) == {"sent": 1}
    assert len(list((home / "outbox").iterdir())) == 5


def test_one_that_is_held_does_not_keep_back_those_beside_it(home: Path) -> None:
    for number in range(1, 5):
        threat(organisation(f"Org {number}"), number)
    Contact.objects.filter(organisation__name="Org 2").update(openpgp_certificate="damaged")
    compose_due(ready(NOW), NOW)
    assert deliver(Outbox(home / "outbox")) == {"sent": 3, "held": 1}
