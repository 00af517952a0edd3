"""Only certificates come in, and never a private key."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.constituency.certificates import OPENPGP, OPENPGP_PRIVATE, SMIME, SMIME_PRIVATE
from tocsin.constituency.certificates import read_openpgp, read_smime
from tocsin.refused import RefusalError

Read = Callable[[Path], str]


@pytest.mark.parametrize(("read", "text"), [(read_openpgp, OPENPGP), (read_smime, SMIME)])
def test_certificate(tmp_path: Path, read: Read, text: str) -> None:
    (tmp_path / "key").write_text(text)
    assert read(tmp_path / "key") == text


@pytest.mark.parametrize(
    ("read", "content", "reason"),
    [
        (read_openpgp, OPENPGP_PRIVATE.encode(), "private-key"),
        (read_smime, SMIME_PRIVATE.encode(), "private-key"),
        (read_smime, (SMIME + SMIME_PRIVATE).encode(), "private-key"),
        (read_openpgp, SMIME.encode(), "bad-certificate"),
        (read_smime, OPENPGP.encode(), "bad-certificate"),
        (read_openpgp, b"", "bad-certificate"),
        (read_smime, b"", "bad-certificate"),
        (read_openpgp, b"\x99\x01\xff", "bad-certificate"),
    ],
)
def test_anything_else_is_refused(tmp_path: Path, read: Read, content: bytes, reason: str) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(RefusalError) as refusal:
        read(tmp_path / "key")
    assert refusal.value.reason == reason


@pytest.mark.parametrize("read", [read_openpgp, read_smime])
def test_missing_file(tmp_path: Path, read: Read) -> None:
    with pytest.raises(RefusalError, match="cannot read"):
        read(tmp_path / "none")
