from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.alerts.channels.mail.smtp_server import Handler, free_port, only_jo, smtp_server
from tests.intake.fetch.servers import certificate
from tocsin.alerts.channels.mail.posts import Outbox, Outcome, Parcel, Smtp, file_name

PARCEL = Parcel(
    "TOCSIN-2026-000001-x", "alerts@cert.example", "abuse@nordwind.example", b"A: b\r\n\r\nhi\r\n"
)


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def post(handler: Handler) -> Iterator[Smtp]:
    with smtp_server(handler, enable_SMTPUTF8=False) as port:
        made = Smtp("127.0.0.1", port, security="none", timeout=10)
        yield made
        made.close()


def test_the_mail_arrives_as_it_is_on_one_connection(post: Smtp, handler: Handler) -> None:
    dotted = replace(PARCEL, mail=b"A: b\r\n\r\n.start\r\n..\r\n.\r\nend")
    for parcel in (PARCEL, dotted, PARCEL):
        assert post.send(parcel).outcome is Outcome.ACCEPTED
    assert handler.mails == [PARCEL.mail, dotted.mail + b"\r\n", PARCEL.mail]
    assert handler.received[0].mail_from == "alerts@cert.example"
    assert handler.received[0].rcpt_tos == ["abuse@nordwind.example"]
    assert len(handler.sessions) == 1


@pytest.mark.parametrize(
    ("verb", "reply", "outcome"),
    [
        ("MAIL", "451 later", Outcome.DEFERRED),
        ("MAIL", "550 not you", Outcome.REFUSED),
        ("RCPT", "450 greylisted", Outcome.DEFERRED),
        ("RCPT", "550 no such user", Outcome.NO_SUCH_RECIPIENT),
        ("RCPT", "550 5.1.1 no such user", Outcome.NO_SUCH_RECIPIENT),
        ("RCPT", "554 5.7.1 your server is on a block list", Outcome.REFUSED),
        ("RCPT", "552 5.2.2 mailbox full", Outcome.REFUSED),
        ("RCPT", "452 4.2.2 mailbox full", Outcome.DEFERRED),
        ("DATA", "452 full", Outcome.DEFERRED),
        ("DATA", "554 looks like spam", Outcome.REFUSED),
    ],
)
def test_each_refusal_is_told_apart_and_the_next_mail_goes_on(
    post: Smtp, handler: Handler, verb: str, reply: str, outcome: Outcome
) -> None:
    handler.replies[verb] = reply
    result = post.send(PARCEL)
    assert result.outcome is outcome
    assert reply in result.detail
    assert handler.mails == []
    handler.replies.clear()
    assert post.send(PARCEL).outcome is Outcome.ACCEPTED
    assert len(handler.mails) == 1


def test_a_connection_lost_after_the_mail_went_leaves_it_open(post: Smtp, handler: Handler) -> None:
    handler.replies["DATA"] = "hang up"
    assert post.send(PARCEL).outcome is Outcome.UNKNOWN
    handler.replies.clear()
    assert post.send(PARCEL).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("most", [1, 2])
def test_a_server_that_ends_connections_after_some_mails_holds_up_nobody(
    post: Smtp, handler: Handler, most: int
) -> None:
    handler.most = most
    outcomes = [post.send(replace(PARCEL, mail=b"A: %d\r\n\r\n" % n)).outcome for n in range(5)]
    assert outcomes == [Outcome.ACCEPTED] * 5
    assert len(set(handler.mails)) == len(handler.mails) == 5


def test_a_server_that_closes_with_421_is_called_again_once(post: Smtp, handler: Handler) -> None:
    assert post.send(PARCEL).outcome is Outcome.ACCEPTED
    handler.script = [("MAIL", "421 enough for now")]
    assert post.send(PARCEL).outcome is Outcome.ACCEPTED
    handler.script = [("MAIL", "421 too busy")] * 2
    assert post.send(PARCEL).outcome is Outcome.DEFERRED
    assert len(handler.mails) == 2


def test_a_slow_last_word_is_waited_for_longer_than_anything_else(handler: Handler) -> None:
    handler.delay = 0.5
    with smtp_server(handler) as port:
        post = Smtp("127.0.0.1", port, security="none", timeout=0.25, patience=20)
        assert [post.send(PARCEL).outcome for _ in range(2)] == [Outcome.ACCEPTED] * 2
        post.patience = 0.1
        assert post.send(PARCEL).outcome is Outcome.UNKNOWN
        post.close()


@pytest.mark.parametrize("trusted", [True, False])
def test_over_starttls_only_a_trusted_server_gets_mail_and_password(
    handler: Handler, trusted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, certificate_file = certificate(tmp_path)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate_file))
    options = {
        "tls_context": context,
        "require_starttls": True,
        "authenticator": only_jo,
        "auth_required": True,
    }
    with smtp_server(handler, **options) as port:
        post = Smtp("127.0.0.1", port, "jo", "secret", "starttls", timeout=10)
        result = post.send(PARCEL)
        in_clear = Smtp("127.0.0.1", port, security="none", timeout=10)
        assert in_clear.send(PARCEL).outcome is Outcome.REFUSED
        in_clear.close()
        post.close()
    assert result.outcome is (Outcome.ACCEPTED if trusted else Outcome.UNREACHABLE)
    assert len(handler.mails) == trusted


def test_a_server_that_went_away_between_two_mails_is_called_again(handler: Handler) -> None:
    port = free_port()
    post = Smtp("127.0.0.1", port, security="none", timeout=10)
    assert post.send(PARCEL).outcome is Outcome.UNREACHABLE
    with smtp_server(handler) as port:
        post.port = port
        assert post.send(PARCEL).outcome is Outcome.ACCEPTED
    assert post.send(PARCEL).outcome is Outcome.UNREACHABLE
    post.close()


def test_without_starttls_nothing_is_sent_in_clear(handler: Handler) -> None:
    with smtp_server(handler) as port:
        post = Smtp("127.0.0.1", port, security="starttls", timeout=10)
        result = post.send(PARCEL)
        post.close()
    assert result.outcome is Outcome.UNREACHABLE
    assert "STARTTLS" in result.detail
    assert handler.mails == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize(
    ("password", "outcome"), [("secret", Outcome.ACCEPTED), ("wrong", Outcome.UNREACHABLE)]
)
def test_a_user_signs_in_and_a_wrong_password_fails_no_recipient(
    handler: Handler, password: str, outcome: Outcome
) -> None:
    options = {"authenticator": only_jo, "auth_require_tls": False, "auth_required": True}
    with smtp_server(handler, **options) as port:
        post = Smtp("127.0.0.1", port, "jo", password, "none", timeout=10)
        assert post.send(PARCEL).outcome is outcome
        post.close()


def test_a_name_beyond_ascii_needs_a_server_that_can(post: Smtp, handler: Handler) -> None:
    parcel = replace(PARCEL, recipient="müller@nordwind.example")
    result = post.send(parcel)
    assert result.outcome is Outcome.REFUSED
    assert "SMTPUTF8" in result.detail
    with smtp_server(handler, enable_SMTPUTF8=True) as port:
        able = Smtp("127.0.0.1", port, security="none", timeout=10)
        assert able.send(parcel).outcome is Outcome.ACCEPTED
        able.close()
    assert handler.received[0].rcpt_tos == ["müller@nordwind.example"]


def test_the_outbox_leaves_whole_files_only(tmp_path: Path) -> None:
    post = Outbox(tmp_path / "outbox")
    for _ in range(2):
        assert post.send(PARCEL).outcome is Outcome.ACCEPTED
    assert [path.name for path in (tmp_path / "outbox").iterdir()] == ["TOCSIN-2026-000001-x.eml"]
    assert (tmp_path / "outbox" / "TOCSIN-2026-000001-x.eml").read_bytes() == PARCEL.mail


@pytest.mark.parametrize(
    ("organisation", "number", "name"),
    [
        ("Nordwind Hosting", 1, "T-1-nordwind-hosting"),
        ("../../etc/passwd", 1, "T-1-etcpasswd"),
        ("Größe & Söhne", 2, "T-1-groe-sohne-2"),
        ("株式会社", 1, "T-1-organisation"),
        ("x" * 300, 1, "T-1-" + "x" * 60),
    ],
)
def test_file_names_are_safe(organisation: str, number: int, name: str) -> None:
    assert file_name("T-1", organisation, number) == name
