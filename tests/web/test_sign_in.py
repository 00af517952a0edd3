from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.world import make_person
from tocsin.access.jobs import send_sign_in_link
from tocsin.access.links import make_sign_in_link
from tocsin.access.models import Person, Role, SignInLink
from tocsin.access.throttle import forget, too_many
from tocsin.database.scope import staff_scope
from tocsin.web import attempts, sign_in

PASSWORD = "correct horse battery"
SIGN_IN = "/sign-in/"


@pytest.fixture
def person(db: None, home: object) -> Person:
    person = make_person(Role.ANALYST, None)
    with staff_scope():
        person.set_password(PASSWORD)
        person.save()
    return person


def _enter(client: Client, password: str, **more: str) -> int:
    data = {"email": "analyst@people.example", "password": password, **more}
    return client.post(SIGN_IN, data).status_code


def _signed_in(client: Client) -> bool:
    """Staff without a second factor see one page, which sets one up."""
    return client.get(reverse("second-factor")).status_code == 200


def _link_address(person: Person, age: timedelta = timedelta(0)) -> str:
    token = make_sign_in_link(person, datetime.now(UTC) - age)
    return reverse("sign-in-by-link", args=[token])


def test_with_the_right_password(person: Person, client: Client) -> None:
    assert _enter(client, PASSWORD) == 302
    assert _signed_in(client)


def test_the_address_may_be_written_in_capitals(person: Person, client: Client) -> None:
    assert _enter(client, PASSWORD, email="Analyst@People.EXAMPLE") == 302


def test_wrong_password_and_unknown_address_get_the_same_answer(
    person: Person, client: Client
) -> None:
    wrong = client.post(SIGN_IN, {"email": person.email, "password": "x"})
    unknown = client.post(SIGN_IN, {"email": "nobody@people.example", "password": "x"})
    assert wrong.status_code == unknown.status_code == 400
    assert str(sign_in.WRONG) in wrong.content.decode()
    assert str(sign_in.WRONG) in unknown.content.decode()
    assert not _signed_in(client)


def test_what_is_missing_is_named(person: Person, client: Client) -> None:
    response = client.post(SIGN_IN, {})
    assert response.status_code == 400
    text = response.content.decode()
    assert "Enter your e-mail address." in text
    assert "Enter your password." in text


def test_somebody_who_left_cannot_sign_in_nor_stay(person: Person, client: Client) -> None:
    _enter(client, PASSWORD)
    with staff_scope():
        Person.objects.update(is_active=False)
    assert not _signed_in(client)
    assert _enter(client, PASSWORD) == 400


def test_guessing_is_slowed_down(person: Person, client: Client) -> None:
    answers = [_enter(client, "guess") for _ in range(attempts.TRIES + 1)]
    assert answers == [400] * attempts.TRIES + [429]
    assert _enter(client, PASSWORD) == 429
    other = Client(REMOTE_ADDR="198.51.100.7")
    assert _enter(other, PASSWORD) == 302  # a guesser elsewhere does not lock the owner out


def test_behind_a_web_server_callers_are_told_apart(person: Person, client: Client) -> None:
    data = {"email": person.email, "password": "guess"}
    for _ in range(attempts.TRIES + 1):
        client.post(SIGN_IN, data, headers={"X-Forwarded-For": "192.0.2.1, 198.51.100.1"})
    last = client.post(SIGN_IN, data, headers={"X-Forwarded-For": "192.0.2.2, 198.51.100.1"})
    assert last.status_code == 429  # only what the nearest server says is believed
    other = client.post(SIGN_IN, data, headers={"X-Forwarded-For": "198.51.100.2"})
    assert other.status_code == 400


def test_strangers_cannot_name_another_address(person: Person) -> None:
    stranger = Client(REMOTE_ADDR="198.51.100.9")
    data = {"email": person.email, "password": "guess"}
    answers = [
        stranger.post(SIGN_IN, data, headers={"X-Forwarded-For": f"192.0.2.{at}"}).status_code
        for at in range(attempts.TRIES + 1)
    ]
    assert answers[-1] == 429


def test_one_caller_cannot_try_many_addresses(
    person: Person, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "TRIES_PER_CALLER", 3)
    data = [{"email": f"a{at}@people.example", "password": "x"} for at in range(4)]
    answers = [client.post(SIGN_IN, each).status_code for each in data]
    assert answers[-2:] == [400, 429]


def test_afterwards_the_page_that_was_wanted(person: Person, client: Client) -> None:
    address = client.get(reverse("feeds")).headers["Location"]
    data = {"email": person.email, "password": PASSWORD}
    assert client.post(address, data).headers["Location"] == reverse("feeds")


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil"]
)
def test_but_never_a_page_elsewhere(person: Person, client: Client, elsewhere: str) -> None:
    data = {"email": person.email, "password": PASSWORD, "next": elsewhere}
    assert client.post(SIGN_IN, data).headers["Location"] == reverse("status")


def test_a_link_works_once_and_only_when_the_button_is_pressed(
    person: Person, client: Client
) -> None:
    address = _link_address(person)
    scanner = Client()
    assert scanner.get(address).status_code == 200
    assert not _signed_in(scanner)
    assert client.post(address).status_code == 302
    assert _signed_in(client)
    assert Client().post(address).status_code == 400


def test_an_old_or_made_up_link_does_nothing(person: Person, client: Client) -> None:
    assert client.post(_link_address(person, timedelta(minutes=31))).status_code == 400
    assert client.post(reverse("sign-in-by-link", args=["x" * 43])).status_code == 400
    assert not _signed_in(client)


def test_the_token_itself_is_not_stored(person: Person) -> None:
    token = make_sign_in_link(person, datetime.now(UTC))
    with staff_scope():
        assert token.encode() not in bytes(SignInLink.objects.get().digest)


def test_signing_out_takes_a_post_and_ends_the_session(person: Person, client: Client) -> None:
    _enter(client, PASSWORD)
    assert client.get(reverse("sign-out")).status_code == 405
    assert client.post(reverse("sign-out")).status_code == 302
    assert not _signed_in(client)


def test_signing_in_changes_the_session(person: Person, client: Client) -> None:
    session = client.session
    session["seen"] = "before"
    session.save()
    client.cookies["tocsin"] = session.session_key or ""
    before = client.cookies["tocsin"].value
    _enter(client, PASSWORD)
    assert client.cookies["tocsin"].value != before
    assert client.cookies["tocsin"]["httponly"]
    assert client.cookies["tocsin"]["samesite"] == "Lax"


@pytest.mark.parametrize("name", ["sign-in", "sign-out", "ask-for-link"])
def test_forms_from_elsewhere_are_refused(person: Person, name: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(reverse(name), {"email": person.email, "password": PASSWORD})
    assert response.status_code == 403
    assert "The form was too old, or not ours." in response.content.decode()


def test_without_a_mail_server_no_link_is_promised(person: Person, client: Client) -> None:
    assert "Send me a link" not in client.get(SIGN_IN).content.decode()
    response = client.post(reverse("ask-for-link"), {"email": person.email})
    assert response.status_code == 400


def test_asking_for_a_link_says_the_same_for_any_address(
    person: Person, client: Client, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_HOST = "mail.example"  # type: ignore[attr-defined]
    asked: list[str] = []
    monkeypatch.setattr(send_sign_in_link, "defer", lambda email: asked.append(email))
    texts = set()
    for email in (person.email, "nobody@people.example"):
        response = client.post(reverse("ask-for-link"), {"email": email})
        assert response.status_code == 200
        texts.add(response.content)
    assert len(texts) == 1
    assert asked == [person.email, "nobody@people.example"]


def test_counts_start_anew_after_their_span(db: None) -> None:
    start, span = datetime(2026, 1, 1, tzinfo=UTC), timedelta(minutes=15)
    assert [too_many("b", 2, span, start) for _ in range(3)] == [False, False, True]
    assert not too_many("other", 2, span, start)
    assert not too_many("b", 2, span, start + span)
    forget(start + span)
    assert not too_many("other", 1, span, start)
