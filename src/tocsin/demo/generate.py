"""Write the demo country into a folder, and say what a right reading of it must find."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from tocsin.demo import plot
from tocsin.demo.country import NOBODY, Country, country
from tocsin.demo.draw import Draw, Ints
from tocsin.demo.extras import write_urlhaus, write_xarf_mail
from tocsin.demo.files import CUT_SHORT, MISSING, Delivered, write_report
from tocsin.demo.lives import Days, Fates, event_lives, fates, scan_lives
from tocsin.demo.registry import write_assets, write_former, write_organisations, write_registry
from tocsin.demo.reports import ReportType, Suspects, placed, report_types, suspects
from tocsin.errors import TocsinError

END = date(2026, 9, 30)  # the last day of the demo, whatever the day on which it is run
THREATS = 30_000
ROWS_PER_THREAT = 0.825  # a day, over all kinds
GARBLED = ("scan_telnet", "scan_http_vulnerable")


@dataclass(frozen=True)
class Plan:
    """What to make: so many days up to `end`, about so many threats."""

    seed: int = 1
    days: int = 7
    threats: int = THREATS
    end: date = END

    def __post_init__(self) -> None:
        if not 1 <= self.days <= 90 or not 100 <= self.threats <= 2_000_000 or self.seed < 0:
            raise TocsinError(
                "The demo takes 1 to 90 days, 100 to 2 000 000 threats and a seed from 0.",
                "Try: tocsin demo --days 7 --rows 150000 --seed 1",
            )

    @property
    def dates(self) -> list[date]:
        return [self.end - timedelta(days=left) for left in reversed(range(self.days))]

    @property
    def outage(self) -> int:
        """The day (0 is the first) on which files are missing; -1 where there are too few days."""
        return self.days - 3 if self.days >= 5 else -1


@dataclass
class Truth:
    """What must come out, counted while writing.  `organisations`: threats by name.

    `recurring` threats are seen on two or more days; `fates` is by kind, for scanned kinds.
    """

    observations: int = 0
    refused: int = 0
    files: int = 0
    missing: int = 0
    threats: int = 0
    recurring: int = 0
    moved: int = 0
    unattributed: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    organisations: Counter[str] = field(default_factory=Counter)
    fates: dict[str, Fates] = field(default_factory=dict)


def rows_to_threats(rows: int, days: int) -> int:
    """How many threats give about so many rows in so many days."""
    return max(100, round(rows / (ROWS_PER_THREAT * days)))


def generate(folder: Path, plan: Plan) -> Truth:
    """Write organisations.csv, assets.csv, registry.txt and reports/DATE/… under `folder`.

    The same plan gives the same bytes on any machine and any day.
    """
    land, truth = country(), Truth()
    for day in plan.dates:
        (folder / "reports" / str(day)).mkdir(parents=True, exist_ok=True)
    write_organisations(folder / "organisations.csv", land)
    write_assets(folder / "assets.csv", land)
    write_former(folder / "former.csv", land)
    write_registry(folder / "registry.txt", land, plan.dates[0])
    total = sum(report.share for report in report_types())
    for report in report_types():
        if report.name == plot.KIND:
            _write_plot(folder, plan, land, report, truth)
            continue
        count = max(4, round(plan.threats * report.share / total))
        _write_kind(folder, plan, land, report, count, truth)
    _write_extras(folder, plan, land, truth)
    return truth


def _write_kind(
    folder: Path, plan: Plan, land: Country, report: ReportType, count: int, truth: Truth
) -> None:
    draw = Draw(plan.seed, "lives", report.name)
    live = scan_lives if report.nature == "scan" else event_lives
    lives = live(draw, count, plan.days)
    found = suspects(report, land, plan.seed, count, lives.moves)
    delivered = _write_days(folder, plan, report, found, lives.seen)
    _count(truth, found, delivered)
    seen = np.stack([each.seen for each in delivered], axis=1)
    known = set(np.flatnonzero(seen.any(axis=1)).tolist())
    truth.moved += sum(known.issuperset(pair) for pair in lives.moves)
    if report.nature == "scan":
        faults = [_fault(report, number, plan) for number in range(plan.days)]
        healthy = np.array([fault not in ("missing", "short") for fault in faults])
        truth.fates[report.name] = fates(seen, healthy)


def _write_plot(folder: Path, plan: Plan, land: Country, report: ReportType, truth: Truth) -> None:
    found = placed(report, land, plan.seed, plot.addresses(land))
    delivered = _write_days(folder, plan, report, found, plot.seen(plan.days))
    _count(truth, replace(found, owners=plot.owners(land, plan.days)), delivered)


def _write_days(
    folder: Path, plan: Plan, report: ReportType, found: Suspects, seen: Days
) -> list[Delivered]:
    delivered = []
    for number, day in enumerate(plan.dates):
        where = folder / "reports" / str(day)
        fault = _fault(report, number, plan)
        today = seen[:, number]
        delivered.append(write_report(where, day, number, found, today, plan.seed, fault))
    return delivered


def _fault(report: ReportType, number: int, plan: Plan) -> str:
    if number == plan.outage:
        faults = dict.fromkeys(MISSING, "missing") | dict.fromkeys(CUT_SHORT, "short")
        return faults.get(report.name, "")
    return "garbled" if report.name in GARBLED and number % 3 == 1 else ""


def _count(truth: Truth, found: Suspects, delivered: list[Delivered]) -> None:
    seen: Days = np.stack([each.seen for each in delivered], axis=1)
    known = seen.any(axis=1)
    truth.observations += sum(each.observations for each in delivered)
    truth.refused += sum(each.refused for each in delivered)
    truth.files += sum(bool(each.name) for each in delivered)
    truth.missing += sum(not each.name for each in delivered)
    truth.recurring += int(((seen > 0).sum(axis=1) > 1).sum())
    truth.kinds[found.report.name] += int(known.sum())
    _count_owners(truth, found.owners[known])


def _count_owners(truth: Truth, owners: Ints) -> None:
    truth.threats += len(owners)
    providers = country().providers
    for owner, number in Counter(owners.tolist()).items():
        if owner == NOBODY:
            truth.unattributed += number
        else:
            truth.organisations[providers[owner].name] += number


def _write_extras(folder: Path, plan: Plan, land: Country, truth: Truth) -> None:
    """A list and a mail each day, nothing in them twice."""
    for number, day in enumerate(plan.dates):
        where = folder / "reports" / str(day)
        owners = write_urlhaus(where / f"{day}-urlhaus.json", land, plan.seed, number, day)
        owners.append(write_xarf_mail(where / f"{day}-xarf.eml", land, number, day))
        truth.files += 2
        truth.observations += len(owners)
        _count_owners(truth, np.array(owners))
