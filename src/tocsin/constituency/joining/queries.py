"""Applications as the command line shows them."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from tocsin.constituency.joining.applications import claims_of
from tocsin.constituency.joining.contradictions import contradictions
from tocsin.constituency.models import Application, Claim
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError


def all_applications(*, decided: bool) -> list[dict[str, Any]]:
    """The oldest first; `decided`: those that are settled, too."""
    with staff_scope():
        wanted = Application.objects.annotate(
            claims=Count("claim"),
            undecided=Count("claim", filter=Q(claim__decision="")),
        )
        if not decided:
            wanted = wanted.filter(decided_at=None)
        return [
            {
                "number": one.pk,
                "name": one.name,
                "email": one.email,
                "member": one.organisation_id is not None,
                "claims": one.claims,
                "undecided": one.undecided,
                "created": one.created_at,
                "confirmed": one.confirmed_at,
            }
            for one in wanted.order_by("created_at")
        ]


def one_application(number: int, now: datetime) -> dict[str, Any]:
    """With its claims, their proofs, and what speaks against them.  Raises `TocsinError`."""
    with staff_scope():
        one = Application.objects.filter(pk=number).first()
        if one is None:
            raise TocsinError(
                f"There is no application {number}.", "See: tocsin applications list --decided"
            )
        claims = claims_of(one)
        against = contradictions(claims, now)
        return {
            "number": one.pk,
            **{name: getattr(one, name) for name in ("name", "kind", "region", "sector", "email")},
            "message": one.message,
            "confirmed": one.confirmed_at,
            "claims": [
                _claim(claim, [found.words for found in against.get(claim.pk, [])])
                for claim in claims
            ],
        }


def _claim(claim: Claim, against: list[str]) -> dict[str, Any]:
    return {
        "number": claim.pk,
        "asset": claim.value,
        "decision": claim.decision,
        "reason": claim.reason,
        "proofs": [
            {"method": one.method, "state": one.state, "target": one.target, "detail": one.detail}
            for one in claim.proof_set.all()
        ],
        "against": against,
    }
