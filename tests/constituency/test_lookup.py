"""The answer, and the reason for every asset that did not give it."""

from datetime import datetime, timedelta

import pytest

from tests.constituency.test_current_map import NOW, give, member
from tocsin.constituency.lookup import Lookup, look_up
from tocsin.errors import TocsinError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


def verdicts(found: Lookup) -> list[tuple[str, str]]:
    return [(one.asset, one.verdict) for one in found.candidates]


def test_answer_with_what_it_beat_in_order() -> None:
    acme, other = member("Acme"), member("Other")
    give(acme, "198.18.0.0/15")
    give(acme, "198.18.0.0/16", valid_to=NOW)
    give(acme, "AS64500", "asn")
    give(other, "198.18.7.0/24", provenance="rir", registry="r", source="file.txt")
    give(other, "198.18.0.0/24", valid_from=NOW + timedelta(days=1))
    give(other, "AS64500", "asn", provenance="rir", registry="r")
    found = look_up("198.18.0.1", NOW, asn=64500)
    assert (found.asked, found.organisation) == ("198.18.0.1/32", "Acme")
    assert verdicts(found) == [
        ("198.18.0.0/24", "begins only 2026-03-02 00:00"),
        ("198.18.0.0/16", "ended 2026-03-01 00:00"),
        ("198.18.0.0/15", "responsible"),
        ("AS64500", "an AS number: prefixes win"),
        ("AS64500", "imported: manual entries win"),
    ]
    assert [one.answers for one in found.candidates] == [False, False, True, False, False]


def test_imported_answer_tells_its_register() -> None:
    give(member("Acme"), "198.18.7.0/24", provenance="rir", registry="r", source="file.txt")
    (one,) = look_up("198.18.7.9", NOW).candidates
    assert (one.provenance, one.registry, one.source) == ("rir", "r", "file.txt")
    assert (one.answers, one.valid_from, one.valid_to) == (True, None, None)


def test_of_two_equal_prefixes_the_older_entry_is_beaten() -> None:
    acme, other = member("Acme"), member("Other")
    give(acme, "192.0.2.0/24")
    give(other, "192.0.2.0/24")
    assert look_up("192.0.2.1", NOW).organisation == "Other"
    assert verdicts(look_up("192.0.2.1", NOW))[1][1] == "the same, valid or entered earlier"


@pytest.mark.parametrize(
    ("asked", "organisation"),
    [
        ("198.18.0.0/24", "Acme"),
        ("198.16.0.0/14", ""),
        ("2001:db8::1", "Acme"),
        ("2001:db9::1", ""),
        ("AS64500", "Acme"),
        ("AS64501", ""),
        ("www.Example.org", "Acme"),
        ("example.net", ""),
        ("somebody@example.org", "Acme"),
        ("@example.org", "Acme"),
        ("somebody@example.com", ""),
    ],
)
def test_everything_that_can_be_asked_about(asked: str, organisation: str) -> None:
    acme = member("Acme")
    give(acme, "198.18.0.0/15")
    give(acme, "2001:db8::/32")
    give(acme, "AS64500", "asn")
    give(acme, "example.org", "domain")
    give(acme, "@example.org", "email_domain")
    assert look_up(asked, NOW).organisation == organisation


def test_less_specific_asset_is_named_as_beaten() -> None:
    acme = member("Acme")
    give(acme, "198.18.0.0/15")
    give(acme, "198.18.7.0/24")
    assert verdicts(look_up("198.18.7.0/25", NOW))[1] == ("198.18.0.0/15", "less specific")
    assert verdicts(look_up("198.18.0.0/23", NOW)) == [("198.18.0.0/15", "responsible")]


@pytest.mark.parametrize(
    ("at", "organisation"),
    [(NOW - timedelta(seconds=1), "Before"), (NOW, "After"), (NOW + timedelta(1), "After")],
)
def test_who_was_responsible_then(at: datetime, organisation: str) -> None:
    give(member("Before"), "192.0.2.0/24", valid_to=NOW)
    give(member("After"), "192.0.2.0/24", valid_from=NOW)
    assert look_up("192.0.2.1", at).organisation == organisation


@pytest.mark.parametrize("text", ["", "nonsense", "192.0.2.300", "192.0.2.1/24"])
def test_what_cannot_be_asked_about(text: str) -> None:
    with pytest.raises(TocsinError) as error:
        look_up(text, NOW)
    assert error.value.hint


def test_range_is_too_much_to_ask() -> None:
    with pytest.raises(TocsinError, match="is a range"):
        look_up("192.0.2.0-192.0.2.9", NOW)
