import io
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.intake.fetch.imap_server import Mail, MailServer, mail_server
from tests.intake.fetch.memories import Remembered
from tests.intake.fetch.servers import certificate
from tocsin.intake.fetch.items import FetchError
from tocsin.intake.fetch.mailbox import Mailbox

NOW = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
BODY = b"Subject: report\r\n\r\nbinary \xff\x00 and lines\r\n"


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return certificate(tmp_path_factory.mktemp("tls"))


def folders() -> dict[str, dict[int, Mail]]:
    return {"INBOX": {3: Mail(BODY), 8: Mail(BODY * 2), 9: Mail(b"x", {"\\Deleted"})}, "Done": {}}


def box(state: MailServer, trusted: Path, **settings: Any) -> Mailbox:
    given = {"password": "let-me-in", "ca_file": str(trusted), **settings}
    return Mailbox("127.0.0.1", "reports", port=state.port, **given)


def fetch(mailbox: Mailbox, memory: Remembered) -> dict[str, bytes]:
    got = {}
    try:
        for item in mailbox.items(memory, NOW):
            target = io.BytesIO()
            item.save(target)
            got[item.name] = target.getvalue()
            memory.take(item)
    finally:
        mailbox.close()
    return got


def test_mails_are_read_whole_and_flagged_after_they_are_taken(
    tls: tuple[ssl.SSLContext, Path],
) -> None:
    memory = Remembered()
    with mail_server(MailServer(folders()), tls[0]) as state:
        mailbox = box(state, tls[1])
        item = next(iter(mailbox.items(memory, NOW)))
        item.save(io.BytesIO())
        assert state.folders["INBOX"][3].flags == set(), "reading does not mark"
        mailbox.close()
        assert fetch(mailbox, memory) == {"7-3.eml": BODY, "7-8.eml": BODY * 2}
        assert state.folders["INBOX"][3].flags == {"\\Seen"}
        assert fetch(mailbox, memory) == {}


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 MOVE", "IMAP4rev1 UIDPLUS", "IMAP4rev1"])
def test_mails_are_moved_by_whatever_the_server_can_do(
    tls: tuple[ssl.SSLContext, Path], capabilities: str
) -> None:
    state = MailServer(folders(), capabilities=capabilities)
    with mail_server(state, tls[0]):
        mailbox = box(state, tls[1], after="move", move_to="Done")
        assert len(fetch(mailbox, Remembered())) == 2
        assert fetch(mailbox, Remembered()) == {}
    assert [mail.body for mail in state.folders["Done"].values()] == [BODY, BODY * 2]
    assert 9 in state.folders["INBOX"], "another's deleted mail is not expunged"
    assert not any(command == "EXPUNGE" for command in state.commands)


def test_a_mail_taken_by_a_broken_run_is_moved_by_the_next(
    tls: tuple[ssl.SSLContext, Path],
) -> None:
    memory = Remembered()
    with mail_server(MailServer(folders()), tls[0]) as state:
        mailbox = box(state, tls[1], after="move", move_to="Done")
        memory.keys.add(next(iter(mailbox.items(memory, NOW))).key)
        mailbox.close()
        assert list(fetch(mailbox, memory)) == ["7-8.eml"]
        assert len(state.folders["Done"]) == 2


def test_new_uids_are_new_mails(tls: tuple[ssl.SSLContext, Path]) -> None:
    memory = Remembered()
    with mail_server(MailServer(folders()), tls[0]) as state:
        mailbox = box(state, tls[1], after="leave")
        assert len(fetch(mailbox, memory)) == 2
        state.validity = 8
        assert list(fetch(mailbox, memory)) == ["8-3.eml", "8-8.eml"]
    assert any(command.startswith("EXAMINE") for command in state.commands)
    assert not any("STORE" in command for command in state.commands)


@pytest.mark.parametrize(
    ("settings", "size_lie", "message"),
    [
        ({"password": "guess"}, 0, "did not let us in"),
        ({"folder": "Nowhere"}, 0, "failed at folder"),
        ({"limit": 10}, 0, "mail 3 has 40 bytes, over 10"),
        ({}, 5, "mail 3 came incomplete"),
        ({"after": "move", "move_to": "Gone"}, 0, "failed at move"),
        ({"ca_file": ""}, 0, "its certificate is not trusted"),
    ],
)
def test_what_goes_wrong_is_told_without_the_password(
    tls: tuple[ssl.SSLContext, Path], settings: dict[str, Any], size_lie: int, message: str
) -> None:
    with mail_server(MailServer(folders(), size_lie=size_lie), tls[0]) as state:
        with pytest.raises(FetchError, match=message) as caught:
            fetch(box(state, tls[1], **settings), Remembered())
        assert "guess" not in str(caught.value)


def test_a_mail_that_vanished_meanwhile_is_told(tls: tuple[ssl.SSLContext, Path]) -> None:
    with mail_server(MailServer(folders()), tls[0]) as state:
        mailbox = box(state, tls[1])
        item = next(iter(mailbox.items(Remembered(), NOW)))
        del state.folders["INBOX"][3]
        with pytest.raises(FetchError, match="mail 3 has gone"):
            item.save(io.BytesIO())
        mailbox.close()


def test_nobody_listening_is_told(tls: tuple[ssl.SSLContext, Path]) -> None:
    state = MailServer({}, port=1)
    with pytest.raises(FetchError, match=r"cannot be reached: .*refused"):
        fetch(box(state, tls[1]), Remembered())
