"""However a report is packed, and whatever the packages are called, the same content comes out."""

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.intake.containers import open_members

NAME = "2026-03-01-scan_telnet-example-asn.csv"
CONTENT = b'timestamp,ip\r\n2026-03-01 08:00:00,192.0.2.1\n"x ","\xff\0"\n.\nFrom here\n' * 40

Pack = Callable[[str, bytes], tuple[str, bytes]]


def zipped(name: str, content: bytes) -> tuple[str, bytes]:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("__MACOSX/._" + name, b"resource")
        archive.writestr(f"some folder/{name}", content)
    return name + ".zip", target.getvalue()


def mailed(encoding: str) -> Pack:
    def packed(name: str, content: bytes) -> tuple[str, bytes]:
        mail = EmailMessage()
        mail["From"], mail["Subject"], mail["Message-ID"] = "a@example.org", "Report", "<1@x>"
        mail.set_content("Attached.")
        mail.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name, cte=encoding
        )
        return "mail.eml", mail.as_bytes()

    return packed


def forwarded(name: str, content: bytes) -> tuple[str, bytes]:
    inner = EmailMessage()
    inner["From"], inner["Subject"], inner["Message-ID"] = "b@example.org", "Report", "<2@x>"
    inner.set_content("Attached.")
    inner.add_attachment(content, maintype="text", subtype="csv", filename=name)
    outer = EmailMessage()
    outer["From"], outer["Subject"], outer["Message-ID"] = "c@example.org", "Fwd: Report", "<3@x>"
    outer.set_content("For you.")
    outer.add_attachment(inner)
    return "forwarded.eml", outer.as_bytes()


PACKS: dict[str, Pack] = {
    "gz": lambda name, content: (name + ".gz", gzip.compress(content)),
    "bz2": lambda name, content: (name + ".bz2", bz2.compress(content)),
    "xz": lambda name, content: (name + ".xz", lzma.compress(content)),
    "zst": lambda name, content: (name + ".zst", zstandard.compress(content)),
    "zip": zipped,
    "base64": mailed("base64"),
    "quoted-printable": mailed("quoted-printable"),
    "forwarded": forwarded,
}


def unpacked(path: Path) -> list[tuple[str, bytes]]:
    found = []
    for member in open_members(path):
        assert member.refused is None, member.refused
        with member.opener() as stream:
            found.append((member.name, stream.read()))
    return found


def packed_by(names: Sequence[str]) -> tuple[str, bytes]:
    name, content = NAME, CONTENT
    for one in names:
        name, content = PACKS[one](name, content)
    return name, content


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(sorted(PACKS)), max_size=3))
def test_packages_in_packages(packs: list[str]) -> None:
    name, content = packed_by(packs)
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        assert unpacked(path) == [(NAME, CONTENT)]


@pytest.mark.parametrize("pack", sorted(PACKS))
@pytest.mark.parametrize("called", ["report.csv", "report", "report.csv.zip", "x.gz", "data.bin"])
def test_a_package_is_known_by_what_it_is(tmp_path: Path, pack: str, called: str) -> None:
    path = tmp_path / called
    path.write_bytes(packed_by([pack])[1])
    ((_, content),) = unpacked(path)
    assert content == CONTENT


def test_of_several_files_in_one_archive_each_is_a_member(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a\\b\\one.csv", b"1")
        archive.writestr("two.csv.gz", gzip.compress(b"2"))
        archive.writestr("three.csv.part", b"unfinished")
        archive.writestr("folder/", b"")
        archive.writestr("../four.csv", b"4")
    assert sorted(unpacked(path)) == [("four.csv", b"4"), ("one.csv", b"1"), ("two.csv", b"2")]


def test_a_member_that_was_refused_has_no_beginning(tmp_path: Path) -> None:
    path = tmp_path / "broken.gz"
    path.write_bytes(b"\x1f\x8b broken")
    (member,) = open_members(path)
    assert member.refused is not None
    assert member.head() == b""
