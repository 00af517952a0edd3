import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.intake.fetch.servers import Asked, Reply, certificate, web_server
from tocsin.intake.fetch.items import FetchError
from tocsin.intake.fetch.transfer import Question, Rules, ask


def unexpected(seconds: float) -> None:
    raise AssertionError("not to be called")


def get(url: str, rules: Rules, **headers: str) -> bytes:
    target = io.BytesIO()
    ask(Question("the file", url, headers=headers), rules).write_to(target)
    return target.getvalue()


def test_passing_failures_are_tried_again_with_growing_waits() -> None:
    waits: list[float] = []
    script = [Reply(503), Reply(429, headers={"Retry-After": "7"}), Reply(500), Reply(200, b"ok")]
    rules = Rules(allow_http=True, sleep=waits.append)
    with web_server(lambda asked: script.pop(0)) as server:
        assert get(server.url, rules) == b"ok"
    assert waits == [1.0, 7.0, 4.0]


@pytest.mark.parametrize(
    ("said", "waited"),
    [("2", 2.0), ("soon", 1.0), ("-5", 1.0), ("Tue, 20 Jan 2026 08:00:00 GMT", 1.0)],
)
def test_only_a_wait_in_seconds_is_heeded(said: str, waited: float) -> None:
    waits: list[float] = []
    script = [Reply(503, headers={"Retry-After": said}), Reply(200, b"ok")]
    with web_server(lambda asked: script.pop(0)) as server:
        assert get(server.url, Rules(allow_http=True, sleep=waits.append)) == b"ok"
    assert waits == [waited]


def test_nobody_makes_us_wait_for_days() -> None:
    waits: list[float] = []
    script = [Reply(503, headers={"Retry-After": "864000"}), Reply(200, b"ok")]
    with web_server(lambda asked: script.pop(0)) as server:
        get(server.url, Rules(allow_http=True, sleep=waits.append))
    assert waits[0] <= 600


def test_a_body_of_unknown_length_ends_where_the_server_ends_it() -> None:
    with web_server(lambda asked: Reply(body=b"all of it", length=-1)) as server:
        assert get(server.url, Rules(allow_http=True)) == b"all of it"


def test_tries_end() -> None:
    waits: list[float] = []
    with (
        web_server(lambda asked: Reply(502)) as server,
        pytest.raises(FetchError, match="the file: HTTP status 502"),
    ):
        get(server.url, Rules(allow_http=True, tries=3, sleep=waits.append))
    assert waits == [1.0, 2.0]


def test_what_will_not_pass_is_not_tried_again() -> None:
    with web_server(lambda asked: Reply(404)) as server:
        with pytest.raises(FetchError, match="404"):
            get(server.url, Rules(allow_http=True, sleep=unexpected))
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(body=b"x" * 10, length=25), "25 bytes were announced, 10 came"),
        (Reply(body=b"x" * 101), "101 bytes are over the limit of 100"),
        (Reply(body=b"x" * 101, length=-1), "over the limit of 100 bytes"),
    ],
)
def test_a_file_cut_short_or_too_long_is_refused(reply: Reply, message: str) -> None:
    with (
        web_server(lambda asked: reply) as server,
        pytest.raises(FetchError, match=message),
    ):
        get(server.url, Rules(allow_http=True, limit=100))


def test_plain_http_is_refused_unless_allowed() -> None:
    with pytest.raises(FetchError, match="“http:” is refused") as caught:
        get("http://feed.example/x", Rules())
    assert "allow_http" in caught.value.hint


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a.example/x", "https:///x", "x"])
def test_no_other_scheme_is_opened(url: str) -> None:
    with pytest.raises(FetchError):
        get(url, Rules(allow_http=True))


def test_an_unknown_certificate_is_not_trusted(tmp_path: Path) -> None:
    context, trusted = certificate(tmp_path)
    with web_server(lambda asked: Reply(body=b"ok"), context) as server:
        with pytest.raises(FetchError, match="certificate is not trusted"):
            get(server.url, Rules(tries=1))
        assert get(server.url, Rules(ca_file=str(trusted))) == b"ok"


def redirecting(target: Callable[[], str]) -> Callable[[Asked], Reply]:
    return lambda asked: Reply(302, headers={"Location": target()})


def test_redirects_do_not_leave_https(tmp_path: Path) -> None:
    context, trusted = certificate(tmp_path)
    with (
        web_server(redirecting(lambda: "http://127.0.0.1:1/secret-id"), context) as server,
        pytest.raises(FetchError, match="the file: a redirect: an address that starts") as caught,
    ):
        get(server.url, Rules(ca_file=str(trusted)))
    assert "secret-id" not in str(caught.value)


def test_redirects_are_few(tmp_path: Path) -> None:
    with web_server(lambda asked: Reply(302, headers={"Location": "/again"})) as server:
        with pytest.raises(FetchError, match="too many redirects"):
            get(server.url, Rules(allow_http=True))
        assert len(server.asked) == 4


def test_credentials_do_not_follow_to_another_host() -> None:
    with web_server(lambda asked: Reply(body=b"ok")) as second:
        with web_server(redirecting(lambda: f"{second.url}/here")) as first:
            got = get(first.url, Rules(allow_http=True), Authorization="Bearer t")
        assert got == b"ok"
        assert first.asked[0].headers["authorization"] == "Bearer t"
        assert "authorization" not in second.asked[0].headers


def test_nobody_listening_is_told_plainly() -> None:
    with pytest.raises(FetchError, match="the file: Connection refused"):
        get("http://127.0.0.1:1/", Rules(allow_http=True, tries=1))
