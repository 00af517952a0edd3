"""The ten report types of the workload: which columns each has and what a row holds.

Everything in a row but its time follows from the affected address, so that a threat is one address
of one report type whatever columns tell threats apart.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from benchmarks.mixing import Words, below, mix, salt
from benchmarks.networks import joined

Source = Callable[["Rows"], pl.Series]


@dataclass(frozen=True)
class Rows:
    """What the columns of some rows are made from, one entry per row.

    `identity`: a word per affected address.  `address`: the same as text.  `time`: text.
    `asn`: the autonomous system number, text.
    """

    identity: Words
    address: pl.Series
    time: pl.Series
    asn: pl.Series

    def pick(self, values: tuple[str, ...], name: str) -> pl.Series:
        return pl.Series(values).gather(below(self.identity, salt(name), len(values)))


@dataclass(frozen=True)
class ReportType:
    """`six`: its addresses are IPv6.  `columns`: header in order, null where no source is given."""

    name: str
    columns: tuple[str, ...]
    sources: Mapping[str, Source]
    six: bool = False


def _pick(*values: str) -> Source:
    name = "|".join(values)
    return lambda rows: rows.pick(values, name)


def _always(value: str) -> Source:
    return lambda rows: pl.repeat(value, len(rows.address), eager=True)


def _number(low: int, high: int, name: str) -> Source:
    return lambda rows: pl.Series(below(rows.identity, salt(name), high - low) + low)


def _constant(value: int) -> Source:
    return lambda rows: pl.repeat(value, len(rows.address), eager=True)


@cache
def _pairs(template: str) -> pl.Series:
    return pl.Series([template.format(n >> 8, n & 255) for n in range(65536)])


def _hex(groups: int, name: str, template: str = "{:02x}{:02x}", separator: str = "") -> Source:
    def column(rows: Rows) -> pl.Series:
        parts = []
        for start in range(0, groups, 4):
            word = mix(rows.identity, salt(f"{name}{start}"))
            for shift in (48, 32, 16, 0)[: groups - start]:
                part = (word >> np.uint64(shift)) & np.uint64(0xFFFF)
                parts.append(_pairs(template).gather(part.astype(np.int64)))
        return joined(parts, separator)

    return column


def _colons(groups: int, name: str) -> Source:
    return _hex(groups, name, "{:02X}:{:02X}", ":")


def _hostname(rows: Rows) -> pl.Series:
    """Two rows in three carry a name, as a reverse look-up gives it."""
    label = _hex(3, "hostname")(rows)
    domain = rows.pick(tuple(f"pool-{n}.operator{n * 37:05d}.example" for n in range(40)), "domain")
    named = pl.Series(below(rows.identity, salt("named"), 3) > 0)
    return joined([label, domain], ".").zip_with(named, pl.Series([None], dtype=pl.String))


_AFFECTED: dict[str, Source] = {
    "asn": lambda rows: rows.asn,
    "geo": _always("AA"),
    "region": _pick("NORTH", "SOUTH", "EAST", "WEST"),
    "city": _pick("AMBERTON", "BIRCHFORD", "CLAYWICK", "DUNMERE", "ELMSTOW", "FERNHAM"),
    "hostname": _hostname,
    "naics": _constant(517311),
    "sector": _pick("Communications, Service Provider, and Hosting Service", "Education"),
}
_SCAN = (
    "timestamp severity ip protocol port hostname tag asn geo region city naics hostname_source "
    "sector"
)
_EVENT = (
    "timestamp protocol src_ip src_port src_asn src_geo src_region src_city src_hostname src_naics "
    "src_sector device_vendor device_type device_model severity dst_ip dst_port dst_asn dst_geo "
    "dst_region dst_city dst_hostname dst_naics dst_sector public_source infection family tag "
    "application version event_id"
)


def _scan(name: str, more: str, sources: dict[str, Source], six: bool = False) -> ReportType:
    common: dict[str, Source] = {
        **_AFFECTED,
        "timestamp": lambda rows: rows.time,
        "ip": lambda rows: rows.address,
        "hostname_source": _pick("ptr", "ssl"),
    }
    return ReportType(name, tuple(f"{_SCAN} {more}".split()), {**common, **sources}, six)


def _event(name: str, more: str, sources: dict[str, Source]) -> ReportType:
    common: dict[str, Source] = {
        **{f"src_{column}": source for column, source in _AFFECTED.items()},
        "timestamp": lambda rows: rows.time,
        "protocol": _always("tcp"),
        "src_ip": lambda rows: rows.address,
        "src_port": _number(1024, 65536, "src_port"),
        "severity": _always("critical"),
        "dst_ip": _pick(*(f"198.51.100.{n}" for n in range(40))),
        "dst_asn": _constant(64496),
        "dst_geo": _always("ZZ"),
        "dst_city": _pick("GARSWELL", "HOLLOWAY"),
        "dst_sector": _always("Information"),
        "event_id": _hex(8, "event_id"),
    }
    return ReportType(name, tuple(f"{_EVENT} {more}".split()), {**common, **sources})


_RDP_COLUMNS = (
    "handshake rdp_protocol cert_length subject_common_name issuer_common_name cert_issue_date "
    "cert_expiration_date sha1_fingerprint cert_serial_number ssl_version signature_algorithm "
    "key_algorithm sha256_fingerprint sha512_fingerprint md5_fingerprint tlsv13_support "
    "tlsv13_cipher jarm"
)
_RDP: dict[str, Source] = {
    "severity": _always("high"),
    "protocol": _always("tcp"),
    "port": _pick("3389", "3390", "33890"),
    "tag": _pick("rdp", "rdp;nla", "rdp;windows"),
    "handshake": _pick("TLSv1.2", "TLSv1.3"),
    "rdp_protocol": _always("RDP"),
    "cert_length": _pick("2048", "4096"),
    "subject_common_name": _hex(4, "subject"),
    "issuer_common_name": _hex(4, "subject"),
    "cert_issue_date": _always("2025-10-29 02:22:06"),
    "cert_expiration_date": _always("2026-04-30 02:22:06"),
    "sha1_fingerprint": _colons(10, "sha1"),
    "cert_serial_number": _hex(8, "serial", "{:02X}{:02X}"),
    "ssl_version": _constant(2),
    "signature_algorithm": _always("sha256WithRSAEncryption"),
    "key_algorithm": _always("rsaEncryption"),
    "tlsv13_support": _pick("Y", "N"),
}
_DEVICE: dict[str, Source] = {
    "device_vendor": _pick("Acme", "Initech", "Globex"),
    "device_type": _pick("router", "printer", "camera"),
    "device_model": _pick("A1", "B2000", "C-30", "D4x"),
    "device_version": _pick("1.0.2", "2.4", "6.49.10"),
}
_BOT: dict[str, Source] = {
    "infection": _pick("avalanche-andromeda", "victorygate.b", "necurs", "sality-p2p"),
    "family": _pick("andromeda", "necurs", "sality"),
    "tag": _pick("botnet", "botnet;p2p"),
    "application": _always("http"),
    "public_source": _always("sinkhole.example"),
    "dst_port": _pick("80", "443", "4455"),
    "ssl_cipher": _pick("TLS_AES_256_GCM_SHA384", "ECDHE-RSA-AES128-GCM-SHA256"),
    "ssl_servername": _hex(6, "servername"),
}

TYPES: tuple[ReportType, ...] = (
    _scan("scan_rdp", _RDP_COLUMNS, _RDP),
    _scan(
        "scan_snmp",
        "device_vendor device_type device_model device_version device_sector version sysname "
        "sysdesc community response_size amplification uptime mac_address vendor_id vendor",
        {
            **_DEVICE,
            "severity": _always("high"),
            "protocol": _always("udp"),
            "port": _constant(161),
            "tag": _pick("snmp", "snmp;iot"),
            "version": _constant(2),
            "sysname": _hex(5, "sysname"),
            "sysdesc": _pick(
                "Linux gateway 4.14.79 #1 SMP PREEMPT armv7l, firmware 6.49.10 (stable)",
                "RouterOS RB760iGS, hardware revision r4, serial printed on the label",
            ),
            "community": _always("public"),
            "response_size": _number(60, 1400, "response"),
            "amplification": _pick("2.35", "5.10", "11.90"),
            "uptime": _number(1, 9_000_000, "uptime"),
            "mac_address": _colons(3, "mac"),
            "vendor_id": _number(1, 40_000, "vendor"),
            "vendor": _pick("Acme", "Initech"),
        },
    ),
    _scan(
        "scan_http_vulnerable",
        "http http_code http_reason content_type connection www_authenticate set_cookie server "
        "content_length transfer_encoding http_date version build_date detail build_branch",
        {
            "severity": _always("critical"),
            "protocol": _always("tcp"),
            "port": _pick("80", "443", "8080", "8443"),
            "tag": _pick("http;cve-2023-4966", "http;cve-2024-3400", "http;git-config-file"),
            "http": _always("HTTP/1.1"),
            "http_code": _pick("200", "302"),
            "http_reason": _always("OK"),
            "content_type": _always("text/html; charset=UTF-8"),
            "connection": _always("keep-alive"),
            "www_authenticate": _pick('Basic realm="gateway, main"', "Digest", ""),
            "server": _pick("nginx/1.18.0 (Ubuntu)", "Apache/2.4.41", "lighttpd/1.4.59"),
            "content_length": _number(100, 90_000, "length"),
            "version": _pick("13.0-91.12", "12.1-55.300", "10.2.9"),
            "detail": _hex(16, "detail"),
        },
    ),
    _scan(
        "scan_redis",
        "version git_sha1 git_dirty_flag build_id mode os architecture multiplexing_api "
        "gcc_version process_id run_id uptime connected_clients",
        {
            "severity": _always("critical"),
            "protocol": _always("tcp"),
            "port": _constant(6379),
            "tag": _pick("redis", "redis;no-auth"),
            "version": _pick("5.0.7", "6.2.6", "7.0.15"),
            "git_sha1": _always("00000000"),
            "git_dirty_flag": _constant(0),
            "build_id": _hex(4, "build"),
            "mode": _always("standalone"),
            "os": _pick("Linux 5.4.0-150-generic x86_64", "Linux 6.1.0-18-amd64 x86_64"),
            "architecture": _constant(64),
            "multiplexing_api": _always("epoll"),
            "gcc_version": _pick("9.4.0", "12.2.0"),
            "process_id": _number(1, 32768, "process"),
            "run_id": _hex(10, "run"),
            "uptime": _number(1, 9_000_000, "uptime"),
            "connected_clients": _number(1, 400, "clients"),
        },
    ),
    _scan(
        "scan_ipp",
        "device_vendor device_type device_model device_version device_sector ipp_version "
        "cups_version printer_uris printer_name printer_info printer_more_info "
        "printer_make_and_model printer_firmware_name printer_firmware_string_version "
        "printer_firmware_version printer_organization printer_organization_unit printer_uuid "
        "printer_wifi_ssid",
        {
            **_DEVICE,
            "severity": _always("medium"),
            "protocol": _always("tcp"),
            "port": _constant(631),
            "tag": _always("ipp"),
            "ipp_version": _always("IPP/2.1"),
            "cups_version": _pick("CUPS/2.2.7", "CUPS/2.3.1"),
            "printer_name": _hex(5, "printer"),
            "printer_info": _pick("Office, ground floor", "Reception", "Workshop"),
            "printer_make_and_model": _pick("Acme LaserWriter 4000", "Globex InkStation 12"),
            "printer_uuid": _hex(16, "uuid"),
        },
    ),
    _scan(
        "compromised_website",
        "application url http_host category system detected_since server redirect_target cc_url "
        "family status account detail public_source",
        {
            "severity": _always("critical"),
            "protocol": _always("tcp"),
            "port": _pick("80", "443"),
            "tag": _pick("hacked-webserver;stealrat", "webshell", "injected-code"),
            "application": _pick("http", "https"),
            "http_host": _hostname,
            "category": _pick("spam", "phishing", "malware"),
            "system": _always("linux"),
            "detected_since": _always("2026-02-09 05:51:12"),
            "server": _pick("nginx", "Apache/2.4.41 (Unix) OpenSSL/1.1.1d PHP/7.4.3"),
            "family": _pick("stealrat", "socgholish"),
            "status": _always("compromised"),
            "detail": _hex(16, "detail"),
        },
    ),
    _event("event4_sinkhole", "ssl_cipher ssl_servername", _BOT),
    _event(
        "event4_sinkhole_http",
        "http_url http_host http_agent forwarded_by ssl_cipher http_referer ssl_servername "
        "machine_name",
        {
            **_BOT,
            "http_url": _hex(8, "url"),
            "http_host": _pick("update.sinkhole.example", "cdn.sinkhole.example"),
            "http_agent": _pick("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "Mozilla/4.0"),
        },
    ),
    _event(
        "event4_honeypot_darknet",
        "count",
        {
            "dst_port": _pick("23", "2323", "5555", "445"),
            "infection": _pick("mirai", "mozi", "darknet-scan"),
            "family": _pick("mirai", "mozi"),
            "tag": _pick("mirai", "iot;mozi"),
            "device_vendor": _pick("Acme", "Initech"),
            "device_type": _pick("dvr", "router"),
            "public_source": _always("darknet.example"),
            "version": _pick("1", "2"),
            "count": _number(1, 200, "count"),
        },
    ),
    _scan("scan6_rdp", _RDP_COLUMNS, _RDP, six=True),
)
