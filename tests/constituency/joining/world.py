"""Somebody who applies, a made-up registry and made-up name servers."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.letters import Letters
from tests.queued import work
from tocsin.constituency.asset_names import AssetName
from tocsin.constituency.asset_table import Form
from tocsin.constituency.joining.applications import Wish, apply, claims_of, confirm
from tocsin.constituency.joining.rdap import Rdap, RdapError
from tocsin.constituency.models import Application, Claim
from tocsin.database.scope import staff_scope

JO = "jo@ours.example"
REGISTRY = {"192.0.2.0/24": ["abuse@ours.example"], "AS64500": ["abuse@ours.example"]}
CLAIMS = "192.0.2.0/24, AS64500\nours.example\n@ours.example\n198.51.100.0/24\n203.0.113.0/24"
WISH = Wish("Ours", "isp", "London", "energy", JO, CLAIMS, "Hello")


class Registry(Rdap):
    """Knows some, has nobody for others, and cannot be asked about 203.0.113.0/24."""

    def abuse_mailboxes(self, asset: AssetName) -> list[str]:
        assert asset.form in (Form.ASN, Form.IPV4, Form.IPV6)
        if asset.text == "203.0.113.0/24":
            raise RdapError("no answer")
        return REGISTRY.get(asset.text, [])


def use_registry(monkeypatch: pytest.MonkeyPatch, found: Rdap | None = None) -> None:
    monkeypatch.setattr("tocsin.constituency.jobs.registry", lambda: found or Registry())


def now() -> datetime:
    return datetime.now(UTC)


def token_of(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def applied(home: Path, wish: Wish = WISH) -> Application:
    """An application whose address is confirmed and whose proofs are asked for."""
    number = apply(wish, now())
    work()
    assert confirm(token_of(Letters(home).path(wish.email.lower(), "/join/")), now())
    work()
    with staff_scope():
        return Application.objects.get(pk=number)


def claims(application: Application) -> dict[str, Claim]:
    with staff_scope():
        return {claim.value: claim for claim in claims_of(application)}


def states(application: Application) -> dict[tuple[str, str], str]:
    """By asset and method."""
    return {
        (value, proof.method): proof.state
        for value, claim in claims(application).items()
        for proof in claim.proof_set.all()
    }
