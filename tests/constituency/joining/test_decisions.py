"""An analyst's word: what it makes, what it refuses, and what speaks against a claim."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.constituency.joining.world import JO, WISH, applied, claims, now, use_registry
from tests.letters import Letters
from tests.queued import waiting, work
from tocsin.audit.models import Entry
from tocsin.constituency.generation import generation
from tocsin.constituency.joining.applications import apply, claim_more
from tocsin.constituency.joining.contradictions import contradictions
from tocsin.constituency.joining.decisions import approve, decline
from tocsin.constituency.models import Application, Asset, Contact, Organisation, Proof
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.errors import TocsinError

BY = "person 1"
FEW = replace(WISH, claims="192.0.2.0/24\nours.example")


@pytest.fixture(autouse=True)
def _registry(db: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_registry(monkeypatch)


@pytest.fixture
def application(home: Path) -> Application:
    return applied(home, FEW)


def proven(*applications: Application) -> None:
    with staff_scope():
        Proof.objects.filter(claim__application__in=applications).update(state="proven")


def held(value: str, name: str = "Theirs", **facts: object) -> Organisation:
    with staff_scope():
        whose, _ = Organisation.objects.get_or_create(name=name, defaults={"created_at": now()})
        form = "prefix" if "/" in value else "domain"
        Asset.objects.create(organisation=whose, form=form, value=value, created_at=now(), **facts)
    return whose


def test_approving_makes_the_member(application: Application, home: Path) -> None:
    proven(application)
    with staff_scope():
        before = generation()
    whose, new = approve(application.pk, None, now(), BY)
    assert (whose.name, whose.kind, whose.sector, new) == ("Ours", "isp", "energy", True)
    with organisation_scope(whose.pk):
        assert whose.region is not None
        contact = Contact.objects.get()
        assert (contact.email, contact.confirmed_at) == (JO, application.confirmed_at)
        assets = Asset.objects.order_by("pk")
        assert [one.value for one in assets] == ["192.0.2.0/24", "ours.example"]
        assert {(one.provenance, one.approved_by, one.valid_from) for one in assets} == {
            ("claim", BY, None)
        }
        assert Application.objects.get().decided_at is not None, "its owner sees it from now on"
    with staff_scope():
        assert generation() > before
        assert Entry.objects.filter(actor=BY, action="asset approved").count() == 2
        assert JO not in str(list(Entry.objects.values()))
    work()
    assert "192.0.2.0/24: approved" in Letters(home).text(JO)


def test_what_nothing_proves_needs_a_word(application: Application) -> None:
    with pytest.raises(TocsinError, match=r"Nothing proves 192.0.2.0/24, ours.example"):
        approve(application.pk, None, now(), BY)
    with staff_scope():
        assert not Organisation.objects.exists()
    approve(application.pk, None, now(), BY, unproven=True)


def test_one_by_one(application: Application, home: Path) -> None:
    first, second = claims(application).values()
    approve(application.pk, [first.pk], now(), BY, unproven=True)
    with staff_scope():
        assert Application.objects.get().decided_at is None
    decline(application.pk, [second.pk], "Not yours", now(), BY)
    with staff_scope():
        assert Application.objects.get().decided_at is not None
        assert [one.value for one in Asset.objects.all()] == ["192.0.2.0/24"]
    work()
    text = Letters(home).text(JO)
    assert "192.0.2.0/24: approved" in text
    assert "ours.example: declined (Not yours)" in text
    for again in (
        lambda: approve(application.pk, None, now(), BY, unproven=True),
        lambda: decline(application.pk, [first.pk], "No", now(), BY),
    ):
        with pytest.raises(TocsinError, match="not decided yet"):
            again()


def test_declining_everything_makes_nothing(application: Application, home: Path) -> None:
    with pytest.raises(TocsinError, match="reason"):
        decline(application.pk, None, "  ", now(), BY)
    decline(application.pk, None, "We do not know you", now(), BY)
    with staff_scope():
        assert not Organisation.objects.exists()
        assert not Asset.objects.exists()
    work()
    assert "We do not know you" in Letters(home).text(JO)
    assert "invitation" not in Letters(home).text(JO)


def test_a_name_that_is_taken_is_not_taken_over(application: Application) -> None:
    theirs = held("198.51.100.0/24", "OURS")
    with pytest.raises(TocsinError, match="already"):
        approve(application.pk, None, now(), BY, unproven=True)
    whose, new = approve(application.pk, None, now(), BY, unproven=True, organisation="ours")
    assert (whose, new) == (theirs, False)
    with staff_scope():
        assert not Contact.objects.exists(), "a member's contacts are its own to change"


def test_what_others_hold_is_the_members_from_now_on_only(application: Application) -> None:
    held("192.0.2.0/25", registry="ripe", provenance="rpsl")
    moment = now()
    approve(application.pk, None, moment, BY, unproven=True)
    with staff_scope():
        begins = dict(Asset.objects.filter(provenance="claim").values_list("value", "valid_from"))
    assert begins == {"192.0.2.0/24": moment, "ours.example": None}


def test_unconfirmed_and_unknown_applications_cannot_be_approved() -> None:
    number = apply(FEW, now())
    for which, says in ((number, "not confirmed"), (number + 1, "no application")):
        with pytest.raises(TocsinError, match=says):
            approve(which, None, now(), BY, unproven=True)


def test_claims_of_another_application_are_not_taken(application: Application, home: Path) -> None:
    other = applied(home, replace(FEW, name="Other", email="x@other.example"))
    (first, _) = claims(other).values()
    with pytest.raises(TocsinError, match="Choose claims"):
        approve(application.pk, [first.pk], now(), BY, unproven=True)


def test_a_member_gets_more(home: Path) -> None:
    ours = held("192.0.2.0/24", "Ours")
    number = claim_more(ours, "192.0.2.0/24\nours.example", JO, now(), BY)
    approve(number, None, now(), BY, unproven=True)
    with organisation_scope(ours.pk):
        assert sorted(Asset.objects.values_list("value", "provenance")) == [
            ("192.0.2.0/24", "manual"),
            ("ours.example", "claim"),
        ]
    assert waiting()


@pytest.mark.parametrize(
    ("claimed", "asset", "relation"),
    [
        ("192.0.2.0/24", "192.0.2.0/24", "same"),
        ("192.0.2.0/24", "192.0.0.0/16", "around"),
        ("192.0.2.0/24", "192.0.2.128/25", "within"),
        ("192.0.2.0/24", "192.0.3.0/24", ""),
        ("192.0.2.0/24", "2001:db8::/32", ""),
        ("2001:db8::/32", "2001:db8:1::/48", "within"),
        ("ours.example", "ours.example", "same"),
        ("www.ours.example", "ours.example", "around"),
        ("ours.example", "www.ours.example", "within"),
        ("ours.example", "yours.example", ""),
        ("@ours.example", "ours.example", ""),
    ],
)
def test_what_speaks_against_a_claim(home: Path, claimed: str, asset: str, relation: str) -> None:
    held(asset, registry="ripe", provenance="rpsl")
    held(asset, "Gone", valid_to=now() - timedelta(days=1))
    application = applied(home, replace(FEW, claims=claimed))
    (claim,) = claims(application).values()
    with staff_scope():
        found = contradictions([claim], now())[claim.pk]
    assert [(one.relation, one.asset) for one in found] == [(relation, asset)] * bool(relation)
    assert all("Theirs" in one.words and "register ripe" in one.words for one in found)


def test_a_members_own_assets_do_not_speak_against_it() -> None:
    ours = held("192.0.0.0/16", "Ours")
    number = claim_more(ours, "192.0.2.0/24", JO, now(), BY)
    with staff_scope():
        application = Application.objects.get(pk=number)
        assert not contradictions(list(claims(application).values()), now())
