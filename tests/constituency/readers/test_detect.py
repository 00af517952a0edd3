"""The form of a list is told by its content."""

import gzip
from pathlib import Path

import pytest

from tocsin.constituency.readers.detect import detect
from tocsin.errors import TocsinError


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2|ripencc|20260101|3|19830705|20260101|+0100\n", "delegated"),
        ("2.3|arin|1767225600|3|19830705|20260101|+0100\n", "delegated"),
        ("# comment\nexamplenic|GB|ipv4|192.0.2.0|256|20000101|assigned|h\n", "delegated"),
        ("organisation,asset\n", "csv"),
        ("\ufeffAsset;Organisation\n", "csv"),
        ("org\tprefix\n", "csv"),
        ("% comment\n#\n\ninetnum:  192.0.2.0 - 192.0.2.255\n", "rpsl"),
        ("aut-num: AS64500\n", "rpsl"),
    ],
)
def test_form(tmp_path: Path, text: str, form: str) -> None:
    path = tmp_path / "list"
    path.write_text(text)
    assert detect(path) == form
    path.write_bytes(gzip.compress(text.encode()))
    assert detect(path) == form


@pytest.mark.parametrize("text", ["", "hello\n", "a,b\n1,2\n", "%only\n"])
def test_unknown_form_is_told_with_what_was_expected(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list"
    path.write_text(text)
    with pytest.raises(TocsinError, match="none of the known lists") as error:
        detect(path)
    assert "--format" in error.value.hint


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_excels_own_first_line_is_looked_behind(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "list"
    path.write_bytes("sep=;\r\nOrganisation;Asset\r\nAcme;AS64500\r\n".encode(encoding))
    assert detect(path) == "csv"
