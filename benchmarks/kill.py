"""Kills Tocsin and its database at random moments; the end must be as if nothing had happened.

`python -m benchmarks.kill --kills 100` ingests, takes answers and sends alerts with `kill -9` in
between, runs each command again to its end, and compares with an undisturbed run: threats, daily
counts, reports, refused rows, observation files, answers, and who was told what; every mail left
once, or is shown as uncertain.
"""

import argparse
import csv
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from email import message_from_bytes
from pathlib import Path
from typing import Any

import psutil
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from benchmarks.installation import Installation, check, prepare
from benchmarks.meter import CommandError, adopt_orphans, is_database, settle
from benchmarks.workload import Workload, generate

SAID = ("fixed", "false-positive", "acknowledged", "not-ours", "will-not-fix")
TARGETS = ("command", "database", "everything")
USUAL = Workload(rows=20_000, days=2, organisations=40, prefixes=4_000)
SMALL = Workload(rows=2_000, days=2, organisations=10, prefixes=400)
PATIENCE_SECONDS = 60.0
_SAME = (
    "threats", "daily", "reports", "refused", "segments", "observations", "threats_by_organisation",
    "answers",
)  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """A command of `module` to disturb: where it starts, what it ends with, how long it takes.

    `waits`: it does not end when its database goes, but waits for it to come back.
    """

    name: str
    base: Installation
    arguments: tuple[str | Path, ...]
    seconds: float
    end: dict[str, Any]
    module: str = "tocsin"
    waits: bool = False


@dataclass
class PostBox:
    """A real SMTP server that counts what it has accepted, by Message-ID."""

    accepted: Counter[str]
    port: int = 0

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content)
        self.accepted[str(message["Message-ID"]).strip()] += 1
        return "250 accepted"


@contextmanager
def post_box() -> Iterator[PostBox]:
    box = PostBox(Counter())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        box.port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def with_smtp(installation: Installation, box: PostBox) -> Installation:
    """The same installation sending to the post box, re-sending what is uncertain at once."""
    smtp = {
        "TOCSIN_SMTP_HOST": "127.0.0.1",
        "TOCSIN_SMTP_PORT": str(box.port),
        "TOCSIN_SMTP_SECURITY": "none",
        "TOCSIN_UNCERTAIN_RESEND_AFTER": "0",
    }
    return replace(installation, settings={**installation.settings, **smtp})


def with_source(installation: Installation, workload: Path) -> Installation:
    """The same installation with the workload's days as folders to fetch from."""
    (installation.home / "sources.toml").write_text(
        "".join(
            f'[{folder.name}]\ntype = "directory"\npath = "{folder}"\nsettle_seconds = 0\n'
            'schedule = "every 1 hour"\n'
            for folder in sorted(workload.glob("day-*"))
        )
    )
    return installation


def answers_of(installation: Installation, target: Path) -> str:
    """Fills in an answer to every threat of the organisation that has most; its name."""
    exported = target.with_name("threats.csv")
    installation.run("threats", "export", "--format", "csv", "--output", exported)
    with exported.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    name = Counter(row["organisation"] for row in rows if row["organisation"]).most_common(1)[0][0]
    keys = [row["threat_id"] for row in rows if row["organisation"] == name]
    with target.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(("threat_id", "status", "comment"))
        writer.writerows((key, SAID[at % len(SAID)], f"row {at}") for at, key in enumerate(keys))
    return name


def scenes(work: Path, plan: Workload) -> list[Scene]:
    """The undisturbed runs, which the disturbed ones are compared with."""
    workload = work / "workload"
    generate(plan, workload)
    empty = Installation(work / "empty")
    prepare(empty.home, workload)
    days = sorted(workload.glob("day-*"))
    full = empty.copy(work / "full")
    ingesting = full.run("ingest", *days).seconds
    ingested = full.state()
    check(ingested, workload, plan.days)
    fetching = with_source(empty.copy(work / "fetching"), workload)
    working = fetching.copy(work / "worked").run(module="benchmarks.worker").seconds
    told = full.copy(work / "told")
    sending = told.run("alerts", "send", "--now").seconds
    answered, answers = full.copy(work / "answered"), work / "answers.csv"
    giving = ("answers", "give", answers, "--organisation", answers_of(answered, answers))
    answering = answered.run(*giving).seconds
    return [
        Scene("ingest", empty, ("ingest", *days), ingesting, ingested),
        Scene("worker", fetching, (), working, ingested, "benchmarks.worker", True),
        Scene("answers", full, giving, answering, answered.state()),
        Scene("alerts", full, ("alerts", "send", "--now"), sending, told.state()),
    ]


def trial(scene: Scene, home: Path, kills: int, chance: random.Random) -> list[str]:
    """Disturbs a run `kills` times, ends it in peace; gives what differs from the scene's end."""
    installation = scene.base.copy(home)
    with post_box() as box:
        if scene.name == "alerts" and chance.random() < 0.5:
            installation = with_smtp(installation, box)
        for _ in range(kills):
            _strike(installation, scene, chance)
        # What is uncertain may be sent again from the next run on.
        for _ in range(3 if installation.settings else 1):
            installation.run(*scene.arguments, module=scene.module)
        state = installation.state()
    differences = [f"{name} differs" for name in _SAME if state[name] != scene.end[name]]
    # The worker tells critical threats by itself when it is time, so only here it is known.
    if scene.name == "alerts":
        differences += ["told differs"] if state["told"] != scene.end["told"] else []
        sent = box.accepted if installation.settings else _outbox(home)
        differences += mails_wrong(state["deliveries"], sent)
    return differences


def mails_wrong(deliveries: list[tuple[str, str, int]], left: Counter[str]) -> list[str]:
    """What is wrong with the mails that left, against the deliveries as they are shown.

    A sent mail has left once, and once more at most for each time that it was shown as uncertain.
    """
    wrong = [f"{name} left and nobody knows" for name in left.keys() - {d[0] for d in deliveries}]
    for name, state, uncertainties in deliveries:
        least = 0 if state == "uncertain" else 1
        if state not in ("sent", "uncertain"):
            wrong.append(f"{name} is {state}")
        elif not least <= left[name] <= 1 + uncertainties:
            wrong.append(f"{name} ({state}, uncertain {uncertainties} times) left {left[name]}×")
    return wrong


def _strike(installation: Installation, scene: Scene, chance: random.Random) -> None:
    with (installation.home / "killed.log").open("a") as log:
        process = subprocess.Popen(
            installation.command(*scene.arguments, module=scene.module),
            env={**installation.environment, "PYTHONFAULTHANDLER": "1"}, stdout=log, stderr=log,
        )  # fmt: skip
        time.sleep(chance.uniform(0.02, scene.seconds))
        target = chance.choice(TARGETS)
        _kill(target)
        if scene.waits and target == "database":
            _kill("everything")
        # Any other command whose database is gone has to end by itself.
        deadline = time.monotonic() + PATIENCE_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            _bury(process.pid)
            time.sleep(0.05)
        if process.poll() is None:
            process.send_signal(signal.SIGABRT)  # and say where it hangs
            process.wait()
            told = Path(log.name).read_text()[-3000:]
            raise CommandError(f"hangs after the {target} was killed:\n{told}")
    if target != "command":
        settle()  # or the next command takes the dead server, whom nobody buries, for a living one


def _bury(living: int) -> None:
    """Waits for the orphans that have ended: until then they look alive to their own kin."""
    for child in psutil.Process().children():
        if child.pid != living:
            with suppress(ChildProcessError):
                os.waitpid(child.pid, os.WNOHANG)


def _kill(target: str) -> None:
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if target == "everything" or is_database(process) == (target == "database"):
                process.send_signal(signal.SIGKILL)


def _outbox(home: Path) -> Counter[str]:
    return Counter(
        str(message_from_bytes(path.read_bytes())["Message-ID"]).strip()
        for path in (home / "outbox").rglob("*.eml")
    )


def disturb(work: Path, kills: int, seed: int, plan: Workload = USUAL) -> Iterator[str]:
    """Runs trials until so many kills are made; gives a line for each, starting FAILED if so."""
    chance = random.Random(seed)  # noqa: S311
    found = scenes(work, plan)
    made = number = 0
    while made < kills:
        scene = found[number % len(found)]
        these = min(chance.randint(1, 4), kills - made)
        differences = trial(scene, work / "trial", these, chance)
        settle()
        made, number = made + these, number + 1
        verdict = f"FAILED: {'; '.join(differences[:5])}" if differences else "exact"
        yield f"{verdict} — {scene.name} after {these} kills ({made} of {kills})"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--small", action="store_true", help="few rows, for the tests")
    options = parser.parse_args()
    adopt_orphans()
    failed, plan = 0, SMALL if options.small else USUAL
    with tempfile.TemporaryDirectory(prefix="tocsin-kill-") as folder:
        for line in disturb(Path(folder), options.kills, options.seed, plan):
            failed += line.startswith("FAILED")
            print(line, flush=True)  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
