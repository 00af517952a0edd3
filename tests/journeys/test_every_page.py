"""Every page of the URL map, as each role sees it: no fault, and a link leads to it."""

from collections.abc import Callable

import pytest

from tests.journeys.conftest import VISITS
from tests.journeys.country import Country
from tests.journeys.visits import Visitor
from tests.journeys.walking import meant_for, walk
from tocsin.access.models import Role

# Reached through a form that was sent, or by whoever has to, and looked at by a journey of its own.
BY_FORM = {"confirm", "second-factor"}


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_each_page_of_a_role(role: str, country: Country, visitor: Callable[..., Visitor]) -> None:
    names = meant_for(role)
    visits = list(walk(visitor(role), country.url, names))
    VISITS.extend(visits)
    faults = [f"{visit.address}: {fault}" for visit in visits for fault in visit.faults]
    missed = names - {visit.name for visit in visits} - BY_FORM
    assert not faults, "\n".join(faults)
    assert not missed, f"no link leads to {', '.join(sorted(missed))}"
