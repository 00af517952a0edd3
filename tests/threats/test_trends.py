"""What changed over time, from the daily counts of one organisation."""

from datetime import date

import pytest

from tests.alerts.country import organisation
from tests.web.world import add_count, kind_number
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.threats.trends import Flow, Step, flow, flow_by_kind, span

FRIDAY = date(2026, 1, 2)


@pytest.mark.parametrize(
    ("step", "starts"),
    [
        (Step.DAY, (date(2025, 12, 31), date(2026, 1, 1), FRIDAY)),
        (Step.WEEK, (date(2025, 12, 15), date(2025, 12, 22), date(2025, 12, 29))),
        (Step.MONTH, (date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1))),
    ],
)
def test_a_span_ends_with_the_step_of_its_last_day(step: Step, starts: tuple[date, ...]) -> None:
    assert span(FRIDAY, step, 3).starts == starts


@pytest.mark.django_db
def test_each_step_has_its_sum_and_nobody_elses() -> None:
    with staff_scope():
        ours, theirs = organisation("Ours"), organisation("Theirs")
        rdp, vnc = kind_number("scan_rdp"), kind_number("scan_vnc")
        for kind, day, new, gone in (
            (rdp, date(2025, 12, 14), 7, 7),  # before the span
            (rdp, date(2025, 12, 15), 1, 0),
            (rdp, date(2025, 12, 21), 2, 1),
            (vnc, date(2025, 12, 21), 4, 0),
            (vnc, FRIDAY, 0, 5),
        ):
            add_count(kind, ours, day, new, gone)
        add_count(rdp, theirs, FRIDAY, 100, 100)
    over = span(FRIDAY, Step.WEEK, 3)
    with organisation_scope(ours.pk):
        assert flow(ours.pk, over) == [Flow(new=7, gone=1), Flow(), Flow(gone=5)]
        assert flow_by_kind(ours.pk, over) == [
            ("scan_vnc", Flow(new=4, gone=5)), ("scan_rdp", Flow(new=3, gone=1))
        ]  # fmt: skip
        assert flow_by_kind(theirs.pk, over) == []
