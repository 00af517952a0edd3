"""Writes: once per Idempotency-Key, not over somebody else's change, and only what can be read."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.web.api.caller import Api, problem
from tests.web.world import World, make_person
from tocsin.access import kept_replies
from tocsin.access.models import KeptReply, Role
from tocsin.alerts.models import Preference
from tocsin.answers.models import Answer
from tocsin.database.scope import staff_scope

Api_ = Callable[[Role], Api]
THREAT = f"/threats/{UUID(int=0)}/answers"
FIXED = {"statement": "acknowledged", "comment": "we look"}


def answers() -> int:
    with staff_scope():
        return Answer.objects.count()


def test_the_same_write_again_gets_the_same_answer_and_does_nothing(api: Api_) -> None:
    caller = api(Role.OWNER)
    first = caller.ask("POST", THREAT, FIXED, Idempotency_Key="one")
    again = caller.ask("POST", THREAT, FIXED, Idempotency_Key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert answers() == 1


def test_without_a_key_it_is_another_write(api: Api_) -> None:
    caller = api(Role.OWNER)
    first, again = (caller.ask("POST", THREAT, FIXED).json() for _ in range(2))
    assert first["submission"] != again["submission"]
    assert (first["taken"], again["unchanged"]) == (1, 1)


def test_a_key_belongs_to_one_request(api: Api_) -> None:
    caller = api(Role.OWNER)
    caller.ask("POST", THREAT, FIXED, Idempotency_Key="one")
    other = caller.ask("POST", THREAT, {"statement": "fixed"}, Idempotency_Key="one")
    assert problem(other) == (422, "key-reused")
    elsewhere = f"/threats/{UUID(int=1)}/answers"
    assert problem(caller.ask("POST", elsewhere, FIXED, Idempotency_Key="one"))[0] == 422
    assert answers() == 1


def test_a_key_belongs_to_one_person(api: Api_, world: World) -> None:
    api(Role.OWNER).ask("POST", THREAT, FIXED, Idempotency_Key="one")
    response = api(Role.ABUSE_DESK).ask("POST", THREAT, FIXED, Idempotency_Key="one")
    assert "Idempotency-Replayed" not in response.headers


def test_what_was_refused_can_be_sent_again_with_its_key(api: Api_) -> None:
    caller = api(Role.OWNER)
    late = {"statement": "fixed", "since": "2999-01-01T00:00:00Z"}
    assert problem(caller.ask("POST", THREAT, late, Idempotency_Key="one"))[0] == 422
    with staff_scope():
        assert not KeptReply.objects.exists()
    assert caller.ask("POST", THREAT, FIXED, Idempotency_Key="one").status_code == 201


def test_the_effect_and_the_kept_reply_are_one(api: Api_, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash between them leaves neither."""

    def crash(number: int, reply: kept_replies.Reply) -> None:
        raise RuntimeError("crash")

    caller = api(Role.OWNER)
    with monkeypatch.context() as broken:
        broken.setattr("tocsin.access.kept_replies.keep", crash)
        assert problem(caller.ask("POST", THREAT, FIXED, Idempotency_Key="one"))[0] == 500
    assert answers() == 0
    assert caller.ask("POST", THREAT, FIXED, Idempotency_Key="one").status_code == 201


def test_a_key_ends_after_a_day(world: World) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    with staff_scope():
        person = make_person(Role.ANALYST, None)
        number = kept_replies.claim(person.pk, None, "k", b"1", now)
        assert isinstance(number, int)
        kept_replies.keep(number, kept_replies.Reply(200, {"A": "b"}, b"body"))
        later = now + timedelta(hours=24)
        same = kept_replies.claim(person.pk, None, "k", b"1", later - timedelta(seconds=1))
        assert same == kept_replies.Reply(200, {"A": "b"}, b"body")
        assert kept_replies.claim(person.pk, None, "k", b"2", later) == number
        kept_replies.forget_replies(later + timedelta(hours=24))
        assert not KeptReply.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 256, "naïve"])
def test_a_key_is_a_short_plain_text(api: Api_, key: str) -> None:
    response = api(Role.OWNER).ask("POST", THREAT, FIXED, Idempotency_Key=key)
    assert problem(response) == (400, "bad-request")


def test_a_change_of_what_changed_meanwhile_is_refused(api: Api_, world: World) -> None:
    caller = api(Role.OWNER)
    seen = caller.get("/organisation").headers["ETag"]
    changed = caller.ask("PATCH", "/organisation", {"rhythm": "weekly"}, If_Match=seen)
    assert changed.status_code == 200
    assert changed.json()["rhythm"] == "weekly"
    stale = caller.ask("PATCH", "/organisation", {"rhythm": "daily"}, If_Match=seen)
    assert problem(stale) == (412, "precondition-failed")
    assert stale.headers["ETag"] == changed.headers["ETag"]
    with staff_scope():
        assert Preference.objects.get(organisation=world.ours).rhythm == "weekly"
    now = changed.headers["ETag"]
    for tag in (now, "*", f'"other", {now}'):
        again = caller.ask("PATCH", "/organisation", {"language": "en"}, If_Match=tag)
        assert again.status_code == 200, tag
    weak = caller.ask("PATCH", "/organisation", {"rhythm": "daily"}, If_Match=f"W/{now}")
    assert problem(weak)[0] == 412


@pytest.mark.parametrize(
    ("body", "media", "expected"),
    [
        (b"{", "application/json", (400, "bad-request")),
        (b"", "application/json", (415, "unsupported-media-type")),
        (b"[]", "application/json", (422, "invalid")),
        (b'{"statement":"fixed","x":1}', "application/json", (422, "invalid")),
        (b'{"statement":"fixed","statement":"fixed"}', "application/json", (400, "bad-request")),
        (b'{"statement":NaN}', "application/json", (400, "bad-request")),
        (b'{"statement":"fixed","comment":"\\u0000"}', "application/json", (422, "invalid")),
        (b'{"statement":"fixed","comment":"\\ud800"}', "application/json", (422, "invalid")),
        (b"\xff\xfe", "application/json", (400, "bad-request")),
        (b"[" * 100_000, "application/json", (400, "bad-request")),
        (b"statement=fixed", "application/x-www-form-urlencoded", (415, "unsupported-media-type")),
        (b"{}", "text/plain", (415, "unsupported-media-type")),
        (b" " * 1_000_001, "application/json", (413, "too-large")),
    ],
)
def test_what_cannot_be_read_is_a_problem(
    api: Api_, body: bytes, media: str, expected: tuple[int, str]
) -> None:
    response = api(Role.OWNER).ask("POST", THREAT, body, Content_Type=media)
    assert problem(response) == expected
    assert answers() == 0


def test_an_answer_in_a_type_that_is_not_taken(api: Api_) -> None:
    assert problem(api(Role.OWNER).get("/token", Accept="text/csv")) == (406, "not-acceptable")
    assert api(Role.OWNER).get("/token", Accept="text/html, */*;q=0.1").status_code == 200


def test_a_parameter_that_is_not_known_is_no_filter(api: Api_) -> None:
    response = api(Role.OWNER).get("/threats?severities=high")
    assert problem(response) == (400, "unknown-parameter")
    assert "severity" in response.json()["detail"]
