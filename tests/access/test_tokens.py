from datetime import UTC, datetime, timedelta

import pytest

from tests.web.world import make_organisation, make_person
from tocsin.access.models import ApiToken, Person, Role
from tocsin.access.scopes import Scope, scopes_of
from tocsin.access.tokens import Caller, caller_by, make_token, revoke, well_formed
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.errors import TocsinError

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
READ = [Scope.THREATS_READ]


@pytest.fixture
def owner() -> Person:
    with staff_scope():
        return make_person(Role.OWNER, make_organisation("Ours"))


def caller(token: str, now: datetime = NOW) -> Caller | None:
    return caller_by(token, now)


def test_a_token_speaks_for_its_person(owner: Person) -> None:
    token, row = make_token(owner, "SIEM", READ, NOW)
    found = caller(token)
    assert found is not None
    assert (found.person, found.organisation) == (owner.pk, owner.organisation_id)
    assert (found.role, found.name, found.scopes) == ("owner", "SIEM", frozenset({"threats:read"}))
    assert token.startswith(row.start)


def test_only_its_digest_is_kept(owner: Person) -> None:
    token, _ = make_token(owner, "", READ, NOW)
    with staff_scope():
        kept = ApiToken.objects.values().get()
    assert token not in str(kept)
    assert len(kept["digest"]) == 32


def test_its_form_is_recognised_and_a_typing_error_too(owner: Person) -> None:
    token, _ = make_token(owner, "", READ, NOW)
    assert token.startswith("tocsin_")
    assert len(token) == 49
    assert well_formed(token)
    other = "a" if token[20] != "a" else "b"
    for wrong in (
        token[:20] + other + token[21:],
        token[:-1],
        token + "0",
        token[7:],
        "",
        "tocsin_",
    ):
        assert not well_formed(wrong), wrong
        assert caller(wrong) is None


def test_a_token_of_the_right_form_that_nobody_made(owner: Person) -> None:
    token, row = make_token(owner, "", READ, NOW)
    with staff_scope():
        row.delete()
    assert caller(token) is None


def test_expired_and_revoked_tokens_end(owner: Person) -> None:
    short, _ = make_token(owner, "", READ, NOW, NOW + timedelta(hours=1))
    assert caller(short) is not None
    assert caller(short, NOW + timedelta(hours=1)) is None
    long, row = make_token(owner, "", READ, NOW)
    revoke(row.pk, NOW)
    assert caller(long) is None
    with pytest.raises(TocsinError, match="no token"):
        revoke(row.pk, NOW)


def test_nobody_revokes_anothers_token(owner: Person) -> None:
    token, row = make_token(owner, "", READ, NOW)
    with pytest.raises(TocsinError):
        revoke(row.pk, NOW, person=owner.pk + 1)
    assert caller(token) is not None


@pytest.mark.parametrize("who", ["person", "organisation"])
def test_it_ends_with_its_person_and_organisation(owner: Person, who: str) -> None:
    token, _ = make_token(owner, "", READ, NOW)
    with staff_scope():
        if who == "person":
            Person.objects.filter(pk=owner.pk).update(is_active=False)
        else:
            assert owner.organisation is not None
            owner.organisation.suspended = True
            owner.organisation.save()
    assert caller(token) is None


def test_the_role_limits_the_scopes_when_it_is_made_and_later(owner: Person) -> None:
    for scopes in ([Scope.STAFF_READ], [], ["everything"]):
        with pytest.raises(TocsinError, match="cannot be for"):
            make_token(owner, "", scopes, NOW)
    token, _ = make_token(owner, "", scopes_of("owner"), NOW)
    with staff_scope():
        Person.objects.filter(pk=owner.pk).update(role=Role.READER)
    found = caller(token)
    assert found is not None
    assert found.scopes == scopes_of("reader")


def test_an_expiry_in_the_past_is_refused(owner: Person) -> None:
    with pytest.raises(TocsinError, match="no use"):
        make_token(owner, "", READ, NOW, NOW)


def test_the_last_use_is_written_once_a_minute(owner: Person) -> None:
    token, row = make_token(owner, "", READ, NOW)

    def used(now: datetime) -> datetime | None:
        caller(token, now)
        with staff_scope():
            return ApiToken.objects.get(pk=row.pk).last_used_at

    assert used(NOW) == NOW
    assert used(NOW + timedelta(seconds=59)) == NOW
    assert used(NOW + timedelta(seconds=60)) == NOW + timedelta(seconds=60)


def test_an_organisation_sees_its_own_tokens_only(owner: Person) -> None:
    make_token(owner, "", READ, NOW)
    assert owner.organisation_id is not None
    with organisation_scope(owner.organisation_id):
        assert ApiToken.objects.count() == 1
    with organisation_scope(owner.organisation_id + 1):
        assert ApiToken.objects.count() == 0
