"""The demo's daily report files, with the faults that real ones have."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from tocsin.demo.draw import Draw, Ints
from tocsin.demo.lives import Days
from tocsin.demo.reports import ReportType, Suspects

MISSING = ("scan_rdp", "scan_dns")  # on the day of the outage no file comes for these,
CUT_SHORT = ("scan_smb",)  # and only the beginning of one for these
CUT_KEEPS = 0.2
MOVING = {"src_port": (1024, 65535), "uptime": (1000, 9_000_000), "curr_connections": (1, 400)}
LOGINS = ("root", "admin", "user", "support", "ubnt", "=cmd", "guest")
PASSWORDS = ("123456", "admin", "password", "default", "letmein", "")


@dataclass(frozen=True)
class Delivered:
    """What a file brought: rows of each threat, rows in all, and those that cannot be taken."""

    seen: Days
    observations: int
    refused: int
    name: str


def write_report(folder: Path, day: date, number: int, suspects: Suspects, seen: Days,
                 seed: int, fault: str) -> Delivered:  # fmt: skip
    """Write one day's file of one type (`seen`: rows for each threat), or none.

    `fault`: `""`, `missing`, `short` (breaks off within a row) or `garbled` (a few bad rows).
    """
    report = suspects.report
    name = f"{day}-{report.name}-tocsin-geo.csv"
    if fault == "missing":
        return Delivered(np.zeros_like(seen), 0, 0, "")
    draw = Draw(seed, "file", report.name, number)
    threats = np.repeat(np.arange(len(seen)), seen)
    threats = threats[draw.shuffled(len(threats))]
    lines = _lines(suspects, threats, day, draw)
    if fault == "short":
        keep = max(1, int(len(lines) * CUT_KEEPS))
        threats, lines = threats[:keep], lines[:keep]
    refused = _garble(lines, report) if fault == "garbled" else 0
    text = "\n".join([",".join(f'"{column}"' for column in report.columns), *lines, ""])
    if fault == "short":
        text += f'"{str(day)[:7]}'
        refused += 1
    (folder / name).write_text(text, encoding="utf-8", newline="")
    return Delivered(np.bincount(threats, minlength=len(seen)), len(threats), refused, name)


def _lines(suspects: Suspects, threats: Ints, day: date, draw: Draw) -> list[str]:
    moving = {name: _moving(name, draw, len(threats)) for name in suspects.report.moving}
    moving["timestamp"] = _timestamps(day, draw, len(threats))
    columns = []
    for name in suspects.report.columns:
        if name in moving:
            columns.append([_cell(name, value) for value in moving[name]])
        elif name in suspects.values:
            cells = [_cell(name, value) for value in suspects.values[name]]
            columns.append([cells[threat] for threat in threats.tolist()])
        else:
            columns.append([""] * len(threats))
    return [",".join(row) for row in zip(*columns, strict=True)]


def _cell(name: str, value: str) -> str:
    """Text in quotes, numbers and nothing without, as the real files have them."""
    if not value or value.isdigit():
        return value
    return '"' + value.replace('"', '""') + '"'


def _timestamps(day: date, draw: Draw, count: int) -> list[str]:
    seconds = np.sort(draw.integers(count, 0, 86_400)).tolist()
    return [f"{day} {at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}" for at in seconds]


def _moving(name: str, draw: Draw, count: int) -> list[str]:
    if name == "event_id":
        return draw.hexadecimal(count, 32)
    if name in MOVING:
        return [str(value) for value in draw.integers(count, *MOVING[name])]
    choices = LOGINS if name == "username" else PASSWORDS
    return [choices[at] for at in draw.integers(count, 0, len(choices))]


def _garble(lines: list[str], report: ReportType) -> int:
    """Add rows that cannot be taken, and shorten one that can; returns how many were added."""
    for at, line in enumerate(lines):
        if line.endswith(","):
            lines[at] = line[:-1]  # a field short: still an observation
            break
    rest = "," * (len(report.columns) - 3)
    bad = [
        f'"the day before yesterday","high","198.18.0.9"{rest}',
        f'"2026-02-30 10:00:00","high","198.18.0.9"{rest}',
        f',"high","198.18.0.9"{rest}',
        f'"2026-01-01 00:00:00","high","198.18.0.999"{rest}',
        f'"2026-01-01 00:00:00","high",{rest}',
        f'"2026-01-01 00:00:00","high","198.18.0.9"{rest},"x","y","z"',
    ]
    lines[len(lines) // 2 : len(lines) // 2] = bad
    return len(bad)
