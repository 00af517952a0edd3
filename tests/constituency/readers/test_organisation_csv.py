"""Lists of organisations: addresses are checked, handles made comparable, bad rows refused."""

import io

import pytest

from tocsin.constituency.readers.organisation_csv import OrganisationRow, read_organisation_csv
from tocsin.refused import Refused

HEADER = "name,kind,region,sector,email,security_email,language,handles\n"


def _read(rows: str) -> list[OrganisationRow | Refused]:
    return list(read_organisation_csv(io.BytesIO((HEADER + rows).encode())))


def test_row_with_everything() -> None:
    (row,) = _read(
        "  Acme   Ltd ,Hosting Company,London,digital,abuse@example.org noc@example.org,"
        "soc@example.org,DE,org-a1-test; Abuse@Example.org\n"
    )
    assert isinstance(row, OrganisationRow)
    assert (row.name, row.kind, row.language) == ("Acme Ltd", "hosting-company", "de")
    assert row.contacts == (
        ("abuse", "abuse@example.org"),
        ("abuse", "noc@example.org"),
        ("security", "soc@example.org"),
    )
    assert row.handles == ("ORG-A1-TEST", "abuse@example.org")


def test_only_a_name_is_needed() -> None:
    (row,) = _read("Acme\n")
    assert isinstance(row, OrganisationRow)
    assert (row.kind, row.language, row.contacts, row.handles) == ("", "", (), ())


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",isp", "no-name"),
        ("Acme,isp,,,not-an-address", "bad-email"),
        ("Acme,isp,,,good@example.org; bad@", "bad-email"),
        ("Acme,isp,,,,@example.org", "bad-email"),
        ("Acme,!!", "bad-kind"),
        ("Acme,isp,,,,,english please", "bad-language"),
    ],
)
def test_bad_row_is_refused_and_the_rest_goes_on(row: str, reason: str) -> None:
    bad, good = _read(f"{row}\nOther Ltd\n")
    assert isinstance(bad, Refused)
    assert (bad.line, bad.reason) == (2, reason)
    assert isinstance(good, OrganisationRow)
