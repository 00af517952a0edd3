"""Planning, changing, following up and calling off; each is on the record."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.outreach.world import NOW, TODAY, Outreach, ago
from tocsin.access.regions import regions_of
from tocsin.audit.models import Entry
from tocsin.database.scope import region_scope
from tocsin.errors import TocsinError
from tocsin.outreach.engagements import Agreed, Plan, call_off, change, engage, follow_up
from tocsin.outreach.models import AgreedAction, Engagement, VisitScore

LATER = TODAY + timedelta(days=28)


def plan(**values: Any) -> Plan:
    given: dict[str, Any] = {"way": "visit", "day": TODAY, **values}
    return Plan(**given)


def made(outreach: Outreach, **values: Any) -> Engagement:
    return engage(outreach.near.pk, plan(**values), NOW, outreach.officer)


def test_what_was_agreed_is_kept_with_it(outreach: Outreach) -> None:
    one = made(
        outreach, talked_about=" Their routers ", follow_up_on=LATER,
        actions=(Agreed("Close the port", "scan_rdp"), Agreed("Answer within a week")),
    )  # fmt: skip
    kept = Engagement.objects.get(pk=one.pk)
    assert (kept.way, kept.day, kept.talked_about) == ("visit", TODAY, "Their routers")
    assert (kept.follow_up_on, kept.made_by) == (LATER, outreach.officer)
    actions = AgreedAction.objects.order_by("pk").values_list("text", "kind", "organisation")
    assert list(actions) == [
        ("Close the port", "scan_rdp", outreach.near.pk),
        ("Answer within a week", "", outreach.near.pk),
    ]
    assert Entry.objects.latest("pk").action == "engagement made"


@pytest.mark.parametrize(
    "wrong",
    [
        {"way": "raid"},
        {"day": ago(400)},
        {"day": TODAY + timedelta(days=400)},
        {"follow_up_on": TODAY},
        {"actions": (Agreed(" "),)},
        {"actions": (Agreed("x" * 301),)},
        {"actions": (Agreed("x"),) * 5},
        {"actions": (Agreed("x", "no-such-kind"),)},
        {"talked_about": "x" * 4_001},
    ],
)
def test_what_cannot_be_is_not_kept(outreach: Outreach, wrong: dict[str, Any]) -> None:
    with pytest.raises(TocsinError):
        made(outreach, **wrong)
    assert not Engagement.objects.exists()


def test_a_change_replaces_what_was_agreed(outreach: Outreach) -> None:
    one = made(outreach, actions=(Agreed("First"),), follow_up_on=LATER)
    change(one.pk, plan(way="call", actions=(Agreed("Second"),)), NOW, outreach.officer)
    kept = Engagement.objects.get(pk=one.pk)
    assert (kept.way, kept.follow_up_on) == ("call", None)
    assert [action.text for action in AgreedAction.objects.all()] == ["Second"]


def test_a_follow_up_is_done_once_or_put_off(outreach: Outreach) -> None:
    one = made(outreach, day=ago(30), follow_up_on=ago(1))
    follow_up(one.pk, LATER, NOW, outreach.officer)
    kept = Engagement.objects.get(pk=one.pk)
    assert (kept.follow_up_on, kept.followed_up_at) == (LATER, None)
    follow_up(one.pk, None, NOW, outreach.officer)
    assert Engagement.objects.get(pk=one.pk).followed_up_at == NOW
    with pytest.raises(TocsinError, match="No follow-up is waiting"):
        follow_up(one.pk, None, NOW, outreach.officer)


def test_another_day_for_the_follow_up_opens_it_again(outreach: Outreach) -> None:
    one = made(outreach, day=ago(30), follow_up_on=ago(1))
    follow_up(one.pk, None, NOW, outreach.officer)
    change(one.pk, plan(day=ago(30), follow_up_on=LATER), NOW, outreach.officer)
    assert Engagement.objects.get(pk=one.pk).followed_up_at is None


@pytest.mark.parametrize(
    "act",
    [
        lambda one, by: follow_up(one.pk, None, NOW, by),
        lambda one, by: change(one.pk, plan(), NOW, by),
        lambda one, by: call_off(one.pk, NOW, by),
    ],
)
def test_what_was_called_off_stays_so(
    outreach: Outreach, act: Callable[[Engagement, Any], None]
) -> None:
    one = made(outreach, follow_up_on=LATER)
    call_off(one.pk, NOW, outreach.officer)
    with pytest.raises(TocsinError, match="called off already"):
        act(one, outreach.officer)


def test_each_act_works_the_score_out_anew(outreach: Outreach) -> None:
    def parts() -> list[str]:
        return [reason["part"] for reason in VisitScore.objects.get().reasons]

    one = made(outreach, day=ago(30), follow_up_on=ago(1))
    assert parts() == ["follow_up"]
    follow_up(one.pk, None, NOW, outreach.officer)
    assert parts() == []


def test_organisations_of_other_regions_are_out_of_reach(outreach: Outreach) -> None:
    theirs = engage(outreach.far.pk, plan(), NOW, outreach.officer)
    with region_scope(regions_of(outreach.officer.pk)):
        with pytest.raises(TocsinError, match="not in a region of yours"):
            engage(outreach.far.pk, plan(), NOW, outreach.officer)
        with pytest.raises(TocsinError):
            call_off(theirs.pk, NOW, outreach.officer)
        assert engage(outreach.near.pk, plan(), NOW, outreach.officer).day == TODAY
