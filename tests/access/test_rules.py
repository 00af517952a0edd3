from datetime import UTC, datetime, timedelta

import pytest

from tocsin.access.models import MEMBER_ROLES, STAFF_ROLES, Role
from tocsin.access.rules import (
    MEMBER_AWAY,
    NOTICE,
    STAFF_AWAY,
    Step,
    dormant_step,
    may_become,
    may_invite,
    may_manage,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


@pytest.mark.parametrize("giver", Role)
def test_nobody_but_owners_and_analysts_gives_anything(giver: Role) -> None:
    given = {Role.OWNER: MEMBER_ROLES, Role.ANALYST: STAFF_ROLES | {Role.OWNER}}
    assert may_invite(giver) == given.get(giver, frozenset())
    managed = {role for role in Role if may_manage(giver, role)}
    assert managed == {Role.OWNER: set(MEMBER_ROLES), Role.ANALYST: set(Role)}.get(giver, set())


@pytest.mark.parametrize("giver", Role)
@pytest.mark.parametrize("now", Role)
def test_no_role_of_the_staff_is_reached_by_a_change(giver: Role, now: Role) -> None:
    assert may_become(giver, now) <= MEMBER_ROLES
    assert bool(may_become(giver, now)) == (
        giver in (Role.OWNER, Role.ANALYST) and now in MEMBER_ROLES
    )


@pytest.mark.parametrize(("staff", "away"), [(True, STAFF_AWAY), (False, MEMBER_AWAY)])
def test_who_stays_away_is_told_and_a_month_later_closed(staff: bool, away: timedelta) -> None:
    def step(last: timedelta, told: timedelta | None = None) -> Step:
        return dormant_step(
            staff=staff,
            last_active=NOW - last,
            told_at=None if told is None else NOW - told,
            now=NOW,
        )

    assert step(away - MOMENT) is Step.NONE
    assert step(away) is Step.TELL
    assert step(away + NOTICE, told=NOTICE - MOMENT) is Step.NONE
    assert step(away + NOTICE, told=NOTICE) is Step.CLOSE
    assert step(away, told=away + MOMENT) is Step.TELL, "told before the last visit"
    assert step(timedelta(0), told=NOTICE) is Step.NONE, "came back"
