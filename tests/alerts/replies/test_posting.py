"""Receipts leave once, whatever happens in between."""

import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.country import NOW
from tests.alerts.replies.answering import DESK, reply, sheet, state_of, told
from tests.alerts.test_killed_sender import start
from tocsin.alerts.channels.mail.posts import Outbox, Outcome, Parcel, Result
from tocsin.alerts.incoming import take
from tocsin.alerts.models import AlertComment, IncomingMail, Receipt
from tocsin.alerts.replies.posting import ABANDONED, AGAIN, MOST_TRIES, send_receipts
from tocsin.answers.models import Answer
from tocsin.database.scope import staff_scope
from tocsin.threats.states import State

pytestmark = pytest.mark.usefixtures("home", "committed_db")


@dataclass
class Server:
    """Says what it is told to say, and keeps what came."""

    says: Iterator[Outcome]
    came: list[Parcel] = field(default_factory=list)
    repeatable: bool = False

    def send(self, parcel: Parcel) -> Result:
        self.came.append(parcel)
        return Result(next(self.says), "said")

    def flush(self) -> None: ...

    def close(self) -> None: ...


def state() -> str:
    with staff_scope():
        return Receipt.objects.get().state


@pytest.fixture
def queued(home: Path, committed_db: None) -> None:
    delivery, (one,) = told(1)
    take(reply(delivery, sheet((one, "fixed"))), NOW)


@pytest.mark.usefixtures("queued")
def test_it_leaves_once_with_no_sender_on_the_envelope() -> None:
    server = Server(iter([Outcome.ACCEPTED]))
    assert send_receipts(server, lambda: NOW) == 1
    assert send_receipts(server, lambda: NOW + timedelta(days=9)) == 0
    (parcel,) = server.came
    assert (parcel.sent_from, parcel.recipient) == ("", DESK)
    with staff_scope():
        assert bytes(Receipt.objects.get().mail) == b""


@pytest.mark.usefixtures("queued")
def test_in_the_outbox_it_is_one_file(home: Path) -> None:
    send_receipts(Outbox(home / "outbox"), lambda: NOW)
    (path,) = (home / "outbox").glob("*-receipt-*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert mail["Subject"].endswith("] Your answer was taken")


@pytest.mark.usefixtures("queued")
@pytest.mark.parametrize(
    ("said", "state_", "tries"),
    [
        (Outcome.DEFERRED, "failed", MOST_TRIES),
        (Outcome.UNREACHABLE, "queued", MOST_TRIES + 3),
        (Outcome.REFUSED, "failed", 1),
        (Outcome.NO_SUCH_RECIPIENT, "failed", 1),
        (Outcome.UNKNOWN, "sent", 1),
    ],
)
def test_what_the_server_says_counts(said: Outcome, state_: str, tries: int) -> None:
    server = Server(iter([said] * 99))
    for later in range(MOST_TRIES + 3):
        send_receipts(server, lambda later=later: NOW + later * AGAIN)  # type: ignore[misc]
    assert (state(), len(server.came)) == (state_, tries)


@pytest.mark.usefixtures("queued")
def test_one_that_was_left_in_the_middle_leaves_again_the_same_after_a_while() -> None:
    class DiedError(Exception):
        pass

    class Dying(Server):
        def send(self, parcel: Parcel) -> Result:
            super().send(parcel)
            raise DiedError

    dying, server = Dying(iter([Outcome.ACCEPTED])), Server(iter([Outcome.ACCEPTED]))
    with pytest.raises(DiedError):
        send_receipts(dying, lambda: NOW)
    assert send_receipts(server, lambda: NOW + ABANDONED / 2) == 0
    assert send_receipts(server, lambda: NOW + ABANDONED) == 1
    assert dying.came == server.came


@pytest.mark.parametrize(
    ("step", "taken"),
    [
        ("before mailbox take", 0),
        ("before by_mail take_files", 0),
        ("before taking answer", 0),
        ("after taking answer", 0),
        ("after by_mail take_files", 0),
        ("before receipts defer_delivery", 0),
        ("after receipts defer_delivery", 0),
        ("before incoming packed", 0),
        ("after mailbox take", 1),
        ("after memory take", 1),
    ],
)
def test_a_reader_killed_at_any_step_has_taken_the_answer_once(
    tmp_path: Path, step: str, taken: int
) -> None:
    delivery, (one,) = told(1)
    maildir = tmp_path / "maildir"
    for name in ("new", "cur", "tmp"):
        (maildir / name).mkdir(parents=True)
    (maildir / "new" / "1.host").write_bytes(reply(delivery, sheet((one, "fixed")), words="hi"))
    asked: dict[str, Any] = {"maildir": str(maildir), "now": NOW.isoformat()}
    reader = start("killed_reader", step=step, **asked)
    reader.communicate(timeout=60)
    assert reader.returncode == -signal.SIGKILL
    with staff_scope():
        assert [model.objects.count() for model in (Answer, Receipt)] == [taken, taken]
    reader = start("killed_reader", step="", **asked)
    reader.communicate(timeout=60)
    assert reader.returncode == 0
    assert state_of(one) == State.CLAIMED
    with staff_scope():
        counts = [each.objects.count() for each in (Answer, Receipt, AlertComment, IncomingMail)]
    assert counts == [1, 1, 1, 1]
