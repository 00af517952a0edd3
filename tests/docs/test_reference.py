"""The reference says what the program does, neither less nor more."""

import ast
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
# Read by other programs, or set by Tocsin itself for its own parts.
FOREIGN = {"DJANGO_SETTINGS_MODULE", "HOME", "PATH"}
SETTING = re.compile(r"^(TOCSIN|DATABASE)_[A-Z_]+$")


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["commands.md", "kinds.md", "feeds.md", "api.md"])
def test_the_page_is_what_the_program_says(reference: ModuleType, name: str) -> None:
    written = (REFERENCE / name).read_text(encoding="utf-8")
    assert written == reference.pages()[name], "run: make docs"


def settings_in_the_program() -> set[str]:
    """Every text in the source that is a setting's name."""
    found = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} if SETTING.match(node.value) else set()
    return found - FOREIGN


def test_every_setting_is_described_and_no_other() -> None:
    page = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))
    assert described == settings_in_the_program()


def test_the_defaults_are_the_program_s() -> None:
    """Where settings.py gives a default as a text, the page has the same."""
    page = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    described = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]*) \|", page, re.MULTILINE))
    source = (ROOT / "src" / "tocsin" / "settings.py").read_text(encoding="utf-8")
    read = re.findall(r'environ\.get\(\s*"([A-Z_]+)",\s*"([^"]*)"\s*\)', source)
    numbers = re.findall(r'_number\("([A-Z_]+)", (\d+)\)', source)
    assert read
    assert numbers
    read += numbers
    for name, default in read:
        assert described[name].strip() == (f"`{default}`" if default else ""), name
