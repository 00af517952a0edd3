"""Asking for proofs, and taking them.  The mails go to whom the registry or the domain names, not
to whom the applicant names."""

import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from tocsin.audit.log import note
from tocsin.constituency.asset_names import AssetName, read_asset
from tocsin.constituency.asset_table import Form
from tocsin.constituency.joining.applications import digest
from tocsin.constituency.joining.dns_proof import Resolver, is_there
from tocsin.constituency.joining.rdap import Rdap, RdapError
from tocsin.constituency.joining.rules import (
    CHECK_AGAIN,
    MAILS_A_DAY,
    PROOF_VALID_FOR,
    domain_mailboxes,
)
from tocsin.constituency.models import Application, Claim, Proof
from tocsin.constituency.statements import rows
from tocsin.database.scope import staff_scope

LOOK = "tocsin.constituency.look_into_dns"
WAITING, ASKED, PROVEN, IMPOSSIBLE = "waiting", "asked", "proven", "impossible"
NO_MAILBOX = "The registry names no abuse contact for it."
FULL = "Too many such mails went to {} today; it is asked again tomorrow."


@dataclass(frozen=True, slots=True)
class Question:
    """A mail that is about to leave: one link for all the claims that its reader can prove."""

    application: Application
    recipients: tuple[str, ...]
    values: tuple[str, ...]
    proofs: tuple[int, ...]
    token: str


def find_recipients(number: int, rdap: Rdap | None, now: datetime) -> None:
    """Look up whom to write to for each claim that still waits.  `rdap`: None: only imports.

    A registry that cannot be asked leaves its claims waiting.
    """
    with staff_scope():
        waiting = list(_to_ask(number).exclude(target__gt=""))
    for proof in waiting:
        targets, problem, final = _recipients(proof, rdap)
        proof.target, proof.detail, proof.checked_at = ", ".join(targets), problem, now
        proof.state = IMPOSSIBLE if final else WAITING
        with staff_scope():
            proof.save(update_fields=["target", "detail", "state", "checked_at"])


def questions(number: int, now: datetime) -> list[Question]:
    """The mails to send now, each with a new link; one for each set of recipients."""
    with staff_scope():
        application = Application.objects.select_for_update().get(pk=number)
        together: dict[str, list[Proof]] = defaultdict(list)
        for proof in _to_ask(number).filter(target__gt=""):
            together[proof.target].append(proof)
        return [
            _question(application, target, proofs)
            for target, proofs in together.items()
            if not _too_many(target, proofs, now)
        ]


def asked(question: Question, now: datetime) -> None:
    """The mail has left."""
    with staff_scope():
        Proof.objects.filter(pk__in=question.proofs, state=WAITING).update(
            state=ASKED, asked_at=now, detail=""
        )


def asked_about(token: str, now: datetime) -> list[Claim]:
    """What the link in such a mail is about; empty if it is unknown or too old."""
    with staff_scope():
        return list(
            Claim.objects.filter(_answerable(token, now, "proof__"))
            .select_related("application")
            .order_by("pk")
            .distinct()
        )


def prove(token: str, now: datetime) -> int:
    """Whoever has the link says that the applicant may have these; how many claims it proved."""
    with staff_scope():
        proofs = Proof.objects.filter(_answerable(token, now), state__in=[WAITING, ASKED])
        return _proven(list(proofs.select_for_update(of=("self",))), now)


def deny(token: str, now: datetime) -> int:
    """Whoever has the link does not know the applicant."""
    with staff_scope():
        proofs = Proof.objects.filter(_answerable(token, now), state__in=[WAITING, ASKED])
        return proofs.update(
            state=IMPOSSIBLE, checked_at=now, detail="Who was asked said that this is wrong."
        )


def still_to_ask(now: datetime) -> list[int]:
    """Applications of the last two weeks with somebody to write to, or to find."""
    with staff_scope():
        waiting = Proof.objects.filter(
            state=WAITING,
            method__in=["registry", "mail"],
            claim__decision="",
            claim__application__confirmed_at__gt=now - PROOF_VALID_FOR,
        )
        return sorted(set(waiting.values_list("claim__application", flat=True)))


def check_dns(proofs: list[Proof], resolver: Resolver, now: datetime) -> int:
    """Ask DNS for each; how many are proven now.  Network first, then the database."""
    found = [(proof, *is_there(proof.target, proof.token, resolver)) for proof in proofs]
    with staff_scope():
        for proof, _, problem in found:
            Proof.objects.filter(pk=proof.pk, state=WAITING).update(checked_at=now, detail=problem)
        numbers = [proof.pk for proof, there, _ in found if there]
        held = Proof.objects.filter(pk__in=numbers, state=WAITING).select_for_update()
        return _proven(list(held), now)


def dns_waiting(now: datetime, application: int | None = None) -> list[Proof]:
    """Whose turn it is; of one application: those that were not asked for some seconds."""
    with staff_scope():
        waiting = Proof.objects.filter(
            method="dns",
            state=WAITING,
            claim__decision="",
            claim__application__confirmed_at__isnull=False,
        )
        if application is None:
            since = now - PROOF_VALID_FOR
            return list(waiting.filter(claim__application__confirmed_at__gt=since))
        rested = Q(checked_at=None) | Q(checked_at__lt=now - CHECK_AGAIN)
        return list(waiting.filter(rested, claim__application=application))


def _proven(proofs: list[Proof], now: datetime) -> int:
    for proof in proofs:
        proof.state, proof.proven_at, proof.detail = PROVEN, now, ""
        proof.save(update_fields=["state", "proven_at", "detail"])
        subject, whose = f"claim {proof.claim_id}", proof.organisation_id
        note("tocsin", "claim proven", subject, now, whose, method=proof.method)
    return len(proofs)


def _answerable(token: str, now: datetime, through: str = "") -> Q:
    since = now - PROOF_VALID_FOR
    young = Q(**{f"{through}asked_at": None}) | Q(**{f"{through}asked_at__gt": since})
    undecided = Q(decision="") if through else Q(claim__decision="")
    return young & undecided & Q(**{f"{through}digest": digest(token)})


def _to_ask(number: int) -> QuerySet[Proof]:
    return (
        Proof.objects.filter(
            claim__application=number,
            claim__application__confirmed_at__isnull=False,
            claim__decision="",
            state=WAITING,
            method__in=["registry", "mail"],
        )
        .select_related("claim")
        .order_by("pk")
    )


def _recipients(proof: Proof, rdap: Rdap | None) -> tuple[list[str], str, bool]:
    """Whom to write to; else why nobody, and whether that is final."""
    (asset,) = read_asset(proof.claim.value)
    if proof.method == "mail":
        return domain_mailboxes(asset.text[1:]), "", False
    if imported := _imported(asset):
        return [imported], "", False
    if rdap is None:
        return [], NO_MAILBOX, True
    try:
        found = rdap.abuse_mailboxes(asset)
    except RdapError as error:
        return [], f"The registry could not be asked: {error}.", False
    return found, "" if found else NO_MAILBOX, not found


def _imported(asset: AssetName) -> str:
    """The abuse mailbox that an imported register gave for the narrowest entry, if any."""
    asn = asset.form is Form.ASN
    given = {"asn": asset.text if asn else "", "network": "" if asn else asset.text}
    with staff_scope():
        found = rows("registry_mailbox", given)
    return str(found[0][0]) if found else ""


def _question(application: Application, target: str, proofs: list[Proof]) -> Question:
    token = secrets.token_urlsafe(32)
    numbers = tuple(proof.pk for proof in proofs)
    Proof.objects.filter(pk__in=numbers).update(digest=digest(token))
    values = tuple(proof.claim.value for proof in proofs)
    return Question(application, tuple(target.split(", ")), values, numbers, token)


def _too_many(target: str, proofs: list[Proof], now: datetime) -> bool:
    """Nobody's mailbox is flooded by people who apply."""
    lately = Proof.objects.filter(target=target, asked_at__gt=now - timedelta(days=1))
    if lately.values("digest").distinct().count() < MAILS_A_DAY:
        return False
    Proof.objects.filter(pk__in=[one.pk for one in proofs]).update(detail=FULL.format(target))
    return True
