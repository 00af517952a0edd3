"""What the job counts is what a pass over all threats would say, and pages read it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.world import NOW, TODAY, World, add_threat, kind_number, make_world
from tocsin.constituency.models import Organisation
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.threats.models import Standing, Threat
from tocsin.threats.standing import count_standing
from tocsin.threats.states import State
from tocsin.web import figures


@pytest.fixture
def world(db: None, home: object) -> World:
    made = make_world()
    with staff_scope():
        other = kind_number("event4_sinkhole")
        for at, state in ((40, State.LOST), (41, State.DISMISSED), (42, State.LOST)):
            add_threat(other, at, made.ours if at < 42 else None, state)
    return made


def everything(world: World) -> list[object]:
    """All figures that there are."""
    mine = world.ours.pk
    with staff_scope():
        all_, one = figures.tallies(), figures.tallies(mine)
        said: list[object] = [
            (dict(each.whole.states), {name: dict(k.states) for name, k in each.kinds.items()})
            for each in (all_, one)
        ]
        said += [{whose: dict(t.states) for whose, t in all_.organisations.items()}]
        said += [figures.by_day(TODAY, True, whose) for whose in (None, mine)]
        said += [figures.by_kind(TODAY, True, whose) for whose in (None, mine)]
        said += [figures.by_organisation(TODAY, True, [mine, world.theirs.pk])]
        assert figures.added(figures.by_kind(TODAY, True), TODAY) == said[3]
        of = figures.tallies_of([mine, world.theirs.pk])
        said += [{whose: dict(tally.states) for whose, tally in of.items()}]
    with organisation_scope(mine):
        said += [dict(figures.tallies().whole.states), figures.by_kind(TODAY, True)]
        said += [figures.by_day(TODAY, True)]
    return said


def test_kept_figures_are_those_of_the_threats(world: World) -> None:
    before = everything(world)
    count_standing(NOW)
    assert everything(world) == before


def test_counted_figures_read_no_threats(world: World) -> None:
    count_standing(NOW)
    with CaptureQueriesContext(connection) as queries:
        everything(world)
    read = [query["sql"] for query in queries if "FROM threat t" in query["sql"]]
    assert read == []


def test_counted_again_it_follows(world: World) -> None:
    count_standing(NOW)
    with staff_scope():
        Threat.objects.filter(organisation=world.theirs).delete()
        Threat.objects.filter(organisation=None).delete()
        before = Standing.objects.get(organisation=world.ours)
    count_standing(NOW + timedelta(hours=1))
    with staff_scope():
        assert figures.tallies(world.theirs.pk).whole.current == 0
        assert figures.tallies().organisations[None].current == 0
        assert figures.tallies().whole.current == 3
        assert Standing.objects.get(organisation=world.ours).counted_at == before.counted_at


def test_who_has_no_threats_is_counted_too(world: World) -> None:
    with staff_scope():
        new = Organisation.objects.create(name="New", created_at=NOW)
    count_standing(NOW)
    with staff_scope():
        assert Standing.objects.get(organisation=new).current == 0
