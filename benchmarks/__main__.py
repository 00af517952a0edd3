"""`python -m benchmarks`: runs the benchmarks and tells which goals are met."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks import results
from benchmarks.cases import CASES, QUICK, Bench
from benchmarks.latency import Latency, merged
from benchmarks.meter import adopt_orphans
from benchmarks.run import Run

HERE = Path(__file__).parent


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="the main cases, in minutes (default)")
    size.add_argument("--full", action="store_true", help="every case at every size, in an hour")
    parser.add_argument("--only", action="append", choices=[*CASES], help="this case (repeatable)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--intelmq-schema", type=Path, help="IntelMQ's shadowserver-schema.json")
    parser.add_argument("--work", type=Path, default=HERE / "scratch", help="needs up to 20 GB")
    options = parser.parse_args()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    work = options.work.absolute()
    work.mkdir(parents=True, exist_ok=True)
    bench = Bench(
        work, options.full, options.rounds, options.intelmq_schema,
        lambda text: console.print(f"  {text}", style="dim"),
    )  # fmt: skip
    adopt_orphans()
    runs: list[Run] = []
    timed: list[Latency] = []
    for name in options.only or (CASES if options.full else QUICK):
        console.print(f"{name}: {(CASES[name].__doc__ or '').strip().splitlines()[0]}")
        for run in CASES[name](bench):
            if isinstance(run, Latency):
                timed.append(run)
                continue
            runs.append(run)
            console.print(
                f"  {run.case}, {run.contender}: {run.usage.seconds:.2f} s, "
                f"{run.usage.cpu / run.rows * results.MICRO:,.2f} µs of CPU per row"
            )
    latencies = merged(timed)
    results.show(results.summarise(runs), console, latencies)
    kept = results.write(runs, HERE / "results", datetime.now(UTC), latencies)
    console.print(f"every run: {kept}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
