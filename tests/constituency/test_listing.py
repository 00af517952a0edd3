"""Organisations as an analyst looks for them."""

from datetime import UTC, datetime

import pytest

from tocsin.constituency.listing import Wanted, listed, reach_of, waiting_applications
from tocsin.constituency.models import Application, Asset, Contact, Organisation, Region
from tocsin.database.scope import staff_scope

NOW = datetime(2026, 3, 5, tzinfo=UTC)


@pytest.fixture
def three(db: None) -> dict[str, int]:
    """Sound is well; Broken's mail bounces; Closed is suspended, and nobody confirmed it."""
    with staff_scope():
        region = Region.objects.create(code="north", name="North", country="GB")
        made = {
            name: Organisation.objects.create(
                name=f"{name} Networks", created_at=NOW, handles=[f"ORG-{name}"],
                suspended=name == "Closed", released_at=NOW if name == "Sound" else None,
                region=region if name == "Broken" else None,
            ).pk
            for name in ("Sound", "Broken", "Closed")
        }  # fmt: skip
        for name, number in made.items():
            Contact.objects.create(
                organisation_id=number, email=f"abuse@{name}.example", created_at=NOW,
                bounced_at=NOW if name == "Broken" else None,
                unconfirmed_at=NOW if name == "Closed" else None,
            )  # fmt: skip
        Asset.objects.create(
            organisation_id=made["Sound"], form="prefix", value="192.0.2.0/24", created_at=NOW
        )
        Application.objects.create(
            organisation_id=made["Sound"], name="Sound", email="x@sound.example", created_at=NOW
        )
    return made


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), {"Sound", "Broken", "Closed"}),
        (Wanted("ound n"), {"Sound"}),
        (Wanted("ORG-Broken"), {"Broken"}),
        (Wanted("192.0.2.0/24"), {"Sound"}),
        (Wanted(region="north"), {"Broken"}),
        (Wanted(state="suspended"), {"Closed"}),
        (Wanted(state="unreleased"), {"Broken", "Closed"}),
        (Wanted(state="bounced"), {"Broken"}),
        (Wanted(state="unreachable"), {"Broken"}),
        (Wanted(state="unconfirmed"), {"Closed"}),
        (Wanted("networks", state="bounced"), {"Broken"}),
    ],
)
def test_who_is_found(three: dict[str, int], wanted: Wanted, found: set[str]) -> None:
    with staff_scope():
        numbers = set(listed(wanted).values_list("pk", flat=True))
    assert numbers == {three[name] for name in found}


def test_how_they_are_reached_and_what_they_apply_for(three: dict[str, int]) -> None:
    with staff_scope():
        reach = reach_of(list(three.values()))
        waiting = waiting_applications(list(three.values()))
    said = {
        name: (reach[pk].usable, reach[pk].bounced, reach[pk].unconfirmed)
        for name, pk in three.items()
    }
    assert said == {"Sound": (1, 0, 0), "Broken": (0, 1, 0), "Closed": (1, 0, 1)}
    assert waiting == {three["Sound"]: 1}
