"""Lists of organisations: added, brought up to date, never removed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from tests.constituency.certificates import OPENPGP, SMIME
from tocsin.constituency.import_organisations import OrganisationImport, import_organisations
from tocsin.constituency.models import Contact, Organisation, Region
from tocsin.database.scope import organisation_scope, staff_scope

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HEADER = "name,kind,region,sector,email,security_email,language,handle,openpgp,smime\n"
ACME = "Acme,isp,PSNI,telecoms,abuse@acme.example,soc@acme.example,de,org-a-test\n"


def take(tmp_path: Path, rows: str) -> OrganisationImport:
    path = tmp_path / "organisations.csv"
    path.write_text(HEADER + rows)
    return import_organisations(path, NOW)


def figures(done: OrganisationImport) -> tuple[int, int, int, int]:
    return done.added, done.changed, done.unchanged, done.contacts


def test_new_organisation_with_all_that_is_known(tmp_path: Path) -> None:
    assert figures(take(tmp_path, ACME)) == (1, 0, 0, 2)
    with staff_scope():
        acme = Organisation.objects.get()
        assert (acme.kind, acme.language, acme.sector) == ("isp", "de", "digital-infrastructure")
        assert acme.region == Region.objects.get(code="northern-ireland")
        assert acme.handles == ["ORG-A-TEST"]
        contacts = Contact.objects.order_by("email").values_list("email", "purpose", "provenance")
        assert list(contacts) == [
            ("abuse@acme.example", "abuse", "manual"),
            ("soc@acme.example", "security", "manual"),
        ]


def test_same_file_again_changes_nothing(tmp_path: Path) -> None:
    take(tmp_path, ACME)
    assert figures(take(tmp_path, ACME)) == (0, 0, 1, 0)


def test_empty_fields_leave_what_is_known_and_others_add_to_it(tmp_path: Path) -> None:
    take(tmp_path, ACME)
    done = take(tmp_path, "ACME,hosting,,,ABUSE@acme.example noc@acme.example,,,abuse@acme.example")
    assert figures(done) == (0, 1, 0, 1)
    with staff_scope():
        acme = Organisation.objects.get()
        assert (acme.name, acme.kind, acme.region_id) == ("Acme", "hosting", "northern-ireland")
        assert acme.handles == ["ORG-A-TEST", "abuse@acme.example"]
        assert Contact.objects.count() == 3


def test_two_rows_of_one_organisation(tmp_path: Path) -> None:
    done = take(tmp_path, "Acme,isp,,,a@acme.example\nacme,,London,,b@acme.example\n")
    assert figures(done) == (1, 0, 0, 2)
    with staff_scope():
        assert Organisation.objects.get().region_id == "london"


@pytest.mark.parametrize(
    ("row", "reason", "says"),
    [
        ("Bad,isp,,,nobody", "bad-email", "nobody"),
        ("Bad,isp,,,,,,,missing.asc", "no-certificate", "cannot read"),
    ],
)
def test_bad_row_is_refused_and_the_rest_goes_on(
    tmp_path: Path, row: str, reason: str, says: str
) -> None:
    done = take(tmp_path, f"{row}\n{ACME}")
    assert (done.added, done.refused.total) == (1, 1)
    (refused,) = done.refused.first
    assert (refused.line, refused.reason) == (2, reason)
    assert says in refused.detail


def test_an_unknown_region_is_refused_but_not_its_organisation(tmp_path: Path) -> None:
    done = take(tmp_path, "Acme,isp,Londn,,abuse@acme.example\n")
    assert (done.added, done.refused.total) == (1, 1)
    (refused,) = done.refused.first
    assert (refused.line, refused.reason) == (2, "unknown-region")
    assert "London" in refused.detail
    with staff_scope():
        assert Organisation.objects.get().region_id is None


def test_an_unknown_sector_is_kept_as_written(tmp_path: Path) -> None:
    done = take(tmp_path, "Acme,isp,,bankng,a@acme.example\nBest,isp,,bankng,b@best.example\n")
    assert (done.added, done.refused.total) == (2, 0)
    ((note, count),) = done.notes.items()
    assert "Banking" in note
    assert count == 2
    with staff_scope():
        assert set(Organisation.objects.values_list("sector", flat=True)) == {"bankng"}


def test_certificates_belong_to_the_rows_contacts(tmp_path: Path) -> None:
    (tmp_path / "acme.asc").write_text(OPENPGP)
    (tmp_path / "acme.pem").write_text(SMIME)
    row = "Acme,isp,,,abuse@acme.example,,,,acme.asc,acme.pem\n"
    take(tmp_path, "Acme,isp,,,abuse@acme.example\n")
    assert figures(take(tmp_path, row)) == (0, 0, 1, 0)
    with staff_scope():
        contact = Contact.objects.get()
        assert contact.openpgp_certificate == OPENPGP
        assert contact.smime_certificate == SMIME


def test_another_countrys_regions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    regions = tmp_path / "regions.toml"
    regions.write_text('country = "XX"\n[region.north]\nname = "The North"\n')
    monkeypatch.setattr(settings, "TOCSIN_REGIONS", str(regions))
    assert take(tmp_path, "Acme,isp,the north\nOther,isp,London\n").refused.total == 1
    assert list(Region.objects.values_list("code", "country")) == [("north", "XX")]


def test_a_stranger_sees_neither_organisation_nor_contacts(tmp_path: Path) -> None:
    take(tmp_path, f"{ACME}Stranger,isp,,,abuse@stranger.example\n")
    with staff_scope():
        acme = Organisation.objects.get(name="Acme").pk
    with organisation_scope(acme):
        assert [one.name for one in Organisation.objects.all()] == ["Acme"]
        assert {one.organisation_id for one in Contact.objects.all()} == {acme}
    assert not Organisation.objects.exists()
    assert not Contact.objects.exists()
