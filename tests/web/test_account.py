"""One's own account: factors, password, sessions; nobody else's."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.access.authenticator import Authenticator
from tests.access.test_factors import code
from tests.web.world import World, browser_of, make_person
from tocsin.access import factors
from tocsin.access.actions import set_password
from tocsin.access.factors import LAST
from tocsin.access.models import AuthenticatorApp, Passkey, Person, RecoveryCode, Role
from tocsin.access.sessions import sessions_of
from tocsin.audit.models import Entry
from tocsin.database.scope import staff_scope

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
NEW = "four words together here"


@pytest.fixture
def ann(world: World) -> Person:
    person = make_person(Role.ANALYST, None)
    set_password(person, "correct horse battery")
    factors.enrol_totp(person, SECRET, datetime.now(UTC))
    return person


@pytest.fixture
def bo(world: World) -> Person:
    """A member, with neither password nor factor."""
    return make_person(Role.OWNER, world.ours)


def text(client: Client, name: str = "account") -> str:
    response = client.get(reverse(name))
    assert response.status_code == 200
    return response.content.decode()


def inside(client: Client) -> bool:
    return client.get(reverse("status")).status_code == 200


def new_passkey(client: Client, key: Authenticator, name: str = "Phone") -> int:
    asked = client.post(reverse("new-passkey-options")).json()
    answer = {"answer": key.make(asked), "name": name}
    return client.post(reverse("new-passkey"), answer).status_code


def numbers(model: type[Passkey], person: Person) -> list[int]:
    with staff_scope():
        return list(model.objects.filter(person=person).order_by("pk").values_list("pk", flat=True))


def test_a_wrong_code_adds_no_app_and_the_key_stays(bo: Person) -> None:
    client = browser_of(bo, second_factor=False)
    key = re.findall(r'key-text">([^<]*)<', text(client, "authenticator-app"))[0]
    response = client.post(reverse("authenticator-app"), {"code": "000000"})
    assert response.status_code == 400
    assert key in response.content.decode()
    assert not factors.has_factor(bo.pk)
    now = datetime.now(UTC)
    good = {"code": code(key.replace(" ", ""), now)}
    assert "recovery codes" in client.post(reverse("authenticator-app"), good).content.decode()
    assert factors.has_factor(bo.pk)


def test_the_key_is_sealed_while_it_waits(bo: Person) -> None:
    client = browser_of(bo, second_factor=False)
    key = re.findall(r'key-text">([^<]*)<', text(client, "authenticator-app"))[0]
    assert key.replace(" ", "") not in str(dict(client.session))


def test_a_change_keeps_this_session_and_ends_the_others(bo: Person) -> None:
    here, there = browser_of(bo, second_factor=False), browser_of(bo, second_factor=False)
    assert new_passkey(here, Authenticator(origin="http://testserver")) == 200
    assert (inside(here), inside(there)) == (True, False)


def test_a_new_password_keeps_this_session_and_ends_the_others(ann: Person) -> None:
    here, there = browser_of(ann), browser_of(ann)
    wrong = here.post(reverse("password"), {"password": NEW, "again": "another"})
    assert (wrong.status_code, "not the same" in wrong.content.decode()) == (400, True)
    weak = here.post(reverse("password"), {"password": "short", "again": "short"})
    assert (weak.status_code, "too short" in weak.content.decode()) == (400, True)
    assert inside(there)
    done = here.post(reverse("password"), {"password": NEW, "again": NEW})
    assert done.headers["Location"] == reverse("account")
    assert (inside(here), inside(there)) == (True, False)
    with staff_scope():
        assert Person.objects.get(pk=ann.pk).check_password(NEW)


def test_staff_keep_their_last_factor(ann: Person) -> None:
    client = browser_of(ann)
    response = client.post(reverse("remove-app"))
    assert (response.status_code, LAST in response.content.decode()) == (400, True)
    new_passkey(client, Authenticator(origin="http://testserver"))
    assert client.post(reverse("remove-app")).status_code == 302
    (number,) = numbers(Passkey, ann)
    assert client.post(reverse("remove-passkey", args=[number])).status_code == 400
    assert factors.has_factor(ann.pk)


def test_a_member_may_remove_the_last_and_its_recovery_codes_go_along(bo: Person) -> None:
    client = browser_of(bo)
    new_passkey(client, Authenticator(origin="http://testserver"))
    assert factors.recovery_codes_left(bo.pk) == 10
    assert client.post(reverse("remove-passkey", args=numbers(Passkey, bo))).status_code == 302
    assert factors.recovery_codes_left(bo.pk) == 0


def test_recovery_codes_are_made_anew_and_shown_once(ann: Person) -> None:
    client = browser_of(ann)
    old = factors.new_recovery_codes(ann)
    shown = client.post(reverse("recovery-codes")).content.decode()
    new = re.findall(r"<li><code>([^<]*)</code>", shown)
    assert len(new) == 10
    assert not set(new) & set(old)
    assert not [each for each in new if each in text(client)]
    assert "10 left" in text(client)


def test_without_a_factor_there_are_no_recovery_codes(bo: Person) -> None:
    assert browser_of(bo).post(reverse("recovery-codes")).status_code == 400
    with staff_scope():
        assert not RecoveryCode.objects.exists()


def test_sessions_are_listed_and_ended(ann: Person, bo: Person) -> None:
    here, there, third, of_bo = browser_of(ann), browser_of(ann), browser_of(ann), browser_of(bo)
    page = text(here)
    assert page.count('data-label="From">127.0.0.0/24') == 3
    assert page.count("this one") == 1
    now = datetime.now(UTC)
    second = sorted(one.pk for one in sessions_of(ann.pk, now))[1]
    assert here.post(reverse("end-session", args=[second])).status_code == 302
    assert (inside(here), inside(there), inside(third)) == (True, False, True)
    assert here.post(reverse("end-session", args=[second])).status_code == 404
    (bos,) = (one.pk for one in sessions_of(bo.pk, now))
    assert here.post(reverse("end-session", args=[bos])).status_code == 404
    assert here.post(reverse("end-other-sessions")).status_code == 302
    assert (inside(here), inside(third), inside(of_bo)) == (True, False, True)


def test_signing_out_ends_the_session_for_good(ann: Person) -> None:
    client = browser_of(ann)
    cookie = client.cookies["tocsin"].value
    client.post(reverse("sign-out"))
    assert sessions_of(ann.pk, datetime.now(UTC)) == []
    thief = Client()
    thief.cookies["tocsin"] = cookie
    assert not inside(thief)


def test_a_session_does_not_outlive_half_a_day(ann: Person) -> None:
    assert inside(browser_of(ann, age=timedelta(hours=11, minutes=59)))
    assert not inside(browser_of(ann, age=timedelta(hours=12)))


def test_nobody_changes_anything_of_anybody_else(ann: Person, bo: Person) -> None:
    of_bo = browser_of(bo)
    new_passkey(of_bo, Authenticator(origin="http://testserver"), "Bo’s <b>key</b>")
    (number,) = numbers(Passkey, bo)
    client = browser_of(ann)
    assert client.post(reverse("remove-passkey", args=[number])).status_code == 404
    client.post(reverse("remove-app"))
    assert factors.has_factor(bo.pk)
    assert "key" not in re.findall(r"<dd[^>]*>([^<]*)", text(client))
    assert "Bo’s &lt;b&gt;key&lt;/b&gt;" in text(of_bo)


def test_a_passkey_that_was_not_asked_for_is_not_kept(bo: Person) -> None:
    client = browser_of(bo)
    key = Authenticator(origin="http://testserver")
    asked = client.post(reverse("new-passkey-options")).json()
    answer = {"answer": key.make(asked), "name": "Phone"}
    for _ in range(2):
        client.post(reverse("new-passkey"), answer)
    assert len(numbers(Passkey, bo)) == 1
    with staff_scope():
        Passkey.objects.all().delete()
    assert client.post(reverse("new-passkey"), answer).status_code == 400
    assert numbers(Passkey, bo) == []


def confirm_by_code(client: Client, person: Person) -> dict[str, str]:
    return {"code": code(SECRET, datetime.now(UTC))}


def confirm_by_password(client: Client, person: Person) -> dict[str, str]:
    with staff_scope():
        AuthenticatorApp.objects.all().delete()
    return {"password": "correct horse battery"}


@pytest.mark.parametrize("proof", [confirm_by_code, confirm_by_password])
def test_proving_it_again_leads_back(
    ann: Person, proof: Callable[[Client, Person], dict[str, str]]
) -> None:
    client = browser_of(ann, age=timedelta(minutes=11))
    right = proof(client, ann)
    asked = client.get(reverse("password"))
    where = asked.headers["Location"]
    assert where == f"{reverse('confirm')}?next={reverse('password').replace('/', '%2F')}"
    assert client.get(where).status_code == 200
    for wrong in ({}, {"code": "000000", "password": "wrong"}):
        assert client.post(where, wrong).status_code == 400
    assert client.get(reverse("password")).status_code == 302
    assert client.post(where, right).headers["Location"] == reverse("password")
    assert client.get(reverse("password")).status_code == 200


def test_a_password_does_not_stand_in_for_a_factor(ann: Person) -> None:
    client = browser_of(ann, age=timedelta(minutes=11))
    given = {"password": "correct horse battery"}
    assert client.post(reverse("confirm"), given).status_code == 400


def test_a_passkey_confirms_too(bo: Person) -> None:
    key = Authenticator(origin="http://testserver")
    new_passkey(browser_of(bo), key)
    client = browser_of(bo, age=timedelta(minutes=11))
    asked = client.post(reverse("passkey-options"), {"use": "confirm"}).json()
    done = client.post(reverse("confirm"), {"answer": key.use(asked)})
    assert done.headers["Location"] == reverse("account")
    assert client.get(reverse("password")).status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_confirming_leads_to_no_page_elsewhere(ann: Person, elsewhere: str) -> None:
    client = browser_of(ann, age=timedelta(minutes=11))
    given = {"code": code(SECRET, datetime.now(UTC)), "next": elsewhere}
    assert client.post(reverse("confirm"), given).headers["Location"] == reverse("account")


def test_a_form_that_was_sent_too_late_is_sent_again_from_its_page(ann: Person) -> None:
    client = browser_of(ann, age=timedelta(minutes=11))
    page = f"http://testserver{reverse('account')}"
    asked = client.post(reverse("remove-app"), headers={"Referer": page})
    assert "next=http%3A%2F%2Ftestserver%2Faccount%2F" in asked.headers["Location"]
    given = {"code": code(SECRET, datetime.now(UTC))}
    assert client.post(asked.headers["Location"], given).headers["Location"] == page


def test_on_an_address_instead_of_a_name_no_passkey_is_offered(bo: Person) -> None:
    client = browser_of(bo, second_factor=False)
    for name in ("second-factor", "new-passkey"):
        for host in ("127.0.0.1", "127.0.0.1:8000", "[::1]", "[::1]:8000"):
            page = client.get(reverse(name), headers={"Host": host}).content.decode()
            assert "a name, not just a number" in page, host
        assert "a name, not just a number" not in text(client, name)


def test_every_change_is_in_the_audit_log_without_names(ann: Person) -> None:
    client = browser_of(ann)
    new_passkey(client, Authenticator(origin="http://testserver"), "Anna’s phone")
    client.post(reverse("recovery-codes"))
    client.post(reverse("remove-app"))
    client.post(reverse("password"), {"password": NEW, "again": NEW})
    with staff_scope():
        entries = list(Entry.objects.order_by("pk").values_list("action", "subject", "actor"))
    who = f"person {ann.pk}"
    assert entries == [
        (what, who, who)
        for what in ("passkey-added", "recovery-codes-made", "app-removed", "password-changed")
    ]
