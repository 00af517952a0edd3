"""How a campaign's columns are understood."""

import pytest

from tocsin.campaigns.rules import CampaignError, Columns, checked, guessed, spec_of
from tocsin.intake.formats.batching import REPORTED_AT
from tocsin.kinds.catalogue import kind


def test_usual_names_are_guessed() -> None:
    names = ["timestamp", "ip", "port", "malware", "note"]
    assert guessed(dict.fromkeys(names, ())) == Columns(
        time="timestamp", address="ip", port="port", tag="malware"
    )


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (["192.0.2.1", "2001:db8::1"], Columns(address="host")),
        (["192.0.2.1", "www.example.org"], Columns(domain="host")),
        ([], Columns(domain="host")),
    ],
)
def test_what_is_in_a_hosts_column_decides(inside: list[str], expected: Columns) -> None:
    assert guessed({"host": inside}) == expected


def test_nothing_is_guessed_of_names_that_nobody_knows() -> None:
    assert guessed({"a": ["1"], "b": []}) == Columns()


@pytest.mark.parametrize("columns", [Columns(time="when"), Columns(address="elsewhere"), Columns()])
def test_columns_that_lead_nowhere(columns: Columns) -> None:
    with pytest.raises(CampaignError):
        checked(columns, ["when", "host"])


def test_an_address_column_may_hold_networks_and_comes_first() -> None:
    columns = Columns(domain="d", address="a", email="e", url="u")
    assert columns.affected == ("address:a", "prefix:a", "url:u", "domain:d", "email:e")


def test_rows_without_a_time_are_as_of_the_upload() -> None:
    spec = spec_of("campaign-1", Columns(address="a"), "AMBER")
    assert spec.columns_for(kind("campaign-1")).time == (REPORTED_AT,)


def test_what_tells_two_threats_of_one_host_apart() -> None:
    spec = spec_of("campaign-1", Columns(address="a", port="p", tag="t"), "AMBER")
    assert spec.columns_for(kind("campaign-1")).key == ("p", "t")
