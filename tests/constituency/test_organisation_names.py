"""Names are found however they are written, and unknown ones come with what is like them."""

import pytest

from tests.constituency.test_current_map import NOW, member
from tocsin.constituency import organisation_names
from tocsin.constituency.models import Organisation
from tocsin.constituency.organisation_names import OrganisationNames
from tocsin.database.scope import staff_scope

pytestmark = pytest.mark.django_db


def test_case_and_blanks_do_not_matter() -> None:
    number = member("Acme Networks")
    with staff_scope():
        names = OrganisationNames(NOW, create=False)
    assert names.find("  ACME   networks ") == number
    assert names.find("Acme") is None


def test_unknown_name_is_made_once() -> None:
    with staff_scope():
        names = OrganisationNames(NOW, create=True)
        assert names.find("New Ltd") == names.find("new  ltd")
        assert (names.created, Organisation.objects.count()) == (1, 1)


def test_similar_names_are_suggested_for_the_first_unknown_ones_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(organisation_names, "SUGGESTED", 1)
    member("Acme Networks")
    with staff_scope():
        names = OrganisationNames(NOW, create=False)
    first = "organisation “Acme Netwroks” is not known; is it Acme Networks?"
    assert names.suggest("Acme Netwroks") == first
    assert names.suggest("Acme Netw0rks") == "organisation “Acme Netw0rks” is not known"
    assert names.suggest("Acme Netwroks") == first
