"""The tree stands by itself: nothing belongs to one machine, no file is too long to read."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("src", "tests", "docs", "tools", "requirements", "benchmarks", ".ci")
LONGEST = 600
# In two parts, so that this file does not hold them.
FOREIGN = tuple(
    "".join(parts)
    for parts in (
        ("pypi", ".org"),
        ("files.python", "hosted"),
        ("deb.", "debian.org"),
        ("registry.npm", "js"),
        ("/ro", "ot/"),
        ("/ho", "me/"),
    )
)


def files() -> Iterator[Path]:
    yield from (path for path in ROOT.iterdir() if path.is_file() and path.name != ".git")
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and not {"__pycache__", "work", "results"} & set(path.parts[-3:]):
                yield path


def test_nothing_belongs_to_one_machine_or_one_index() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in files()
        for word in FOREIGN
        if word.encode() in path.read_bytes()
    ]
    assert found == []


def test_no_python_file_is_too_long() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in files() if path.suffix == ".py"}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}
