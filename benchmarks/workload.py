"""Makes the workload: `python -m benchmarks.workload OUT --rows 1000000 --days 2`.

OUT then holds organisations.csv, assets.csv, day-00/, day-01/ … with ten report files each, and
truth.json: what a right ingestion of the days, in order, ends with.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.mixing import Words, below, mix, salt
from benchmarks.networks import (
    FIRST_AS,
    NOBODY,
    Constituency,
    dotted,
    groups,
    joined,
    make,
    organisation_name,
    owners,
    write,
)
from benchmarks.reports import TYPES, ReportType, Rows

FIRST_DAY = date(2026, 3, 2)
RECURRING = 0.7
REPEATS = 0.05
STRAYS = 40  # one address in so many is drawn from anywhere, and is mostly nobody's


@dataclass(frozen=True)
class Workload:
    """`rows` a day over ten files; `first_rows`, if given, on the first day instead."""

    rows: int
    days: int
    organisations: int
    prefixes: int
    first_rows: int = 0
    seed: int = 0


@dataclass(frozen=True)
class DayTruth:
    """What has been seen by the end of a day, since the first."""

    day: int
    observations: int
    threats: int
    unattributed: int


_SECONDS = pl.Series([f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(86400)])


def identities(plan: Workload, report: ReportType) -> Iterator[npt.NDArray[np.uint64]]:
    """The numbers of the hosts that each day's file has, before repeats, in the file's order."""
    rng = np.random.default_rng([plan.seed, int(salt(report.name))])
    known = 0
    active = np.empty(0, dtype=np.uint64)
    for day in range(plan.days):
        rows = (plan.first_rows or plan.rows) if day == 0 else plan.rows
        unique = _rows_of(rows) - int(_rows_of(rows) * REPEATS)
        kept = rng.permutation(active)[: int(unique * RECURRING)]
        fresh = np.arange(known, known + unique - len(kept), dtype=np.uint64)
        known += len(fresh)
        active = rng.permutation(np.concatenate([kept, fresh]))
        yield active


def _rows_of(rows: int) -> int:
    return rows // len(TYPES)


def with_repeats(plan: Workload, day: int, hosts: Words) -> Words:
    """Puts the file's repeats among its rows."""
    rows = _rows_of((plan.first_rows or plan.rows) if day == 0 else plan.rows)
    rng = np.random.default_rng([plan.seed, day, rows])
    again = rng.choice(hosts, rows - len(hosts), replace=False)
    return rng.permutation(np.concatenate([hosts, again]))


def addresses(constituency: Constituency, report: ReportType, hosts: Words) -> tuple[Words, Words]:
    """(upper, lower) halves of each host's address; IPv4 is left-aligned in the upper one."""
    prefixes = constituency.v6 if report.six else constituency.v4
    stream = salt(f"{report.name} host")
    inside = below(hosts, stream, len(prefixes.network))
    noise = mix(hosts, salt(f"{report.name} address"))
    host_bits = np.uint64(0xFFFF_FFFF_FFFF_FFFF) >> prefixes.length[inside].astype(np.uint64)
    host_bits[prefixes.length[inside] == 64] = 0
    stray = below(hosts, salt(f"{report.name} stray"), STRAYS) == 0
    upper = prefixes.network[inside] | (noise & host_bits)
    if report.six:
        anywhere = np.uint64(0x2C00_0000_0000_0000) | (noise >> np.uint64(12))
        return np.where(stray, anywhere, upper), mix(noise, stream)
    anywhere = (np.uint64(1) + below(noise, stream, 9).astype(np.uint64)) << np.uint64(56)
    upper = np.where(stray, anywhere | (noise >> np.uint64(8)), upper)
    return upper & np.uint64(0xFFFF_FFFF_0000_0000), np.zeros_like(upper)


def frame(
    constituency: Constituency, report: ReportType, day: int, hosts: Words
) -> tuple[pl.DataFrame, Words]:
    """One file's rows, and a word per row that is equal where the affected address is."""
    upper, lower = addresses(constituency, report, hosts)
    identity = mix(upper, salt(report.name)) ^ lower
    stamp = np.arange(len(hosts), dtype=np.uint64)
    seconds = _SECONDS.gather(below(stamp, salt(f"{report.name} {day}"), 86400))
    today = pl.repeat(str(FIRST_DAY + timedelta(days=day)), len(hosts), eager=True)
    rows = Rows(
        identity=identity,
        address=joined([groups(upper), groups(lower)], ":") if report.six else dotted(upper),
        time=joined([today, seconds], " "),
        asn=pl.Series(below(identity, salt("asn"), constituency.organisations) + FIRST_AS),
    )
    empty = pl.repeat(None, len(hosts), dtype=pl.String, eager=True)
    columns = {
        name: report.sources[name](rows) if name in report.sources else empty
        for name in report.columns
    }
    return pl.DataFrame(columns), upper ^ (lower * np.uint64(3))


def file_name(report: ReportType, day: int) -> str:
    return f"{FIRST_DAY + timedelta(days=day)}-{report.name}-bench-geo.csv"


def generate(plan: Workload, out: Path) -> list[DayTruth]:
    """Writes the whole workload under `out`; the same plan always gives the same bytes."""
    out.mkdir(parents=True, exist_ok=True)
    constituency = make(plan.organisations, plan.prefixes, plan.seed)
    write(constituency, out)
    observations, threats, unattributed = (np.zeros(plan.days, dtype=np.int64) for _ in range(3))
    held = np.zeros(plan.organisations, dtype=np.int64)
    for report in TYPES:
        seen = np.empty(0, dtype=np.uint64)
        for day, hosts in enumerate(identities(plan, report)):
            folder = out / f"day-{day:02d}"
            folder.mkdir(exist_ok=True)
            rows, key = frame(constituency, report, day, with_repeats(plan, day, hosts))
            rows.write_csv(
                folder / file_name(report, day), quote_style="non_numeric", null_value=""
            )
            observations[day:] += len(rows)
            keys, first = np.unique(key, return_index=True)
            new = first[~np.isin(keys, seen, assume_unique=True)]
            seen = np.union1d(seen, keys)
            upper, _ = addresses(constituency, report, with_repeats(plan, day, hosts)[new])
            owner = owners(constituency.v6 if report.six else constituency.v4, upper)
            threats[day:] += len(new)
            unattributed[day:] += int((owner == NOBODY).sum())
            held += np.bincount(owner[owner != NOBODY], minlength=plan.organisations)
    truth = [
        DayTruth(day, int(observations[day]), int(threats[day]), int(unattributed[day]))
        for day in range(plan.days)
    ]
    _write_truth(plan, truth, held, out)
    return truth


def _write_truth(
    plan: Workload, truth: list[DayTruth], held: npt.NDArray[np.int64], out: Path
) -> None:
    counts = {organisation_name(n): int(count) for n, count in enumerate(held) if count}
    content = {
        "plan": asdict(plan),
        "days": [asdict(day) for day in truth],
        "threats_by_organisation": counts,
    }
    (out / "truth.json").write_text(json.dumps(content, indent=1))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workload", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows a day, over ten files")
    parser.add_argument("--first-rows", type=int, default=0, help="rows of the first day instead")
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--organisations", type=int, default=2_000)
    parser.add_argument("--prefixes", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    options = vars(parser.parse_args())
    out = options.pop("out")
    started = time.perf_counter()
    truth = generate(Workload(**options), out)[-1]
    took = time.perf_counter() - started
    size = sum(path.stat().st_size for path in out.glob("day-*/*.csv"))
    print(  # noqa: T201
        f"{truth.observations} rows ({size / truth.observations:.0f} bytes each), "
        f"{truth.threats} threats, {truth.unattributed} of them nobody's, in {took:.1f} s"
    )


if __name__ == "__main__":
    main()
