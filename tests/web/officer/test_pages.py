"""What officers see and do on their pages; a region that is not theirs answers as nothing."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.web.test_url_map import MOST_QUERIES, OWN
from tests.web.world import NOW, YESTERDAY, World, browser_of
from tocsin.access.models import Person, Role
from tocsin.access.regions import look_after, regions_of
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.intake.models import Feed, FeedDay
from tocsin.outreach.models import ControlAnswer, Engagement
from tocsin.outreach.scoring import score_all

Visitor = Callable[[Role], Client]
OF_ONE = ("region-organisation", "briefing", "briefing-pdf", "engage")
OF_ENGAGEMENTS = ("engagement", "change-engagement", "engagement-calendar")


@pytest.fixture
def officer(world: World) -> Client:
    """Of our region only."""
    look_after(world.officer, ["eastern"], NOW, "person 0")
    score_all(NOW)
    return browser_of(world.officer)


def engagement(world: World, whose: str) -> int:
    with staff_scope():
        return Engagement.objects.get(organisation=getattr(world, whose)).pk


def address(name: str, world: World, whose: str) -> str:
    if name in OF_ONE:
        return reverse(name, args=[getattr(world, whose).pk])
    return reverse(name, args=[engagement(world, whose)])


@pytest.mark.parametrize("name", [*OF_ONE, *OF_ENGAGEMENTS])
def test_what_is_in_another_region_is_not_there(world: World, officer: Client, name: str) -> None:
    assert officer.get(address(name, world, "ours")).status_code == 200
    assert officer.get(address(name, world, "theirs")).status_code == 404


@pytest.mark.parametrize("name", [*OF_ONE, *OF_ENGAGEMENTS])
def test_row_level_security_refuses_it_by_itself(
    world: World, officer: Client, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The queries are made to name no region, as an analyst's do."""
    for module, function in (
        ("regional", "known"), ("regional", "organisation_in"), ("regional", "engagement_in")
    ):  # fmt: skip
        place = f"tocsin.web.officer.{module}.{function}"
        asked = __import__("tocsin.outreach.queries", fromlist=[function]).__dict__[function]

        def open_to_all(number: int, codes: object, *rest: object, ask: object = asked) -> object:
            return ask(number, None, *rest)  # type: ignore[operator]

        monkeypatch.setattr(place, open_to_all)
    assert officer.get(address(name, world, "ours")).status_code == 200
    assert officer.get(address(name, world, "theirs")).status_code == 404


def test_the_queue_says_why(world: World, officer: Client) -> None:
    text = officer.get(reverse("region")).content.decode()
    assert "Ours Broadband" in text
    assert "Theirs Hosting" not in text
    assert "A follow-up was agreed for 30 September 2026." in text
    assert "25 points" in text


def test_an_analyst_sees_every_region_and_can_choose_one(world: World, visitor: Visitor) -> None:
    score_all(NOW)
    analyst = visitor(Role.ANALYST)
    both = analyst.get(reverse("region")).content.decode()
    assert "Ours Broadband" in both
    assert "Theirs Hosting" in both
    chosen = analyst.get(reverse("region"), {"region": "london"}).content.decode()
    assert "Ours Broadband" not in chosen
    assert "Theirs Hosting" in chosen


def test_who_has_no_region_is_told_what_to_do(world: World) -> None:
    look_after(world.officer, [], NOW, "person 0")
    text = browser_of(world.officer).get(reverse("region")).content.decode()
    assert "You look after no region yet" in text
    assert "Ours Broadband" not in text


def test_other_pages_of_the_authority_show_an_officer_his_regions_only(
    world: World, officer: Client
) -> None:
    text = officer.get(reverse("organisations")).content.decode()
    assert "Ours Broadband" in text
    assert "Theirs Hosting" not in text
    assert officer.get(reverse("organisation", args=[world.theirs.pk])).status_code == 404


def test_an_engagement_is_planned_and_shown(world: World, officer: Client) -> None:
    where = address("engage", world, "ours")
    plan = {
        "way": "visit", "day": "2026-10-02", "follow_up_on": "2026-10-30",
        "action_1": "Close the port",
    }  # fmt: skip
    response = officer.post(where, plan, follow=True)
    text = response.content.decode()
    assert "The engagement was kept." in text
    assert "Close the port" in text
    assert "Nothing can be seen yet" in text
    with staff_scope():
        assert Engagement.objects.latest("pk").made_by == world.officer


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(
    world: World, officer: Client
) -> None:
    where = address("engage", world, "ours")
    wrong = {"way": "visit", "day": "soon", "talked_about": "Routers of theirs"}
    response = officer.post(where, wrong)
    text = response.content.decode()
    assert response.status_code == 400
    assert "Routers of theirs" in text
    assert "Enter a valid date." in text
    response = officer.post(where, {**wrong, "day": "2026-09-30", "follow_up_on": "2026-09-30"})
    assert "is not possible" in response.content.decode()


def test_a_follow_up_is_put_off_and_done(world: World, officer: Client) -> None:
    where = address("engagement", world, "ours")
    officer.post(where, {"do": "follow-up", "again_on": "2026-10-14"})
    text = officer.get(where).content.decode()
    assert "14 October 2026" in text
    officer.post(where, {"do": "follow-up", "again_on": ""})
    with staff_scope():
        assert Engagement.objects.get(pk=engagement(world, "ours")).followed_up_at == NOW


def test_the_pdf_and_the_calendar_come_as_such(world: World, officer: Client) -> None:
    file = officer.get(address("briefing-pdf", world, "ours"))
    assert file["Content-Type"] == "application/pdf"
    assert file.content.startswith(b"%PDF-1.7")
    calendar = officer.get(address("engagement-calendar", world, "ours"))
    assert calendar["Content-Type"] == "text/calendar"
    assert b"SUMMARY:Visit: Ours Broadband" in calendar.content


def test_an_analyst_gives_an_officer_regions(world: World, visitor: Visitor) -> None:
    analyst = visitor(Role.ANALYST)
    where = reverse("officer", args=[world.officer.pk])
    assert "checked" in analyst.get(where).content.decode()
    response = analyst.post(where, {"regions": ["scotland"]}, follow=True)
    assert "Police Scotland" in response.content.decode()
    assert regions_of(world.officer.pk) == {"scotland"}
    assert analyst.post(where, {"regions": ["atlantis"]}).status_code == 400
    other = Person.objects.filter(role=Role.OWNER).values_list("pk", flat=True).first() or 0
    assert analyst.get(reverse("officer", args=[other])).status_code == 404


def test_an_organisation_assesses_itself(world: World, visitor: Visitor) -> None:
    desk = visitor(Role.ABUSE_DESK)
    given = {"updates-soon": "yes", "note-updates-soon": "Within a week"}
    response = desk.post(reverse("assess-controls"), given, follow=True)
    text = response.content.decode()
    assert "Your answers were kept." in text
    assert "Within a week" in text
    with organisation_scope(world.ours.pk):
        assert ControlAnswer.objects.get().answer == "yes"
    wrong = desk.post(reverse("assess-controls"), {"updates-soon": "perhaps"})
    assert wrong.status_code == 400


def test_it_stands_beside_what_is_seen(world: World, visitor: Visitor) -> None:
    """Which days were healthy is not for members to read, and yet decides what they are shown."""
    with staff_scope():
        feed = Feed.objects.get()
        FeedDay.objects.create(feed=feed, kind="scan_rdp", day=YESTERDAY, state="healthy")
    text = visitor(Role.OWNER).get(reverse("self-assessment")).content.decode()
    assert "Remote desktop (RDP) reachable from the internet: 4" in text


def test_a_reader_reads_it(world: World, visitor: Visitor) -> None:
    text = visitor(Role.READER).get(reverse("self-assessment")).content.decode()
    assert "An owner or the abuse desk answers." in text
    assert "Keep the answers" not in text


@pytest.mark.parametrize("name", ["region", "engagements", *OF_ONE, *OF_ENGAGEMENTS])
def test_an_officer_too_costs_few_queries(world: World, officer: Client, name: str) -> None:
    lists = ("region", "engagements")
    where = reverse(name) if name in lists else address(name, world, "ours")
    officer.get(where)
    with CaptureQueriesContext(connection) as asked:
        officer.get(where)
    counted = [one["sql"] for one in asked if not OWN.match(one["sql"])]
    assert len(counted) <= MOST_QUERIES, counted
