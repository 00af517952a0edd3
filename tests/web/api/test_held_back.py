"""What the authority holds back is not to be had by API either, until somebody was told of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.web.api.caller import Api
from tests.web.world import World
from tocsin.access.models import Role
from tocsin.alerts.models import Inhibition
from tocsin.database.scope import staff_scope
from tocsin.intake.models import Report
from tocsin.threats.models import Threat

Api_ = Callable[[Role], Api]
NOW = datetime.now(UTC)


def inhibit(world: World, **about: Any) -> None:
    with staff_scope():
        Inhibition.objects.create(
            **{"organisation": world.ours, "reason": "", "made_by": "ann", "made_at": NOW} | about
        )


def shown(caller: Api) -> set[UUID]:
    page = caller.get("/threats?state=all").json()["items"]
    exported = b"".join(caller.get("/threats.ndjson?state=all").streaming_content)
    assert exported.count(b"threat_id") == len(page)
    return {UUID(one["threat_id"]) for one in page}


@pytest.fixture
def first(world: World) -> Threat:
    """One of ours that nobody was told of, in a network of its own."""
    with staff_scope():
        Threat.objects.filter(organisation=world.ours).update(alerted_at=None)
        one = Threat.objects.filter(organisation=world.ours).earliest("key")
        Threat.objects.filter(pk=one.pk).update(address="203.0.113.77")
    return one


@pytest.mark.parametrize(
    "about",
    [
        {"prefix": "203.0.113.77/32"},
        {"prefix": "203.0.113.64/26", "organisation": None},
        {"prefix": "203.0.113.77/32", "until": NOW + timedelta(days=1)},
    ],
)
def test_a_prefix_is_held_back(
    world: World, api: Api_, first: Threat, about: dict[str, Any]
) -> None:
    before = shown(api(Role.OWNER))
    inhibit(world, **about)
    assert before - shown(api(Role.OWNER)) == {first.key}
    assert api(Role.OWNER).get(f"/threats/{first.key}").status_code == 404
    assert api(Role.OWNER).get("/lookup?address=203.0.113.77").json()["threats"] == []
    assert first.key in shown(api(Role.ANALYST))


@pytest.mark.parametrize(
    "about",
    [
        {"prefix": "198.18.0.0/32"},
        {"prefix": "203.0.113.77/32", "until": NOW - timedelta(days=1)},
        {"prefix": "203.0.113.77/32", "kind": "scan_dns"},
        {"prefix": "203.0.113.77/32", "feed": "another"},
    ],
)
def test_what_it_is_not_about_is_shown(
    world: World, api: Api_, first: Threat, about: dict[str, Any]
) -> None:
    inhibit(world, **about)
    assert first.key in shown(api(Role.OWNER))


def test_another_organisations_inhibition_is_not_ours(
    world: World, api: Api_, first: Threat
) -> None:
    inhibit(world, organisation=world.theirs)
    assert first.key in shown(api(Role.OWNER))


def test_a_kind_is_held_back(world: World, api: Api_, first: Threat) -> None:
    assert shown(api(Role.OWNER))
    inhibit(world, kind=api(Role.OWNER).get(f"/threats/{first.key}").json()["kind"])
    assert shown(api(Role.OWNER)) == set()


def test_a_feed_is_held_back(world: World, api: Api_, first: Threat) -> None:
    with staff_scope():
        report = Report.objects.select_related("feed").earliest("pk")
        Threat.objects.filter(pk=first.pk).update(last_report_id=report.pk)
    before = shown(api(Role.OWNER))
    inhibit(world, feed=report.feed.name)
    assert first.key in before - shown(api(Role.OWNER))


def test_who_was_told_already_goes_on_seeing_it(world: World, api: Api_, first: Threat) -> None:
    with staff_scope():
        Threat.objects.filter(pk=first.pk).update(alerted_at=NOW)
    inhibit(world, prefix="203.0.113.77/32")
    assert first.key in shown(api(Role.OWNER))
