"""The shipped kinds, and the look-up that everything else goes through."""

from pathlib import Path

import pytest

from tocsin.kinds import rsit
from tocsin.kinds.catalogue import FOLDER, GENERIC, Kind, all_kinds, kind, load, own_texts

KINDS = sorted(all_kinds().values(), key=lambda one: one.name)
REPORT_TYPES = (Path(__file__).parent / "shadowserver_types.txt").read_text().split()
TWIN_PREFIXES = {"scan6_": "scan_", "event6_": "event4_", "population6_": "population_"}


def twin_of(name: str) -> str | None:
    """The IPv4 report type of an IPv6 one."""
    for prefix, other in TWIN_PREFIXES.items():
        if name.startswith(prefix):
            return other + name.removeprefix(prefix)
    return name.removesuffix("6") if name.endswith("6") else None


@pytest.mark.parametrize("name", REPORT_TYPES)
def test_every_report_type_of_shadowserver_is_described(name: str) -> None:
    found = kind(name)
    assert (found.name, found.family, found.flagged) == (name, "shadowserver", False)


def test_the_list_of_report_types_is_whole() -> None:
    assert len(REPORT_TYPES) == len(set(REPORT_TYPES)) == 170


@pytest.mark.parametrize("name", [name for name in REPORT_TYPES if twin_of(name)])
def test_an_ipv6_type_is_its_ipv4_twin_under_another_name(name: str) -> None:
    found, twin = kind(name), kind(twin_of(name) or "")
    assert found.like == twin.name
    assert found.columns == twin.columns
    assert (found.class_, found.type, found.severity) == (twin.class_, twin.type, twin.severity)
    assert (found.text, found.text_from) == (twin.text, twin.text_from)


@pytest.mark.parametrize("one", KINDS, ids=lambda one: one.name)
def test_facts_are_from_the_vocabularies(one: Kind) -> None:
    assert one.type in rsit.TYPES[one.class_]
    assert one.severity in rsit.SEVERITIES
    assert one.nature in ("scan", "event")
    assert (one.window_days > 0) == (one.nature == "event")
    assert one.title
    assert one.affected
    assert one.columns.time


@pytest.mark.parametrize("one", KINDS, ids=lambda one: one.name)
def test_a_passing_source_port_never_tells_threats_apart(one: Kind) -> None:
    assert "src_port" not in one.key
    if one.columns.port == "src_port":
        assert one.nature == "event"


@pytest.mark.parametrize(
    ("name", "affected"),
    [
        ("scan_rdp", [("address", "ip")]),
        ("event4_sinkhole", [("address", "src_ip")]),
        ("event4_sinkhole_http_referer", [("address", "http_referer_ip")]),
        ("event6_sinkhole_http_referer", [("address", "http_referer_ip")]),
        ("event4_honeypot_ddos_target", [("address", "dst_ip")]),
        ("event4_honeypot_ddos_amp", [("address", "src_ip")]),
        ("event4_ip_spoofer", [("prefix", "network")]),
        ("compromised_account", [("email", "email")]),
        ("compromised_iot6", [("address", "ip")]),
        ("ransomware_victim", [("url", "website")]),
        ("sandbox_dns", [("domain", "request")]),
        ("malware_url", [("address", "ip"), ("url", "url")]),
        ("blocklisted-network", [("prefix", "network")]),
        ("botnet_drone", [("address", "ip")]),
    ],
)
def test_who_is_affected_differs_by_kind(name: str, affected: list[tuple[str, str]]) -> None:
    assert list(kind(name).affected) == affected


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("scan_rdp", ("port", "protocol")),
        ("scan_http_vulnerable", ("port", "protocol", "cve:tag")),
        ("event4_sinkhole", ("infection",)),
        ("event4_honeypot_darknet", ("dst_port", "infection")),
        ("compromised_website", ("http_host", "tag")),
        ("event4_ip_spoofer", ()),
        ("malware_url", ("url",)),
    ],
)
def test_what_tells_two_threats_on_one_asset_apart(name: str, key: tuple[str, ...]) -> None:
    assert kind(name).key == key


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("scan_cisco_smart_install", "critical"),
        ("scan_exchange", "critical"),
        ("event4_sinkhole", "critical"),
        ("scan_rdp", "high"),
        ("scan_dns", "medium"),
        ("scan_ssl_poodle", "low"),
        ("scan_ssl", "info"),
    ],
)
def test_severities(name: str, severity: str) -> None:
    assert kind(name).severity == severity


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("cisco_smart_install", "scan_cisco_smart_install"),
        ("dns_openresolver", "scan_dns"),
        ("openrdp", "scan_rdp"),
        ("scan_ldap", "scan_ldap_udp"),
        ("cwsandbox_url", "sandbox_url"),
        ("blacklist", "blocklist"),
        ("event_sinkhole", "event4_sinkhole"),
        ("event_honeypot_brute_force", "event4_honeypot_brute_force"),
        ("outdated_dnssec_key_v6", "outdated_dnssec_key6"),
        ("xarf/content/phishing", "phishing"),
        ("xarf/vulnerability/open_service", "potentially-unwanted-accessible"),
        ("cymru/openresolver", "open-resolver"),
        ("cymru/bruteforce", "brute-force"),
    ],
)
def test_older_and_foreign_names_lead_to_the_kind(alias: str, name: str) -> None:
    assert kind(alias) is kind(name)
    assert alias in kind(name).aliases


@pytest.mark.parametrize(
    "name", ["botnet_drone", "sinkhole_http_drone", "microsoft_sinkhole", "darknet", "phish_url"]
)
def test_retired_reports_are_described_too(name: str) -> None:
    assert not kind(name).flagged
    assert kind(name).affected[0] == ("address", "ip")


def test_every_type_of_the_taxonomy_has_a_kind_of_its_name() -> None:
    for class_, types in rsit.TYPES.items():
        for type_ in set(types) - {"blocklist"}:
            assert kind(type_).class_ == class_


def test_the_owner_of_stolen_accounts_gets_their_names() -> None:
    assert kind("compromised_account").needs == ("email", "username")


def test_at_least_sixty_kinds_have_text_of_their_own() -> None:
    assert len(own_texts(KINDS)) >= 60


def test_the_others_borrow_the_text_of_their_class() -> None:
    for one in KINDS:
        if one.text_from.startswith(GENERIC):
            assert one.text_from == GENERIC + one.class_


def test_generic_texts_are_no_kinds() -> None:
    assert not [name for name in all_kinds() if name.startswith(GENERIC)]
    generic = [name for name in load(FOLDER) if name.startswith(GENERIC)]
    assert sorted(generic) == sorted(GENERIC + class_ for class_ in rsit.TYPES)


@pytest.mark.parametrize(
    ("name", "nature", "class_", "first"),
    [
        ("scan_tomorrow", "scan", "vulnerable", ("address", "ip")),
        ("scan6_tomorrow", "scan", "vulnerable", ("address", "ip")),
        ("population_tomorrow", "scan", "vulnerable", ("address", "ip")),
        ("device_id7", "scan", "vulnerable", ("address", "ip")),
        ("event4_tomorrow", "event", "other", ("address", "src_ip")),
        ("event6_tomorrow", "event", "other", ("address", "src_ip")),
        ("compromised_toaster", "event", "intrusions", ("address", "src_ip")),
        ("something else", "event", "other", ("address", "src_ip")),
    ],
)
def test_an_unknown_name_gets_a_flagged_guess(
    name: str, nature: str, class_: str, first: tuple[str, str]
) -> None:
    guess = kind(name)
    assert guess.flagged
    assert (guess.name, guess.nature, guess.class_) == (name, nature, class_)
    assert guess.affected[0] == first
    assert guess.text == load(FOLDER)[GENERIC + class_].text
    assert name in guess.title


def test_a_guess_for_a_file_of_unseen_form_looks_everywhere_for_the_affected_party() -> None:
    columns = kind("who knows").columns
    assert [name for _, name in columns.affected] == ["src_ip", "ip", "network", "url", "email"]
    assert (columns.port, columns.asn) == ("port", "asn")
