"""Lists of the constituency."""

from datetime import timedelta

import pytest

from tests.constituency.test_current_map import NOW, give, member
from tocsin.constituency.models import Contact
from tocsin.constituency.queries import all_assets, all_organisations, one_organisation
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError

pytestmark = pytest.mark.django_db


def test_organisations_by_name_with_their_counts() -> None:
    acme = member("Zebra"), member("Acme")
    give(acme[1], "AS64500", "asn")
    give(acme[1], "AS64501", "asn", valid_to=NOW)
    with staff_scope():
        Contact.objects.create(organisation_id=acme[1], email="abuse@acme.example")
    first, second = all_organisations()
    assert (first["name"], first["contacts"], first["assets"]) == ("Acme", 1, 1)
    assert (second["name"], second["contacts"], second["assets"]) == ("Zebra", 0, 0)


def test_one_organisation_without_regard_to_case() -> None:
    acme = member("Acme")
    give(acme, "AS64500", "asn", valid_from=NOW)
    with staff_scope():
        Contact.objects.create(organisation_id=acme, email="a@acme.example", smime_certificate="x")
    found = one_organisation("aCME")
    assert found["name"] == "Acme"
    assert found["contacts"] == [
        {"email": "a@acme.example", "purpose": "abuse", "encrypted": True, "bounced": False}
    ]
    assert found["asset_count"] == 1
    assert found["assets"][0]["valid_from"] == "2026-03-01T00:00:00+00:00"


@pytest.mark.parametrize(("name", "hint"), [("Acm", "Acme Ltd"), ("Other", "organisations list")])
def test_unknown_organisation(name: str, hint: str) -> None:
    member("Acme Ltd")
    with pytest.raises(TocsinError, match=f"no organisation is called “{name}”") as error:
        one_organisation(name)
    assert hint in error.value.hint


def test_assets_of_today_or_all_or_one_organisations() -> None:
    acme, other = member("Acme"), member("Other")
    give(acme, "AS1", "asn", valid_to=NOW)
    give(acme, "AS2", "asn", valid_to=NOW + timedelta(days=1))
    give(other, "AS3", "asn")
    assert [row["asset"] for row in all_assets(NOW)] == ["AS2", "AS3"]
    assert [row["asset"] for row in all_assets(NOW, ended=True)] == ["AS1", "AS2", "AS3"]
    assert [row["asset"] for row in all_assets(NOW, "ACME")] == ["AS2"]
