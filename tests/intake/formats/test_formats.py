"""What each format makes of particular things; whole samples are in test_feeds."""

import io
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.intake.batches import Batch
from tocsin.intake.containers.members import Companion, Member
from tocsin.intake.feed_specs import recognise, shipped
from tocsin.intake.formats.batching import date_in_name
from tocsin.intake.formats.flatten import flatten
from tocsin.intake.formats.reading import read
from tocsin.intake.formats.rows import column_names, text_of
from tocsin.intake.formats.team_cymru import information
from tocsin.intake.formats.xarf_mail import pairs

MISP = (
    '{"uuid": "1", "info": "i", "Attribute": [{"uuid": "2", "category": "c", "to_ids": true, %s}]}'
)


def batches(text: str, feed: str = "", name: str = "x", **more: Any) -> list[Batch]:
    member = Member(name, name, lambda: io.BytesIO(text.encode()), **more)
    spec = recognise(member, member.head(), [one for one in shipped() if feed in one.name])
    assert spec is not None
    return list(read(member, spec))


def rows(text: str, feed: str = "", **more: Any) -> list[dict[str, str]]:
    return [
        {name: value for name, value in row.items() if value is not None}
        for batch in batches(text, feed, **more)
        for row in batch.table.to_pylist()
    ]


def refusals(text: str, feed: str = "", name: str = "x") -> list[str]:
    return [one.reason for batch in batches(text, feed, name) for one in batch.refused]


def test_flattening() -> None:
    nested = {
        "A": {"b": 1, "C": [1, "x", None]},
        "d": [{"e": 1, "f": 2}, {"e": 3}],
        "g": [],
        "h": True,
    }
    assert flatten(nested) == {
        "a.b": "1",
        "a.c": "1;x",
        "d.e": "1;3",
        "d.f": "2",
        "g": None,
        "h": "true",
    }


def test_values_as_text() -> None:
    values: list[Any] = [None, "", [], 0, 1.5, False, "a\0b", "\ud800"]
    assert [text_of(value) for value in values] == [
        None,
        None,
        None,
        "0",
        "1.5",
        "false",
        "ab",
        "?",
    ]
    assert len(text_of("x" * 100_000) or "") == 65_536


def test_names_of_columns() -> None:
    assert column_names(["A", " a ", "", "'b'", "x  y"]) == ("a", "a_2", "column_3", "b", "x y")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("family: zeus;dest_port: 80;", {"family": "zeus", "dest_port": "80"}),
        ("family: a;dest_addr:192.0.2.1; port:8",
         {"family": "a", "dest_addr": "192.0.2.1", "port": "8"}),
        ("srcport 61458 mwtype X dstaddr 192.0.2.1",
         {"port": "61458", "family": "X", "dest_addr": "192.0.2.1"}),
        ("socks4-61039;", {"proxy_type": "socks4", "port": "61039"}),
        ("proxy_type: httppost;", {"proxy_type": "httppost"}),
        ("http://www.example.com/a?b=c;", {"url": "http://www.example.com/a?b=c"}),
        ("hostname: sub.example.comport: 80;", {"hostname": "sub.example.com", "port": "80"}),
        ("ssh;", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_team_cymrus_free_field(text: str, told: dict[str, str]) -> None:
    assert {name: value for name, value in information(text).items() if value} == told


@pytest.mark.parametrize(
    ("attribute", "told"),
    [
        ('"type": "ip-src", "value": "192.0.2.1"', {"ip": "192.0.2.1"}),
        ('"type": "ip-dst|port", "value": "192.0.2.1|80"', {"ip": "192.0.2.1", "port": "80"}),
        ('"type": "hostname|port", "value": "a.example|80"', {"domain": "a.example", "port": "80"}),
        ('"type": "url", "value": "http://a.example/|x"', {"url": "http://a.example/"}),
        ('"type": "email-src", "value": "a@b.example"', {"email": "a@b.example"}),
    ],
)
def test_misp_types_fill_their_columns(attribute: str, told: dict[str, str]) -> None:
    (row,) = rows(MISP % attribute, "misp")
    columns = ("ip", "port", "domain", "url", "email")
    assert {name: row[name] for name in columns if name in row} == told


def test_misp_answers_lists_and_bare_attributes() -> None:
    event = MISP % '"type": "ip-src", "value": "192.0.2.1"'
    for text in (f'{{"Event": {event}}}', f"[{event}]", f'{{"response": [{{"Event": {event}}}]}}'):
        assert [row["ip"] for row in rows(text, "misp")] == ["192.0.2.1"]
    gone = '"type": "ip-src", "value": "192.0.2.1", "deleted": true'
    assert refusals(MISP % gone, "misp") == ["deleted"]
    assert refusals(MISP % '"type": "sha1", "value": "0"', "misp") == ["not-on-the-network"]


def test_misp_marks_of_the_attribute_win_over_the_events() -> None:
    text = MISP % '"type": "url", "value": "u", "Tag": [{"name": "tlp:red"}]'
    text = text.replace('"info"', '"Tag": [{"name": "tlp:green"}, {"name": "x"}], "info"')
    (row,) = rows(text, "misp")
    assert (row["tlp"], row["tags"]) == ("red", "tlp:red;tlp:green;x")


@pytest.mark.parametrize(
    ("source", "column"),
    [
        ("192.0.2.1", "ip"),
        ("2001:db8::1", "ip"),
        ("mail.example.org", "domain"),
        ("a@example.org", "email"),
        ("https://example.org/x", "url"),
    ],
)
def test_xarf_sources_by_what_they_are(source: str, column: str) -> None:
    text = f'{{"xarf_version": "4.2.0", "source_identifier": "{source}", "category": "content"}}'
    assert rows(text, "xarf")[0][column] == source


def test_xarf_keeps_evidence_short_and_nothing_internal() -> None:
    long = "QUJD" * 10_000
    text = (
        '{"xarf_version": "4", "source_identifier": "192.0.2.1", "_internal": {"a": 1},'
        '"evidence": [{"content_type": "text/plain", "payload": "QUJD"},'
        f' {{"payload": "{long}"}}, 7]}}'
    )
    (row,) = rows(text, "xarf", companions=(Companion("a.log", "line"),))
    assert row["evidence"] == "text/plain : QUJD\n : (40000 characters left out)"
    assert row["attachments"] == "a.log:\nline"
    assert not [name for name in row if "internal" in name]


def test_xarf_version_three() -> None:
    text = (
        '{"Version": "3", "ReporterInfo": {"ReporterOrg": "o"}, "Report": {'
        '"ReportClass": "Activity", "Date": "2026-03-02T00:00:00Z", "SourceIp": "192.0.2.1"}}'
    )
    (row,) = rows(text, "xarf")
    assert (row["ip"], row["report.date"]) == ("192.0.2.1", "2026-03-02T00:00:00Z")


def test_x_arf_pairs_fold_and_keep_the_first() -> None:
    text = "---\nSource: 192.0.2.1\nSource: 192.0.2.2\nUser-Agent: a\n  b\nnot a pair\n"
    assert pairs(text) == {"source": "192.0.2.1", "user-agent": "a b"}
    assert refusals("---\nReported-From: a@b.example\n", "blocklist") == ["not-a-report"]


def test_intelmq_events_take_the_kind_of_their_shadowserver_report() -> None:
    event = '{"classification.type": "%s", "time.source": "2026-03-02T00:00:00+00:00", '
    event += '"source.ip": "192.0.2.1", "source.port": 1, %s}\n'
    text = (
        event
        % ("vulnerable-system", '"feed.provider": "Shadowserver", "feed.name": "Accessible-RDP"')
        + event % ("vulnerable-system", '"feed.name": "IPv6-Accessible-SSH"')
        + event % ("other", '"feed.code": "shadowserver-scan_mqtt", "feed.name": "x"')
        + event % ("bruteforce", '"feed.provider": "Elsewhere", "feed.name": "Accessible-RDP"')
        + event % ("never heard of", '"feed.name": "x"')
    )
    found = batches(text, "intelmq")
    assert [batch.kind for batch in found] == [
        "scan_rdp",
        "scan6_ssh",
        "scan_mqtt",
        "brute-force",
        "undetermined",
    ]
    assert found[0].columns.key == ("source.port",)
    assert found[0].columns.affected[0] == ("address", "source.ip")


def test_safe_browsing_without_entities() -> None:
    text = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><notification_message/>'
    member = Member("x", "x", lambda: io.BytesIO(text.encode()))
    spec = next(one for one in shipped() if one.name == "google-safebrowsing")
    assert [one.reason for batch in read(member, spec) for one in batch.refused] == ["xml-entities"]
    text = '<notification_message date="2026-03-01"><list type="1"><url_info url="u"/><'
    assert rows(text, "google")[0]["url"] == "u"
    assert refusals(text, "google") == ["not-xml"]


def test_json_by_path() -> None:
    text = (
        '{"query_status": "ok", "data": [{"ioc": "192.0.2.1:80", "threat_type": "botnet_cc"}, 7]}'
    )
    assert rows(text, "threatfox")[0]["ioc_address"] == "192.0.2.1"
    assert refusals(text, "threatfox") == ["not-a-record"]


def test_a_line_longer_than_allowed_is_refused_once() -> None:
    text = '{"classification.type": "x", "time.source": "2026-03-02"}\n'
    long = '{"a": "' + "x" * (17 << 20) + '"}\n'
    assert refusals(text + long + text, "intelmq") == ["row-too-long"]
    assert len(rows(text + long + text, "intelmq")) == 2


def test_the_time_of_a_report_without_times() -> None:
    (row,) = rows("http://a.example/\n", "openphish", name="openphish-2026-03-02.txt")
    assert row["reported_at"] == "2026-03-02"
    text = "; Spamhaus DROP List\n"
    text += "; Last-Modified: Mon, 02 Mar 2026 08:44:20 GMT\n192.0.2.0/24 ; SBL1\n"
    assert rows(text, "spamhaus")[0]["reported_at"] == "2026-03-02T08:44:20+00:00"


def test_every_attribute_of_an_event_has_a_number_of_its_own() -> None:
    attributes = ", ".join(
        f'{{"type": "sha1", "value": "{n}", "category": "x", "uuid": "{n}"}}' for n in range(3)
    )
    text = f'{{"Event": {{"info": "i", "uuid": "u", "Attribute": [{attributes}]}}}}'
    (batch,) = batches(text, "misp")
    assert [one.line for one in batch.refused] == [1, 2, 3]


def test_attributes_that_name_their_event_are_rows() -> None:
    found = """{"response": {"Attribute": [
        {"type": "ip-dst", "value": "192.0.2.1", "category": "Network activity", "to_ids": true,
         "uuid": "a", "timestamp": "1772409600", "Event": {"info": "campaign", "uuid": "e"}}]}}"""
    (row,) = rows(found, "misp")
    assert (row["ip"], row["event_info"], row["event"]) == ("192.0.2.1", "campaign", "e")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('{"source.ip": "192.0.2.1", "time.source": "t"}\n' * 3, 3),
        ('{"source.ip": "192.0.2.1", "time.source": "t"},\n' * 3, 3),
        ('{"source.ip": "192.0.2.1", "time.source": "t"}', 1),
        ('{"source.ip": "192.0.2.1",\n "time.source": "t"}\n', 1),
        ('[{"source.ip": "1", "time.source": "t"}, {"source.ip": "2"}]', 2),
        ('\ufeff[\n{"source.ip": "1", "time.source": "t"}\n]\n', 1),
        ('{"status": "ok", "n": 2, "data": [{"source.ip": "1", "time.source": "t"}, {"b": 1}]}', 2),
        ('{"data":\n[\n{"source.ip": "1", "time.source": "t"}\n]\n}', 1),
    ],
)
def test_events_as_lines_as_a_list_or_in_an_answer(text: str, count: int) -> None:
    assert len(rows(text, "intelmq")) == count
    assert refusals(text, "intelmq") == []


def test_records_of_an_answer_have_numbers_of_their_own() -> None:
    text = '{"data": [7, {"source.ip": "192.0.2.1", "time.source": "t"}, 8, 9]}'
    (batch,) = batches(text, "intelmq")
    assert [one.line for one in batch.refused] == [1, 3, 4]
    assert batch.lines.tolist() == [2]


def test_hashes_of_files_are_refused_with_their_text() -> None:
    text = (
        '{"query_status": "ok", "data": [{"ioc": "00ff", "ioc_type": "sha256_hash",'
        ' "threat_type": "payload", "password": "hunter2"},'
        ' {"ioc": "192.0.2.1:80", "ioc_type": "ip:port", "threat_type": "botnet_cc"}]}'
    )
    (batch,) = batches(text, "threatfox")
    (refused,) = batch.refused
    assert (refused.line, refused.reason) == (1, "not-on-the-network")
    assert "ioc=00ff" in refused.text
    assert "hunter2" not in refused.text
    assert batch.lines.tolist() == [2]


def test_nesting_beyond_reason_stays_as_text() -> None:
    deep: dict[str, Any] = {"end": 1}
    for _ in range(20):
        deep = {"a": deep}
    flat = flatten(deep)
    assert list(flat) == ["a.a.a.a.a.a.a"]
    assert json.loads(next(iter(flat.values())) or "")["a"]


def test_a_record_has_so_many_columns_at_most() -> None:
    assert len(flatten({f"c{n}": n for n in range(3000)})) == 1000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=30,
)


@given(st.dictionaries(st.text(max_size=4), JSON))
def test_any_record_becomes_text_cells(record: dict[str, Any]) -> None:
    flat = flatten(record)
    assert all(value is None or (isinstance(value, str) and value) for value in flat.values())
    assert all(name == name.lower() and "\0" not in name for name in flat)
    assert not any("\0" in (value or "") for value in flat.values())


def test_a_line_longer_than_what_is_read_at_once_is_one_row() -> None:
    url = "https://example.org/" + "x" * (3 << 20)
    (row,) = rows(f"{url}\nnot an address\n", "openphish", name="feed.txt")
    assert row["url"] == url[:65_536]
    assert refusals(f"{url}\nnot an address\n", "openphish", "feed.txt") == ["no-match"]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("report-2026-03-02.csv", date(2026, 3, 2)),
        ("report_20260302.txt", date(2026, 3, 2)),
        ("2026.03.02", date(2026, 3, 2)),
        ("x-20260231.csv", None),
        ("1202603021.csv", None),
        ("version-3.2.csv", None),
    ],
)
def test_the_day_in_a_name(name: str, day: date | None) -> None:
    assert date_in_name(name) == day
