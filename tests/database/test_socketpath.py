import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tocsin.database import socketpath
from tocsin.database.home import Home, open_home
from tocsin.errors import TocsinError


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Home]:
    home = open_home(tmp_path / ("d" * 100))
    yield home
    if (home.path / socketpath.RECORD).exists():
        shutil.rmtree(link_of(home).parent, ignore_errors=True)


def link_of(home: Home) -> Path:
    return Path((home.path / socketpath.RECORD).read_text().strip())


def short(home: Home) -> Path:
    return socketpath.short(home, home.path / "postgres/socket", 5432)


def test_a_short_path_needs_no_link() -> None:
    home = Home(Path("/srv/tocsin"), 0, 0)
    assert short(home) == Path("/srv/tocsin/postgres/socket")


def test_bytes_count_not_letters(tmp_path: Path) -> None:
    home = open_home(
        tmp_path / ("é" * ((107 - len(str(tmp_path / "/postgres/socket/.s.PGSQL.5432"))) // 2 + 20))
    )
    found = short(home)
    assert found != home.path / "postgres/socket"
    shutil.rmtree(found.parent)


def test_a_long_path_gets_one_private_link(deep: Home) -> None:
    link = short(deep)
    assert link.readlink() == deep.path / "postgres/socket"
    assert link.parent.stat().st_mode & 0o777 == 0o700
    assert short(deep) == link


def test_a_swept_link_comes_back_where_it_was(deep: Home) -> None:
    link = short(deep)
    shutil.rmtree(link.parent)
    assert short(deep) == link
    assert link.is_symlink()


@pytest.mark.parametrize("mode", [0o755, 0o777])
def test_a_folder_that_others_may_enter_is_not_used(deep: Home, mode: int) -> None:
    link = short(deep)
    link.parent.chmod(mode)
    other = short(deep)
    assert other != link
    shutil.rmtree(link.parent)


def test_a_link_that_leads_elsewhere_is_not_used(deep: Home) -> None:
    link = short(deep)
    link.unlink()
    link.symlink_to("/tmp")
    assert short(deep) != link
    shutil.rmtree(link.parent)


def test_nowhere_to_put_the_link(deep: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socketpath, "_fits", lambda folder, port: False)
    with pytest.raises(TocsinError, match="too long for a socket") as refused:
        short(deep)
    assert "TMPDIR" in refused.value.hint
