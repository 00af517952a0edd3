"""An analyst's word on claims: approved ones become assets, and the first makes the member."""

from collections.abc import Collection, Sequence
from datetime import datetime

from tocsin.audit.log import note
from tocsin.constituency.choices import keep_regions, regions
from tocsin.constituency.generation import lock_assets, raise_generation
from tocsin.constituency.happenings import claims_decided
from tocsin.constituency.joining.contradictions import contradictions
from tocsin.constituency.models import Application, Asset, Claim, Contact, Organisation, Proof
from tocsin.database.queue import later
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError

TELL = "tocsin.constituency.tell_decision"
LONGEST_REASON = 2_000


def approve(
    number: int,
    claims: Collection[int] | None,
    now: datetime,
    by: str,
    *,
    unproven: bool = False,
    organisation: str = "",
) -> tuple[Organisation, bool]:
    """Give the claimed assets to the applicant; its organisation, and whether that is new.

    `claims`: None for all that are undecided.  `unproven`: even those that nothing proves.
    `organisation`: the member, by name, that a newcomer's application is of, if there is one.
    Raises `TocsinError`; then nothing was changed.
    """
    with staff_scope():
        application = _locked(number)
        chosen = _undecided(application, claims)
        if not unproven:
            _check_proven(chosen)
        whose, new = _organisation(application, organisation, now)
        lock_assets()
        against = contradictions(chosen, now)
        for claim in chosen:
            _grant(claim, whose, bool(against.get(claim.pk)), now, by)
        raise_generation()
        _finish(application, now)
        subject = f"application {number}"
        note(by, "claims approved", subject, now, whose.pk, claims=len(chosen))
        later(TELL, application=number)
        claims_decided.send(Claim, application=application, approved=len(chosen), now=now)
    return whose, new


def decline(
    number: int, claims: Collection[int] | None, reason: str, now: datetime, by: str
) -> None:
    """Say no to claims (None: all that are undecided); the applicant is mailed the reason."""
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise TocsinError("Write the reason: the applicant is told.")
    with staff_scope():
        application = _locked(number)
        chosen = _undecided(application, claims)
        Claim.objects.filter(pk__in=[claim.pk for claim in chosen]).update(
            decision="declined", decided_at=now, decided_by=by, reason=reason
        )
        _finish(application, now)
        subject, about = f"application {number}", application.organisation_id
        note(by, "claims declined", subject, now, about, claims=len(chosen))
        later(TELL, application=number)
        claims_decided.send(Claim, application=application, declined=len(chosen), now=now)


def _locked(number: int) -> Application:
    application = Application.objects.select_for_update().filter(pk=number).first()
    if application is None:
        raise TocsinError(f"There is no application {number}.", "See: tocsin applications list")
    if application.confirmed_at is None:
        raise TocsinError("The applicant has not confirmed the e-mail address yet.")
    return application


def _undecided(application: Application, numbers: Collection[int] | None) -> list[Claim]:
    claims = list(Claim.objects.filter(application=application, decision="").order_by("pk"))
    chosen = claims if numbers is None else [one for one in claims if one.pk in set(numbers)]
    if not chosen or (numbers is not None and len(chosen) != len(set(numbers))):
        raise TocsinError("Choose claims of this application that are not decided yet.")
    return chosen


def _check_proven(claims: Sequence[Claim]) -> None:
    proven = set(
        Proof.objects.filter(claim__in=claims, state="proven").values_list("claim", flat=True)
    )
    open_ = [claim.value for claim in claims if claim.pk not in proven]
    if open_:
        raise TocsinError(
            f"Nothing proves {', '.join(open_)}.",
            "Approve the others alone, or say that you have checked these in another way.",
        )


def _organisation(application: Application, name: str, now: datetime) -> tuple[Organisation, bool]:
    if application.organisation is not None:
        return application.organisation, False
    if name:
        found = Organisation.objects.filter(name__iexact=name.strip()).first()
        if found is None:
            raise TocsinError(f"There is no organisation {name!r}.")
        _belongs(application, found)
        return found, False
    if Organisation.objects.filter(name__iexact=application.name).exists():
        raise TocsinError(
            f"There is an organisation {application.name!r} already.",
            "If this is the same one, name it; its people are then asked to join.",
        )
    made = _create(application, now)
    _belongs(application, made)
    return made, True


def _create(application: Application, now: datetime) -> Organisation:
    keep_regions(regions())
    made = Organisation.objects.create(
        name=application.name,
        kind=application.kind,
        region_id=application.region or None,
        sector=application.sector,
        created_at=now,
    )
    Contact.objects.create(
        organisation=made,
        email=application.email,
        confirmed_at=application.confirmed_at,
        provenance="claim",
    )
    return made


def _belongs(application: Application, organisation: Organisation) -> None:
    """From now on the organisation's owner sees it, too."""
    application.organisation = organisation
    application.save(update_fields=["organisation"])
    Claim.objects.filter(application=application).update(organisation=organisation)
    Proof.objects.filter(claim__application=application).update(organisation=organisation)


def _grant(claim: Claim, whose: Organisation, contested: bool, now: datetime, by: str) -> None:
    """What nobody else answered for is the member's at all times, else from now on."""
    held = Asset.objects.filter(
        organisation=whose, value=claim.value, registry="", valid_to=None
    ).exists()
    if not held:
        Asset.objects.create(
            organisation=whose,
            form=claim.form,
            value=claim.value,
            valid_from=now if contested else None,
            provenance="claim",
            source=f"application {claim.application_id}",
            approved_by=by,
            created_at=now,
        )
    claim.decision, claim.decided_at, claim.decided_by = "approved", now, by
    claim.save(update_fields=["decision", "decided_at", "decided_by"])
    note(by, "asset approved", f"claim {claim.pk}", now, whose.pk, asset=claim.value)


def _finish(application: Application, now: datetime) -> None:
    if not Claim.objects.filter(application=application, decision="").exists():
        application.decided_at = now
        application.save(update_fields=["decided_at"])
