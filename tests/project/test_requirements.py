"""What is installed is pinned and hashed, and no file says from where."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("build", "run", "test")


def text(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text()


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text(name), flags=re.MULTILINE))


def declared(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~ ]", requirement)[0] for requirement in requirements}


@pytest.mark.parametrize("name", NAMES)
def test_every_pin_has_a_hash(name: str) -> None:
    entries = re.split(r"^(?=[a-z0-9-]+==)", text(name), flags=re.MULTILINE)[1:]
    assert entries
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_address_is_written_down(name: str) -> None:
    assert not re.search(r"https?://|^-|file:", text(name), flags=re.MULTILINE)


def test_what_the_project_declares_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    run = declared(project["project"]["dependencies"])
    test = declared(project["dependency-groups"]["test"])
    build = declared(project["build-system"]["requires"])
    assert run <= set(pins("run")), "run: make lock"
    assert test <= set(pins("test")), "run: make lock"
    assert build <= set(pins("build")), "run: make lock"


def test_the_test_requirements_hold_the_run_requirements() -> None:
    run, test = pins("run"), pins("test")
    assert {name: test.get(name) for name in run} == run
