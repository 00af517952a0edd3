"""What officers do: plan, hold, follow up and call off engagements.  In the caller's scope, which
shows a protect officer the organisations of his regions only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.access.models import Person
from tocsin.audit.log import note
from tocsin.constituency.models import Organisation
from tocsin.errors import TocsinError
from tocsin.kinds.catalogue import all_kinds
from tocsin.outreach.models import AgreedAction, Engagement, Way
from tocsin.outreach.scoring import score_again

FURTHEST = timedelta(days=366)
MOST_ACTIONS = 4
LONGEST_ACTION, LONGEST_TEXT = 300, 4_000


@dataclass(frozen=True)
class Agreed:
    """`kind`: which threats it should make fewer, by the kind's name; empty for all."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Plan:
    """An engagement as somebody writes it down."""

    way: str
    day: date
    talked_about: str = ""
    follow_up_on: date | None = None
    actions: tuple[Agreed, ...] = ()


def engage(organisation: int, plan: Plan, now: datetime, by: Person) -> Engagement:
    """Plan it, or note that it took place.  Raises `TocsinError` for what cannot be."""
    _check(plan, now)
    with transaction.atomic():
        whose = Organisation.objects.filter(pk=organisation).first()
        if whose is None:
            raise TocsinError(_("This organisation is not in a region of yours."))
        made = Engagement(organisation=whose, made_by=by, made_at=now)
        _keep(made, plan)
        note(f"person {by.pk}", "engagement made", f"engagement {made.pk}", now, way=made.way)
        score_again(organisation, now)
    return made


def change(number: int, plan: Plan, now: datetime, by: Person) -> None:
    """Write it anew: what was planned has taken place, or was agreed differently."""
    _check(plan, now)
    with transaction.atomic():
        known = _open(number)
        if plan.follow_up_on != known.follow_up_on:
            known.followed_up_at = None
        _keep(known, plan)
        note(f"person {by.pk}", "engagement changed", f"engagement {number}", now)
        score_again(known.organisation_id, now)


def follow_up(number: int, again_on: date | None, now: datetime, by: Person) -> None:
    """Somebody has looked at what came of it; `again_on`: and will do so once more."""
    with transaction.atomic():
        known = _open(number)
        if known.follow_up_on is None or known.followed_up_at is not None:
            raise TocsinError(_("No follow-up is waiting here."))
        if again_on is None:
            known.followed_up_at = now
        else:
            _check_day(again_on, now.date() + timedelta(days=1), now)
            known.follow_up_on = again_on
        known.save(update_fields=["followed_up_at", "follow_up_on"])
        note(f"person {by.pk}", "followed up", f"engagement {number}", now)
        score_again(known.organisation_id, now)


def call_off(number: int, now: datetime, by: Person) -> None:
    """It did not take place, and will not; it stays on the record."""
    with transaction.atomic():
        known = _open(number)
        known.cancelled_at = now
        known.save(update_fields=["cancelled_at"])
        note(f"person {by.pk}", "engagement called off", f"engagement {number}", now)
        score_again(known.organisation_id, now)


def _open(number: int) -> Engagement:
    known = Engagement.objects.select_for_update().filter(pk=number, cancelled_at=None).first()
    if known is None:
        raise TocsinError(_("This engagement was called off already."))
    return known


def _keep(engagement: Engagement, plan: Plan) -> None:
    engagement.way, engagement.day = plan.way, plan.day
    engagement.talked_about = plan.talked_about.strip()
    engagement.follow_up_on = plan.follow_up_on
    engagement.save()
    engagement.agreedaction_set.all().delete()
    AgreedAction.objects.bulk_create(
        AgreedAction(
            engagement=engagement,
            organisation_id=engagement.organisation_id,
            text=one.text.strip(),
            kind=one.kind,
        )
        for one in plan.actions
    )


def _check(plan: Plan, now: datetime) -> None:
    if plan.way not in Way.values:
        raise TocsinError(_("Choose a visit, a call, a letter or a workshop."))
    _check_day(plan.day, now.date() - FURTHEST, now)
    if plan.follow_up_on is not None:
        _check_day(plan.follow_up_on, plan.day + timedelta(days=1), now)
    if len(plan.talked_about) > LONGEST_TEXT:
        raise TocsinError(_("Write at most %(most)d characters.") % {"most": LONGEST_TEXT})
    _check_actions(plan.actions)


def _check_day(day: date, earliest: date, now: datetime) -> None:
    if not earliest <= day <= now.date() + FURTHEST:
        raise TocsinError(
            _("%(day)s is not possible: choose a day from %(first)s to %(last)s.")
            % {"day": day, "first": earliest, "last": now.date() + FURTHEST}
        )


def _check_actions(actions: Sequence[Agreed]) -> None:
    if len(actions) > MOST_ACTIONS:
        raise TocsinError(_("Agree on at most %(most)d actions.") % {"most": MOST_ACTIONS})
    for one in actions:
        if not one.text.strip() or len(one.text) > LONGEST_ACTION:
            raise TocsinError(
                _("Write what was agreed, in at most %(most)d characters.")
                % {"most": LONGEST_ACTION}
            )
        if one.kind and one.kind not in all_kinds():
            raise TocsinError(_("There is no kind of threat “%(name)s”.") % {"name": one.kind})
