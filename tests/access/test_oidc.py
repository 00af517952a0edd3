"""Signing in through a provider: its word is taken only where every part of it is right."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.access.provider import CLIENT, SECRET, FakeProvider, fake_provider
from tocsin.access import oidc
from tocsin.access.actions import add_person
from tocsin.access.models import Person, Role
from tocsin.access.oidc import Arrived, Provider, ProviderError
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BACK = "http://localhost/sign-in/with/test/back/"


@pytest.fixture
def ann(db: None) -> Person:
    return add_person("ann@authority.example", Role.ANALYST, NOW)


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    oidc._known.clear()
    with fake_provider(sub="1234", email="Ann@Authority.example", email_verified=True) as fake:
        yield fake


def provider(fake: FakeProvider, *second: str) -> Provider:
    return Provider("test", "Test", fake.issuer, CLIENT, SECRET, frozenset(second))


def arrived(fake: FakeProvider, *second: str, **changed: str) -> Arrived | None:
    address, asked = oidc.ask(provider(fake, *second), BACK)
    came = {**fake.visited(address), **changed}
    return oidc.arrive(provider(fake, *second), asked, came["code"], came["state"], BACK, NOW)


def test_somebody_known_arrives_without_a_second_factor(ann: Person, fake: FakeProvider) -> None:
    assert arrived(fake) == Arrived(ann, second_factor=False)


@pytest.mark.parametrize(
    ("claims", "taken", "shown"),
    [
        ({"amr": ["pwd", "mfa"]}, ["mfa"], True),
        ({"acr": "urn:loa:high"}, ["urn:loa:high"], True),
        ({"amr": ["pwd"]}, ["mfa"], False),
        ({"amr": ["pwd", "mfa"]}, [], False),
        ({}, ["mfa"], False),
    ],
)
def test_a_second_factor_counts_where_the_settings_say_so(
    ann: Person, fake: FakeProvider, claims: dict[str, Any], taken: list[str], shown: bool
) -> None:
    fake.claims |= claims
    assert arrived(fake, *taken) == Arrived(ann, second_factor=shown)


@pytest.mark.parametrize(
    "lies",
    [
        {"email": "eve@elsewhere.example"},
        {"email": None},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
    ],
)
def test_nobody_else_gets_an_account(ann: Person, fake: FakeProvider, lies: dict[str, Any]) -> None:
    fake.lies = lies
    assert arrived(fake) is None
    with staff_scope():
        assert Person.objects.count() == 1


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another client"},
        {"azp": "another client"},
        {"iss": "https://evil.example"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"sub": None},
    ],
)
def test_a_token_made_for_something_else_is_refused(
    ann: Person, fake: FakeProvider, lies: dict[str, Any]
) -> None:
    fake.lies = lies
    with pytest.raises(ProviderError):
        arrived(fake)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS256"])
def test_a_token_that_the_provider_did_not_sign_is_refused(
    ann: Person, fake: FakeProvider, algorithm: str
) -> None:
    fake.algorithm = algorithm
    fake.signs_with = {
        "none": "",
        "HS256": SECRET * 3,
        "RS256": rsa.generate_private_key(65537, 2048),
    }[algorithm]
    with pytest.raises(ProviderError):
        arrived(fake)


def test_the_provider_may_change_its_keys(ann: Person, fake: FakeProvider) -> None:
    assert arrived(fake)
    fake.key, fake.name, fake.algorithm = ec.generate_private_key(ec.SECP256R1()), "new", "ES256"
    assert arrived(fake)


def test_another_browsers_answer_is_refused(ann: Person, fake: FakeProvider) -> None:
    with pytest.raises(ProviderError, match="does not belong"):
        arrived(fake, state="another")
    with pytest.raises(ProviderError):
        arrived(fake, code="another")


def test_a_code_without_the_verifier_is_worth_nothing(ann: Person, fake: FakeProvider) -> None:
    address, asked = oidc.ask(provider(fake), BACK)
    _, other = oidc.ask(provider(fake), BACK)
    came = fake.visited(address)
    stolen = oidc.Asked(asked.state, asked.nonce, other.verifier)
    with pytest.raises(ProviderError, match="status 400"):
        oidc.arrive(provider(fake), stolen, came["code"], came["state"], BACK, NOW)


def test_an_address_given_to_somebody_else_there_does_not_open_the_account(
    ann: Person, fake: FakeProvider
) -> None:
    assert arrived(fake)
    fake.lies = {"sub": "5678"}
    assert arrived(fake) is None
    bo = add_person("bo@authority.example", Role.AUDITOR, NOW)
    fake.lies = {"sub": "1234", "email": bo.email}
    assert arrived(fake) is None


def test_whoever_is_suspended_does_not_arrive(ann: Person, fake: FakeProvider) -> None:
    with staff_scope():
        Organisation.objects.create(name="Ours", created_at=NOW, suspended=True)
        add_person("bo@ours.example", Role.OWNER, NOW, "Ours")
        Person.objects.filter(pk=ann.pk).update(is_active=False)
    assert arrived(fake) is None
    fake.lies = {"sub": "5", "email": "bo@ours.example"}
    assert arrived(fake) is None


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": 5, "token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "http://169.254.169.254/"},
    ],
)
def test_what_a_provider_says_of_itself_is_looked_at(
    ann: Person, fake: FakeProvider, about: dict[str, Any]
) -> None:
    fake.about = about
    with pytest.raises(ProviderError):
        arrived(fake)


def test_a_provider_that_is_down_is_an_error_to_show(ann: Person) -> None:
    with pytest.raises(ProviderError, match="did not answer"):
        oidc.ask(Provider("x", "X", "http://127.0.0.1:9", "", "", frozenset()), BACK)
