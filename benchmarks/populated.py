"""Installations with millions of threats, made once and kept for the next run."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from benchmarks import networks
from benchmarks.installation import Installation, prepare
from benchmarks.meter import CommandError
from benchmarks.population import Facts, Plan, load

SECRET = "of no installation but the benchmark's"  # noqa: S105


def installed(plan: Plan, work: Path, say: Callable[[str], None]) -> tuple[Installation, Facts]:
    """An installation filled by `plan`; the one of an earlier run if it is the same."""
    home = work / f"api-{plan.threats}"
    installation = Installation(
        home,
        {
            "TOCSIN_API_RATE": "1000000000",
            "TOCSIN_SECRET_KEY": SECRET,
            "TOCSIN_SERVER_TIMING": "true",
        },
    )
    known, wanted = home / "plan.json", json.dumps(asdict(plan))
    if not known.exists() or known.read_text() != wanted:
        say(f"{plan.threats:,} threats of {plan.kinds} kinds are made, once")
        lists = work / "api-lists"
        lists.mkdir(parents=True, exist_ok=True)
        networks.write(networks.make(plan.organisations, plan.prefixes), lists)
        prepare(home, lists)
        population(installation, "fill", wanted)
        (home / "facts.json").write_text(population(installation, "facts", wanted))
        known.write_text(wanted)
    population(installation, "forget")
    return installation, load((home / "facts.json").read_text())


def furnished(
    plan: Plan, work: Path, say: Callable[[str], None]
) -> tuple[Installation, dict[str, str]]:
    """One with all that the pages show, and a session's cookie for each role."""
    installation, _ = installed(plan, work, say)
    known = installation.home / "furnished"
    if not known.exists():
        say("400 days of counts and a year of alerts are made, once")
        population(installation, "furnish", json.dumps(asdict(plan)))
        known.touch()
    return installation, json.loads(population(installation, "sessions"))


def population(installation: Installation, *arguments: str) -> str:
    done = subprocess.run(
        installation.command(*arguments, module="benchmarks.population"),
        env=installation.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise CommandError(f"the threats cannot be made: {done.stderr[-2000:]}")
    return done.stdout
