"""Nothing tells whether something exists that is not the caller's: not status, headers, size or
the work that it takes, measured by the queries that are asked (benchmarks/existence.py has times).
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.queued import waiting
from tests.web.api.caller import Api
from tests.web.api.operations import LINES, path_of
from tests.web.matrix.page import PASSWORD
from tests.web.matrix.pages import OWNED, PAGES
from tests.web.matrix.standing import (
    LINKS,
    Standing,
    forget_visits,
    nothing_changed,
    seen,
    send,
    undone,
)
from tests.web.world import MEMBER_ROLES, NOW
from tocsin.access.models import Invitation, Person, Role, SignInLink
from tocsin.alerts.links import token as answer_token
from tocsin.constituency.models import Contact
from tocsin.database.scope import staff_scope

ANY_ID = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
VALUES = re.compile(r"'(?:[^']|'')*'(?:::\w+)?|\b\d+\b")


def observed(do: Callable[[], Any]) -> tuple[Any, list[str]]:
    """The answer, and which queries were asked for it, without their values."""
    with undone():
        forget_visits()
        with CaptureQueriesContext(connection) as queries:
            answer = seen(do())
    asked = [VALUES.sub("?", each["sql"]) for each in queries]
    return answer, [each for each in asked if "SAVEPOINT" not in each]


@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_another_organisations_page_is_as_one_that_is_not_there(
    standing: Standing, role: Role
) -> None:
    with undone():
        client = standing.browser(role)
        for name, page in OWNED.items():
            for method in page.takes if role in (page.roles or ()) else ():
                told = []
                for whose in ("nobodys", "theirs", "nobodys"):  # as below
                    where = standing.address(name, whose, role)
                    told.append(observed(partial(send, client, method, where, page)))
                assert told[1] == told[2], (name, method)
                assert told[1][0][0] == 404, (name, method)


@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_another_organisations_thing_is_as_one_that_is_not_there(
    standing: Standing, role: Role
) -> None:
    with undone():
        caller = Api(standing.token(role))
        caller.get("/token")  # the first use is written down
        for name, line in LINES.items():
            if not line.owned or role not in line.roles:
                continue
            told = []
            for whose in ("nobodys", "theirs", "nobodys"):  # first what stays in memory is read
                path = path_of(line, standing.world, whose)
                told.append(observed(partial(caller.ask, line.method, path, line.body)))
            assert told[1] == told[2], name
            assert told[1][0][0] == 404, name


def test_answers_on_what_is_not_ones_own_say_the_same_whosever_it_is(standing: Standing) -> None:
    """In bulk: another organisation's threat, one that is known to nobody, and words."""
    with undone():
        caller = Api(standing.token(Role.ABUSE_DESK))
        caller.get("/token")
        told = []
        for threat in (
            "00000000-0000-0000-0000-000000000004",
            "00000000-0000-0000-0000-00000000000e",
        ):
            given = [{"threat_id": threat, "statement": "fixed"}]
            (status, _, body), work = observed(partial(caller.ask, "POST", "/answers", given))
            body = re.sub(ANY_ID, b"", body)
            told.append((status, body, work))
        assert told[0] == told[1]
        assert told[0][0] == 200
        assert b"unknown" in told[0][1]


def test_filters_tell_nothing_of_others(standing: Standing) -> None:
    """An address, domain or kind of theirs is as empty as one of nobody."""
    with undone():
        caller = Api(standing.token(Role.READER))
        caller.get("/token")
        for path, theirs, nobodys in (
            ("/threats?address=", "198.18.0.4", "198.18.0.9"),
            ("/threats.ndjson?address=", "198.18.0.4", "198.18.0.9"),
            ("/lookup?address=", "198.18.0.4", "198.18.0.9"),
        ):
            seen(caller.get(path + nobodys))  # what is kept in memory is read
            told = [observed(partial(caller.get, path + value)) for value in (theirs, nobodys)]
            for (status, _, _), _ in told:
                assert status == 200
            bodies = [
                re.sub(rb"198\.18\.0\.\d|\d{4}-\d\d-\d\dT[^\"]+", b"?", body)
                for (_, _, body), _ in told
            ]
            assert bodies[0] == bodies[1], path
            assert told[0][1] == told[1][1], path


def _forged_links(standing: Standing, about: str) -> list[str]:
    good = standing.links[about, "theirs"]
    last = "A" if good[-1] != "A" else "B"
    return [good[:-1] + last, good.swapcase(), good + "x", good[1:], "x" * 2_000, "%00", "\u2014"]


@pytest.mark.parametrize("about", sorted(LINKS))
def test_forged_links_are_all_alike(standing: Standing, about: str) -> None:
    """Page and work are those of a link that nobody ever made."""
    pages = {name: page for name, page in PAGES.items() if page.about == about}
    assert pages
    good = standing.links[about, "theirs"]
    with undone(), nothing_changed(about):
        for name, page in pages.items():
            where = standing.address(name, "theirs")
            for method in page.takes:
                told = [
                    observed(partial(send, Client(), method, where.replace(good, each), page))
                    for each in ("never", *_forged_links(standing, about))
                ]
                assert [each for each in told if each != told[0]] == [], (name, method)


@pytest.mark.parametrize("name", ["answer", "answer-threat"])
def test_an_answers_link_that_is_over_is_as_one_that_nobody_made(
    standing: Standing, name: str
) -> None:
    delivery, page = standing.world.their_delivery, PAGES[name]
    where, good = standing.address(name, "theirs"), standing.links["answer", "theirs"]
    over = answer_token(delivery.pk, NOW - timedelta(days=400))
    with undone(), nothing_changed(name):
        for method in page.takes:
            told = {
                seen(send(Client(), method, where.replace(good, each), page))
                for each in ("never", over, answer_token(10**9, NOW))
            }
            assert len(told) == 1, method


def _used(standing: Standing) -> None:
    SignInLink.objects.update(used_at=datetime.now(UTC))
    Invitation.objects.update(accepted_at=datetime.now(UTC))
    Contact.objects.update(asked_at=None)


def _expired(standing: Standing) -> None:
    SignInLink.objects.update(expires_at=NOW - timedelta(days=400))
    Invitation.objects.update(expires_at=NOW - timedelta(days=400))
    Contact.objects.update(asked_at=NOW - timedelta(days=400))


def _suspended(standing: Standing) -> None:
    Person.objects.update(is_active=False)
    Invitation.objects.update(withdrawn_at=datetime.now(UTC))
    Contact.objects.all().delete()


@pytest.mark.parametrize("end", [_used, _expired, _suspended])
@pytest.mark.parametrize("about", ["sign-in", "invitation", "contact"])
def test_a_link_whose_time_is_over_is_as_one_that_nobody_made(
    standing: Standing, about: str, end: Callable[[Standing], None]
) -> None:
    (name,) = [name for name, page in PAGES.items() if page.about == about]
    page = PAGES[name]
    where = standing.address(name, "theirs")
    with undone():
        with staff_scope():
            end(standing)
        with nothing_changed(about):
            for method in page.takes:
                told = [
                    seen(send(Client(), method, address, page))
                    for address in (where, where.replace(standing.links[about, "theirs"], "never"))
                ]
                assert told[0] == told[1], method


PEOPLE = {
    "known": "owner@theirs.people.example",
    "unknown": "nobody@theirs.people.example",
    "closed": "reader@theirs.people.example",
}


def _without(answer: Any, email: str) -> Any:
    status, headers, body = answer
    headers = tuple(each for each in headers if each[0] != "Content-Length")
    return status, headers, body.replace(email.encode(), b"")


@pytest.mark.parametrize("name", ["sign-in", "ask-for-link"])
def test_whether_somebody_has_access_is_not_to_be_learned_at_the_door(
    standing: Standing, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    def counted(password: str, *_: object) -> bool:
        hashed.append(password)
        return False

    for where in ("make_password", "check_password"):
        monkeypatch.setattr(f"tocsin.access.backend.{where}", counted)
    told = {}
    with undone():
        with staff_scope():
            Person.objects.filter(email=PEOPLE["closed"]).update(is_active=False)
        for who, email in PEOPLE.items():
            form = {"email": email, "password": "wrong and long"}
            answer, work = observed(partial(Client().post, reverse(name), form))
            told[who] = _without(answer, email), work
    assert told["known"] == told["unknown"] == told["closed"]
    assert len(hashed) == (3 if name == "sign-in" else 0)


def test_applying_says_nothing_of_who_is_a_member(standing: Standing) -> None:
    form = dict(PAGES["join"].form)
    told = []
    for name, email in (
        ("Theirs Hosting", PEOPLE["known"]), ("Nobody at all", PEOPLE["unknown"]),
    ):  # fmt: skip
        sent = {**form, "name": name, "email": email, "claims": "198.51.100.0/24"}
        answer, work = observed(partial(Client().post, reverse("join"), sent))
        told.append((_without(answer, email), work))
    assert told[0] == told[1]


def test_inviting_somebody_elses_person_is_as_inviting_anybody(standing: Standing) -> None:
    """That the address has access already is told to its own mailbox only."""
    told = []
    for email in (PEOPLE["known"], PEOPLE["unknown"]):
        with undone():
            client = standing.browser(Role.OWNER)
            form = {"email": email, "role": "reader"}
            answer, work = observed(partial(client.post, reverse("invite-person"), form))
            client.post(reverse("invite-person"), form)
            told.append((_without(answer, email), work, [name for name, _ in waiting()]))
    assert told[0] == told[1]
    assert told[0][0][0] == 302


def test_a_right_password_is_told_from_a_wrong_one_by_nothing_but_the_second_step(
    standing: Standing,
) -> None:
    with undone():
        form = {"email": PEOPLE["known"], "password": PASSWORD}
        response = Client().post(reverse("sign-in"), form)
        assert (response.status_code, response.headers["Location"]) == (302, reverse("second-step"))
