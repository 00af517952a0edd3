"""Scores are kept, for every organisation that could be visited."""

import pytest
from django.conf import settings

from tests.outreach.test_facts import reminded
from tests.outreach.world import NOW, Outreach, counted, healthy
from tocsin.access.regions import look_after, regions_of
from tocsin.alerts.gather import gather
from tocsin.alerts.rules import Round
from tocsin.constituency.models import Contact, Organisation
from tocsin.database.scope import organisation_scope, region_scope
from tocsin.errors import TocsinError
from tocsin.outreach import scoring
from tocsin.outreach.models import VisitScore
from tocsin.outreach.queries import known, queue, shown
from tocsin.outreach.queries import reminded as reminded_threats
from tocsin.outreach.weights import PARTS
from tocsin.outreach.words import SENTENCES


def names(codes: set[str] | None) -> list[str]:
    return [one.organisation.name for one in queue(codes).order_by("-points", "organisation_id")]


@pytest.fixture
def scored(outreach: Outreach, monkeypatch: pytest.MonkeyPatch) -> Outreach:
    monkeypatch.setattr(scoring, "BATCH", 2)
    for whose, threats in ((outreach.near, 20), (outreach.beside, 300), (outreach.far, 2_000)):
        counted(whose, range(7), threats)
    healthy(range(7))
    assert scoring.score_all(NOW) == 3
    return outreach


def test_the_queue_begins_where_a_visit_would_change_most(scored: Outreach) -> None:
    assert names({"scotland"}) == ["Beside Hosting", "Near Broadband"]
    assert names(None) == ["Far Telecom", "Beside Hosting", "Near Broadband"]
    assert names(set()) == []


def test_each_reason_is_a_sentence_with_its_figure(scored: Outreach) -> None:
    (first, *_) = shown(VisitScore.objects.get(organisation=scored.beside))
    assert (first.part, first.points) == ("severe", 26)
    assert first.text.startswith("300 critical or high threats a day in the latest 3 days:")
    assert set(SENTENCES) == set(PARTS)


def test_worked_out_twice_it_says_the_same(scored: Outreach) -> None:
    before = list(VisitScore.objects.order_by("pk").values())
    scoring.score_all(NOW)
    assert list(VisitScore.objects.order_by("pk").values()) == before


def test_nobody_visits_a_suspended_organisation(scored: Outreach) -> None:
    Organisation.objects.filter(pk=scored.far.pk).update(suspended=True)
    scoring.score_all(NOW)
    assert names(None) == ["Beside Hosting", "Near Broadband"]


def test_an_officers_scope_shows_the_organisations_of_his_regions(scored: Outreach) -> None:
    with region_scope(regions_of(scored.officer.pk)):
        assert names(None) == ["Beside Hosting", "Near Broadband"]
        assert not Organisation.objects.filter(pk=scored.far.pk).exists()
        assert not Contact.objects.filter(organisation_id=scored.far.pk).exists()
    with region_scope(frozenset()):
        assert not Organisation.objects.exists()
        assert not VisitScore.objects.exists()
    with organisation_scope(scored.far.pk):
        assert Organisation.objects.count() == VisitScore.objects.count() == 1


def test_regions_are_given_by_name_and_to_protect_officers_only(outreach: Outreach) -> None:
    look_after(outreach.officer, ["london", "eastern"], NOW, "person 1")
    assert regions_of(outreach.officer.pk) == {"london", "eastern"}
    with pytest.raises(TocsinError, match="no region “atlantis”"):
        look_after(outreach.officer, ["london", "atlantis"], NOW, "person 1")
    assert regions_of(outreach.officer.pk) == {"london", "eastern"}
    outreach.officer.role = "auditor"
    with pytest.raises(TocsinError, match="Only a protect officer"):
        look_after(outreach.officer, ["london"], NOW, "person 1")


def test_what_is_handed_over_is_listed_the_longest_first(outreach: Outreach) -> None:
    """No third mail is sent about it: `alerts.rules.MOST_REMINDERS` is two."""
    for key, days in ((1, 31), (2, 60), (3, 29)):
        reminded(outreach.near, key, days)
    reminded(outreach.beside, 4, 60)
    scoring.score_again(outreach.near.pk, NOW)
    found = known(outreach.near.pk, None, NOW)
    assert found is not None
    assert found.reminded == 2
    listed = reminded_threats(outreach.near.pk, NOW)
    assert [one.key.int for one in listed] == [2, 1]
    assert (listed[0].affected, listed[0].kind, listed[0].severity) == (
        "198.18.0.1", "scan_rdp", "high"
    )  # fmt: skip
    told = gather(settings.TOCSIN_HOME, {outreach.near.pk: Round(1, reminders=True)}, NOW, False)
    assert list(told) == []
