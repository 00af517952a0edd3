"""RPSL dumps: entries, whom they point at, and the shapes that real dumps have."""

import io
from datetime import UTC, datetime

import pytest

from tocsin.constituency.readers.rpsl import read_rpsl
from tocsin.constituency.registry_rows import HeldAsset, Holder
from tocsin.refused import Refused

DUMP = """# a dump
% of an example registry

inetnum:        192.0.2.0 - 192.0.2.95
netname:        EXAMPLE-NET
country:        GB
org:            ORG-EX1-TEST # comment
admin-c:        DUMY-RIPE
mnt-by:         EXAMPLE-MNT, SECOND-MNT
mnt-by:         third-mnt
created:        2004-05-06T07:08:09Z
source:         TEST

inet6num:       2001:db8::/32
org:            ORG-EX1-TEST
abuse-c:        AR1-TEST
source:         TEST

route:          198.18.0.0/15
descr:          continued
+               lines
                and more
origin:         AS64500
mnt-by:         EXAMPLE-MNT
source:         TEST

route6:         2001:db8:1::/48
origin:         as64500
source:         TEST

aut-num:        AS64500
as-name:        EXAMPLE
org:            ORG-EX1-TEST
source:         TEST

organisation:   ORG-EX1-TEST
org-name:       Example
                Networks Ltd
abuse-c:        ar1-test
country:        gb
source:         TEST

role:           Example Abuse
nic-hdl:        AR1-TEST
abuse-mailbox:  Abuse@Example.org

role:           No mailbox
nic-hdl:        NM1-TEST

irt:            IRT-EXAMPLE
abuse-mailbox:  irt@example.org

domain:         2.0.192.in-addr.arpa
mnt-by:         EXAMPLE-MNT
"""


def _read(text: str | bytes, country: str = "") -> list[HeldAsset | Holder | Refused]:
    data = text.encode("latin-1") if isinstance(text, str) else text
    return list(read_rpsl(io.BytesIO(data), country))


def _held(text: str, country: str = "") -> list[HeldAsset]:
    return [item for item in _read(text, country) if isinstance(item, HeldAsset)]


def test_entries_of_every_kind() -> None:
    assert [item.asset.text for item in _held(DUMP)] == [
        "192.0.2.0/26",
        "192.0.2.64/27",
        "2001:db8::/32",
        "198.18.0.0/15",
        "2001:db8:1::/48",
        "AS64500",
    ]


def test_handles_the_most_telling_first() -> None:
    held = {item.asset.text: item for item in _held(DUMP)}
    maintainers = ("EXAMPLE-MNT", "SECOND-MNT", "THIRD-MNT")
    assert held["192.0.2.0/26"].handles == ("ORG-EX1-TEST", *maintainers)
    assert held["2001:db8::/32"].handles == ("ORG-EX1-TEST", "AR1-TEST")
    assert held["198.18.0.0/15"].handles == ("AS64500", "EXAMPLE-MNT")
    assert held["2001:db8:1::/48"].handles == ("AS64500",)


def test_line_and_time_of_creation() -> None:
    first = _held(DUMP)[0]
    assert first.line == 4
    assert first.since == datetime(2004, 5, 6, 7, 8, 9, tzinfo=UTC)


def test_route_objects_are_told_apart() -> None:
    assert [item.routed for item in _held(DUMP)] == [False, False, False, True, True, False]


def test_holders_with_what_is_known_of_them() -> None:
    holders = [item[1:] for item in _read(DUMP) if isinstance(item, Holder)]
    assert holders == [
        ("ORG-EX1-TEST", "Example Networks Ltd", "", "AR1-TEST", "GB"),
        ("AR1-TEST", "", "abuse@example.org", "", ""),
        ("IRT-EXAMPLE", "", "irt@example.org", "", ""),
    ]


def test_country_leaves_out_entries_of_others_only() -> None:
    texts = [item.asset.text for item in _held(DUMP, "fr")]
    assert texts == ["2001:db8::/32", "198.18.0.0/15", "2001:db8:1::/48", "AS64500"]
    assert len(_held(DUMP, "gb")) == 6


@pytest.mark.parametrize("text", ["inetnum: 0.0.0.0 - 255.255.255.255\n", "inet6num: ::/0\n"])
def test_placeholders_of_the_registry_are_left_out(text: str) -> None:
    assert _read(text) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("inetnum: 192.0.2.9 - 192.0.2.1", "bad-range"),
        ("inetnum: 192.0.2.0/24x", "not-an-address"),
        ("inet6num: 2001:db8::", "not-an-address"),
        ("aut-num: AS0", "bad-asn"),
        ("route: 192.0.2.1/24", "host-bits-set"),
        ("route:", "no-asset"),
    ],
)
def test_bad_object_is_refused_and_the_rest_goes_on(text: str, reason: str) -> None:
    bad, good = _read(f"{text}\norigin: AS64500\n\naut-num: AS64501\n")
    assert isinstance(bad, Refused)
    assert (bad.line, bad.reason, bad.text) == (1, reason, text if ": " in text else f"{text} ")
    assert isinstance(good, HeldAsset)


def test_old_encoding_and_windows_line_ends() -> None:
    text = "organisation: ORG-B\r\norg-name: Bücher\r\n\r\naut-num: AS64500\r\norg: ORG-B\r\n"
    holder, held = _read(text)
    assert isinstance(holder, Holder)
    assert holder.name == "Bücher"
    assert _read(text.encode()) == [holder, held]


def test_endless_object_is_refused_without_being_kept() -> None:
    text = "aut-num: AS64500\n" + "remarks: x\n" * 30_000 + "\naut-num: AS64501\n"
    bad, good = _read(text)
    assert isinstance(bad, Refused)
    assert bad.reason == "too-long"
    assert isinstance(good, HeldAsset)


@pytest.mark.parametrize("text", ["", "\n\n", "no colon here\n", "::\n", "# only\n%comments"])
def test_nothing_in_it(text: str) -> None:
    assert _read(text) == []
