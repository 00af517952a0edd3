import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.intake.fetch.memories import Remembered
from tocsin.alerts.channels.mail.maildir import Maildir
from tocsin.intake.fetch.items import FetchError

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def box(tmp_path: Path) -> Maildir:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    return Maildir(tmp_path)


def names(box: Maildir) -> list[str]:
    return sorted(str(path.relative_to(box.path)) for path in box.path.rglob("*") if path.is_file())


def test_a_mail_has_one_key_wherever_and_however_flagged_it_lies(box: Maildir) -> None:
    (box.path / "new" / "1.host").write_bytes(b"x")
    (first,) = box.items(Remembered(), NOW)
    (box.path / "new" / "1.host").rename(box.path / "cur" / "1.host:2,FR")
    (second,) = box.items(Remembered(), NOW)
    assert first.key == second.key


def test_a_mail_that_was_taken_but_not_marked_is_marked_and_not_offered(box: Maildir) -> None:
    (box.path / "new" / "1.host").write_bytes(b"x")
    memory = Remembered()
    (item,) = box.items(memory, NOW)
    memory.take(item)
    assert list(box.items(memory, NOW)) == []
    assert names(box) == ["cur/1.host:2,S"]


def test_a_mail_that_somebody_moved_meanwhile_is_told_when_read_and_left_when_marked(
    box: Maildir,
) -> None:
    (box.path / "new" / "1.host").write_bytes(b"x")
    (item,) = box.items(Remembered(), NOW)
    (box.path / "new" / "1.host").unlink()
    with pytest.raises(FetchError, match="cannot be read"):
        item.save(io.BytesIO())
    item.finish()
    assert names(box) == []


def test_a_mail_that_cannot_be_marked_is_told(box: Maildir) -> None:
    (box.path / "new" / "1.host").write_bytes(b"x")
    (item,) = box.items(Remembered(), NOW)
    (box.path / "cur" / "1.host:2,S").mkdir()
    with pytest.raises(FetchError, match="cannot be marked"):
        item.finish()
