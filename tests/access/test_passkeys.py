"""Passkeys, with an authenticator in software: who gets in with one, and with what nobody does."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from fido2.utils import websafe_encode

from tests.access.authenticator import Authenticator
from tocsin.access import factors, passkeys
from tocsin.access.actions import add_person
from tocsin.access.models import Passkey, Person, Role
from tocsin.access.passkeys import Site
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITE = Site("localhost", "http://localhost")


@pytest.fixture
def ann(db: None) -> Person:
    return add_person("ann@authority.example", Role.ANALYST, NOW, name="Ann")


def enrolled(person: Person, **how: Any) -> Authenticator:
    phone = Authenticator(**how)
    options, state = passkeys.ask_to_make(SITE, person)
    passkeys.keep_passkey(SITE, person, state, phone.make(options), "Phone", NOW, 0)
    return phone


def used(phone: Authenticator, person: int | None = None, at: Site = SITE) -> Person | None:
    options, state = passkeys.ask_for_one(SITE, person)
    return passkeys.use_passkey(at, state, phone.use(options), NOW, person)


def test_alone_it_says_who_it_is_and_with_a_name_that_it_is_they(ann: Person) -> None:
    phone = enrolled(ann)
    assert used(phone) == ann
    assert used(phone, ann.pk) == ann
    with staff_scope():
        kept = Passkey.objects.get()
    assert (kept.name, kept.used_at, kept.count) == ("Phone", NOW, 3)


def test_alone_its_holder_must_have_unlocked_it(ann: Person) -> None:
    key = enrolled(ann, verifies=False)
    assert used(key) is None
    assert used(key, ann.pk) == ann


def test_an_answer_counts_for_what_was_asked_only(ann: Person) -> None:
    phone = enrolled(ann)
    options, _ = passkeys.ask_for_one(SITE)
    _, other = passkeys.ask_for_one(SITE)
    assert passkeys.use_passkey(SITE, other, phone.use(options), NOW) is None


def test_a_page_elsewhere_gets_nothing_that_works_here(ann: Person) -> None:
    phone = enrolled(ann)
    for origin in ("http://localhost:8001", "https://localhost", "https://evil.example"):
        phone.origin = origin
        assert used(phone) is None, origin
    phone.origin = "http://localhost"
    assert used(phone) == ann


def test_nor_does_a_passkey_of_another_host(ann: Person) -> None:
    phone = enrolled(ann)
    elsewhere = Site("other.example", "http://localhost")
    assert used(phone, at=elsewhere) is None


def test_a_copy_is_noticed_by_its_count(ann: Person) -> None:
    phone = enrolled(ann)
    assert used(phone) == ann
    phone.count -= 1
    assert used(phone) is None
    assert used(phone) == ann


def test_many_do_not_count(ann: Person) -> None:
    phone = enrolled(ann, counts=False)
    assert used(phone) == used(phone) == ann


def test_somebody_elses_is_not_ones_own(ann: Person) -> None:
    bo = add_person("bo@authority.example", Role.AUDITOR, NOW)
    phone = enrolled(bo)
    assert used(phone, ann.pk) is None
    phone.handle = websafe_encode(b"another handle that is not his at all")
    assert used(phone) is None


def test_a_forged_signature_is_none(ann: Person) -> None:
    phone = enrolled(ann)
    phone.key = Authenticator().key
    assert used(phone) is None


def test_whoever_was_suspended_stays_out(ann: Person) -> None:
    phone = enrolled(ann)
    with staff_scope():
        Person.objects.update(is_active=False)
    assert used(phone) is None


def test_one_cannot_be_added_twice_nor_without_being_asked_for(ann: Person) -> None:
    phone = enrolled(ann)
    for asked in (SITE, Site("other.example", "http://localhost")):
        options, _ = passkeys.ask_to_make(asked, ann)
        _, state = passkeys.ask_to_make(SITE, ann)
        with pytest.raises(TocsinError, match="could not be used"):
            passkeys.keep_passkey(SITE, ann, state, phone.make(options), "", NOW, 0)
    options, state = passkeys.ask_to_make(SITE, ann)
    assert options["publicKey"]["excludeCredentials"][0]["id"] == websafe_encode(phone.credential)
    with pytest.raises(TocsinError, match="in use already"):
        passkeys.keep_passkey(SITE, ann, state, phone.make(options), "", NOW, 0)


def test_nobody_has_more_than_twenty(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passkeys, "MOST", 1)
    enrolled(ann)
    with pytest.raises(TocsinError, match="Remove one first"):
        enrolled(ann)


def _without(answer: str, part: str) -> str:
    found = json.loads(answer)
    del found["response"][part]
    return json.dumps(found)


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{}", '"x"', "{", "[" * 9000, '{"id":1,"rawId":1,"response":{}}',
     '{"id":"x","rawId":"x","type":"public-key","response":{"clientDataJSON":"e30",'
     '"authenticatorData":"AA","signature":"AA","attestationObject":"oA"}}',
     '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA",'
     '"authenticatorData":"","signature":"","attestationObject":""}}'],
)  # fmt: skip
def test_what_no_authenticator_says_lets_nobody_in_and_breaks_nothing(
    ann: Person, text: str
) -> None:
    enrolled(ann)
    _, state = passkeys.ask_for_one(SITE)
    assert passkeys.use_passkey(SITE, state, text, NOW) is None
    _, state = passkeys.ask_to_make(SITE, ann)
    with pytest.raises(TocsinError):
        passkeys.keep_passkey(SITE, ann, state, text, "", NOW, 0)


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature"])
def test_what_lacks_a_part_lets_nobody_in(ann: Person, part: str) -> None:
    phone = enrolled(ann)
    options, state = passkeys.ask_for_one(SITE)
    answer = _without(phone.use(options), part)
    assert passkeys.use_passkey(SITE, state, answer, NOW) is None


def test_every_byte_of_the_answer_matters(ann: Person) -> None:
    phone = enrolled(ann, counts=False)
    options, state = passkeys.ask_for_one(SITE)
    answer = json.loads(phone.use(options))
    for part in ("clientDataJSON", "authenticatorData", "signature"):
        text = answer["response"][part]
        for at in range(0, len(text) - 2, 7):
            other = "A" if text[at] != "A" else "B"
            changed = answer | {
                "response": answer["response"] | {part: text[:at] + other + text[at + 1 :]}
            }
            assert passkeys.use_passkey(SITE, state, json.dumps(changed), NOW) is None
    assert passkeys.use_passkey(SITE, state, json.dumps(answer), NOW) == ann


def test_removing_one_ends_it(ann: Person) -> None:
    phone = enrolled(ann)
    bo = add_person("bo@authority.example", Role.AUDITOR, NOW)
    with staff_scope():
        number = Passkey.objects.get().pk
    factors.new_totp(bo, NOW)
    assert not passkeys.remove_passkey(bo, number, NOW)
    assert used(phone) == ann
    with pytest.raises(TocsinError, match="at least one"):
        passkeys.remove_passkey(ann, number, NOW)
    assert used(phone) == ann
    factors.new_totp(ann, NOW)
    assert passkeys.remove_passkey(ann, number, NOW)
    assert used(phone) is None


def test_the_passkey_names_the_person_to_nobody_else(ann: Person) -> None:
    options, _ = passkeys.ask_to_make(SITE, ann)
    user = options["publicKey"]["user"]
    assert len(user["id"]) == 43
    assert str(ann.pk) not in user["id"]
    assert user["displayName"] == "Ann"
