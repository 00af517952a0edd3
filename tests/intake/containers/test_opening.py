"""Files, folders and archives, opened by what they are."""

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from tocsin.errors import TocsinError
from tocsin.intake.containers import DamagedError, Limits, Member, open_members
from tocsin.intake.containers.limits import MIB
from tocsin.intake.containers.streams import read_up_to

CSV = b"timestamp,ip\n2026-03-02,192.0.2.1\n"


def zipped(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def content(member: Member) -> bytes:
    with member.opener() as stream:
        return stream.read()


def members(path: Path, raw: bytes, limits: Limits | None = None) -> list[Member]:
    path.write_bytes(raw)
    return list(open_members(path, limits))


def reasons(found: list[Member]) -> list[str]:
    return [member.refused.reason for member in found if member.refused]


def test_a_plain_file_is_one_member(tmp_path: Path) -> None:
    (member,) = members(tmp_path / "a.csv", CSV)
    assert (member.name, member.origin) == ("a.csv", str(tmp_path / "a.csv"))
    assert content(member) == content(member) == CSV


def test_there_must_be_something(tmp_path: Path) -> None:
    with pytest.raises(TocsinError, match="no file or folder"):
        list(open_members(tmp_path / "missing"))


@pytest.mark.parametrize(
    ("ending", "pack"),
    [
        ("gz", gzip.compress),
        ("bz2", bz2.compress),
        ("xz", lzma.compress),
        ("zst", zstandard.ZstdCompressor().compress),
    ],
)
def test_packed_streams_by_content(
    tmp_path: Path, ending: str, pack: Callable[[bytes], bytes]
) -> None:
    (member,) = members(tmp_path / f"a.csv.{ending}", pack(CSV))
    assert (member.name, content(member)) == ("a.csv", CSV)
    (member,) = members(tmp_path / "no-ending", pack(CSV))
    assert (member.name, content(member)) == ("no-ending", CSV)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_spreadsheet_text_becomes_utf8(tmp_path: Path, encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    (member,) = members(tmp_path / "a.txt", (mark + "a\tü\r\n" * 9).encode(encoding))
    assert content(member).decode() == "a\tü\r\n" * 9


def test_archives_in_archives(tmp_path: Path) -> None:
    inner = zipped({"deep/c.csv": CSV, "deep/d.csv.gz": gzip.compress(CSV)})
    found = members(tmp_path / "a.bin", zipped({"b.csv": CSV, "inner.zip": inner}))
    assert [member.name for member in found] == ["b.csv", "c.csv", "d.csv"]
    assert found[1].origin == f"{tmp_path / 'a.bin'}!inner.zip!c.csv"
    assert [content(member) for member in found] == [CSV] * 3


def test_what_archivers_leave_beside_files_is_skipped(tmp_path: Path) -> None:
    entries = {"__MACOSX/._a.csv": b"x", ".hidden": b"x", "b.part": b"x", "dir/": b"", "a.csv": CSV}
    assert [one.name for one in members(tmp_path / "a.zip", zipped(entries))] == ["a.csv"]


def test_folders_in_order_without_hidden_and_unfinished_files(tmp_path: Path) -> None:
    for name in ("b/2.csv", "b/1.csv", "a.csv", ".hidden.csv", "c.csv.tmp", "d.part", "z.csv~"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(CSV)
    (tmp_path / "loop").symlink_to(tmp_path)
    assert [one.name for one in open_members(tmp_path)] == ["a.csv", "1.csv", "2.csv"]


def test_a_maildir_without_what_is_being_delivered(tmp_path: Path) -> None:
    mail = b"From: a@example.org\nSubject: s\nMessage-ID: <1@x>\n\n" + CSV + b"a,b\n"
    for folder in ("cur", "new", "tmp"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"1.{folder}:2,S").write_bytes(mail)
    (tmp_path / "index").write_bytes(b"x")
    found = list(open_members(tmp_path))
    assert [one.origin.split("/")[-2] for one in found] == ["cur", "new"]


def test_one_damaged_file_does_not_stop_the_next(tmp_path: Path) -> None:
    packed = bytearray(zipped({"x.csv": CSV * 100}))
    packed[45:60] = bytes(15)
    (tmp_path / "a.zip").write_bytes(bytes(packed))
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04 no archive")
    (tmp_path / "c.csv").write_bytes(CSV)
    found = list(open_members(tmp_path))
    assert found[-1].name == "c.csv"
    assert reasons(found) == ["damaged-archive", "unreadable"]


def test_a_cut_archive_gives_what_it_has_and_then_fails(tmp_path: Path) -> None:
    many = b"".join(b"2026-03-02,192.0.2.%d,%d\n" % (n % 256, n * n) for n in range(20_000))
    (member,) = members(tmp_path / "a.csv.gz", gzip.compress(many)[:-5000])
    with member.opener() as stream:
        got = read_up_to(stream, len(many))
        assert many.startswith(got)
        assert len(got) > len(many) // 2
        with pytest.raises(DamagedError) as raised:
            stream.read(1)
    assert raised.value.reason == "damaged-archive"


def test_bombs_are_refused_while_unpacking(tmp_path: Path) -> None:
    limits = Limits(ratio=50, ratio_from=MIB)
    bomb = bytes(8 * MIB)
    for name, raw in (("a.gz", gzip.compress(bomb)), ("a.zip", zipped({"a": bomb}))):
        (member,) = members(tmp_path / name, raw, limits)
        with pytest.raises(DamagedError) as raised:
            content(member)
        assert raised.value.reason == "unpacks-too-large"


def test_limits_of_size_count_and_depth(tmp_path: Path) -> None:
    raw = zipped({f"{n}.csv": CSV for n in range(4)})
    assert reasons(members(tmp_path / "a.zip", raw, Limits(entries=3))) == ["too-many-entries"]
    assert (
        reasons(members(tmp_path / "a.zip", raw, Limits(member_bytes=10)))
        == ["unpacks-too-large"] * 4
    )
    nested = CSV
    for _ in range(4):
        nested = zipped({"inner.zip": nested})
    assert reasons(members(tmp_path / "a.zip", nested, Limits(depth=2))) == ["nested-too-deep"]
    assert reasons(members(tmp_path / "a.zip", nested)) == []


def test_an_archive_inside_another_is_not_spooled_without_end(tmp_path: Path) -> None:
    raw = gzip.compress(zipped({"a.csv": CSV * 1000, "b.bin": bytes(range(256)) * 64}))
    limits = Limits(spooled_bytes=100)
    assert reasons(members(tmp_path / "a.zip.gz", raw, limits)) == ["unpacks-too-large"]


def test_archives_with_a_password_are_refused(tmp_path: Path) -> None:
    raw = bytearray(zipped({"a.csv": CSV}))
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    assert reasons(members(tmp_path / "a.zip", bytes(raw))) == ["encrypted-archive"]


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    assert reasons(list(open_members(tmp_path))) == ["unreadable"]
