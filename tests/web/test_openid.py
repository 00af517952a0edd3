"""Signing in through a provider, from button to page."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.access.provider import CLIENT, SECRET, FakeProvider, fake_provider
from tests.access.test_factors import code
from tests.web.world import World, make_person
from tocsin.access import factors, oidc
from tocsin.access.models import Person, Role
from tocsin.database.scope import staff_scope
from tocsin.web import attempts

KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
TO = "/sign-in/with/ministry/"
BACK = "/sign-in/with/ministry/back/"


@pytest.fixture
def ann(world: World) -> Person:
    return make_person(Role.ANALYST, None)


@pytest.fixture
def fake(ann: Person, settings: Any) -> Iterator[FakeProvider]:
    oidc._known.clear()
    with fake_provider(sub="1", email=ann.email, email_verified=True) as fake:
        settings.TOCSIN_OIDC = {
            "ministry": {
                "title": "the Ministry", "issuer": fake.issuer, "client": CLIENT,
                "secret": SECRET, "second_factor": frozenset({"mfa"}),
            }
        }  # fmt: skip
        yield fake


def come_back(client: Client, fake: FakeProvider, to: str = TO) -> Any:
    return client.get(BACK, fake.visited(client.get(to).headers["Location"]))


def inside(client: Client) -> bool:
    return client.get(reverse("status")).status_code == 200


def test_the_page_offers_it_and_sends_no_password_along(fake: FakeProvider, client: Client) -> None:
    page = client.get("/sign-in/?next=/status/feeds/").content.decode()
    assert 'href="/sign-in/with/ministry/?next=/status/feeds/">Sign in with the Ministry<' in page
    address = client.get(TO).headers["Location"]
    assert address.startswith(f"{fake.issuer}/authorize?response_type=code&client_id=tocsin&")
    assert "redirect_uri=http%3A%2F%2Ftestserver%2Fsign-in%2Fwith%2Fministry%2Fback%2F" in address


def test_staff_set_up_a_second_factor_all_the_same(fake: FakeProvider, client: Client) -> None:
    assert come_back(client, fake).headers["Location"] == reverse("status")
    assert client.get(reverse("status")).headers["Location"] == reverse("second-factor")


def test_or_show_theirs(fake: FakeProvider, ann: Person, client: Client) -> None:
    factors.enrol_totp(ann, KEY, datetime.now(UTC))
    assert come_back(client, fake).headers["Location"] == reverse("second-step")
    assert not inside(client)
    client.post(reverse("second-step"), {"code": code(KEY, datetime.now(UTC))})
    assert inside(client)


def test_unless_the_provider_says_that_it_asked_for_two(fake: FakeProvider, client: Client) -> None:
    fake.claims["amr"] = ["pwd", "mfa"]
    there = f"{TO}?next=/status/feeds/"
    assert come_back(client, fake, there).headers["Location"] == "/status/feeds/"
    assert inside(client)


def test_nobody_signs_themselves_up(fake: FakeProvider, client: Client) -> None:
    fake.claims["email"] = "eve@elsewhere.example"
    response = come_back(client, fake)
    assert response.status_code == 400
    assert "no verified e-mail address of somebody who has access" in response.content.decode()
    with staff_scope():
        assert not Person.objects.filter(email="eve@elsewhere.example").exists()


def test_the_answer_counts_once_and_in_this_browser_only(
    fake: FakeProvider, client: Client
) -> None:
    fake.claims["amr"] = ["mfa"]
    answer = fake.visited(client.get(TO).headers["Location"])
    assert Client().get(BACK, answer).status_code == 400
    other = Client()
    other.get(TO)
    assert other.get(BACK, answer).status_code == 502
    assert client.get(BACK, answer).status_code == 302
    assert client.get(BACK, answer).status_code == 400


def test_whoever_says_no_there_is_told_so_here(fake: FakeProvider, client: Client) -> None:
    client.get(TO)
    response = client.get(BACK, {"error": "access_denied", "error_description": "<b>no</b>"})
    assert response.status_code == 400
    assert "did not work" in response.content.decode()
    assert "<b>no" not in response.content.decode()


def test_a_provider_that_lies_gets_nobody_in(fake: FakeProvider, client: Client) -> None:
    fake.lies = {"nonce": "another"}
    assert come_back(client, fake).status_code == 502
    assert not inside(client)


def test_afterwards_no_page_elsewhere(fake: FakeProvider, client: Client) -> None:
    fake.claims["amr"] = ["mfa"]
    there = f"{TO}?next=https://evil.example/"
    assert come_back(client, fake, there).headers["Location"] == reverse("status")


def test_providers_that_are_not_set_do_not_exist(fake: FakeProvider, client: Client) -> None:
    for address in ("/sign-in/with/other/", "/sign-in/with/other/back/"):
        assert client.get(address).status_code == 404


def test_it_is_counted(fake: FakeProvider, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "TRIES_PER_CALLER", 2)
    assert [client.get(TO).status_code for _ in range(3)] == [302, 302, 429]
    assert client.get(BACK).status_code == 429
