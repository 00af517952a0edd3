"""What the runs amount to: medians, a table, the goals met or missed, and a JSON file."""

import json
import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks import latency
from benchmarks.latency import Latency
from benchmarks.meter import Usage
from benchmarks.run import FLOOR, INTELMQ, TOCSIN, Run

MICRO = 1e6


@dataclass(frozen=True)
class Summary:
    """The medians of the runs of one contender at one case."""

    case: str
    contender: str
    rows: int
    runs: int
    usage: Usage
    grown: int
    swelling: float = 0.0

    @property
    def cpu_per_row(self) -> float:
        """Microseconds of all processes."""
        return self.usage.cpu / self.rows * MICRO

    @property
    def rows_per_second(self) -> float:
        return self.rows / self.usage.seconds


@dataclass(frozen=True)
class Goal:
    """A figure and what it has to be; `met` None: not measured."""

    what: str
    figure: str
    met: bool | None


def summarise(runs: Iterable[Run]) -> list[Summary]:
    """In the order in which the cases and contenders first came."""
    groups: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        groups.setdefault((run.case, run.contender), []).append(run)
    return [
        Summary(
            case,
            contender,
            group[0].rows,
            len(group),
            _median(group),
            group[-1].grown,
            max(run.swelling for run in group),
        )
        for (case, contender), group in groups.items()
    ]


def _median(group: list[Run]) -> Usage:
    return Usage(
        median(run.usage.seconds for run in group),
        median(run.usage.cpu for run in group),
        median(run.usage.memory for run in group),
        median(run.usage.database_memory for run in group),
    )


def goals(summaries: list[Summary], latencies: Sequence[Latency] = ()) -> list[Goal]:
    """The goals of which something was measured."""
    by_case = {(summary.case, summary.contender): summary for summary in summaries}
    found: list[Goal] = []
    ours = by_case.get(("next day", TOCSIN))
    if ours:
        floor, peer = by_case[("next day", FLOOR)], by_case.get(("next day", INTELMQ))
        times_floor = ours.cpu_per_row / floor.cpu_per_row
        found.append(_at_most("CPU per row, times the floor's", times_floor, 3))
        if peer:
            share = peer.cpu_per_row / ours.cpu_per_row
            found.append(_at_least("IntelMQ's CPU per row, times ours", share, 300))
        found.append(_at_least("rows a second, end to end", ours.rows_per_second, 100_000))
        found.append(_at_most("peak memory of all our Python, MiB", ours.usage.memory, 1024))
    small, large = (by_case.get((f"{size} rows", TOCSIN)) for size in ("1,000,000", "5,000,000"))
    if small and large:
        growth = large.cpu_per_row / small.cpu_per_row
        found.append(_at_most("CPU per row at 5 M rows, times that at 1 M", growth, 1.3))
    for case, seconds in (("50 mails", 10), ("10,000 mails", 600)):
        if mails := by_case.get((case, TOCSIN)):
            found.append(_at_most(f"seconds for {case}", mails.usage.seconds, seconds))
    return [*found, *_goals_of_streams(by_case), *_goals_of_requests(latencies)]


def _goals_of_streams(by_case: dict[tuple[str, str], Summary]) -> Iterator[Goal]:
    """Exports that stream, and answers to many threats at once."""
    for form in ("ndjson", "csv"):
        if ours := by_case.get((f"export, {form}", TOCSIN)):
            yield _at_least(f"rows a second of an export, {form}", ours.rows_per_second, 100_000)
            yield _at_most(f"MiB that an export, {form}, adds to the server", ours.swelling, 16)
    for form in ("json", "csv"):
        if ours := by_case.get((f"answers, {form}", TOCSIN)):
            yield _at_most(f"seconds for {ours.rows:,} answers, {form}", ours.usage.seconds, 10)


def _goals_of_requests(latencies: Sequence[Latency]) -> Iterator[Goal]:
    for group in (latency.PAGES, latency.LOOK_UPS):
        if slowest := latency.worst(latencies, group):
            what = f"p95 of the slowest {group} ({slowest.case}, {slowest.caller}), ms"
            yield _at_most(what, slowest.at(0.95), latency.LIMIT)
    if slowest := latency.worst(latencies, latency.PORTAL):
        what = f"p95 of the slowest page of the portal ({slowest.case}, {slowest.caller}), ms"
        yield _at_most(what, slowest.at(0.95), latency.LIMIT_OF_PORTAL)
        most = max(
            (one for one in latencies if one.group == latency.PORTAL), key=lambda one: one.queries
        )
        what = f"queries of the page of the portal with most ({most.case}, {most.caller})"
        yield _at_most(what, most.queries, latency.MOST_QUERIES)


def _at_most(what: str, figure: float, limit: float) -> Goal:
    return Goal(what, f"{figure:,.2f} (goal: at most {limit:,})", figure <= limit)


def _at_least(what: str, figure: float, limit: float) -> Goal:
    return Goal(what, f"{figure:,.0f} (goal: at least {limit:,})", figure >= limit)


def show(summaries: list[Summary], console: Console, latencies: Sequence[Latency] = ()) -> None:
    table = Table("case", "contender", "rows", "runs", "wall s", "rows/s", "CPU s", "CPU µs/row",
                  "memory MiB", "database MiB", "disk MB", "bytes/row")  # fmt: skip
    for column in table.columns[2:]:
        column.justify = "right"
    for one in summaries:
        table.add_row(
            one.case, one.contender, f"{one.rows:,}", str(one.runs), f"{one.usage.seconds:.2f}",
            f"{one.rows_per_second:,.0f}", f"{one.usage.cpu:.2f}", f"{one.cpu_per_row:,.2f}",
            f"{one.usage.memory:,.0f}", f"{one.usage.database_memory:,.0f}",
            f"{one.grown / MICRO:,.1f}", f"{one.grown / one.rows:,.0f}",
        )  # fmt: skip
    if summaries:
        console.print(table)
    if latencies:
        console.print(latency.table(latencies))
    for goal in goals(summaries, latencies):
        console.print(f"{'met   ' if goal.met else 'MISSED'}  {goal.what}: {goal.figure}")


def write(runs: list[Run], folder: Path, now: datetime, latencies: Sequence[Latency] = ()) -> Path:
    """Keeps every run, with what the machine was like."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{now:%Y-%m-%dT%H%M%SZ}.json"
    summaries = summarise(runs)
    content = {
        "at": now.isoformat(),
        "machine": {
            "cores": os.cpu_count(),
            "load": os.getloadavg(),
            "python": platform.python_version(),
            "kernel": platform.release(),
            "polars": version("polars"),
        },
        "runs": [asdict(run) for run in runs],
        "medians": [
            {**asdict(one), "cpu_per_row": one.cpu_per_row, "rows_per_second": one.rows_per_second}
            for one in summaries
        ],
        "requests": [one.summary for one in latencies],
        "goals": [asdict(goal) for goal in goals(summaries, latencies)],
    }
    path.write_text(json.dumps(content, indent=1))
    return path
