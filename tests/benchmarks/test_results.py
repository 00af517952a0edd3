import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.latency import Latency
from benchmarks.meter import Usage
from benchmarks.results import goals, show, summarise, write
from benchmarks.run import Run
from rich.console import Console


def run(contender: str, cpu: float, rows: int = 1_000_000, case: str = "next day") -> Run:
    return Run(case, contender, rows, Usage(cpu / 2, cpu, 500.0, 200.0), 70 * rows)


RUNS = [
    run("floor", 3.0), run("Tocsin", 9.0), run("IntelMQ", 35.0, 10_000),
    run("floor", 3.2), run("Tocsin", 30.0), run("IntelMQ", 36.0, 10_000),
    run("floor", 2.8), run("Tocsin", 8.4), run("IntelMQ", 37.0, 10_000),
]  # fmt: skip


def test_the_median_of_each_contender_counts() -> None:
    found = {one.contender: one for one in summarise(RUNS)}
    assert found["Tocsin"].runs == 3
    assert found["Tocsin"].cpu_per_row == 9.0
    assert found["IntelMQ"].cpu_per_row == 3600.0
    assert found["floor"].rows_per_second == 1_000_000 / 1.5


def test_goals_are_met_or_missed() -> None:
    found = {goal.what: goal for goal in goals(summarise(RUNS))}
    assert [goal.met for goal in found.values()] == [True, True, True, True]
    assert found["CPU per row, times the floor's"].figure.startswith("3.00 ")
    worse = [run("floor", 3.0), run("Tocsin", 40.0), run("IntelMQ", 36.0, 10_000)]
    assert [goal.met for goal in goals(summarise(worse))] == [False, False, False, True]


def test_without_intelmq_its_goal_is_not_claimed() -> None:
    found = goals(summarise([run("floor", 3.0), run("Tocsin", 8.0)]))
    assert not any("IntelMQ" in goal.what for goal in found)


def test_growth_and_mails_have_goals() -> None:
    runs = [
        run("Tocsin", 9.0, case="1,000,000 rows"),
        run("Tocsin", 60.0, 5_000_000, "5,000,000 rows"),
        run("Tocsin", 12.0, 30_000, "50 mails"),
    ]
    assert [goal.met for goal in goals(summarise(runs))] == [False, True]


def test_exports_answers_and_requests_have_goals() -> None:
    export, answers = (
        run("Tocsin", 16.0, case="export, ndjson"),
        run("Tocsin", 18.0, case="answers, json"),
    )
    grown = replace(export, case="export, csv", swelling=17.0)
    slow = Latency("pages", "at 99%", "member", (0.010, 0.051))
    quick = Latency("look-up", "own v4", "analyst", (0.049,))
    found = {g.what: g.met for g in goals(summarise([export, grown, answers]), [quick, slow])}
    assert found == {
        "rows a second of an export, ndjson": True,
        "MiB that an export, ndjson, adds to the server": True,
        "rows a second of an export, csv": True,
        "MiB that an export, csv, adds to the server": False,
        "seconds for 1,000,000 answers, json": True,
        "p95 of the slowest pages (at 99%, member), ms": False,
        "p95 of the slowest look-up (own v4, analyst), ms": True,
    }


def test_the_table_and_the_file_hold_every_case(tmp_path: Path) -> None:
    console = Console(record=True, width=160)
    show(summarise(RUNS), console)
    text = console.export_text()
    assert "3,600.00" in text
    assert "goal: at most 3" in text
    path = write(RUNS, tmp_path, datetime(2026, 3, 4, 7, 5, tzinfo=UTC))
    content = json.loads(path.read_text())
    assert path.name == "2026-03-04T070500Z.json"
    assert (len(content["runs"]), len(content["medians"])) == (9, 3)
    assert content["machine"]["cores"]
