import pytest

from tests.web.world import World, add_list_refusal
from tocsin.database.scope import staff_scope
from tocsin.web.status import Status, refused_rows, status


@pytest.fixture
def found(world: World) -> Status:
    with staff_scope():
        add_list_refusal()
    return status()


def test_rows_are_observations_and_refused_rows(found: Status) -> None:
    assert (found.reports, found.rows, found.observations, found.refused) == (1, 7, 6, 1)
    assert found.refused_reasons == {"bad-timestamp": 1}


def test_refused_rows_of_lists_are_counted_apart(found: Status) -> None:
    assert found.refused_of_lists == 1
    assert [row.reason for row in refused_rows()] == ["bad-timestamp"]


def test_threats_by_state_and_those_of_nobody(found: Status) -> None:
    assert {name: count for name, count in found.threats.items() if count} == {"open": 6, "gone": 1}
    assert found.unattributed == 1
    assert (found.organisations, found.organisations_alerted, found.alerts) == (2, 2, 2)
    assert found.deliveries == {"sent": 2}
