from datetime import UTC, date, datetime, time, timedelta

from tests.web.world import NOW, TODAY, YESTERDAY, World, add_threat, kind_number
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.threats.models import Threat
from tocsin.threats.states import State
from tocsin.web import figures
from tocsin.web.figures import Days


def test_current_threats_are_counted_back_from_now() -> None:
    dates = [date(2026, 9, 1) + timedelta(days=at) for at in range(3)]
    days = Days(dates, [0] * 3, new=[10, 2, 0], reopened=[0, 0, 1], gone=[0, 4, 1], lost=[0, 1, 0])
    assert days.open_at_end(7) == [10, 7, 7]


def test_what_was_before_the_first_day_is_never_negative() -> None:
    days = Days(
        [date(2026, 9, 1)] * 2, [0, 0], new=[0, 9], reopened=[0, 0], gone=[0, 0], lost=[0, 0]
    )
    assert days.open_at_end(5) == [0, 5]


def test_tallies_by_state_organisation_and_kind(world: World) -> None:
    with staff_scope():
        found = figures.tallies()
    assert (found.whole.current, found.whole.gone) == (6, 1)
    assert found.organisations[world.ours.pk].current == 3
    assert found.organisations[None].current == 1
    assert found.kinds["scan_rdp"].gone == 1


def test_tallies_of_one_organisation(world: World) -> None:
    with staff_scope():
        assert figures.tallies(world.theirs.pk).whole.current == 2


def test_a_member_counts_only_its_own(world: World) -> None:
    with organisation_scope(world.theirs.pk):
        assert figures.tallies().whole.current == 2
        assert figures.by_day(TODAY, False).new == [2, 0]
        assert figures.by_organisation(TODAY, False, [world.ours.pk]) == {}


def test_days_without_a_count_are_there(world: World) -> None:
    with staff_scope():
        later = TODAY + timedelta(days=2)
        days = figures.by_day(later, False)
        assert days.dates == [YESTERDAY, TODAY, TODAY + timedelta(days=1), later]
        assert days.new == [7, 0, 0, 0]
        assert figures.by_kind(later, False)["scan_rdp"].gone == [0, 1, 0, 0]


def test_lost_threats_count_on_the_day_that_decided_it(world: World) -> None:
    with staff_scope():
        number = kind_number("event4_sinkhole")
        add_threat(number, 40, world.ours, State.LOST)
        midnight = datetime.combine(TODAY, time(), UTC)
        Threat.objects.filter(kind_id=number).update(state_since=midnight)
        days = figures.by_day(TODAY, True)
        assert days.dates == [YESTERDAY, TODAY]
        assert days.lost == [1, 0]
        assert figures.by_day(TODAY, False).lost == [0, 0]
        assert figures.by_kind(TODAY, True)["event4_sinkhole"].lost == [1, 0]
        assert figures.by_organisation(TODAY, True, [world.ours.pk])[world.ours.pk].lost == [1, 0]


def test_dismissed_threats_left_on_their_day_and_are_not_current(world: World) -> None:
    with staff_scope():
        before = figures.tallies().whole.current
        one = Threat.objects.filter(organisation=world.ours, state=State.OPEN).first()
        assert one is not None
        Threat.objects.filter(key=one.key).update(state=State.DISMISSED, state_since=NOW)
        whole = figures.tallies().whole
        assert (whole.current, whole.dismissed, whole.has_silent) == (before - 1, 1, True)
        days = figures.by_day(TODAY, True)
        assert (days.dismissed, days.lost) == ([0, 1], [0, 0])
        assert days.open_at_end(whole.current) == [before + 1, before - 1]


def test_the_last_day_with_counts(world: World) -> None:
    with staff_scope():
        assert figures.last_day(NOW.date() + timedelta(days=9)) == TODAY
        assert figures.last_day(YESTERDAY) == YESTERDAY


def test_nothing_was_counted_yet(db: None) -> None:
    with staff_scope():
        assert figures.last_day(TODAY) == TODAY
        assert figures.by_day(TODAY, True).dates == [TODAY]
