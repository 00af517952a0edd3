import signal
import ssl
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.country import NOW
from tests.alerts.incoming_mails import ANSWER, dsn, letter
from tests.alerts.test_killed_sender import start
from tests.intake.fetch.imap_server import Mail, MailServer, mail_server
from tests.intake.fetch.servers import certificate
from tocsin.alerts import jobs, mailbox
from tocsin.alerts.incoming import Became
from tocsin.alerts.mailbox import LATE, collect, trouble
from tocsin.alerts.models import Delivery, DeliveryAttempt, IncomingMail
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError

LATER = NOW + LATE


@pytest.fixture
def bounce(sent: Delivery) -> bytes:
    """The bounce of an alert that left."""
    return dsn("failed", f"Message-ID: {sent.message_id}")


@pytest.fixture
def maildir(tmp_path: Path, settings: Any) -> Path:
    folder = tmp_path / "maildir"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    settings.TOCSIN_MAILDIR = str(folder)
    return folder


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return certificate(tmp_path_factory.mktemp("tls"))


def use(server: MailServer, trusted: Path, settings: Any, **changes: Any) -> None:
    settings.TOCSIN_IMAP_HOST, settings.TOCSIN_IMAP_PORT = "127.0.0.1", server.port
    settings.TOCSIN_IMAP_USER, settings.TOCSIN_IMAP_PASSWORD = "alerts", "let-me-in"
    settings.TOCSIN_IMAP_CA_FILE = str(trusted)
    for name, value in changes.items():
        setattr(settings, name, value)


def bounced() -> int:
    """How often a bounce was acted upon."""
    with staff_scope():
        return DeliveryAttempt.objects.filter(outcome="bounced").count()


def test_without_a_mailbox_nothing_is_read_and_nothing_is_wrong(committed_db: None) -> None:
    assert not collect(NOW).counts
    assert (mailbox.place(), trouble(NOW)) == ("", "")


def test_over_imap_each_mail_is_taken_once_and_then_marked(
    bounce: bytes, tls: tuple[ssl.SSLContext, Path], settings: Any
) -> None:
    box = {3: Mail(bounce), 5: Mail(letter("From: shop@x.example"))}
    with mail_server(MailServer({"INBOX": box}), tls[0]) as server:
        use(server, tls[1], settings)
        assert collect(NOW).counts == {Became.BOUNCED: 1, Became.OTHER: 1}
        assert [mail.flags for mail in box.values()] == [{"\\Seen"}, {"\\Seen"}]
        box[6] = Mail(letter(ANSWER.format(message_id="<x@y.example>")))
        assert collect(NOW).counts == {Became.REPLY: 1}
        assert (bounced(), trouble(NOW)) == (1, "")


def test_over_imap_handled_mails_can_be_moved_away(
    bounce: bytes, tls: tuple[ssl.SSLContext, Path], settings: Any
) -> None:
    folders: dict[str, dict[int, Mail]] = {"Returned": {3: Mail(bounce)}, "Done": {}}
    with mail_server(MailServer(folders), tls[0]) as server:
        where = {"TOCSIN_IMAP_FOLDER": "Returned", "TOCSIN_IMAP_MOVE_TO": "Done"}
        use(server, tls[1], settings, **where)
        assert collect(NOW).counts == {Became.BOUNCED: 1}
    assert (len(folders["Returned"]), len(folders["Done"])) == (0, 1)


def test_another_mailbox_of_the_same_server_counts_its_mails_anew(
    bounce: bytes, tls: tuple[ssl.SSLContext, Path], settings: Any
) -> None:
    box = {1: Mail(letter("From: shop@x.example"))}
    with mail_server(MailServer({"INBOX": box}), tls[0]) as server:
        use(server, tls[1], settings)
        collect(NOW)
        box[1] = Mail(bounce)
        use(server, tls[1], settings, TOCSIN_IMAP_USER="bounces")
        assert collect(NOW).counts == {Became.BOUNCED: 1}


def test_a_wrong_password_is_told_without_it(
    committed_db: None, tls: tuple[ssl.SSLContext, Path], settings: Any
) -> None:
    with mail_server(MailServer({"INBOX": {}}), tls[0]) as server:
        use(server, tls[1], settings, TOCSIN_IMAP_PASSWORD="guessed-it")
        (failure,) = collect(NOW).failures
        assert "mailbox alerts at 127.0.0.1 did not let us in" in failure
        assert "guessed-it" not in failure
        assert trouble(NOW) == failure
        with pytest.raises(TocsinError, match="did not let us in"):
            mailbox.mailbox().check()  # type: ignore[union-attr]


def test_a_server_that_is_away_is_told_until_it_is_back(
    bounce: bytes, tls: tuple[ssl.SSLContext, Path], settings: Any
) -> None:
    with mail_server(MailServer({"INBOX": {1: Mail(bounce)}}), tls[0]) as server:
        use(server, tls[1], settings)
        port, settings.TOCSIN_IMAP_PORT = server.port, 9
        assert "cannot be reached" in collect(NOW).failures[0]
        settings.TOCSIN_IMAP_PORT = port
        assert collect(NOW).counts == {Became.BOUNCED: 1}
        assert trouble(NOW) == ""


def test_one_mail_that_cannot_be_read_does_not_keep_back_the_others(
    bounce: bytes,
    tls: tuple[ssl.SSLContext, Path],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mailbox, "LARGEST", len(bounce) + 10)
    box = {1: Mail(b"x" * (len(bounce) + 11)), 2: Mail(bounce)}
    with mail_server(MailServer({"INBOX": box}), tls[0]) as server:
        use(server, tls[1], settings)
        collected = collect(NOW)
    assert collected.counts == {Became.BOUNCED: 1}
    assert "mail 1 has" in collected.failures[0]


def test_a_maildir_is_read_from_new_and_cur_and_each_mail_is_marked(
    bounce: bytes, maildir: Path
) -> None:
    (maildir / "new" / "1.host").write_bytes(bounce)
    (maildir / "cur" / "2.host:2,F").write_bytes(letter("From: a@x.example"))
    (maildir / "cur" / "3.host:2,S").write_bytes(letter("From: b@x.example"))
    (maildir / "tmp" / "4.host").write_bytes(b"half a ma")
    assert collect(NOW).counts == {Became.BOUNCED: 1, Became.OTHER: 1}
    marked = sorted(path.name for path in (maildir / "cur").iterdir())
    assert marked == ["1.host:2,S", "2.host:2,FS", "3.host:2,S"]
    assert not collect(NOW).counts


@pytest.mark.parametrize("step", ["gone", "file"])
def test_a_maildir_that_is_none_is_told(
    committed_db: None, tmp_path: Path, settings: Any, step: str
) -> None:
    place = tmp_path / "maildir"
    if step == "file":
        place.write_text("")
    settings.TOCSIN_MAILDIR = str(place)
    assert "cannot be read" in collect(NOW).failures[0]
    with pytest.raises(TocsinError, match="cannot be read"):
        mailbox.mailbox().check()  # type: ignore[union-attr]


def test_a_maildir_in_order_is_left_as_it_was_by_the_check(maildir: Path) -> None:
    mailbox.mailbox().check()  # type: ignore[union-attr]
    assert [path for path in maildir.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("step", "taken"),
    [
        ("before mailbox take", 0),
        ("before incoming packed", 0),
        ("after mailbox take", 1),
        ("before memory take", 1),
        ("after memory take", 1),
        ("before memory end", 1),
    ],
)
def test_a_reader_killed_at_any_step_has_handled_the_mail_once(
    bounce: bytes, maildir: Path, step: str, taken: int
) -> None:
    kept = letter("From: jo@x.example\nSubject: hello")
    (maildir / "new" / "1.host").write_bytes(kept if "packed" in step else bounce)
    asked = {"maildir": str(maildir), "now": NOW.isoformat()}
    reader = start("killed_reader", step=step, **asked)
    reader.communicate(timeout=60)
    assert reader.returncode == -signal.SIGKILL
    with staff_scope():
        assert IncomingMail.objects.count() == taken
    reader = start("killed_reader", step="", **asked)
    reader.communicate(timeout=60)
    assert reader.returncode == 0
    assert bounced() == ("packed" not in step)
    with staff_scope():
        assert IncomingMail.objects.count() == 1
    assert [path.name for path in (maildir / "cur").iterdir()] == ["1.host:2,S"]


def test_silence_of_the_worker_is_told(committed_db: None, maildir: Path) -> None:
    assert "has not been read yet" in trouble(NOW)
    collect(NOW)
    assert trouble(LATER) == ""
    assert "last read at 2026-03-02 09:00 UTC" in trouble(LATER + LATE)


def test_the_worker_reads_on_its_schedule(
    bounce: bytes, maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_now", lambda: NOW)
    (maildir / "new" / "1.host").write_bytes(bounce)
    for _ in range(2):
        jobs.read(0)
    assert bounced() == 1
