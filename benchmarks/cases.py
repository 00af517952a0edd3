"""The benchmarks: each makes its workload, runs the contenders in turns, checks and yields runs."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import intelmq, requests
from benchmarks.installation import Installation, check, prepare
from benchmarks.latency import Latency
from benchmarks.meter import CommandError, disk, measure
from benchmarks.population import Plan
from benchmarks.portal import measured as pages_of_portal
from benchmarks.run import FLOOR, INTELMQ, TOCSIN, Run
from benchmarks.workload import Workload, generate

MILLION = 1_000_000
# Of so many rows this share are threats that somebody is responsible for, each once.
_ANSWERED = 0.92


@dataclass(frozen=True)
class Bench:
    """`work`: a folder for everything made.  `full`: all sizes, not only the quick ones.
    `schema`: IntelMQ's, without which it is left out."""

    work: Path
    full: bool
    rounds: int
    schema: Path | None
    say: Callable[[str], None]


def compare(bench: Bench) -> Iterator[Run]:
    """A million rows, 70 % of them recurring from the day before: all contenders in turns."""
    plan = Workload(MILLION, 2, 2_000, MILLION)
    with _installed(bench, plan) as (base, workload):
        yield _ingest("first day", base, workload / "day-00", plan.rows)
        check(base.state(), workload, 1)
        peer = _peer(bench)
        for number in range(bench.rounds):
            bench.say(f"round {number + 1} of {bench.rounds}")
            yield _floor(bench, "next day", workload / "day-01", plan.rows)
            yield _next_day(bench, "next day", base, workload, plan)
            if peer:
                yield peer()


def rows(bench: Bench) -> Iterator[Run]:
    """How the cost of a row grows with the rows of a day."""
    for size in (MILLION // 10, MILLION, 5 * MILLION)[: 3 if bench.full else 2]:
        plan = Workload(size, 2, 2_000, MILLION)
        with _installed(bench, plan) as (base, workload):
            _ingest("", base, workload / "day-00", size)
            for _ in range(bench.rounds):
                yield _floor(bench, f"{size:,} rows", workload / "day-01", size)
                yield _next_day(bench, f"{size:,} rows", base, workload, plan)


def days(bench: Bench) -> Iterator[Run]:
    """How the cost of a row grows with the days ingested before."""
    plan = Workload(MILLION // 10, 30 if bench.full else 10, 2_000, MILLION)
    with _installed(bench, plan) as (base, workload):
        for day in range(plan.days):
            run = _ingest(f"day {day + 1}", base, workload / f"day-{day:02d}", plan.rows)
            if day + 1 in (1, 2, 10, 30):
                yield run
        check(base.state(), workload, plan.days)


def organisations(bench: Bench) -> Iterator[Run]:
    """How the cost of a row grows with the organisations."""
    for number in (50, 2_000, 20_000):
        plan = Workload(MILLION if bench.full else MILLION // 10, 2, number, MILLION)
        with _installed(bench, plan) as (base, workload):
            _ingest("", base, workload / "day-00", plan.rows)
            yield _next_day(bench, f"{number:,} organisations", base, workload, plan)


def existing(bench: Bench) -> Iterator[Run]:
    """A million rows onto eight million threats, right after a checkpoint.

    The server makes the checkpoint when it stops between the two commands.
    """
    plan = Workload(MILLION, 2, 2_000, MILLION, first_rows=8_425_000)
    with _installed(bench, plan) as (base, workload):
        yield _ingest("8,425,000 rows at once", base, workload / "day-00", plan.first_rows)
        yield _next_day(bench, "onto 8,000,000 threats", base, workload, plan)


def alerts(bench: Bench) -> Iterator[Run]:
    """Composing and sending, into the outbox, one alert per organisation about new threats."""
    for threats, number in ((30_000, 50), (MILLION, 10_000))[: 2 if bench.full else 1]:
        plan = Workload(round(threats / _ANSWERED / 10) * 10, 1, number, 100 * number)
        with _installed(bench, plan) as (base, workload):
            _ingest("", base, workload / "day-00", plan.rows)
            held = json.loads((workload / "truth.json").read_text())["threats_by_organisation"]
            for _ in range(bench.rounds):
                yield _alert(bench, base, held)


def api(bench: Bench) -> Iterator[Run | Latency]:
    """Pages, look-ups, exports and bulk answers over HTTP, with a million threats (or ten)."""
    plan = Plan(10 * MILLION, MILLION) if bench.full else Plan(MILLION, 2 * MILLION // 10)
    yield from requests.measured(plan, bench.work, bench.rounds, bench.say)


def portal(bench: Bench) -> Iterator[Latency]:
    """Every page of the portal, with 20 000 organisations and a million threats (or ten)."""
    plan = (
        Plan(10 * MILLION, MILLION, 20_000) if bench.full else Plan(MILLION, MILLION // 10, 20_000)
    )
    yield from pages_of_portal(plan, bench.work, bench.rounds, bench.say)


def _alert(bench: Bench, base: Installation, held: dict[str, int]) -> Run:
    fresh = base.copy(bench.work / "round")
    before = disk(fresh.home)
    usage = fresh.run("alerts", "send")
    mails = len(list((fresh.home / "outbox").rglob("*.eml")))
    if mails != len(held):
        raise CommandError(f"a wrong result: {mails} mails, where {len(held)} are right")
    grown = disk(fresh.home) - before
    shutil.rmtree(fresh.home)
    return Run(f"{mails:,} mails", TOCSIN, sum(held.values()), usage, grown)


@contextmanager
def _installed(bench: Bench, plan: Workload) -> Iterator[tuple[Installation, Path]]:
    """An installation that knows the organisations and assets of a workload, and the workload."""
    bench.say(
        f"workload of {plan.days} × {plan.rows:,} rows, {plan.organisations:,} organisations, "
        f"{plan.prefixes:,} prefixes"
    )
    workload, home = bench.work / "workload", bench.work / "base"
    shutil.rmtree(workload, ignore_errors=True)
    generate(plan, workload)
    imports = prepare(home, workload)
    taken = imports["assets"]
    bench.say(f"assets imported in {taken.seconds:.1f} s, {taken.cpu:.1f} s of CPU")
    try:
        yield Installation(home), workload
    finally:
        shutil.rmtree(home)
        shutil.rmtree(workload)


def _ingest(case: str, installation: Installation, folder: Path, rows: int) -> Run:
    before = disk(installation.home)
    usage = installation.run("ingest", folder)
    return Run(case, TOCSIN, rows, usage, disk(installation.home) - before)


def _next_day(bench: Bench, case: str, base: Installation, workload: Path, plan: Workload) -> Run:
    """The second day onto a copy of the installation that has the first; its result is checked."""
    fresh = base.copy(bench.work / "round")
    run = _ingest(case, fresh, workload / "day-01", plan.rows)
    check(fresh.state(), workload, 2)
    shutil.rmtree(fresh.home)
    return run


def _floor(bench: Bench, case: str, folder: Path, rows: int) -> Run:
    out = bench.work / "floor"
    files = sorted(folder.glob("*.csv"))
    command: list[str | Path] = [sys.executable, "-m", "benchmarks.floor", out, *files]
    usage = measure(command, Installation(out).environment, bench.work / "floor.log")
    grown = disk(out)
    shutil.rmtree(out)
    return Run(case, FLOOR, rows, usage, grown)


def _peer(bench: Bench) -> Callable[[], Run] | None:
    """What measures IntelMQ once, on fewer rows of the same make; None if it cannot be had."""
    try:
        python = intelmq.install(bench.work, bench.schema)
    except intelmq.UnavailableError as error:
        bench.say(f"IntelMQ is left out: {error}")
        return None
    plan = Workload(10_000 if bench.full else 3_000, 1, 2_000, MILLION)
    workload = bench.work / "peer-workload"
    unique = generate(plan, workload)[0].threats
    assert bench.schema is not None
    peer = intelmq.set_up(bench.work / "peer", python, bench.schema, workload)
    files = sorted((workload / "day-00").glob("*.csv"))

    def run() -> Run:
        usage = intelmq.run(peer, files, unique)
        return Run("next day", INTELMQ, plan.rows, usage, disk(peer.root))

    return run


Case = Callable[[Bench], Iterator[Run] | Iterator[Latency] | Iterator[Run | Latency]]
CASES: dict[str, Case] = {
    case.__name__: case
    for case in (compare, alerts, api, portal, rows, days, organisations, existing)
}
QUICK = ("compare", "alerts", "api")
