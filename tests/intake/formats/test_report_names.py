"""Which Shadowserver report a file is."""

import io
from datetime import date
from pathlib import Path

import pytest

from tocsin.errors import TocsinError
from tocsin.intake.batches import Batch
from tocsin.intake.containers.members import MailInfo, Member
from tocsin.intake.feed_specs import recognise
from tocsin.intake.formats.reading import delivery, read
from tocsin.intake.formats.report_names import by_content, by_intelmq_name, read_name

HEADER = b"timestamp,severity,ip,protocol,port,hostname,tag,asn,geo\n"
ROW = b"2026-03-02 00:00:01,high,%s,tcp,23,,%s,64496,ZZ\n"


def member(name: str, content: bytes = HEADER, subject: str = "") -> Member:
    mail = MailInfo("autoreports@shadowserver.org", subject, None, "") if subject else None
    return Member(name, name, lambda: io.BytesIO(content), mail=mail)


def batches(one: Member, home: Path | None = None) -> list[Batch]:
    spec = recognise(one, one.head())
    assert spec is not None
    assert spec.name == "shadowserver"
    return list(read(one, spec, home=home))


@pytest.mark.parametrize(
    ("name", "kind", "stream", "day"),
    [
        ("2026-03-02-scan_rdp-land-asn.csv", "scan_rdp", "land-asn", date(2026, 3, 2)),
        ("2026-03-02-scan_rdp-1234-land-geo.csv", "scan_rdp", "land-geo", date(2026, 3, 2)),
        ("2026-03-02-scan6_http-land-ip-delayed.csv", "scan6_http", "land-ip", date(2026, 3, 2)),
        ("2026-03-02-openrdp-land-geo.csv", "scan_rdp", "land-geo", date(2026, 3, 2)),
        ("2026-03-02-scan_brandnew-land-asn.csv", "scan_brandnew", "land-asn", date(2026, 3, 2)),
        ("2026-02-30-scan_rdp-land-asn.csv", "scan_rdp", "land-asn", None),
        ("scan_telnet.csv", "scan_telnet", "", None),
        ("unrelated.csv", "", "", None),
    ],
)  # fmt: skip
def test_names(name: str, kind: str, stream: str, day: date | None) -> None:
    told = read_name(name)
    assert told is not None
    assert (told.kind, told.stream, told.day) == (kind, stream, day)


def test_a_mails_subject_helps_where_the_name_does_not() -> None:
    subject = "[SAMPLE] Shadowserver scan_memcached-land Report: 2026-03-02"
    one = member("report.csv", subject=subject)
    spec = recognise(one, one.head())
    assert spec is not None
    told = delivery(one, spec)
    assert (told.kind, told.stream, told.day) == ("scan_memcached", "land", date(2026, 3, 2))


def test_a_kinds_name_inside_a_file_name_helps() -> None:
    assert batches(member("copy of scan_mqtt (2).csv"))[0].kind == "scan_mqtt"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("qotd.csv", "scan_qotd"),
        ("accessible_vnc.csv", "scan_vnc"),
        ("SSL-POODLE-Vulnerable-Servers.csv", "scan_ssl_poodle"),
        ("chargen_RECONSTRUCTED.csv", "scan_chargen"),
        ("http-scanners.csv", "hp_http_scan"),
        ("numbers.csv", "shadowserver_unknown"),
    ],
)
def test_names_that_only_hint_at_a_report(name: str, kind: str) -> None:
    assert batches(member(name))[0].kind == kind


@pytest.mark.parametrize(
    ("tag", "ip", "kind"),
    [
        (b"telnet", b"192.0.2.1", "scan_telnet"),
        (b"telnet", b"2001:db8::1", "scan6_telnet"),
        (b"iot;telnet", b"192.0.2.1", "scan_telnet"),
        (b"openresolver", b"192.0.2.1", "scan_dns"),
        (b"no such thing", b"192.0.2.1", "shadowserver_unknown"),
    ],
)
def test_the_first_rows_tag_helps(tag: bytes, ip: bytes, kind: str) -> None:
    assert batches(member("download", HEADER + ROW % (ip, tag)))[0].kind == kind


def test_columns_that_only_one_report_has() -> None:
    assert by_content(("timestamp", "ip", "rdp_protocol"), {}) == "scan_rdp"
    assert (
        by_content(("timestamp", "ip", "sysdesc", "sysname"), {"ip": "2001:db8::1"}) == "scan6_snmp"
    )
    assert (
        by_content(("timestamp", "src_ip", "infection", "http_url"), {}) == "event4_sinkhole_http"
    )
    assert by_content((), {}) == "shadowserver_unknown"


SCANNED = ("timestamp", "ip", "protocol", "port", "hostname", "tag", "asn", "geo")
SUNK = ("timestamp", "protocol", "src_ip", "src_port", "dst_ip", "dst_port", "infection", "tag")
FLOOD = (*SUNK, "attack", "dst_network", "number_of_connections")


@pytest.mark.parametrize(
    ("columns", "first", "kind"),
    [
        ((*SCANNED, "device_vendor", "device_type"), {"tag": "ssl,vpn"}, "device_id"),
        ((*SCANNED, "device_vendor"), {"ip": "2001:db8::1"}, "device_id6"),
        (("timestamp", "url", "host", "ip", "source"), {}, "phish_url"),
        (("timestamp", "url", "host", "ip", "source", "sha256", "application"), {}, "malware_url"),
        (("timestamp", "ip", "url"), {}, "shadowserver_unknown"),
        ((*SCANNED, "banner"), {"tag": "telnet-alt"}, "scan_telnet"),
        ((*SCANNED, "banner"), {"tag": "smtp;21nails"}, "scan_smtp_vulnerable"),
        ((*SCANNED, "code"), {"tag": "mqtt,mqtt-anon"}, "scan_mqtt_anon"),
        (SCANNED, {"tag": "socks5"}, "scan_socks"),
        (SCANNED, {"tag": "something-else"}, "shadowserver_unknown"),
        (SUNK, {}, "event4_sinkhole"),
        (SUNK, {"src_ip": "2001:db8::1"}, "event6_sinkhole"),
        (SUNK, {"public_source": "MSDCU"}, "event4_microsoft_sinkhole"),
        ((*SUNK, "http_url"), {"public_source": "MSDCU"}, "event4_microsoft_sinkhole_http"),
        ((*SUNK, "http_url"), {}, "event4_sinkhole_http"),
        ((*SUNK, "count"), {}, "event4_honeypot_darknet"),
        ((*SUNK, "vulnerability_enum"), {}, "event4_honeypot_ikev2_scan"),
        (FLOOD, {"infection": "ddos"}, "event4_honeypot_ddos"),
        (FLOOD, {"infection": "ddos-participant"}, "event4_ddos_participant"),
        (("dst_ip", *FLOOD), {"infection": "ddos"}, "event4_honeypot_ddos_target"),
    ],
)
def test_reports_are_known_without_any_name(
    columns: tuple[str, ...], first: dict[str, str | None], kind: str
) -> None:
    assert by_content(columns, first) == kind


def test_an_unknown_report_is_read_and_its_kind_flagged() -> None:
    (batch,) = batches(
        member("2026-03-02-scan_brandnew-land-asn.csv", HEADER + ROW % (b"192.0.2.1", b"x"))
    )
    assert (batch.kind, batch.table.num_rows) == ("scan_brandnew", 1)
    assert batch.columns.time == ("timestamp",)


def test_missing_columns_are_said_once() -> None:
    (batch, last) = batches(
        member("scan_telnet.csv", b"timestamp,asn,geo,ip\n" + b"2026-03-02,1,ZZ,192.0.2.1\n" * 3)
    )
    assert batch.table.num_rows == 3
    assert last.notes == ["missing columns: port, protocol"]


def test_new_columns_are_said_once() -> None:
    (batch, last) = batches(
        member(
            "scan_telnet.csv",
            b"timestamp,ip,port,protocol,asn,geo,colour,Banner,ip\n"
            + b"2026-03-02,192.0.2.1,23,tcp,1,ZZ,red,hello,\n" * 3,
        )
    )
    assert batch.table["colour"].to_pylist() == ["red"] * 3
    assert last.notes == ["new columns: colour, ip_2"]


def test_the_users_schema_tells_new_columns(tmp_path: Path) -> None:
    (tmp_path / "shadowserver-schema.json").write_text(
        '{"scan_telnet": {"fields": ["timestamp", "ip", "asn", "geo", "severity", "sector"]}}'
    )
    one = member("scan_telnet.csv", b"timestamp,ip,asn,geo,severity,colour\n")
    assert batches(one, tmp_path)[-1].notes == ["new columns: colour", "missing columns: sector"]
    (tmp_path / "shadowserver-schema.json").write_text("[]")
    with pytest.raises(TocsinError, match="no list of Shadowserver's reports"):
        batches(one, tmp_path)


def test_an_older_header_without_the_kinds_address_column() -> None:
    content = b"timestamp,ip,asn,geo,infection\n2026-03-02,192.0.2.1,64496,ZZ,x\n"
    batch = batches(member("2026-03-02-event4_sinkhole-land-asn.csv", content))[0]
    assert batch.columns.affected == (("address", "ip"), ("prefix", "ip"))


def test_a_file_cut_off_in_its_address_loses_that_row() -> None:
    content = (
        b"severity,timestamp,ip,asn,geo\nhigh,2026-03-02,192.0.2.1,1,ZZ\nhigh,2026-03-02,192.0."
    )
    (batch, *_) = batches(member("scan_telnet.csv", content))
    assert [(one.line, one.reason) for one in batch.refused] == [(3, "cut-off")]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Accessible-RDP", "scan_rdp"),
        ("IPv6-Accessible-RDP", "scan6_rdp"),
        ("Open-Redis", "scan_redis"),
        ("DNS-Open-Resolvers", "scan_dns"),
        ("Sinkhole-Events IPv4", "event4_sinkhole"),
        ("Honeypot-HTTP-Scan", "event4_honeypot_http_scan"),
        ("Honeypot-RDP-Scanner", "event4_honeypot_rdp_scan"),
        ("Accessible-MS-RPC", "scan_msrpc"),
        ("Accessible-DVR-DHCPDiscover", "scan_dvr_dhcpdiscover"),
        ("Blocklist", "blocklist"),
        ("Some other feed", ""),
        ("", ""),
    ],
)
def test_intelmqs_names(name: str, kind: str) -> None:
    assert by_intelmq_name(name) == kind
