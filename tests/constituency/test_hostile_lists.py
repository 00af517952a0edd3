"""Lists as people really send them: nothing is lost, nothing breaks what is built on the assets."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as sampling
from hypothesis import strategies as st

from tests.constituency.test_import_assets import HEADER, NOW, held, organisation, take
from tocsin.constituency.asset_map import AssetMap
from tocsin.constituency.asset_names import AssetName, read_asset
from tocsin.constituency.asset_rows import read_assets
from tocsin.constituency.asset_table import Form
from tocsin.constituency.import_assets import import_assets
from tocsin.constituency.import_organisations import import_organisations
from tocsin.constituency.models import Organisation
from tocsin.constituency.refusals import RefusedEntry
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.refused import RefusalError

pytestmark = pytest.mark.django_db

LIKE_ADDRESSES = "0123456789abcdefASx.:/-%@_ ٢①０\u200b"


def _organisations(tmp_path: Path, data: str | bytes) -> tuple[list[str], list[RefusedEntry]]:
    """Import; the names that are there, and what was refused."""
    path = tmp_path / "list.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    done = import_organisations(path, NOW)
    with staff_scope():
        return list(Organisation.objects.order_by("pk").values_list("name", flat=True)), list(
            done.refused.first
        )


TWO = "name,kind\r\nAlpha,isp\r\nBéta,bank\r\n"


@pytest.mark.parametrize(
    "data",
    [
        TWO.encode("utf-8-sig"),
        TWO.encode("latin-1"),
        TWO.encode("utf-16"),
        TWO.encode("utf-16-le"),
        TWO.encode("utf-16-be"),
        b"\xfe\xff" + TWO.encode("utf-16-be"),
        TWO.replace("\r\n", "\n").encode(),
        TWO.replace("\r\n", "\r").encode(),
        TWO.replace("\r\n", "\r").encode("utf-16"),
        TWO.replace(",", ";").encode(),
        ("sep=;\r\n" + TWO.replace(",", ";")).encode(),
        ("SEP=\t\r\n" + TWO.replace(",", "\t")).encode("utf-16"),
        ("\r\n \r\n" + TWO).encode(),
        '"name","kind"\n"Alpha","isp"\n"Béta","bank"'.encode(),
    ],
)
def test_every_way_in_which_spreadsheets_save_a_list(tmp_path: Path, data: bytes) -> None:
    assert _organisations(tmp_path, data) == (["Alpha", "Béta"], [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Nul\0,isp,", "nul-character"),
        (f"Long,isp,{'s' * 65}", "bad-sector"),
        (f"{'n' * 251},isp,", "bad-name"),
        ("Turned\u202egnp.exe,isp,", "bad-name"),
        ("Escape\x1b[2J,isp,", "bad-name"),
        ("Odd,a/b,", "bad-kind"),
        (f"Odd,{'k' * 33},", "bad-kind"),
        (",isp,", "no-name"),
    ],
)
def test_one_bad_row_is_refused_alone(tmp_path: Path, row: str, reason: str) -> None:
    names, refused = _organisations(tmp_path, f"name,kind,sector\nFirst,isp,\n{row}\nLast,isp,\n")
    assert names == ["First", "Last"]
    assert [(one.file, one.line, one.reason) for one in refused] == [("list.csv", 3, reason)]


def test_an_open_quotation_mark_swallows_no_other_row(tmp_path: Path) -> None:
    rows = ["name,kind", "First,isp", '"Open,isp', "Second,isp", "Third,isp"]
    names, (refused,) = _organisations(tmp_path, "\n".join(rows))
    assert names == ["First", "Second", "Third"]
    assert (refused.line, refused.reason, refused.text) == (3, "bad-csv", '"Open,isp')
    assert "quotation mark" in refused.detail


def test_each_open_quotation_mark_of_several_is_told_with_its_line(tmp_path: Path) -> None:
    """Two of them end one another, so that what is between goes with them: but it is told."""
    rows = ["name,kind", '"A,isp', "Between,isp", '"B,isp', '"C,isp', "Last,isp"]
    names, refused = _organisations(tmp_path, "\n".join(rows))
    assert names[-1] == "Last"
    assert [one.line for one in refused] == [5]
    assert "Between" in names[0], "in the open, and not dropped"


def test_a_line_break_inside_of_quotation_marks_is_a_blank(tmp_path: Path) -> None:
    names, refused = _organisations(tmp_path, 'name,kind\n"Two\r\nLines",isp\n"12"" disks",isp\n')
    assert (names, refused) == (["Two Lines", '12" disks'], [])


def test_a_name_of_any_case_and_blanks_is_one_organisation(tmp_path: Path) -> None:
    rows = "name,kind,email\nDup Net,isp,a@d.example\ndup  net,bank,A@D.example\nDUP NET,,\n"
    assert _organisations(tmp_path, rows) == (["Dup Net"], [])
    with staff_scope():
        one = Organisation.objects.get()
        assert (one.kind, one.contact_set.count()) == ("bank", 1)


@pytest.mark.parametrize("data", ["", "\n\n", "kind,region\nisp,London\n", "sep=;\n", "\0\0\0\0"])
def test_a_list_without_names_is_refused_as_a_whole(tmp_path: Path, data: str) -> None:
    with pytest.raises(TocsinError, match="no column “name”"):
        _organisations(tmp_path, data)


@pytest.mark.parametrize(
    ("asset", "reason"),
    [
        ("192.0.2.0/٢٤", "not-an-asset"),  # digits, but not ours
        ("١٩٢.0.2.1", "not-an-asset"),
        ("AS٦٤٥٠٠", "not-an-asset"),
        ("fe80::1%eth0", "not-an-address"),
        ("fe80::%eth0/64", "not-an-address"),
        ("fe80::1%a-fe80::2%a", "not-an-address"),
        ("0.0.0.0/0", "too-wide"),
        ("::/0", "too-wide"),
        ("0.0.0.0-255.255.255.255", "too-wide"),
        ("::ffff:192.0.2.0/120", "not-an-address"),
        ("192.0.2.1/24", "host-bits-set"),
        ("AS4294967295", "bad-asn"),
        ("AS99999999999", "not-a-domain"),
        ("AS1-AS4294967294", "bad-range"),
        ("192.0.2.9-192.0.2.1", "bad-range"),
        ("a@b.example", "not-an-asset"),
        ("@", "not-a-domain"),
        ("*", "not-a-domain"),
        ("", "no-asset"),
    ],
)
def test_what_names_no_asset_is_refused_and_the_map_is_built(
    tmp_path: Path, asset: str, reason: str
) -> None:
    """A value that PostgreSQL cannot read as a network would stop every look-up."""
    organisation("Acme")
    done = take(tmp_path, f"{HEADER}Acme,{asset},,\nAcme,192.0.2.0/24,,\n")
    assert dict(done.refused.by_reason) == {reason: 1}
    assert [value for value, *_ in held()] == ["192.0.2.0/24"]
    with staff_scope():
        assert AssetMap.build(read_assets()).candidates_v4(0xC0000201)


@given(st.text(LIKE_ADDRESSES, min_size=1, max_size=24))
@sampling(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_taken_can_be_read_by_the_database(text: str) -> None:
    try:
        named = read_asset(text)
    except RefusalError:
        return
    assert named[0].text.isascii()
    assert read_asset(named[0].text) == [named[0]], "its one form is its own form"
    with connection.cursor() as cursor:
        for one in (named[0], named[-1]):
            cursor.execute(_as_the_map_reads(one), [one.text])
            assert cursor.fetchone()


def _as_the_map_reads(one: AssetName) -> str:
    if one.form in (Form.IPV4, Form.IPV6):
        return "SELECT %s::cidr"
    return "SELECT substr(%s, 3)::bigint" if one.form is Form.ASN else "SELECT ltrim(%s, '@')"


@pytest.mark.parametrize(
    ("begin", "end", "reason"),
    [
        ("2026-02-30", "", "bad-date"),
        ("31/01/2026", "", "bad-date"),
        ("", "soon", "bad-date"),
        ("0001-01-01T00:00:00+14:00", "", "bad-date"),
        ("", "9999-12-31T23:59:59-12:00", "bad-date"),
        ("2026-01-31", "2026-01-30", "empty-validity"),
        ("2026-01-31", "2026-01-31", "empty-validity"),
        ("2026-01-31T02:00:00+02:00", "2026-01-31T01:00:00+01:00", "empty-validity"),
    ],
)
def test_a_wrong_time_is_refused(tmp_path: Path, begin: str, end: str, reason: str) -> None:
    organisation("Acme")
    done = take(tmp_path, f"{HEADER}Acme,AS64500,{begin},{end}\nAcme,AS64501,,\n")
    assert dict(done.refused.by_reason) == {reason: 1}
    assert [value for value, *_ in held()] == ["AS64501"]


@pytest.mark.parametrize(("begin", "end"), [("0001-01-01", "9999-12-31"), ("20260131", "")])
def test_a_time_far_away_or_written_short_is_a_time(tmp_path: Path, begin: str, end: str) -> None:
    organisation("Acme")
    assert take(tmp_path, f"{HEADER}Acme,192.0.2.0/24,{begin},{end}\n").opened == 1
    with staff_scope():
        assert read_assets().valid_from[0] < read_assets().valid_to[0]


def test_two_organisations_with_one_prefix_are_told_and_the_later_answers(tmp_path: Path) -> None:
    first, second = organisation("First"), organisation("Second")
    done = take(
        tmp_path,
        f"{HEADER}First,192.0.2.0/24,2026-01-01,\nSecond,192.0.2.0/24,2026-02-01,2026-12-31\n",
    )
    assert (done.opened, done.refused.total) == (2, 0)
    assert done.notes == ["192.0.2.0/24 is of several organisations: First, Second"]
    with staff_scope():
        table = read_assets()
    found = AssetMap.build(table).candidates_v4(0xC0000207)
    owners = dict(zip(table.asset.tolist(), table.organisation.tolist(), strict=True))
    assert [owners[asset] for asset in found] == [second, first]


def test_overlapping_times_of_one_organisation_are_both_kept(tmp_path: Path) -> None:
    organisation("Acme")
    rows = "Acme,AS64500,2026-01-01,2026-06-01\nAcme,AS64500,2026-03-01,2026-09-01\n"
    assert take(tmp_path, HEADER + rows).opened == 2
    assert take(tmp_path, HEADER + rows).unchanged == 2
    assert [(begin, end) for _, _, begin, end in held()] == [
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)),
        (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)),
    ]


def test_the_same_row_twice_is_one_asset(tmp_path: Path) -> None:
    organisation("Acme")
    done = take(tmp_path, f"{HEADER}Acme,AS64500,,\nacme,as 64500,,\nAcme,ASN64500,,\n")
    assert (done.opened, done.refused.total) == (1, 0)


def test_a_range_of_an_unknown_organisation_is_refused_once(tmp_path: Path) -> None:
    organisation("Acme")
    done = take(tmp_path, f"{HEADER}Acne,AS64500-AS64599,,\nAcne,AS1,,\nAcme,AS2,,\n")
    assert [(one.line, one.text) for one in done.refused.first] == [
        (2, "Acne,AS64500"),
        (3, "Acne,AS1"),
    ]
    assert done.opened == 1


def _records(*rows: str) -> str:
    return f"2|x|20260901|{len(rows)}|1|1|+0\nx|*|ipv4|*|1|summary\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("x|GB|ipv4|192.0.2.300|256|20200101|allocated|h", "bad-value"),
        ("x|GB|ipv4|192.0.2.0|-5|20200101|allocated|h", "bad-value"),
        ("x|GB|ipv4|192.0.2.0|many|20200101|allocated|h", "bad-value"),
        ("x|GB|ipv4|192.0.2.0|٢٥٦|20200101|allocated|h", "bad-value"),
        ("x|GB|ipv4|0.0.0.0|4294967296|20200101|allocated|h", "too-wide"),
        ("x|GB|ipv4|255.0.0.0|33554432|20200101|allocated|h", "bad-range"),
        ("x|GB|asn|64500|99999999|20200101|allocated|h", "too-wide"),
        ("x|GB|asn|4294967290|100|20200101|allocated|h", "bad-asn"),
        ("x|GB|ipv6|2001:db8::1|32|20200101|allocated|h", "host-bits-set"),
        ("x|GB|ipv6|2001:db8::|200|20200101|allocated|h", "not-an-address"),
        ("x|GB|ipv4|192.0.2.0|256|20201332|allocated|h", "bad-value"),
        ("x|GB|radio|1|1|20200101|allocated|h", "unknown-type"),
        ("x|GB|ipv4", "too-few-fields"),
    ],
)
def test_a_wrong_record_of_a_register_is_refused_alone(
    tmp_path: Path, record: str, reason: str
) -> None:
    organisation("Acme", "H")
    path = tmp_path / "delegated-x"
    path.write_text(_records(record, "x|GB|asn|64500|1|20200101|allocated|h"))
    done = import_assets([path], NOW)
    assert [(one.line, one.reason) for one in done.refused.first] == [(3, reason)]
    assert [value for value, *_ in held()] == ["AS64500"]


@pytest.mark.parametrize("status", ["available", "reserved"])
def test_what_was_given_to_nobody_is_passed_over(tmp_path: Path, status: str) -> None:
    organisation("Acme", "H")
    path = tmp_path / "delegated-x"
    path.write_text(
        _records(f"x|ZZ|ipv4|192.0.2.0|256||{status}|", "x|GB|asn|64500|1|20200101|assigned|h")
    )
    done = import_assets([path], NOW)
    assert (done.opened, done.refused.total) == (1, 0)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("inetnum: 192.0.2.0 - 192.0.2.255\norg: ORG-A\n", []),  # no source line
        ("inetnum: nonsense\norg: ORG-A\nsource: TEST\n", ["not-a-domain"]),
        ("inetnum:\norg: ORG-A\n", ["no-asset"]),
        ("inet6num: 2001:db8::1\norg: ORG-A\n", ["not-an-address"]),
        ("inet6num: fe80::%eth0/64\norg: ORG-A\n", ["not-an-address"]),
        ("aut-num: AS64500\n+ more\norg: ORG-A\n", ["not-a-domain"]),
        ("aut-num: AS64500\norg: ORG-A # ours\ncreated: 2020-13-45\n", []),
        (": a value without a name\n", []),
    ],
)
def test_objects_of_a_dump_that_are_not_whole(
    tmp_path: Path, text: str, refused: list[str]
) -> None:
    organisation("Acme", "ORG-A")
    path = tmp_path / "dump"
    path.write_text(f"route: 198.51.100.0/24\norg: ORG-A\n\n{text}\n\n% end\n")
    done = import_assets([path], NOW)
    assert [one.reason for one in done.refused.first] == refused
    assert "198.51.100.0/24" in [value for value, *_ in held()]


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (lambda path: path.write_bytes(b"\x1f\x8b\x08\x00broken"), "breaks off"),
        (lambda path: path.write_text("neither\nnor\n"), "none of the known lists"),
        (lambda path: path.mkdir(), "cannot read"),
    ],
)
def test_a_file_that_is_no_list_changes_nothing(
    tmp_path: Path, write: Callable[[Path], object], words: str
) -> None:
    write(tmp_path / "file")
    with pytest.raises(TocsinError, match=words):
        import_assets([tmp_path / "file"], NOW)
    assert held() == []
