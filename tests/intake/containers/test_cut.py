"""Archives that were cut off: what came before the cut is read, the rest is said to be missing."""

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.intake.containers import DamagedError, Limits, Member, cut_zips, open_members
from tocsin.intake.containers.streams import read_up_to

ROWS = [b"2026-03-02 08:00:00,192.0.2.%d,%d\n" % (n % 256, n * n) for n in range(20_000)]
CONTENT = b"".join(ROWS)
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": lambda content: bz2.compress(content, 1),
    "xz": lzma.compress,
    "zst": zstandard.compress,
}


class Pipe(io.BytesIO):
    """Can be written to, and not sought in."""

    def seek(self, *_: int) -> int:
        raise OSError


def zipped(
    files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, streamed: bool = False
) -> bytes:
    """`streamed`: written to something that cannot be sought in, so that sizes come after."""
    target = Pipe() if streamed else io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def everything(member: Member) -> tuple[bytes, DamagedError | None]:
    """What a member gives, and what ended it."""
    got = b""
    try:
        with member.opener() as stream:
            while piece := read_up_to(stream, 1 << 20):
                got += piece
    except DamagedError as error:
        return got, error
    return got, None


def opened(path: Path, content: bytes, limits: Limits | None = None) -> list[Member]:
    path.write_bytes(content)
    return list(open_members(path, limits))


@pytest.mark.parametrize("form", PACKERS)
def test_a_packed_file_that_was_cut_gives_its_beginning_and_says_so(
    tmp_path: Path, form: str
) -> None:
    packed = PACKERS[form](CONTENT)
    (member,) = opened(tmp_path / f"a.csv.{form}", packed[: len(packed) * 3 // 4])
    got, damage = everything(member)
    assert CONTENT.startswith(got)
    assert damage is not None
    assert (damage.reason, damage.is_cut) == ("damaged-archive", True)


@pytest.mark.parametrize("form", PACKERS)
def test_several_packed_pieces_one_after_the_other_are_one_file(tmp_path: Path, form: str) -> None:
    pack = PACKERS[form]
    (member,) = opened(tmp_path / f"a.csv.{form}", pack(CONTENT) + pack(b"the rest\n"))
    assert everything(member) == (CONTENT + b"the rest\n", None)


@pytest.mark.parametrize("form", ["gz", "xz", "zst"])
def test_a_wrong_bit_is_no_cut(tmp_path: Path, form: str) -> None:
    packed = bytearray(zstandard.ZstdCompressor(write_checksum=True).compress(CONTENT))
    packed = packed if form == "zst" else bytearray(PACKERS[form](CONTENT))
    packed[len(packed) // 2] ^= 0x10
    found = opened(tmp_path / f"a.csv.{form}", bytes(packed))
    damage = everything(found[0])[1]
    assert damage is not None
    assert not damage.is_cut


def test_a_zstd_frame_that_unpacks_to_very_much_is_given_in_small_pieces(tmp_path: Path) -> None:
    packed = zstandard.compress(bytes(64 << 20))
    (member,) = opened(tmp_path / "a.zst", packed)
    with member.opener() as stream:
        assert stream.read(10) == bytes(10)
    bomb = Limits(ratio=10, ratio_from=1 << 20)
    (member,) = opened(tmp_path / "b.zst", packed, bomb)
    damage = everything(member)[1]
    assert damage is not None
    assert (damage.reason, damage.is_cut) == ("unpacks-too-large", False)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_a_zip_that_lost_its_list_of_files(tmp_path: Path, method: int, streamed: bool) -> None:
    if streamed and method == zipfile.ZIP_STORED:
        pytest.skip("where a stored file of unknown size ends, only the list could tell")
    files = {"a.csv": CONTENT, "sub/b.csv": b"x,y\n1,2\n", ".hidden": b"no", "c.csv": CONTENT}
    packed = zipped(files, method, streamed)
    *found, archive = opened(tmp_path / "a.zip", packed[: packed.rindex(b"c.csv", 0, -200) - 40])
    assert [one.name for one in found][:2] == ["a.csv", "b.csv"]
    assert everything(found[0]) == (CONTENT, None)
    assert everything(found[1]) == (b"x,y\n1,2\n", None)
    assert archive.refused is not None
    assert archive.refused.reason == "damaged-archive"
    assert "list of files" in archive.refused.detail


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_the_file_in_which_a_zip_was_cut_gives_its_beginning(tmp_path: Path, method: int) -> None:
    packed = zipped({"a.csv": CONTENT}, method)
    member, archive = opened(tmp_path / "a.zip", packed[: len(packed) // 2])
    got, damage = everything(member)
    assert got
    assert CONTENT.startswith(got)
    assert damage is not None
    assert damage.is_cut
    assert archive.refused is not None


@pytest.mark.parametrize("streamed", [False, True])
def test_a_file_that_does_not_fit_its_checksum_is_not_relied_on(
    tmp_path: Path, streamed: bool
) -> None:
    packed = bytearray(zipped({"a.csv": b"one,two\n1,2\n", "b.csv": CONTENT}, streamed=streamed))
    descriptor = packed.find(b"PK\x07\x08")
    at = descriptor + 4 if streamed else 14
    packed[at] ^= 1
    member, *_ = opened(tmp_path / "a.zip", bytes(packed[:-200]))
    damage = everything(member)[1]
    assert damage is not None
    assert not damage.is_cut


def test_packing_methods_that_need_the_list_are_refused(tmp_path: Path) -> None:
    packed = zipped({"a.csv": CONTENT}, zipfile.ZIP_LZMA)
    found = opened(tmp_path / "a.zip", packed[:-200])
    assert [one.refused.reason for one in found if one.refused] == ["unreadable", "damaged-archive"]


def test_a_cut_zip_within_a_zip(tmp_path: Path) -> None:
    inner = zipped({"a.csv": b"x,y\n1,2\n", "b.csv": CONTENT})
    found = opened(tmp_path / "outer.zip", zipped({"inner.zip": inner[:2000]}))
    assert everything(found[0]) == (b"x,y\n1,2\n", None)
    assert [one.refused is not None for one in found] == [False, False, True]


def test_no_more_files_than_we_are_ready_to_unpack(tmp_path: Path) -> None:
    packed = zipped({f"{n}.csv": b"x\n" for n in range(20)})
    found = opened(tmp_path / "a.zip", packed[:-30], Limits(entries=5))
    assert len(found) == 6


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2500), st.booleans(), st.sampled_from([0, 8]))
def test_a_zip_cut_anywhere_gives_only_what_was_packed(
    length: int, streamed: bool, method: int
) -> None:
    content = {"a.csv": b"first," * 50, "b.csv": bytes(range(256)) * 4}
    packed = io.BytesIO(zipped(content, method, streamed)[:length])
    for entry in cut_zips.entries(packed):
        got = b""
        try:
            reader = entry.reader(packed)
            while piece := reader.read1(100):
                got += piece
        except (EOFError, zipfile.BadZipFile):
            pass
        assert content[entry.name].startswith(got)
