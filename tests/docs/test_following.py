"""Whoever follows a page of the documentation gets what the page shows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import Command, File, markdown, steps, unseen

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300
# The README's commands run in the checkout: `make test` is what runs now, and the demo country
# is made small and not served.
SELF = "make test"
SMALL = "--no-serve --days 4 --rows 3000"


def followed() -> list[Path]:
    """Every page with commands to run, except the README."""
    pages = (page for page in markdown(ROOT) if page.name != "README.md" or page.parent != ROOT)
    return [page for page in pages if any(isinstance(step, Command) for step in read(page))]


def read(page: Path) -> list[File | Command]:
    return list(steps(page.read_text(encoding="utf-8")))


def surroundings(**further: str) -> dict[str, str]:
    """The variables of a new user's shell, with the project's commands on the path."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TOCSIN_", "DATABASE_", "DJANGO_", "PYTEST_", "MAKE", "MFLAGS"))
    }
    path = f"{Path(sys.executable).parent}:{kept.get('PATH', os.defpath)}"
    return {**kept, "PATH": path, "COLUMNS": "160", "LC_ALL": "C.UTF-8", **further}


def run(command: Command, where: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        ["bash", "-c", command.text],
        cwd=where,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    place = f"line {command.line}: $ {command.text}\n{done.stdout}"
    assert done.returncode == 0, f"exit status {done.returncode}, {place}"
    assert unseen(command.shown, done.stdout) is None, f"not all shown came out, {place}"


@pytest.mark.parametrize("page", followed(), ids=lambda page: page.stem)
def test_a_page_can_be_followed(page: Path, tmp_path: Path) -> None:
    for step in read(page):
        if isinstance(step, File):
            path = tmp_path / step.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text, encoding="utf-8")
        else:
            run(step, tmp_path, surroundings())


@pytest.mark.skipif(
    not Path(sys.prefix).is_relative_to(ROOT), reason="not in an environment made by make"
)
def test_the_readme_can_be_followed(tmp_path: Path) -> None:
    variables = [
        f"ARGS={SMALL}",
        f"VENV={sys.prefix}",
        f"PYTHON={os.path.realpath(sys.executable)}",
    ]
    environment = surroundings(
        TOCSIN_HOME=str(tmp_path / "home"),
        MAKEFLAGS=" -- " + " ".join(variable.replace(" ", "\\ ") for variable in variables),
    )
    commands = [step for step in read(ROOT / "README.md") if isinstance(step, Command)]
    assert SELF in [command.text for command in commands]
    for command in commands:
        if command.text != SELF:
            run(command, ROOT, environment)
