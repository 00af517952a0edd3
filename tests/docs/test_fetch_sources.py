"""Every source shown in `docs/how-to/fetch-reports.md` is one that the program accepts."""

import re
from pathlib import Path

import pytest

from tocsin.intake.fetch.sources import TYPES, Source, load

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "fetch-reports.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```toml[^\n]*\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Source]:
    """The page's sources as one file, with credentials where it says that they are."""
    text = "\n".join(BLOCKS)
    for variable in re.findall(r'_env = "(\w+)"', text):
        monkeypatch.setenv(variable, "word")
    secret = tmp_path / "secret"
    secret.write_text("word\n")
    secret.chmod(0o600)
    path = tmp_path / "sources.toml"
    path.write_text(re.sub(r'_file = "[^"]+"', f'_file = "{secret}"', text))
    return load(path)


def test_there_is_one_of_each_type(shown: dict[str, Source]) -> None:
    assert {source.type for source in shown.values()} == set(TYPES)


def test_each_is_accepted_with_all_its_options(shown: dict[str, Source]) -> None:
    for source in shown.values():
        assert source.fetcher()
        assert source.schedule
