"""Compressed or plain, in whatever encoding; and a file that breaks off is told."""

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from tocsin.constituency.readers.files import open_file, text_lines
from tocsin.errors import TocsinError

TEXT = "name\nBücher Ltd\n"


def _read(path: Path) -> str:
    with open_file(path) as file:
        return "".join(text_lines(file))


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_compression_is_told_by_content(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "list.any"
    path.write_bytes(pack(TEXT.encode()))
    assert _read(path) == TEXT


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_encodings_of_spreadsheets(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(TEXT.encode(encoding))
    assert _read(path) == TEXT


def test_empty_file_has_no_text(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"")
    assert _read(path) == ""


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_file_cut_off_in_its_compression(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "list.gz"
    path.write_bytes(pack(TEXT.encode() * 1000)[:-12])
    with pytest.raises(TocsinError, match="breaks off"):
        _read(path)


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(TocsinError, match="cannot read"):
        _read(tmp_path / name)
