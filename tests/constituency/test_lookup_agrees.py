"""`tocsin assets lookup` and attribution are two readings of the same rules: they have to agree."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import numpy as np
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.constituency.test_current_map import member
from tocsin.constituency.asset_map import AssetMap
from tocsin.constituency.asset_rows import read_assets
from tocsin.constituency.generation import raise_generation
from tocsin.constituency.lookup import look_up
from tocsin.constituency.models import Asset
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

START = datetime(2026, 1, 1, tzinfo=UTC)
PREFIXES = ("198.18.0.0/15", "198.18.0.0/16", "198.18.7.0/24", "198.18.7.7/32")
NAMES = ("example.org", "shop.example.org")
ASSETS = [
    *(("prefix", each) for each in PREFIXES),
    *(("domain", each) for each in NAMES),
    ("asn", "AS64500"),
]
ASKED = ("198.18.7.7", "198.18.7.8", "198.19.0.1", "203.0.113.1")

days = st.integers(0, 6)
entries = st.lists(
    st.tuples(
        st.sampled_from(ASSETS),
        st.sampled_from(("manual", "rir")), st.none() | days, st.none() | days,
    ),
    max_size=7,
)  # fmt: skip


def _make(given: list[tuple[tuple[str, str], str, int | None, int | None]]) -> None:
    owners = [member(f"Owner {at}") for at in range(len(given))]
    with staff_scope():
        for owner, ((form, value), provenance, begin, end) in zip(owners, given, strict=True):
            Asset.objects.create(
                organisation_id=owner, form=form, value=value, provenance=provenance,
                registry="" if provenance == "manual" else "r", created_at=START,
                valid_from=None if begin is None else START + timedelta(days=begin),
                valid_to=None if end is None else START + timedelta(days=end),
            )  # fmt: skip
        raise_generation()


def _attributed(asset_map: AssetMap, address: str, at: datetime, asn: int) -> int:
    moment = np.array([int(at.timestamp()) * 1_000_000])
    addr = np.array([int(ip_address(address))], np.uint32)
    return int(asset_map.responsible_v4(addr, moment, np.array([asn])).organisation[0])


@given(entries, days, st.sampled_from((0, 64500, 64501)))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_same_answer_for_an_address(
    given: list[tuple[tuple[str, str], str, int | None, int | None]], day: int, asn: int
) -> None:
    at = START + timedelta(days=day)
    with transaction.atomic():
        _make(given)
        with staff_scope():
            asset_map = AssetMap.build(read_assets())
        for address in ASKED:
            found = look_up(address, at, asn)
            with staff_scope():
                number = _attributed(asset_map, address, at, asn)
                name = Asset.objects.filter(organisation=number).values_list("organisation__name")
                assert found.organisation == (name.first() or ("",))[0]
            _explained(found.candidates)
        transaction.set_rollback(True)


def _explained(candidates: list) -> None:  # type: ignore[type-arg]
    """At most one answers, and every other one that stands beside it says why it does not."""
    answers = [one for one in candidates if one.answers]
    assert len(answers) <= 1
    assert all(one.verdict == "responsible" for one in answers)
    if answers:
        assert all(one.verdict for one in candidates)


@pytest.mark.parametrize(
    "text",
    ["", " ", "?", "198.18.0.0-198.18.0.9", "fe80::1%eth0", "198.18.0.٧", "198.18.0.1/24", "AS0",
     "@", "a@", "example", "0.0.0.0/0", "http://example.org/", "\0", "x" * 300],
)  # fmt: skip
def test_what_cannot_be_looked_up_is_told_with_what_can(text: str) -> None:
    with pytest.raises(TocsinError) as told:
        look_up(text, START)
    assert told.value.hint.startswith("Ask about")
