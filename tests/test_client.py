"""The client against the API itself, served over HTTP in this process."""

import threading
from collections.abc import Callable, Iterator
from uuid import UUID
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections, connections

from tests.web.conftest import world as world
from tests.web.world import World, make_person
from tocsin.access.models import Role
from tocsin.access.scopes import scopes_of
from tocsin.access.tokens import make_token
from tocsin.client import ApiError, BrokenOffError, Tocsin

OURS = str(UUID(int=0))


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def tocsin(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tocsin]:
    """A client of the API, which runs in another thread on the test's own connection."""
    from datetime import UTC, datetime

    shared = connections["default"]
    shared.inc_thread_sharing()
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)

    handler = WSGIHandler()

    def application(environ: dict[str, object], start: Callable[..., object]) -> object:
        connections["default"] = shared
        return handler(environ, start)  # type: ignore[arg-type]

    server = make_server("127.0.0.1", 0, application, handler_class=Quiet)  # type: ignore[arg-type]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    owner = make_person(Role.OWNER, world.ours)
    token, _ = make_token(owner, "", scopes_of("owner"), datetime.now(UTC))
    monkeypatch.setattr("tocsin.client.time.sleep", lambda seconds: None)
    yield Tocsin(f"http://127.0.0.1:{server.server_port}", token)
    server.shutdown()
    thread.join()
    server.server_close()
    shared.dec_thread_sharing()
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


def test_threats_page_by_page_and_streamed(tocsin: Tocsin) -> None:
    paged = [each["threat_id"] for each in tocsin.threats(state="all", limit=2)]
    assert len(paged) == 4
    assert sorted(each["threat_id"] for each in tocsin.export(state="all")) == paged
    assert tocsin.threat(OURS)["affected"] == "198.18.0.0"


def test_an_export_that_is_cut_short_says_so(
    tocsin: Tocsin, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Iterator[tuple[int, bytes]]:
        yield 1, b'{"threat_id":"x"}\n'
        raise RuntimeError

    monkeypatch.setattr("tocsin.web.api.exports.exported", broken)
    with pytest.raises(BrokenOffError):
        list(tocsin.export())


def test_answers_and_refusals(tocsin: Tocsin) -> None:
    outcome = tocsin.answer([{"threat_id": OURS, "statement": "fixed"}])
    assert (outcome["taken"], outcome["refused"]) == (1, [])
    with pytest.raises(ApiError, match="404") as refused:
        tocsin.threat(str(UUID(int=4)))
    assert refused.value.problem["type"].endswith("not-found")


def test_it_waits_and_asks_again(tocsin: Tocsin, monkeypatch: pytest.MonkeyPatch) -> None:
    from tocsin.access.rate import Rate

    class Once(Rate):
        def wait(self, caller: int, now: float) -> float:
            self.per_minute += 1
            return 1.0 if self.per_minute == 2 else 0.0

    monkeypatch.setattr("tocsin.web.api.door.RATE", Once(1))
    assert tocsin.get("/token")["role"] == "owner"
