"""Applying: what is taken, what is said, and what the link in the mail does."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.constituency.joining.world import JO, WISH, applied, claims, now, token_of, use_registry
from tests.letters import Letters
from tests.queued import waiting, work
from tocsin.constituency.joining.applications import (
    application_of,
    apply,
    claim_more,
    claims_of,
    confirm,
    make_link,
    read_claims,
)
from tocsin.constituency.joining.leftovers import forget_applications
from tocsin.constituency.joining.rules import CONFIRM_WITHIN, LINK_VALID_FOR, MOST_CLAIMS
from tocsin.constituency.models import Application, Organisation
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.errors import TocsinError


@pytest.fixture(autouse=True)
def _registry(db: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_registry(monkeypatch)


def test_an_application_is_kept_and_its_link_mailed(home: Path) -> None:
    number = apply(replace(WISH, email="Jo@Ours.example", name="  Ours   Net "), now())
    work()
    with staff_scope():
        kept = Application.objects.get(pk=number)
        assert (kept.name, kept.email, kept.sector) == ("Ours Net", JO, "energy")
        assert len(claims_of(kept)) == 6
        assert kept.confirmed_at is None
    token = token_of(Letters(home).path(JO, "/join/"))
    assert application_of(token, now()) == kept
    with staff_scope():
        assert token not in str(Application.objects.values().get())
    assert len(Letters(home).all()) == 1, (
        "nobody else is written to before the address is confirmed"
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 300}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"email": "jo"}, "e-mail"),
        ({"email": "jo@ours.example\nBcc: x@y.example"}, "e-mail"),
        ({"region": "Atlantis"}, "region"),
        ({"sector": "magic"}, "sector"),
        ({"claims": " \n ,"}, "at least one"),
        ({"claims": "192.0.2.1/24\nours"}, "write 192.0.2.0/24"),
        ({"claims": "\n".join(f"10.0.{n}.0/24" for n in range(MOST_CLAIMS + 1))}, "at most"),
        ({"claims": "AS1-AS60000\n" * 1000}, "at most"),
    ],
)
def test_what_has_to_be_corrected(change: dict[str, str], says: str) -> None:
    with pytest.raises(TocsinError, match=says):
        apply(replace(WISH, **change), now())
    with staff_scope():
        assert not Application.objects.exists()
    assert waiting() == []


def test_all_mistakes_are_said_at_once() -> None:
    with pytest.raises(TocsinError) as caught:
        apply(replace(WISH, name="", email="x", region="Atlantis", claims="nope\n1"), now())
    assert len(str(caught.value).splitlines()) >= 4


def test_every_line_that_cannot_be_is_named() -> None:
    with pytest.raises(TocsinError) as caught:
        read_claims("192.0.2.1/24\nours.example\nno such thing")
    assert [line.partition(":")[0] for line in str(caught.value).splitlines()] == [
        "192.0.2.1/24",
        "no such thing",
    ]
    assert [one.text for one in read_claims("as64500 , AS64500\n*.Ours.example")] == [
        "AS64500",
        "ours.example",
    ]


def test_members_are_not_given_away() -> None:
    with staff_scope():
        Organisation.objects.create(name="Ours", created_at=now())
    assert apply(WISH, now())


def test_confirming_is_done_once_and_begins_the_proofs(home: Path) -> None:
    application = applied(home)
    assert application.confirmed_at is not None
    token = token_of(Letters(home).path(JO, "/join/"))
    assert confirm(token, now() + timedelta(hours=1)) == application
    assert waiting() == []
    with staff_scope():
        assert Application.objects.get().confirmed_at == application.confirmed_at


@pytest.mark.parametrize("token", ["", "x", "0" * 43, "\0"])
def test_forged_and_old_links_show_nothing(home: Path, token: str) -> None:
    applied(home)
    assert application_of(token, now()) is None
    assert confirm(token, now()) is None
    good = token_of(Letters(home).path(JO, "/join/"))
    assert application_of(good, now() + LINK_VALID_FOR) is None
    assert confirm(good, now() + LINK_VALID_FOR) is None


def test_a_newer_link_ends_the_older(home: Path) -> None:
    application = applied(home)
    old = token_of(Letters(home).path(JO, "/join/"))
    made = make_link(application.pk, now())
    assert made is not None
    assert application_of(old, now()) is None
    assert application_of(made[1], now()) == application


def test_what_nobody_confirms_is_forgotten(home: Path) -> None:
    apply(WISH, now())
    kept = applied(home, replace(WISH, email="ann@ours.example"))
    forget_applications(now() + CONFIRM_WITHIN + timedelta(seconds=1))
    with staff_scope():
        assert list(Application.objects.all()) == [kept]


def test_a_member_claims_more_and_only_it_sees_that(home: Path) -> None:
    with staff_scope():
        ours = Organisation.objects.create(name="Ours", created_at=now())
        theirs = Organisation.objects.create(name="Theirs", created_at=now())
    number = claim_more(ours, "192.0.2.0/24", JO, now(), "person 1")
    work()
    assert [one["To"] for one in Letters(home).all()] == ["abuse@ours.example"]
    with organisation_scope(ours.pk):
        mine = Application.objects.get(pk=number)
        assert claims_of(mine)[0].proof_set.get().state == "asked"
    with organisation_scope(theirs.pk):
        assert not Application.objects.exists()
        assert claims_of(mine) == []
    assert list(claims(mine)) == ["192.0.2.0/24"]
