"""From a right password to being in: the second factor, and what stands in its way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.access.authenticator import Authenticator
from tests.access.test_factors import code
from tests.web.world import World, make_person
from tocsin.access import factors
from tocsin.access.changes import change_password, reset_factors
from tocsin.access.links import make_sign_in_link
from tocsin.access.models import Person, Role
from tocsin.access.sessions import sessions_of
from tocsin.audit.models import Entry
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.web import attempts
from tocsin.web.second_step import WRONG_CODE

PASSWORD = "correct horse battery"
NOW = datetime(2026, 9, 30, 12, tzinfo=UTC)
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
STEP = timedelta(seconds=30)


@pytest.fixture
def clock(world: World) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ann(clock: object) -> Person:
    """An analyst with a password and an authenticator app."""
    person = make_person(Role.ANALYST, None)
    change_password(person, PASSWORD, "test", NOW)
    factors.enrol_totp(person, SECRET, NOW)
    return person


def enter(client: Client, person: Person, **more: str) -> str:
    """Where the right password leads."""
    data = {"email": person.email, "password": PASSWORD, **more}
    return str(client.post(reverse("sign-in"), data).headers["Location"])


def show(client: Client, **proof: str) -> int:
    return client.post(reverse("second-step"), proof).status_code


def inside(client: Client) -> bool:
    return client.get(reverse("status")).status_code == 200


def test_password_and_code(ann: Person, client: Client) -> None:
    assert enter(client, ann) == reverse("second-step")
    assert not inside(client)
    assert client.get(reverse("second-step")).status_code == 200
    assert show(client, code=code(SECRET, NOW)) == 302
    assert inside(client)


def test_the_page_that_was_wanted_is_not_forgotten(ann: Person, client: Client) -> None:
    enter(client, ann, next=reverse("feeds"))
    response = client.post(reverse("second-step"), {"code": code(SECRET, NOW)})
    assert response.headers["Location"] == reverse("feeds")
    other = Client()
    enter(other, ann, next="https://evil.example/")
    with time_machine.travel(NOW + STEP, tick=False):
        response = other.post(reverse("second-step"), {"code": code(SECRET, NOW + STEP)})
    assert response.headers["Location"] == reverse("status")


@pytest.mark.parametrize("given", ["", "000000", "abcde-fghij", PASSWORD])
def test_a_wrong_code_does_not(ann: Person, client: Client, given: str) -> None:
    enter(client, ann)
    response = client.post(reverse("second-step"), {"code": given})
    assert response.status_code == 400
    assert str(WRONG_CODE) in response.content.decode()
    assert not inside(client)


def test_nor_does_one_that_was_used(ann: Person, client: Client) -> None:
    thief = Client()
    for browser in (client, thief):
        enter(browser, ann)
    assert show(client, code=code(SECRET, NOW)) == 302
    assert show(thief, code=code(SECRET, NOW)) == 400
    assert not inside(thief)


def test_a_recovery_code_works_once(ann: Person, client: Client) -> None:
    codes = factors.new_recovery_codes(ann)
    enter(client, ann)
    assert show(client, code=codes[0]) == 302
    assert inside(client)
    other = Client()
    enter(other, ann)
    assert show(other, code=codes[0]) == 400
    assert show(other, code=codes[1]) == 302


def test_a_mailed_link_replaces_the_password_and_not_the_factor(
    ann: Person, client: Client
) -> None:
    address = reverse("sign-in-by-link", args=[make_sign_in_link(ann, NOW)])
    assert client.post(address).headers["Location"] == reverse("second-step")
    assert not inside(client)
    assert show(client, code=code(SECRET, NOW)) == 302


def test_a_code_without_a_password_is_nothing(ann: Person, client: Client) -> None:
    response = client.post(reverse("second-step"), {"code": code(SECRET, NOW)})
    assert response.headers["Location"] == reverse("sign-in")


def test_halfway_lasts_ten_minutes(ann: Person, client: Client) -> None:
    enter(client, ann)
    late = NOW + timedelta(minutes=10, seconds=1)
    with time_machine.travel(late, tick=False):
        show(client, code=code(SECRET, late))
        assert not inside(client)


def test_and_not_beyond_a_change_of_password_or_suspension(ann: Person, client: Client) -> None:
    enter(client, ann)
    with staff_scope():
        Person.objects.update(is_active=False)
    show(client, code=code(SECRET, NOW))
    with staff_scope():
        Person.objects.update(is_active=True)
    change_password(ann, "something else again", "test", NOW)
    show(client, code=code(SECRET, NOW))
    assert not inside(client)


def test_guessing_codes_is_slowed_down_and_noted_once(ann: Person, client: Client) -> None:
    enter(client, ann)
    answers = [show(client, code="000000") for _ in range(attempts.CODES + 2)]
    assert answers == [400] * attempts.CODES + [429] * 2
    assert show(client, code=code(SECRET, NOW)) == 429
    with staff_scope():
        (noted,) = Entry.objects.filter(action="sign-in-refused")
    assert (noted.subject, noted.detail) == (f"person {ann.pk}", {"too_many": "code"})


@pytest.mark.parametrize(("limit", "name"), [(3, "CODES_PER_PERSON"), (4, "CODES_PER_DAY")])
def test_from_many_places_as_well(
    ann: Person, monkeypatch: pytest.MonkeyPatch, limit: int, name: str
) -> None:
    monkeypatch.setattr(attempts, name, limit)
    answers = []
    for at in range(limit + 1):
        client = Client(REMOTE_ADDR=f"198.51.100.{at}")
        enter(client, ann)
        answers.append(show(client, code="000000"))
    assert answers == [400] * limit + [429]


def test_a_stranger_can_lock_nobody_out_by_guessing(ann: Person, client: Client) -> None:
    """Without the password nobody comes as far as guessing a code."""
    for _ in range(attempts.CODES_PER_PERSON + 1):
        show(Client(), code="000000")
    enter(client, ann)
    assert show(client, code=code(SECRET, NOW)) == 302


def test_guessing_passwords_beyond_the_limit_is_noted_without_the_address(
    ann: Person, client: Client
) -> None:
    for email in (ann.email, "nobody@people.example"):
        for _ in range(attempts.TRIES + 2):
            client.post(reverse("sign-in"), {"email": email, "password": "guess"})
    with staff_scope():
        noted = list(
            Entry.objects.filter(action="sign-in-refused").values_list("subject", "detail")
        )
    assert noted == [(f"person {ann.pk}", {"too_many": "password"}), ("", {"too_many": "password"})]


def test_staff_without_a_factor_set_one_up_and_see_nothing_before(
    clock: time_machine.Traveller, client: Client
) -> None:
    person = make_person(Role.CASE_OFFICER, None)
    change_password(person, PASSWORD, "test", NOW)
    assert enter(client, person) == reverse("status")
    response = client.get(reverse("status"))
    assert response.headers["Location"] == reverse("second-factor")
    page = client.get(reverse("authenticator-app")).content.decode()
    secret = page.partition('key-text">')[2].partition("<")[0].replace(" ", "")
    response = client.post(reverse("authenticator-app"), {"code": code(secret, NOW)})
    assert response.content.decode().count("<li><code>") == 10
    assert inside(client)
    clock.shift(STEP)
    other = Client()
    assert enter(other, person) == reverse("second-step")
    assert show(other, code=code(secret, NOW + STEP)) == 302


def test_a_member_may_do_without(world: World, client: Client) -> None:
    person = make_person(Role.READER, world.ours)
    change_password(person, PASSWORD, "test", NOW)
    enter(client, person)
    assert inside(client)


def test_a_reset_lets_staff_begin_anew_and_nothing_more(ann: Person, client: Client) -> None:
    enter(client, ann)
    show(client, code=code(SECRET, NOW))
    reset_factors(ann, "administrator", NOW)
    assert not inside(client)
    enter(client, ann)
    assert client.get(reverse("status")).headers["Location"] == reverse("second-factor")


def test_an_organisation_that_is_suspended_takes_its_people_along(
    world: World, client: Client
) -> None:
    person = make_person(Role.OWNER, world.ours)
    change_password(person, PASSWORD, "test", NOW)
    enter(client, person)
    assert inside(client)
    token = make_sign_in_link(person, datetime.now(UTC))
    with staff_scope():
        Organisation.objects.filter(pk=world.ours.pk).update(suspended=True)
    assert not inside(client)
    for address, data in (
        (reverse("sign-in"), {"email": person.email, "password": PASSWORD}),
        (reverse("sign-in-by-link", args=[token]), {}),
    ):
        assert client.post(address, data).status_code == 400


def test_signing_in_again_ends_the_session_before(ann: Person, client: Client) -> None:
    for at in (NOW, NOW + STEP):
        with time_machine.travel(at, tick=False):
            client.get(reverse("sign-in"))
            enter(client, ann)
            show(client, code=code(SECRET, at))
    assert inside(client)
    assert len(sessions_of(ann.pk, NOW)) <= 2


def test_a_passkey_as_second_factor_and_alone(ann: Person) -> None:
    phone = Authenticator(origin="http://testserver")
    client = Client()
    enter(client, ann)
    show(client, code=code(SECRET, NOW))
    asked = client.post(reverse("new-passkey-options")).json()
    made = {"answer": phone.make(asked), "name": "Phone"}
    assert client.post(reverse("new-passkey"), made).status_code == 200

    second, alone = Client(), Client()
    enter(second, ann)
    asked = second.post(reverse("passkey-options"), {"use": "second"}).json()
    assert len(asked["publicKey"]["allowCredentials"]) == 1
    assert show(second, answer=phone.use(asked)) == 302
    assert inside(second)

    asked = alone.post(reverse("passkey-options"), {"use": "sign-in"}).json()
    assert not asked["publicKey"].get("allowCredentials")
    answer = {"answer": phone.use(asked), "next": reverse("feeds")}
    response = alone.post(reverse("by-passkey"), answer)
    assert response.headers["Location"] == reverse("feeds")
    assert inside(alone)
    assert Client().post(reverse("by-passkey"), answer).status_code == 400
    assert alone.post(reverse("by-passkey"), answer).status_code == 400, "an answer counts once"


def test_an_answer_to_one_question_is_none_to_another(ann: Person) -> None:
    """A passkey that was not unlocked is asked for as second factor, and offered as both."""
    key = Authenticator(origin="http://testserver", verifies=False)
    client = Client()
    enter(client, ann)
    show(client, code=code(SECRET, NOW))
    asked = client.post(reverse("new-passkey-options")).json()
    client.post(reverse("new-passkey"), {"answer": key.make(asked), "name": "Key"})

    thief = Client()
    asked = thief.post(reverse("passkey-options"), {"use": "sign-in"}).json()
    assert thief.post(reverse("by-passkey"), {"answer": key.use(asked)}).status_code == 400
    enter(thief, ann)
    asked = thief.post(reverse("passkey-options"), {"use": "second"}).json()
    assert thief.post(reverse("by-passkey"), {"answer": key.use(asked)}).status_code == 400
    assert not inside(thief)


@pytest.mark.parametrize("use", ["second", "confirm", "new", "", "x"])
def test_a_stranger_is_asked_for_nobodys_passkey(ann: Person, client: Client, use: str) -> None:
    assert client.post(reverse("passkey-options"), {"use": use}).status_code == 400


def test_asking_for_passkeys_is_counted(
    ann: Person, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "TRIES_PER_CALLER", 2)
    for address, data in (
        (reverse("passkey-options"), {"use": "sign-in"}),
        (reverse("by-passkey"), {}),
    ):
        answers = [client.post(address, data).status_code for _ in range(3)]
        assert answers[-1] == 429
