"""A Tocsin installation in a folder of its own, driven through its commands."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.meter import CommandError, Usage, measure, settle
from benchmarks.networks import organisation_name


@dataclass(frozen=True)
class Installation:
    """`home`: its TOCSIN_HOME.  Of the environment's settings only `settings` reach it."""

    home: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TOCSIN_", "DATABASE_", "DJANGO_"))
            and name != "PYTHONDONTWRITEBYTECODE"  # an installation is compiled
        }
        return {
            **kept,
            "TOCSIN_HOME": str(self.home),
            "TOCSIN_FIRST_SEND_HOLD": "false",
            **self.settings,
        }

    def command(self, *arguments: str | Path, module: str = "tocsin") -> list[str | Path]:
        return [sys.executable, "-m", module, *arguments]

    def run(self, *arguments: str | Path, module: str = "tocsin") -> Usage:
        """Runs `tocsin ARGUMENTS` and measures it, its database included."""
        log = self.home.with_name(f"{self.home.name}.log")
        return measure(self.command(*arguments, module=module), self.environment, log)

    def state(self) -> dict[str, Any]:
        """See `benchmarks.state`."""
        answer = subprocess.run(
            self.command(module="benchmarks.state"),
            env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        settle()
        if answer.returncode:
            raise CommandError(f"the state cannot be read: {answer.stderr[-2000:]}")
        found: dict[str, Any] = json.loads(answer.stdout)
        return found

    def copy(self, home: Path) -> "Installation":
        """The same installation again, as it is on disk now (it must not be running)."""
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run(["cp", "-a", "--reflink=auto", self.home, home], check=True)
        return replace(self, home=home)


def prepare(home: Path, workload: Path) -> dict[str, Usage]:
    """A fresh installation that knows the workload's organisations and their assets."""
    shutil.rmtree(home, ignore_errors=True)
    fresh = Installation(home)
    return {
        "organisations": fresh.run("organisations", "import", workload / "organisations.csv"),
        "assets": fresh.run("assets", "import", workload / "assets.csv"),
    }


def check(state: dict[str, Any], workload: Path, days: int) -> None:
    """Raises CommandError unless the state is what the workload's truth says after its `days`."""
    truth = json.loads((workload / "truth.json").read_text())
    last = truth["days"][days - 1]
    held = dict(state["threats_by_organisation"])
    found = {
        "observations": state["observations"],
        "segments": state["segments"]["rows"],
        "refused": state["refused"]["rows"],
        "threats": state["threats"]["rows"],
        "unattributed": held.pop("", 0),
    }
    expected = {
        "observations": last["observations"],
        "segments": last["observations"],
        "refused": 0,
        "threats": last["threats"],
        "unattributed": last["unattributed"],
    }
    if found != expected:
        raise CommandError(f"a wrong result: {found}, where {expected} is right")
    if days == len(truth["days"]) and held != truth["threats_by_organisation"]:
        wrong = [
            name
            for name in map(organisation_name, range(truth["plan"]["organisations"]))
            if held.get(name) != truth["threats_by_organisation"].get(name)
        ]
        raise CommandError(f"wrong counts for {len(wrong)} organisations, such as {wrong[:3]}")
