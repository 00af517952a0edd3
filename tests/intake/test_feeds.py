"""Feeds as data: shipped samples become what is expected; a user's own feed needs no Python."""

import json
import re
from pathlib import Path

import pytest

from tests.intake.feed_samples import expected, outcome, samples
from tocsin.intake.containers import Member, open_members
from tocsin.intake.containers.members import nothing
from tocsin.intake.feed_checks import FORMATS
from tocsin.intake.feed_specs import (
    SHIPPED,
    FeedError,
    FeedSpec,
    Recogniser,
    all_feeds,
    load,
    recognise,
    shipped,
)
from tocsin.intake.formats.reading import READERS, delivery, read
from tocsin.kinds.catalogue import kind

FOLDERS = sorted(path.parent for path in SHIPPED.glob("*/feed.toml"))
FLAT = """
title = "Our sensors"
tlp = "green"
grade = "B2"
cadence_hours = 24
format = "csv"
kind = "scanner"
[columns]
time = ["when"]
affected = ["address:who"]
[[recognise]]
columns = ["when", "who"]
"""


def own(home: Path, toml: str, name: str = "ours") -> Path:
    folder = home / "feeds" / name
    folder.mkdir(parents=True)
    (folder / "feed.toml").write_text(toml, encoding="utf-8")
    return folder


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_samples_become_what_is_expected(folder: Path) -> None:
    found = samples(folder)
    assert found
    assert {path.name: outcome(path, shipped()) for path in found} == expected(folder)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_samples_are_known_as_their_own_feed(folder: Path) -> None:
    told = [one for members in expected(folder).values() for one in members]
    assert {one["feed"] for one in told} == {folder.name}
    shapes = {spec.shape for spec in shipped() if spec.name == folder.name}
    assert len(shapes - {one["shape"] for one in told}) <= 1


@pytest.mark.parametrize("spec", shipped(), ids=lambda spec: f"{spec.name} {spec.shape}")
def test_every_kind_that_a_feed_names_is_described(spec: FeedSpec) -> None:
    rule = spec.kinds
    for name in filter(None, (rule.constant, rule.default, *rule.values.values())):
        assert not kind(name).flagged, name


def test_every_format_has_a_reader() -> None:
    assert set(READERS) == set(FORMATS)


def test_a_users_feed_is_read_without_python(tmp_path: Path) -> None:
    own(tmp_path, FLAT)
    file = tmp_path / "any.csv"
    file.write_text("When;Who;What\n2026-03-02T10:00:00Z;192.0.2.7;x\n", encoding="utf-8")
    member = next(open_members(file))
    spec = recognise(member, member.head(), all_feeds(tmp_path))
    assert spec is not None
    batch = next(read(member, spec))
    assert (spec.name, batch.kind, batch.columns.affected) == (
        "ours",
        "scanner",
        (("address", "who"),),
    )
    assert batch.table.to_pylist() == [
        {"when": "2026-03-02T10:00:00Z", "who": "192.0.2.7", "what": "x"}
    ]


def test_a_users_feed_of_a_shipped_name_replaces_it(tmp_path: Path) -> None:
    own(tmp_path, FLAT, "openphish")
    specs = [spec for spec in all_feeds(tmp_path) if spec.name == "openphish"]
    assert [spec.title for spec in specs] == ["Our sensors"]


def test_kinds_by_value_pattern_and_alias(tmp_path: Path) -> None:
    rule = """
[kind]
column = ["class", "type"]
prefix = "xarf/"
default = "undetermined"
[kind.values]
"a/b" = "spam"
"c/*" = "ddos"
"""
    own(tmp_path, FLAT.replace('kind = "scanner"', "").replace("[columns]", rule + "[columns]"))
    kinds = all_feeds(tmp_path)[0].kinds
    values = ["A/B", "c/anything", "connection/infected_host", "no/such", "/"]
    assert [kinds.of_value(value) for value in values] == [
        "spam",
        "ddos",
        "infected-system",
        "undetermined",
        "undetermined",
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (FLAT.replace('tlp = "green"', 'tlp = "blue"'), "tlp: blue is none of"),
        (FLAT.replace('title = "Our sensors"', ""), "title: missing"),
        (FLAT.replace("B2", "good"), "grade: good is no Admiralty grade"),
        (FLAT.replace("24", "0"), "cadence_hours: missing, or no number above 0"),
        (FLAT.replace('"csv"', '"excel"'), "format: excel is none of"),
        (FLAT.replace("address:who", "ip:who"), "columns.affected: ip is none of"),
        (FLAT.replace("address:who", "address"), "columns.affected: address names no column"),
        (FLAT.replace("[[recognise]]", "[[recognize]]"), "recognize: unknown field"),
        (
            FLAT.replace('columns = ["when", "who"]', "name = '('"),
            "recognise.1.name: not a regular",
        ),
        (FLAT.split("[[recognise]]")[0], "recognise: missing"),
        (FLAT.replace('"scanner"', "{ default = 'x' }"), "kind.column: missing"),
        (FLAT + "[options]\nseparator = ';'\n", "options.separator: unknown field"),
        (FLAT + "[health]\nshort_below = 'few'\n", "health.short_below: a whole number"),
        ("title = ", "Invalid value"),
    ],
)
def test_errors_name_the_file_and_the_field(tmp_path: Path, wrong: str, said: str) -> None:
    folder = own(tmp_path, wrong)
    with pytest.raises(FeedError) as raised:
        load(tmp_path / "feeds")
    assert str(raised.value).startswith(str(folder / "feed.toml"))
    assert said in str(raised.value)


def test_a_near_miss_is_suggested(tmp_path: Path) -> None:
    own(tmp_path, FLAT.replace("cadence_hours", "cadence_hour"))
    with pytest.raises(FeedError) as raised:
        load(tmp_path / "feeds")
    assert raised.value.hint == "Did you mean cadence_hours?"


@pytest.mark.parametrize(
    "content",
    [b"", b"hello world", b"\x00\x01\x02", b"%PDF-1.7", b"a,b\n1,2\n", b"[]", b"{}"],
)
def test_what_is_no_report_is_no_feeds(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "thing"
    file.write_bytes(content)
    member = next(open_members(file))
    assert recognise(member, member.head()) is None


def test_days_of_deliveries(tmp_path: Path) -> None:
    names = ["2026-03-02-scan_rdp-land-asn.csv", "certname_20260301.txt", "plain.csv"]
    days = []
    for name in names:
        file = tmp_path / name
        file.write_text("timestamp,ip,asn,geo\n", encoding="utf-8")
        member = next(open_members(file))
        spec = recognise(member, member.head())
        assert spec is not None
        told = delivery(member, spec)
        days.append((told.day.isoformat() if told.day else None, told.stream))
    assert days[0] == ("2026-03-02", "land-asn")
    assert days[2] == (None, "")


def test_expected_files_are_tidy() -> None:
    for folder in FOLDERS:
        text = (folder / "expected.json").read_text(encoding="utf-8")
        assert json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n" == text


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("skip = 'metadata'", "options.skip"),
        ("refuse = { kind = '(' }", "options.refuse.kind"),
        ("refuse = { kind = 1 }", "options.refuse.kind"),
        ("split = { pattern = '(' , column = 'a' }", "options.split.pattern"),
        ("split = { columns = 'a' }", "options.split.columns"),
    ],
)
def test_mistakes_in_options_are_told_where_they_are(tmp_path: Path, line: str, where: str) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "feed.toml").write_text(
        'title = "t"\ntlp = "green"\ngrade = "B2"\ncadence_hours = 1\nformat = "csv"\n'
        f"[options]\n{line}\n[[recognise]]\nname = 'x'\n"
    )
    with pytest.raises(FeedError, match=re.escape(where)):
        load(tmp_path)


def test_lists_that_a_feed_delivers_side_by_side_have_days_of_their_own() -> None:
    streams = {
        (spec.name, spec.shape): delivery(Member("2026-03-02.txt", "x", nothing), spec).stream
        for spec in shipped()
        if spec.name == "spamhaus-drop"
    }
    assert streams["spamhaus-drop", "text"] == streams["spamhaus-drop", "json"]
    assert streams["spamhaus-drop", "asn text"] == streams["spamhaus-drop", "asn json"] == "asn"
    assert streams["spamhaus-drop", "text"] != "asn"


def test_names_in_json_may_be_in_large_or_small_letters() -> None:
    one = Recogniser(keys=("SourceIp",))
    member = Member("x", "x", nothing)
    assert one.fits(member, '{"sourceip": 1}', frozenset())
    assert one.fits(member, '{"SOURCEIP" : 1}', frozenset())
    assert not one.fits(member, '{"source": "sourceip"}', frozenset())


@pytest.mark.parametrize(
    ("toml", "where"),
    [
        ("shape = 1", "shape: write [[shape]]"),
        ("[[recognise]]", "recognise.1: nothing to know the feed by"),
        ("[[recognise]]\nname = 7", "recognise.1.name: text is expected"),
        ("[[recognise]]\ncolumns = 'a'", "recognise.1.columns: a list of texts is expected"),
        ("[health]\nshort_below = 'x'\n[[recognise]]\nname = 'x'", "health.short_below"),
        ("[kind]\n[[recognise]]\nname = 'x'", "kind.column: missing"),
        ("[columns]\naffected = ['address:']\n[[recognise]]\nname = 'x'", "columns.affected"),
        ("[columns]\ntime = 'when'\n[[recognise]]\nname = 'x'", "columns.time"),
        ("not toml", "feed.toml"),
    ],
)
def test_what_is_wrong_in_a_feed_is_named(tmp_path: Path, toml: str, where: str) -> None:
    own(
        tmp_path,
        'title = "t"\ntlp = "green"\ngrade = "B2"\ncadence_hours = 1\nformat = "csv"\n' + toml,
    )
    with pytest.raises(FeedError, match=re.escape(where)):
        all_feeds(tmp_path)


def test_a_feed_without_columns_of_its_own_has_those_of_the_kind(tmp_path: Path) -> None:
    own(tmp_path, FLAT.replace(FLAT[FLAT.index("[columns]") : FLAT.index("[[recognise]]")], ""))
    spec = next(one for one in all_feeds(tmp_path) if one.name == "ours")
    assert spec.columns_for(kind("scanner")) == kind("scanner").columns


def test_new_and_missing_columns_of_a_list_with_a_known_header(tmp_path: Path) -> None:
    toml = FLAT.replace("[[recognise]]", '[options]\nheader = ["when", "who"]\n[[recognise]]')
    own(tmp_path, toml.replace('columns = ["when", "who"]', "name = 'ours'"))
    path = tmp_path / "ours.csv"
    path.write_text("when,colour,port\n2026-03-01,red,1\n2026-03-01,blue,2\n")
    (member,) = open_members(path)
    spec = recognise(member, member.head(), all_feeds(tmp_path))
    assert spec is not None
    notes = [note for batch in read(member, spec) for note in batch.notes]
    assert notes == ["missing columns: who", "new columns: colour, port"]
