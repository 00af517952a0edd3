"""The months' figures come from what is counted by day, said and sent; counted twice, the same."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from tests.alerts.country import organisation
from tocsin.alerts.models import Alert
from tocsin.answers.models import Answer
from tocsin.constituency.models import Organisation, Region
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.measurement.counting import count
from tocsin.measurement.models import MonthlyCount
from tocsin.measurement.queries import statistic
from tocsin.measurement.rules import MONTHS, Measure, Topic, months_up_to
from tocsin.outreach.models import Engagement, Way
from tocsin.threats.models import DailyCount

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 15)
FEB, MARCH = date(2026, 2, 1), date(2026, 3, 1)


@pytest.fixture
def organisations() -> list[Organisation]:
    with staff_scope():
        Region.objects.create(code="london", name="London", country="GB")
        return [
            organisation(f"Org {at}", sector="energy" if at % 2 else "", region_id="london")
            for at in range(6)
        ]


def daily(whose: Organisation | None, day: date, **figures: int) -> None:
    with staff_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT tocsin_kind('scan_rdp')")
        kind = cursor.fetchone()[0]
        DailyCount.objects.create(organisation=whose, kind_id=kind, day=day, **figures)


def counted() -> dict[tuple[str, str, str, date], tuple[int, int]]:
    with staff_scope():
        return {
            (one.topic, one.value, one.measure, one.month): (one.count, one.organisations)
            for one in MonthlyCount.objects.all()
        }


def test_threats_by_kind_sector_and_region(organisations: list[Organisation]) -> None:
    for at, whose in enumerate(organisations):
        daily(whose, FEB + timedelta(days=at), new=10, gone=at)
        daily(whose, MARCH + timedelta(days=at), new=1)
    daily(None, MARCH, new=100)
    for _ in range(2):
        count(TODAY)
        found = counted()
    assert found["kind", "scan_rdp", "new", FEB] == (60, 6)
    assert found["kind", "scan_rdp", "new", MARCH] == (106, 6)
    assert found["kind", "scan_rdp", "gone", FEB] == (15, 5)
    assert found["sector", "energy", "new", FEB] == (30, 3)
    assert found["region", "london", "new", MARCH] == (6, 6)
    assert found["region", "", "new", MARCH] == (100, 0)


def test_answers_and_alerts(organisations: list[Organisation]) -> None:
    at = datetime(2026, 2, 28, 23, 59, tzinfo=UTC)
    ours = organisations[0]
    with staff_scope():
        Answer.objects.create(
            organisation=ours, kind_id=1, key="00000000-0000-0000-0000-000000000001",
            statement="fixed", at=at, via="link", name="x",
            submission="00000000-0000-0000-0000-000000000002", effect="claimed",
        )  # fmt: skip
        Alert.objects.create(
            organisation=ours, ticket="T", composed_at=at, tlp="AMBER", language="en", new=4,
            reminders=3, csv=b"", immediate=True,
        )  # fmt: skip
    count(TODAY)
    found = counted()
    assert found["statement", "fixed", "answers", FEB] == (1, 1)
    assert found["alert", "immediate", "alerts", FEB] == (1, 1)
    assert found["alert", "immediate", "told", FEB] == (7, 1)


def test_follow_up_that_took_place(organisations: list[Organisation]) -> None:
    given: tuple[tuple[Way, date, datetime | None], ...] = (
        (Way.VISIT, FEB, None),
        (Way.VISIT, TODAY, None),
        (Way.VISIT, TODAY + timedelta(days=1), None),
        (Way.CALL, TODAY, datetime(2026, 3, 14, tzinfo=UTC)),
    )
    with staff_scope():
        for way, day, cancelled_at in given:
            Engagement.objects.create(
                organisation=organisations[0], way=way, day=day, cancelled_at=cancelled_at,
                made_at=datetime(2026, 1, 1, tzinfo=UTC),
            )  # fmt: skip
    count(TODAY)
    assert counted() == {
        ("way", "visit", "engagements", FEB): (1, 1),
        ("way", "visit", "engagements", MARCH): (1, 1),
    }


def test_old_months_are_kept_as_they_were_and_then_dropped(
    organisations: list[Organisation],
) -> None:
    old, kept = months_up_to(TODAY, MONTHS + 1)[0], months_up_to(TODAY, MONTHS)[0]
    daily(organisations[0], old, new=5)
    daily(organisations[0], kept, new=7)
    count(TODAY)
    assert set(counted()) == {
        (topic, value, "new", kept)
        for topic, value in (("kind", "scan_rdp"), ("sector", ""), ("region", "london"))
    }
    count(TODAY + timedelta(days=31))
    assert not counted()


def test_a_statistic_names_nobody(organisations: list[Organisation]) -> None:
    for whose in organisations:
        daily(whose, FEB, new=20)
    daily(organisations[1], MARCH, new=500)
    count(TODAY)
    with staff_scope():
        found = statistic(Topic.SECTOR, Measure.NEW, TODAY)
    figures = dict(found.rows)
    assert found.months[-2:] == [FEB, MARCH]
    assert figures["energy"][-2] is None, "what March leaves out, February would tell"
    assert figures["energy"][-3:-1] == [None, None]
    assert figures[""][-3:-1] == [60, 0]


def test_organisations_read_none_of_it(organisations: list[Organisation]) -> None:
    daily(organisations[0], FEB, new=20)
    count(TODAY)
    with organisation_scope(organisations[0].pk):
        assert not MonthlyCount.objects.exists()
