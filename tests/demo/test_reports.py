from collections import Counter

import numpy as np
import pytest

from tocsin.demo.country import NOBODY, country
from tocsin.demo.reports import ReportType, report_types, suspects
from tocsin.kinds.catalogue import kind

NAMES = [report.name for report in report_types()]


def _named(name: str) -> ReportType:
    return next(report for report in report_types() if report.name == name)


@pytest.mark.parametrize("report", report_types(), ids=lambda report: report.name)
def test_every_column_that_is_filled_is_one_of_the_report(report: ReportType) -> None:
    found = suspects(report, country(), seed=1, count=40, moves=[])
    assert set(found.values) <= set(report.columns)
    assert set(report.moving) <= set(report.columns)
    assert all(len(column) == 40 for column in found.values.values())


@pytest.mark.parametrize("report", report_types(), ids=lambda report: report.name)
def test_the_kind_is_described_and_of_the_same_nature(report: ReportType) -> None:
    known = kind(report.name)
    assert not known.flagged
    assert known.nature == report.nature
    assert {column for _, column in known.affected} & set(report.columns)


def test_a_dozen_types_and_all_shares_together() -> None:
    assert len(NAMES) == len(set(NAMES)) == 16
    assert 950 <= sum(report.share for report in report_types()) <= 1050


def test_a_device_that_moved_keeps_its_marks_and_its_provider() -> None:
    report = _named("scan_rdp")
    found = suspects(report, country(), seed=1, count=200, moves=[(0, 100), (7, 101)])
    for old, new in ((0, 100), (7, 101)):
        assert found.values["sha1_fingerprint"][old] == found.values["sha1_fingerprint"][new]
        assert found.values["ip"][old] != found.values["ip"][new]
        assert found.owners[old] == found.owners[new]


def test_ipv6_addresses_lie_in_their_providers_network() -> None:
    found = suspects(_named("scan6_ssh"), country(), seed=1, count=300, moves=[])
    assert len(set(found.values["ip"])) == 300
    prefixes = {
        int(owner): str(country().ipv6(int(owner))).split("::")[0] for owner in found.owners
    }
    for owner, address in zip(found.owners.tolist(), found.values["ip"], strict=True):
        assert address.startswith(prefixes[owner].removesuffix(":0"))


def test_hosting_companies_have_the_web_sites() -> None:
    kinds = np.array([provider.kind for provider in country().providers])
    shares = {}
    for name in ("compromised_website", "scan_telnet"):
        found = suspects(_named(name), country(), seed=1, count=3000, moves=[])
        counts = Counter(kinds[found.owners[found.owners != NOBODY]].tolist())
        shares[name] = counts["hosting"] / counts.total()
    assert shares["compromised_website"] > 0.6 > 0.3 > shares["scan_telnet"]


def test_nobodys_addresses_have_no_name_and_no_asn() -> None:
    found = suspects(_named("scan_dns"), country(), seed=1, count=2000, moves=[])
    nobodys = np.flatnonzero(found.owners == NOBODY).tolist()
    assert nobodys
    assert {found.values["asn"][at] for at in nobodys} == {"0"}
    assert {found.values["hostname"][at] for at in nobodys} == {""}


def test_stolen_accounts_are_of_made_up_people() -> None:
    found = suspects(_named("compromised_account"), country(), seed=1, count=100, moves=[])
    domains = [email.partition("@")[2] for email in found.values["email"]]
    assert all(domain.endswith(".example") for domain in domains)
    assert len(set(domains)) == 100
