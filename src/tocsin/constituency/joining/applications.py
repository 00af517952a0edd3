"""Applying: what the public pages, and members who want more assets, may do.

The public functions act with the staff's rights on the one application that a link names.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tocsin.audit.log import note
from tocsin.constituency.asset_names import AssetName, read_asset
from tocsin.constituency.asset_table import Form
from tocsin.constituency.choices import regions, sectors
from tocsin.constituency.happenings import application_came
from tocsin.constituency.joining.dns_proof import record_name
from tocsin.constituency.joining.rules import (
    LINK_VALID_FOR,
    MOST_CLAIMS,
    check_count,
    proofs_for,
)
from tocsin.constituency.models import Application, Claim, Organisation, Proof
from tocsin.constituency.readers.organisation_csv import LONGEST_NAME
from tocsin.constituency.staging import FORMS
from tocsin.database.queue import later
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.errors import TocsinError
from tocsin.refused import RefusalError

SEND_LINK = "tocsin.constituency.send_application_link"
ASK = "tocsin.constituency.ask_for_proofs"
KINDS = ("isp", "hosting", "cloud", "enterprise", "bank", "university", "public-body", "other")
Read = TypeVar("Read")
LONGEST_MESSAGE = 4_000
LONGEST_CLAIMS = 20_000


@dataclass(frozen=True, slots=True)
class Wish:
    """An application as somebody wrote it; `claims`: one asset a line."""

    name: str
    kind: str
    region: str
    sector: str
    email: str
    claims: str
    message: str = ""


def apply(wish: Wish, now: datetime) -> int:
    """Keep an application and mail its link; the application's number.

    Says nothing of who is a member already.  Raises `TocsinError` with what is to be corrected.
    """
    problems: list[str] = []
    name = _or_said(lambda: _name(wish.name), problems)
    email = _or_said(lambda: _email(wish.email), problems)
    region = _or_said(lambda: _known(regions().choices.find, wish.region), problems)
    sector = _or_said(lambda: _known(sectors().find, wish.sector), problems)
    assets = _or_said(lambda: read_claims(wish.claims), problems)
    if name is None or email is None or assets is None or problems:
        raise TocsinError("\n".join(problems))
    fields = {
        "kind": wish.kind if wish.kind in KINDS else "other",
        "region": region or "",
        "sector": sector or "",
    }
    message = wish.message.replace("\0", "").strip()[:LONGEST_MESSAGE]
    with staff_scope():
        made = Application.objects.create(
            name=name, email=email, message=message, created_at=now, **fields
        )
        _claim(made, assets)
        later(SEND_LINK, application=made.pk)
    return made.pk


def claim_more(organisation: Organisation, text: str, email: str, now: datetime, by: str) -> int:
    """A member's wish to have more assets; its own people have confirmed addresses already.

    Raises `TocsinError`.
    """
    assets = read_claims(text)
    with organisation_scope(organisation.pk):
        made = Application.objects.create(
            organisation=organisation, name=organisation.name, kind=organisation.kind,
            email=email, created_at=now, confirmed_at=now,
        )  # fmt: skip
        _claim(made, assets)
        subject = f"application {made.pk}"
        note(by, "assets claimed", subject, now, organisation.pk, claims=len(assets))
        later(ASK, application=made.pk)
        application_came.send(Application, application=made, now=now)
    return made.pk


def read_claims(text: str) -> list[AssetName]:
    """The assets named, one a line or between commas, none twice.  Raises `TocsinError` that
    names every line that cannot be."""
    lines = text[:LONGEST_CLAIMS].splitlines()
    parts = [part.strip() for line in lines for part in line.split(",")]
    found: dict[str, AssetName] = {}
    problems: list[str] = []
    for part in filter(None, parts):
        if len(found) > MOST_CLAIMS or len(problems) > MOST_CLAIMS:
            break
        try:
            found |= {asset.text: asset for asset in read_asset(part)}
        except RefusalError as refusal:
            problems.append(f"{part[:80]}: {refusal.detail}")
    if not problems:
        try:
            check_count(list(found.values()))
        except RefusalError as refusal:
            problems.append(refusal.detail)
    if problems:
        raise TocsinError("\n".join(problems[:20]))
    return list(found.values())


def make_link(number: int, now: datetime) -> tuple[Application, str] | None:
    """A token for the mail that is about to leave; the one before it ends."""
    with staff_scope():
        application = Application.objects.select_for_update().filter(pk=number).first()
        if application is None:
            return None
        token = secrets.token_urlsafe(32)
        application.digest = digest(token)
        application.save(update_fields=["digest"])
    return application, token


def application_of(token: str, now: datetime) -> Application | None:
    """The one that the link shows; None if it is unknown or too old."""
    with staff_scope():
        return Application.objects.filter(
            digest=digest(token), created_at__gt=now - LINK_VALID_FOR
        ).first()


def confirm(token: str, now: datetime) -> Application | None:
    """The applicant read the mail: from here on others are written to.  Once."""
    with staff_scope():
        waiting = Application.objects.filter(
            digest=digest(token), created_at__gt=now - LINK_VALID_FOR, confirmed_at=None
        )
        confirmed = waiting.update(confirmed_at=now)
        application = application_of(token, now)
        if confirmed and application is not None:
            later(ASK, application=application.pk)
            application_came.send(Application, application=application, now=now)
    return application


def claims_of(application: Application) -> list[Claim]:
    """With their proofs; in a scope that shows them."""
    claims = Claim.objects.filter(application=application).order_by("pk")
    return list(claims.prefetch_related("proof_set"))


def shown_claims(application: Application) -> list[Claim]:
    """As `claims_of`, for the public page whose link was checked."""
    with staff_scope():
        return claims_of(application)


def digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _claim(application: Application, assets: Sequence[AssetName]) -> None:
    whose = application.organisation_id
    for asset in assets:
        claim = Claim.objects.create(
            application=application, organisation_id=whose, form=FORMS[asset.form], value=asset.text
        )
        Proof.objects.bulk_create(_proof(claim, asset, method) for method in proofs_for(asset))


def _proof(claim: Claim, asset: AssetName, method: str) -> Proof:
    proof = Proof(claim=claim, organisation_id=claim.organisation_id, method=method)
    if method == "dns":
        domain = asset.text[1:] if asset.form is Form.EMAIL_DOMAIN else asset.text
        proof.target, proof.token = record_name(domain), secrets.token_hex(16)
    return proof


def _or_said(read: Callable[[], Read], problems: list[str]) -> Read | None:
    """What was read; or None, and the problem is noted beside the others."""
    try:
        return read()
    except TocsinError as error:
        problems.append(str(error))
        return None


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise TocsinError("Write your organisation's name.")
    return name


def _email(text: str) -> str:
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise TocsinError("Write the e-mail address that we should answer to.") from error
    return email


def _known(find: Callable[[str], str], text: str) -> str:
    try:
        return find(text)
    except RefusalError as refusal:
        raise TocsinError(f"{refusal.detail}") from refusal
