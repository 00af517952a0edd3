import io
import zipfile

import pytest

from tocsin.alerts.replies.files import MOST_BYTES, MOST_MEMBERS, pieces, text_of
from tocsin.alerts.replies.refusals import UnreadableError, Why

WORDS = "threat_id,status\r\n1,Größe\r\n"


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return made.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encodings_of_spreadsheets_are_read(encoding: str) -> None:
    assert text_of(WORDS.encode(encoding)) == WORDS


def test_what_is_no_utf_8_is_windows() -> None:
    assert text_of(WORDS.encode("cp1252")) == WORDS


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (WORDS.encode("utf-32"), Why.NOT_TEXT),
        (b"\xff\xfea", Why.NOT_TEXT),
        (b"\x81\x8d\x90", Why.NOT_TEXT),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old Excel", Why.WORKBOOK),
    ],
)
def test_no_text_is_refused(data: bytes, why: Why) -> None:
    with pytest.raises(UnreadableError) as error:
        text_of(data)
    assert error.value.why is why


def test_a_zip_gives_its_members() -> None:
    found = list(pieces("a.zip", zipped(("one.csv", b"1"), ("__MACOSX/._one.csv", b"x"))))
    assert [(one.name, one.data) for one in found] == [("a.zip: one.csv", b"1")]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"x" * (MOST_BYTES + 1), Why.TOO_LARGE),
        (zipped(("a.csv", b"0" * (MOST_BYTES + 1))), Why.TOO_LARGE),
        (zipped(("a.csv", b"0" * (MOST_BYTES // 2)), ("b.csv", b"0" * MOST_BYTES)), Why.TOO_LARGE),
        (zipped(*((f"{n}.csv", b"") for n in range(MOST_MEMBERS + 1))), Why.BAD_ZIP),
        (zipped(("a.csv", b"1" * 100))[:60], Why.BAD_ZIP),
        (b"PK\x03\x04 and nothing", Why.BAD_ZIP),
        (zipped(("[Content_Types].xml", b""), ("xl/workbook.xml", b"")), Why.WORKBOOK),
    ],
    ids=["large", "bomb", "bombs", "members", "cut", "fake", "workbook"],
)
def test_what_is_too_much_or_no_zip_is_refused(data: bytes, why: Why) -> None:
    with pytest.raises(UnreadableError) as error:
        list(pieces("a.zip", data))
    assert error.value.why is why


def test_a_locked_zip_is_refused() -> None:
    data = bytearray(zipped(("a.csv", b"1" * 100)))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnreadableError) as error:
        list(pieces("a.zip", bytes(data)))
    assert error.value.why is Why.BAD_ZIP
