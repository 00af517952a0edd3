"""One POST against real servers that misbehave."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.intake.fetch.servers import Asked, Reply, WebServer, certificate, web_server
from tests.webhooks.places import loopback, raw_server, rules
from tocsin.webhooks.sending import MOST_READ, post

BODY, HEADERS = b'{"type":"test"}', {"webhook-id": "msg_1"}
PUBLIC = "8.8.8.8"
FAR = rules("127.0.0.0/8")


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server(lambda asked: Reply(204)) as running:
        yield running


def test_what_arrives_is_what_was_sent(server: WebServer) -> None:
    answer = post(f"{server.url}/in?a=b", BODY, HEADERS, loopback(server.url))
    assert (answer.status, answer.error) == (204, "")
    (asked,) = server.asked
    assert (asked.method, asked.path, asked.body) == ("POST", "/in?a=b", BODY)
    assert asked.headers["webhook-id"] == "msg_1"
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["host"] == server.url.removeprefix("http://")


def test_the_address_is_asked_for_once_and_connected_to_as_it_was_answered(
    server: WebServer,
) -> None:
    """A name whose second answer is another place (DNS rebinding)."""
    answers = iter([["127.0.0.1"], [PUBLIC], [PUBLIC]])
    asked = []

    def rebinding(host: str) -> list[str]:
        asked.append(host)
        return next(answers)

    url = server.url.replace("127.0.0.1", "hooks.example")
    assert post(url, BODY, HEADERS, loopback(server.url), rebinding).status == 204
    assert asked == ["hooks.example"]
    assert server.asked[0].headers["host"].startswith("hooks.example:")


def test_a_name_that_was_public_when_it_was_registered_is_looked_at_again(
    server: WebServer,
) -> None:
    url = server.url.replace("127.0.0.1", "hooks.example")
    strict = rules(ports=(int(server.url.rsplit(":", 1)[1]),))
    answer = post(url, BODY, HEADERS, strict, lambda host: ["127.0.0.1"])
    assert answer.status == 0
    assert "has no address" in answer.error
    assert server.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int, server: WebServer) -> None:
    moved = Reply(status, headers={"Location": f"{server.url}/secret"})
    with web_server(lambda asked: moved) as first:
        answer = post(first.url, BODY, HEADERS, loopback(first.url))
    assert (answer.status, "not followed" in answer.error) == (status, True)
    assert server.asked == []


def test_proxies_of_the_environment_are_not_used(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with web_server(lambda asked: Reply(200)) as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert post(server.url, BODY, HEADERS, loopback(server.url)).status == 204
        assert proxy.asked == []


def drip(piece: bytes, begin: bytes = b"") -> "Drip":
    return Drip(piece, begin)


class Drip:
    """Sends a byte or so every 20 ms, for ever."""

    def __init__(self, piece: bytes, begin: bytes) -> None:
        self.piece, self.begin = piece, begin
        self.ended = threading.Event()

    def __call__(self, line: socket.socket) -> None:
        line.sendall(self.begin)
        try:
            while not self.ended.wait(0.02):
                line.sendall(self.piece)
        except OSError:
            self.ended.set()


@pytest.mark.parametrize(
    "slow",
    [
        drip(b"x"),  # never a status line
        drip(b"H", b"HTTP/1.1 200 OK\r\nX: "),
        drip(b"a: b\r\n", b"HTTP/1.1 200 OK\r\n"),
        drip(b"HTTP/1.1 100 Continue\r\n\r\n"),
        drip(b"x", b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n"),
        drip(b"1\r\nx\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        drip(b""),
    ],
    ids=["status", "header", "headers", "continue", "body", "chunks", "silence"],
)
def test_a_slow_answer_is_cut_off_as_a_whole(slow: Drip) -> None:
    with raw_server(slow) as url:
        began = time.monotonic()
        answer = post(url, BODY, HEADERS, loopback(url), limit=0.4)
        took = time.monotonic() - began
    slow.ended.set()
    assert answer.status == 0
    assert answer.error == "no complete answer within 0.4 seconds" or slow.piece == b"a: b\r\n"
    assert took < 2


def test_a_server_that_takes_no_bytes_is_cut_off() -> None:
    stop = threading.Event()

    def deaf(line: socket.socket) -> None:
        stop.wait(10)

    with raw_server(deaf) as url:
        answer = post(url, b"x" * 20_000_000, HEADERS, loopback(url), limit=0.3)
    stop.set()
    assert (answer.status, answer.error) == (0, "no complete answer within 0.3 seconds")


def test_no_more_of_a_huge_answer_is_read_than_is_needed() -> None:
    sent = []

    def flood(line: socket.socket) -> None:
        line.settimeout(5)
        line.recv(65536)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n")
        while True:
            sent.append(line.send(b"x" * 65536))

    with raw_server(flood) as url:
        answer = post(url, BODY, HEADERS, loopback(url))
    assert answer.status == 200
    assert MOST_READ == 4096
    assert sum(sent) < 20_000_000, "what the sockets hold, and no more"


def test_a_compressed_answer_is_not_unpacked() -> None:
    bomb = Reply(200, b"no gzip at all", {"Content-Encoding": "gzip"})
    with web_server(lambda asked: bomb) as running:
        assert post(running.url, BODY, HEADERS, loopback(running.url)).status == 200


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "no proper answer"),
        (b"", "no proper answer"),
        (b"HTTP/1.1 abc\r\n\r\n", "no proper answer"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 70_000 + b"\r\n\r\n", "no proper answer"),
    ],
)
def test_what_is_no_http_is_an_error_without_a_word_of_it(said: bytes, words: str) -> None:
    def speak(line: socket.socket) -> None:
        line.recv(65536)
        line.sendall(said)

    with raw_server(speak) as url:
        answer = post(url, BODY, HEADERS, loopback(url))
    assert answer.status == 0
    assert words in answer.error
    assert "SSH" not in answer.error


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    assert post(url, BODY, HEADERS, loopback(url)).error == "the connection was refused"


def test_of_several_addresses_the_next_is_tried(server: WebServer) -> None:
    url = server.url.replace("127.0.0.1", "hooks.example")
    places = ["127.0.0.2", "127.0.0.1"]
    assert post(url, BODY, HEADERS, loopback(server.url), lambda host: places).status == 204


@pytest.fixture
def named(tmp_path: Path, settings: Any) -> Iterator[WebServer]:
    """TLS for hooks.example, trusted."""
    context, trusted = certificate(tmp_path, "hooks.example")
    settings.TOCSIN_WEBHOOK_CA_FILE = str(trusted)
    names = []
    context.sni_callback = lambda made, name, old: names.append(name)
    with web_server(lambda asked: Reply(200), context) as running:
        running.names = names  # type: ignore[attr-defined]
        yield running


def here(host: str) -> list[str]:
    return ["127.0.0.1"]


def test_tls_is_spoken_to_the_name_at_the_vetted_address(named: WebServer) -> None:
    url = named.url.replace("127.0.0.1", "hooks.example")
    assert post(url, BODY, HEADERS, loopback(named.url), here).status == 200
    assert named.names == ["hooks.example"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("host", ["other.example", "127.0.0.1", "hooks.example.other.example"])
def test_a_certificate_for_another_name_is_refused(named: WebServer, host: str) -> None:
    url = named.url.replace("127.0.0.1", host)
    answer = post(url, BODY, HEADERS, loopback(named.url), here)
    assert answer.status == 0
    assert "certificate is not trusted" in answer.error
    assert named.asked == []


def test_a_certificate_that_nobody_signed_is_refused(named: WebServer, settings: Any) -> None:
    settings.TOCSIN_WEBHOOK_CA_FILE = ""
    url = named.url.replace("127.0.0.1", "hooks.example")
    answer = post(url, BODY, HEADERS, loopback(named.url), here)
    assert "certificate is not trusted" in answer.error


def test_old_tls_is_refused(tmp_path: Path, settings: Any) -> None:
    context, trusted = certificate(tmp_path, "hooks.example")
    settings.TOCSIN_WEBHOOK_CA_FILE = str(trusted)
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with web_server(lambda asked: Reply(200), context) as running:
        url = running.url.replace("127.0.0.1", "hooks.example")
        answer = post(url, BODY, HEADERS, loopback(running.url), here)
    assert (answer.status, answer.error.startswith("TLS failed")) == (0, True)


def test_a_handshake_that_never_ends_is_cut_off() -> None:
    slow = drip(b"\x16\x03\x03")
    with raw_server(slow) as url:
        answer = post(url.replace("http:", "https:"), BODY, HEADERS, loopback(url), limit=0.4)
    slow.ended.set()
    assert answer.status == 0


def test_an_unusable_certificate_file_is_said(settings: Any, tmp_path: Path) -> None:
    settings.TOCSIN_WEBHOOK_CA_FILE = str(tmp_path / "none.pem")
    answer = post("https://127.0.0.1/", BODY, HEADERS, FAR)
    assert "TOCSIN_WEBHOOK_CA_FILE" in answer.error


def test_the_status_and_what_it_asks_for_are_kept() -> None:
    busy = Reply(503, headers={"Retry-After": "120"})

    def answer(asked: Asked) -> Reply:
        return busy

    with web_server(answer) as running:
        given = post(running.url, BODY, HEADERS, loopback(running.url))
    assert (given.status, given.retry_after, given.error) == (503, "120", "answered with 503")
