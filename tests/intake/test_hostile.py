"""Whatever arrives: no reader fails, and every row is either taken or refused."""

import bz2
import gzip
import io
import lzma
import zipfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.intake.feed_samples import samples
from tocsin.intake.containers import open_members
from tocsin.intake.containers.members import Member
from tocsin.intake.feed_specs import SHIPPED, recognise, shipped
from tocsin.intake.formats.reading import read

SAMPLES = [path for folder in sorted(SHIPPED.iterdir()) for path in samples(folder)]
RELAXED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@cache
def content(path: Path) -> bytes:
    return path.read_bytes()


@st.composite
def damaged(draw: st.DrawFn) -> tuple[Path, bytes]:
    """A sample with bytes changed, removed, repeated or put in."""
    path = draw(st.sampled_from(SAMPLES))
    raw = bytearray(content(path))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(raw) - 1, 0)))
        size = draw(st.integers(0, 40))
        what = draw(st.sampled_from(["change", "cut", "repeat", "insert", "end"]))
        if what == "change":
            raw[at : at + size] = draw(st.binary(max_size=40))
        elif what == "cut":
            del raw[at : at + size]
        elif what == "repeat":
            raw[at:at] = raw[at : at + size]
        elif what == "insert":
            raw[at:at] = draw(
                st.sampled_from(
                    [b'"', b"\0", b"\n", b"\xff\xfe", b",,,", b"{", b"]", b"\r", b"<!DOCTYPE"]
                )
            )
        else:
            del raw[at:]
    return path, bytes(raw)


def taken(member: Member) -> int:
    """Rows and refusals of a member by the feed that it looks like; reads it to its end."""
    spec = recognise(member, member.head())
    count = 0
    for batch in read(member, spec) if spec else ():
        assert len(batch.lines) == batch.table.num_rows
        assert not (batch.lines < 0).any()
        assert all(str(column.type) == "string" for column in batch.table.columns)
        count += batch.table.num_rows + len(batch.refused)
    return count


@given(damaged())
@RELAXED
def test_a_damaged_report_is_read_to_its_end(tmp_path: Path, one: tuple[Path, bytes]) -> None:
    path, raw = one
    file = tmp_path / path.name
    file.write_bytes(raw)
    for member in open_members(file):
        if member.refused is None:
            taken(member)
        else:
            assert member.refused.reason


@given(damaged(), st.sampled_from(shipped()))
@RELAXED
def test_any_reader_survives_any_report(one: tuple[Path, bytes], spec: object) -> None:
    path, raw = one
    member = Member(path.name, path.name, lambda: io.BytesIO(raw))
    for batch in read(member, spec):  # type: ignore[arg-type]
        assert len(batch.lines) == batch.table.num_rows


@given(st.binary(max_size=300), st.sampled_from([gzip.compress, bz2.compress, lzma.compress]))
@RELAXED
def test_a_damaged_archive_is_refused_or_read(tmp_path: Path, noise: bytes, pack: object) -> None:
    packed = bytearray(pack(b"timestamp,ip,asn,geo\n" + noise * 9))  # type: ignore[operator]
    at = len(packed) // 2
    packed[at : at + len(noise)] = noise
    file = tmp_path / "report.csv.packed"
    file.write_bytes(bytes(packed))
    for member in open_members(file):
        if member.refused is None:
            taken(member)


@given(st.binary(max_size=60), st.integers(0, 400))
@RELAXED
def test_a_damaged_zip_is_refused_or_read(tmp_path: Path, noise: bytes, at: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "timestamp,ip,asn,geo\n" + "2026-03-02,192.0.2.1,64496,ZZ\n" * 50)
        archive.writestr("b.csv", "timestamp,ip,asn,geo\n2026-03-02,192.0.2.2,64496,ZZ\n")
    packed = bytearray(out.getvalue())
    packed[at : at + len(noise)] = noise
    file = tmp_path / "report.zip"
    file.write_bytes(bytes(packed))
    for member in open_members(file):
        if member.refused is None:
            taken(member)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_report_cut_anywhere_is_read(path: Path) -> None:
    raw = content(path)
    for end in range(0, len(raw), max(len(raw) // 25, 1)):
        member = Member(path.name, path.name, lambda end=end: io.BytesIO(raw[:end]))  # type: ignore[misc]
        taken(member)


def test_deeply_nested_json_is_refused() -> None:
    raw = b'[{"phish_id": 1, "phish_detail_url": "x", "url": ' + b"[" * 200_000
    member = Member("deep.json", "deep.json", lambda: io.BytesIO(raw))
    spec = recognise(member, member.head())
    assert spec is not None
    refused = [one for batch in read(member, spec) for one in batch.refused]
    assert {one.reason for one in refused} <= {"not-json", "cut-off"}
    assert refused


def test_a_zip_entry_without_a_name_is_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("NAME", "timestamp,ip\n")
    (tmp_path / "a.zip").write_bytes(out.getvalue().replace(b"NAME", bytes(4)))
    assert [member.name for member in open_members(tmp_path)] == ["unnamed"]
