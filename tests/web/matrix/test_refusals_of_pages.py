"""Every page and method against everybody who must not have it: refused, and nothing changed."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.alerts.replies.answering import everything
from tests.web.matrix.page import READ, Page
from tests.web.matrix.pages import GUARDED, OPEN, OWNED, PAGES
from tests.web.matrix.served import METHODS, served
from tests.web.matrix.standing import (
    EVERYBODYS,
    VISITS,
    Standing,
    forget_visits,
    nothing_changed,
    seen,
    send,
    undone,
)
from tests.web.world import MEMBER_ROLES
from tocsin.access.models import STAFF_ROLES, Person, Role, SignInSession
from tocsin.constituency.models import Claim, Organisation
from tocsin.database.scope import staff_scope

OTHER_SITES: list[dict[str, str]] = [
    {},
    {"Origin": "https://evil.example"},
    {"Origin": "null", "X-CSRFToken": "x" * 64},
]
ASK_TO_SIGN_IN = reverse("sign-in") + "?next="
# What as a form that was taken changes nothing in any table.
NO_CHANGE = {
    "answers-upload", "answer-file", "authenticator-app", "new-passkey", "new-passkey-options",
    "new-delegation",  # there is no map of assets
    "confirm", "kind-mail", "remove-app", "send-again",
    "sign-in", "second-step", "by-passkey", "passkey-options",
}  # fmt: skip


def _end_session(person: Person) -> None:
    SignInSession.objects.filter(person=person).delete()


def _make_old(person: Person) -> None:
    then = datetime.now(UTC) - timedelta(hours=12)
    SignInSession.objects.filter(person=person).update(started_at=then)


def _suspend(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=False)


def _suspend_organisation(person: Person) -> None:
    Organisation.objects.filter(person=person).update(suspended=True)


def _remove(person: Person) -> None:
    Person.objects.filter(pk=person.pk).delete()


def _change_password(person: Person) -> None:
    person = Person.objects.get(pk=person.pk)
    person.set_password("another long pass phrase")
    person.save()


def _nothing(person: Person) -> None:
    pass


ENDED = [
    (_end_session, Role.OWNER), (_make_old, Role.OWNER), (_suspend, Role.OWNER),
    (_suspend, Role.ANALYST), (_suspend_organisation, Role.OWNER), (_remove, Role.OWNER),
    (_remove, Role.ANALYST), (_change_password, Role.OWNER),
]  # fmt: skip


def _asked_to_sign_in(client: Callable[[], Client], standing: Standing) -> None:
    with nothing_changed("a stranger"):
        for name, page in GUARDED.items():
            for whose in ("ours", "theirs", "nobodys"):
                where = standing.address(name, whose, Role.OWNER)
                for method in page.takes:
                    response = send(client(), method, where, page)
                    said = (name, method, whose, response.status_code)
                    assert response.status_code == 302, said
                    assert response.headers["Location"].startswith(ASK_TO_SIGN_IN), said
                    assert response.content == b"", said


def test_a_stranger_is_asked_to_sign_in_whatever_there_is(standing: Standing) -> None:
    _asked_to_sign_in(Client, standing)


def test_a_token_of_the_api_opens_no_page(standing: Standing) -> None:
    with undone():
        headers = {"Authorization": f"Bearer {standing.token(Role.OWNER)}"}
        _asked_to_sign_in(lambda: Client(headers=headers), standing)


@pytest.mark.parametrize(("end", "role"), ENDED)
def test_whose_session_or_access_ended_is_a_stranger(
    standing: Standing, end: Callable[[Person], None], role: Role
) -> None:
    with undone():
        client = standing.browser(role)
        assert client.get(reverse("account")).status_code == 200
        with staff_scope():
            end(standing.people["ours", role])
        with nothing_changed(end.__name__):
            for name, page in GUARDED.items():
                try:
                    where = standing.address(name, "ours", Role.READER)
                except SignInSession.DoesNotExist:
                    continue
                for method in page.takes:
                    response = send(client, method, where, page)
                    assert response.status_code == 302, (name, method)
                    assert response.headers["Location"].startswith(ASK_TO_SIGN_IN), name


@pytest.mark.parametrize("role", list(Role))
def test_a_role_that_is_not_named_is_refused_and_learns_nothing(
    standing: Standing, role: Role
) -> None:
    with undone():
        client = standing.browser(role)
        with nothing_changed(role):
            for name, page in GUARDED.items():
                if role in (page.roles or ()):
                    continue
                for method in page.takes:
                    told = {
                        seen(send(client, method, standing.address(name, whose, role), page))
                        for whose in ("ours", "theirs", "nobodys")
                    }
                    assert len(told) == 1, (name, method)
                    assert told.pop()[0] == 403, (name, method)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_that_is_named_is_answered_as_meant(standing: Standing, role: Role) -> None:
    """Otherwise the refusals would prove nothing: what is sent would not be taken anyway."""
    for name, page in GUARDED.items():
        if role not in (page.roles or ()):
            continue
        for method in page.takes:
            with undone():
                client = standing.browser(role)
                where = standing.address(name, "ours", role)
                status = send(client, method, where, meant(standing, name, page, role)).status_code
            expected = {page.done} if method == "POST" else {200}
            assert status in expected, (name, method, status)


def meant(standing: Standing, name: str, page: Page, role: Role) -> Page:
    """With the numbers that only this world knows."""
    if name != "one-application":
        return page
    with staff_scope():
        claims = Claim.objects.filter(application__organisation=standing.world.ours)
        numbers = [str(each.pk) for each in claims]
    return replace(page, form={**page.form, "claim": numbers})


def test_each_form_that_is_taken_changes_something(standing: Standing) -> None:
    without = set()
    for name, page in PAGES.items():
        if "POST" not in page.takes:
            continue
        with undone():
            role = min(page.roles or {Role.OWNER})
            client = standing.browser(role) if page.roles or name == "sign-out" else Client()
            where = standing.address(name, "ours", role)
            before = everything()
            response = send(client, "POST", where, meant(standing, name, page, role))
            assert response.status_code == page.done, (name, response.status_code)
            after = everything()
        visits = VISITS - {"sign_in_session"}
        if {table for table in after if after[table] != before[table]} <= visits:
            without.add(name)
    assert without == NO_CHANGE


@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_another_organisations_things_do_not_exist(standing: Standing, role: Role) -> None:
    with undone():
        client = standing.browser(role)
        with nothing_changed(role):
            for name, page in OWNED.items():
                if role not in (page.roles or ()):
                    continue
                where = standing.address(name, "theirs", role)
                for method in page.takes:
                    status = send(client, method, where, page).status_code
                    assert status == 404, (name, method, status)


@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_no_page_of_a_member_names_another_organisation(standing: Standing, role: Role) -> None:
    client = standing.browser(role)
    for name, page in GUARDED.items():
        if role in (page.roles or ()) and "GET" in page.takes and name not in EVERYBODYS:
            text = seen(client.get(standing.address(name, "ours", role)))[2].decode()
            assert "Theirs" not in text, name
            assert not re.search(r"theirs\.\w", text), name  # as in an address
            assert standing.world.their_delivery.alert.ticket not in text, name


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_staff_see_what_is_anybodys(standing: Standing, role: Role) -> None:
    with undone():
        client = standing.browser(role)
        for name, page in OWNED.items():
            if role in (page.roles or ()) and "GET" in page.takes:
                assert client.get(standing.address(name, "theirs", role)).status_code == 200, name


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_staff_without_a_second_factor_reach_nothing_but_the_pages_that_set_one_up(
    standing: Standing, role: Role
) -> None:
    with undone():
        client = standing.browser(role, second_factor=False)
        with nothing_changed(role):
            for name, page in GUARDED.items():
                if page.unproven:
                    continue
                for method in page.takes:
                    where = standing.address(name, "ours", role)
                    response = send(client, method, where, page)
                    assert response.status_code == 302, (name, method)
                    assert response.headers["Location"] == reverse("second-factor"), name


@pytest.mark.parametrize("role", [Role.ANALYST, Role.OWNER])
def test_dangerous_acts_ask_for_proof_that_is_not_older_than_ten_minutes(
    standing: Standing, role: Role
) -> None:
    with undone():
        client = standing.browser(role, age=timedelta(minutes=10))
        for name, page in GUARDED.items():
            if role not in (page.roles or ()):
                continue
            for method in page.takes:
                with undone():
                    before = everything() if method in page.fresh else {}
                    where = standing.address(name, "ours", role)
                    response = send(client, method, where, page)
                    sent = response.status_code == 302 and response.headers["Location"]
                    asks = str(sent).startswith(reverse("confirm"))
                    assert asks == (method in page.fresh), (name, method)
                    if before:
                        after = everything()
                        changed = {each for each in after if after[each] != before[each]}
                        assert changed <= VISITS, (name, method)


def test_forms_of_other_sites_are_refused_even_of_who_is_signed_in(standing: Standing) -> None:
    """They come with the cookie, but without the form's secret."""
    reached = set()
    with undone():
        clients = {role: standing.browser(role) for role in Role}
        for client in clients.values():
            client.handler.enforce_csrf_checks = True
        with nothing_changed("another site's form"):
            for name, page in PAGES.items():
                role = min(page.roles or {Role.OWNER})
                where = standing.address(name, "ours", role)
                for method in METHODS if not page.exempt else ():
                    if method in page.takes & READ:
                        continue
                    for headers in OTHER_SITES if method == "POST" else OTHER_SITES[:1]:
                        status = send(clients[role], method, where, page, **headers).status_code
                        if status not in {403} | (
                            {404, 405} if method not in page.takes else set()
                        ):
                            reached.add((name, method, status))
    assert reached == set()


def test_only_pages_whose_address_is_the_permission_take_forms_of_other_sites() -> None:
    exempt = {each.name for each in served() if getattr(each.view, "csrf_exempt", False)}
    pages = {name for name in exempt if not name.startswith("api:")}
    assert pages == {name for name, page in PAGES.items() if page.exempt}


def test_open_pages_are_the_same_for_who_is_signed_in(standing: Standing) -> None:
    """None of them shows a person anything that their address does not open."""
    for name, page in OPEN.items():
        if "GET" not in page.takes or name.startswith("api:"):
            continue
        for role in (Role.OWNER, Role.ANALYST):
            with undone():
                forget_visits()
                where = standing.address(name, "ours")
                told: list[Any] = [
                    client.get(where) for client in (Client(), standing.browser(role))
                ]
            assert told[0].status_code == told[1].status_code, (name, role)
