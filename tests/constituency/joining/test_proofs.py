"""Proofs: asked of whom the registry or the domain names, taken once, in time, from the link."""

from datetime import timedelta
from pathlib import Path

import dns.exception
import pytest

from tests.constituency.joining.world import (
    JO,
    REGISTRY,
    WISH,
    Registry,
    applied,
    claims,
    now,
    states,
    token_of,
    use_registry,
)
from tests.letters import Letters
from tests.queued import do
from tocsin.constituency import jobs
from tocsin.constituency.joining.applications import apply
from tocsin.constituency.joining.proofs import (
    asked_about,
    check_dns,
    deny,
    dns_waiting,
    find_recipients,
    prove,
    questions,
    still_to_ask,
)
from tocsin.constituency.joining.rules import PROOF_VALID_FOR
from tocsin.constituency.models import Application, Asset, Contact, Organisation, Proof
from tocsin.database.scope import staff_scope

DESK = "abuse@ours.example"


class Names:
    """Name servers with the right records, or none at all (`there`: None: they do not answer)."""

    def __init__(self, there: bool | None = True) -> None:
        self.there = there

    def txt(self, name: str) -> list[str]:
        if self.there is None:
            raise dns.exception.Timeout
        with staff_scope():
            found = Proof.objects.filter(target=name).values_list("token", flat=True)
            return [f"tocsin-proof={token}" for token in found] if self.there else []


@pytest.fixture(autouse=True)
def _registry(db: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_registry(monkeypatch)


@pytest.fixture
def application(home: Path) -> Application:
    return applied(home)


def test_who_is_asked_for_what(application: Application, home: Path) -> None:
    assert states(application) == {
        ("192.0.2.0/24", "registry"): "asked",
        ("AS64500", "registry"): "asked",
        ("ours.example", "dns"): "waiting",
        ("@ours.example", "dns"): "waiting",
        ("@ours.example", "mail"): "asked",
        ("198.51.100.0/24", "registry"): "impossible",
        ("203.0.113.0/24", "registry"): "waiting",
    }
    letters = Letters(home)
    assert [one["To"] for one in letters.all()[1:]] == [DESK, "postmaster@ours.example", DESK]
    (network, domain) = (str(one.get_content()) for one in letters.to(DESK))
    assert "192.0.2.0/24\n    AS64500" in network, "one mail for both"
    assert "@ours.example" in domain
    assert JO in network


def test_the_registrys_contact_proves_all_it_was_asked_about(
    application: Application, home: Path
) -> None:
    letters = Letters(home).to(DESK)
    token = token_of(_link(str(letters[0].get_content())))
    assert {one.value for one in asked_about(token, now())} == {"192.0.2.0/24", "AS64500"}
    assert prove(token, now()) == 2
    assert prove(token, now()) == 0, "once"
    found = states(application)
    assert found["192.0.2.0/24", "registry"] == found["AS64500", "registry"] == "proven"
    assert found["@ours.example", "mail"] == "asked"


def test_who_does_not_know_the_applicant_says_so(application: Application, home: Path) -> None:
    token = token_of(_link(str(Letters(home).to(DESK)[0].get_content())))
    assert deny(token, now()) == 2
    assert prove(token, now()) == 0
    proof = claims(application)["AS64500"].proof_set.all()[0]
    assert (proof.state, "is wrong" in proof.detail) == ("impossible", True)


@pytest.mark.parametrize("token", ["", "x", "0" * 43, "\0"])
def test_forged_links_prove_nothing(application: Application, token: str) -> None:
    before = states(application)
    assert (asked_about(token, now()), prove(token, now()), deny(token, now())) == ([], 0, 0)
    assert states(application) == before


def test_the_applicants_own_link_proves_nothing(application: Application, home: Path) -> None:
    token = token_of(Letters(home).path(JO, "/join/"))
    assert prove(token, now()) == 0


def test_links_end(application: Application, home: Path) -> None:
    token = token_of(_link(str(Letters(home).to(DESK)[0].get_content())))
    later = now() + PROOF_VALID_FOR
    assert (asked_about(token, later), prove(token, later)) == ([], 0)


def test_no_link_is_kept_in_clear(application: Application, home: Path) -> None:
    tokens = [token_of(_link(str(one.get_content()))) for one in Letters(home).all()]
    with staff_scope():
        kept = str(list(Proof.objects.values())) + str(list(Application.objects.values()))
    assert not [token for token in tokens if token in kept]


def test_asked_again_only_those_that_could_not_be_asked(
    application: Application, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(Letters(home).all())
    do(jobs.ask_for_proofs, application=application.pk)
    assert len(Letters(home).all()) == before
    assert still_to_ask(now()) == [application.pk]

    class Answers(Registry):
        def abuse_mailboxes(self, asset: object) -> list[str]:
            return ["late@ours.example"]

    use_registry(monkeypatch, Answers())
    do(jobs.ask_again, timestamp=0)
    assert len(Letters(home).to("late@ours.example")) == 1
    assert still_to_ask(now()) == []


def test_nobodys_mailbox_is_flooded(home: Path, application: Application) -> None:
    for _ in range(4):
        applied(home)
    assert len(Letters(home).to(DESK)) == 6, "three of each kind, on one day"
    with staff_scope():
        put_off = Proof.objects.filter(
            state="waiting", method="registry", detail__contains="oo many"
        )
        assert {one.claim.value for one in put_off} >= {"192.0.2.0/24", "AS64500"}
        last = Application.objects.latest("pk")
    assert questions(last.pk, now() + timedelta(days=1, minutes=1))


def test_imported_registers_are_asked_first(home: Path, application: Application) -> None:
    with staff_scope():
        holder = Organisation.objects.create(name="Holder", created_at=now())
        Contact.objects.create(organisation=holder, email="reg@h.example", provenance="registry")
        for value in ("203.0.0.0/8", "203.0.113.0/24"):
            Asset.objects.create(
                organisation=holder, form="prefix", value=value, registry="ripe", created_at=now()
            )
    find_recipients(application.pk, None, now())
    assert claims(application)["203.0.113.0/24"].proof_set.all()[0].target == "reg@h.example"


def test_without_a_registry_to_ask_it_is_said(home: Path, application: Application) -> None:
    find_recipients(application.pk, None, now())
    proof = claims(application)["203.0.113.0/24"].proof_set.all()[0]
    assert (proof.state, "names no abuse contact" in proof.detail) == ("impossible", True)


@pytest.mark.parametrize(("there", "proven"), [(True, 2), (False, 0), (None, 0)])
def test_dns_proves_domains(application: Application, there: bool | None, proven: int) -> None:
    assert check_dns(dns_waiting(now()), Names(there), now()) == proven
    proof = claims(application)["ours.example"].proof_set.all()[0]
    assert proof.state == ("proven" if there else "waiting")
    assert bool(proof.detail) == (there is not True)
    assert check_dns(dns_waiting(now()), Names(there), now()) == 0


def test_dns_is_asked_for_two_weeks_and_not_every_second(application: Application) -> None:
    assert len(dns_waiting(now())) == 2
    assert dns_waiting(now() + PROOF_VALID_FOR) == []
    check_dns(dns_waiting(now(), application.pk), Names(there=False), now())
    assert dns_waiting(now(), application.pk) == []
    assert len(dns_waiting(now() + timedelta(minutes=1), application.pk)) == 2


def test_nothing_is_asked_before_the_address_is_confirmed(home: Path) -> None:
    number = apply(WISH, now())
    do(jobs.ask_for_proofs, application=number)
    assert Letters(home).all() == []
    assert dns_waiting(now()) == []
    assert REGISTRY


def _link(text: str) -> str:
    return next(line for line in text.splitlines() if line.startswith("http"))
