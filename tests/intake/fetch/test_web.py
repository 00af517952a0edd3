import io
from datetime import UTC, datetime

import pytest

from tests.intake.fetch.memories import Remembered
from tests.intake.fetch.servers import Asked, Reply, web_server
from tocsin.intake.fetch.items import FetchError
from tocsin.intake.fetch.transfer import Rules
from tocsin.intake.fetch.web import WebAddress

NOW = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
PLAIN = Rules(allow_http=True, tries=1)
CSV = {"Content-Type": "text/csv"}


def fetch(address: WebAddress, memory: Remembered, now: datetime = NOW) -> list[tuple[str, bytes]]:
    got = []
    for item in address.items(memory, now):
        target = io.BytesIO()
        item.save(target)
        got.append((item.name, target.getvalue()))
        memory.take(item)
    return got


@pytest.mark.parametrize(
    ("stamp", "value", "condition"),
    [
        ("ETag", '"v1"', "if-none-match"),
        ("Last-Modified", "Wed, 04 Mar 2026 06:00:00 GMT", "if-modified-since"),
    ],
)
def test_an_unchanged_file_is_fetched_once(stamp: str, value: str, condition: str) -> None:
    def reply(asked: Asked) -> Reply:
        if asked.headers.get(condition) == value:
            return Reply(304)
        return Reply(body=b"a\n1\n", headers={**CSV, stamp: value})

    memory = Remembered()
    with web_server(reply) as server:
        address = WebAddress(f"{server.url}/lists/today.csv?x=1", rules=PLAIN)
        assert fetch(address, memory) == [("today.csv", b"a\n1\n")]
        assert fetch(address, memory) == []
        other = WebAddress(f"{server.url}/lists/other.csv", rules=PLAIN)
        assert fetch(other, memory), "a changed address forgets the old one's stamp"


def test_a_file_that_was_not_taken_is_asked_for_again() -> None:
    memory = Remembered()
    with web_server(lambda asked: Reply(body=b"x", headers={**CSV, "ETag": '"v1"'})) as server:
        address = WebAddress(server.url, rules=PLAIN)
        for item in address.items(memory, NOW):
            item.save(io.BytesIO())  # and then something fails
        assert fetch(address, memory) == [("download", b"x")]
    assert "if-none-match" not in server.asked[1].headers


def test_without_a_stamp_it_is_fetched_each_time() -> None:
    memory = Remembered()
    with web_server(lambda asked: Reply(body=b"x", headers=CSV)) as server:
        address = WebAddress(server.url, rules=PLAIN)
        assert fetch(address, memory)
        assert fetch(address, memory, NOW.replace(hour=8))


@pytest.mark.parametrize(
    ("types", "sent", "taken"),
    [
        ((), "text/html; charset=utf-8", False),
        (("text/html",), "text/html", True),
        (("text/csv", "application/zip"), "application/zip", True),
        (("text/csv",), "application/json", False),
    ],
)
def test_content_types_are_checked(types: tuple[str, ...], sent: str, taken: bool) -> None:
    with web_server(lambda asked: Reply(body=b"x", headers={"Content-Type": sent})) as server:
        address = WebAddress(server.url, types=types, rules=PLAIN)
        if taken:
            assert fetch(address, Remembered())
        else:
            with pytest.raises(FetchError, match="is refused"):
                fetch(address, Remembered())


def test_a_token_is_sent_and_not_shown() -> None:
    with web_server(lambda asked: Reply(body=b"x", headers=CSV)) as server:
        address = WebAddress(server.url, "mine.csv", token="hush", rules=PLAIN)
        assert fetch(address, Remembered()) == [("mine.csv", b"x")]
    assert server.asked[0].headers["authorization"] == "Bearer hush"
    assert "hush" not in repr(address)
