"""What commands show on the way and in the end: on a terminal, in a pipe, for machines."""

import io
import json
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

from tocsin.cli import counting as counting_module
from tocsin.cli import refusals
from tocsin.cli import tables as tables_module
from tocsin.cli.counting import counting
from tocsin.cli.progress import LONGEST, progress
from tocsin.cli.refusals import print_refusals, refusals_json
from tocsin.cli.tables import show
from tocsin.constituency.refusals import Refusals
from tocsin.refused import Refused

Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_silent_in_a_pipe(capsys: Capture) -> None:
    with progress("Taking reports") as tell:
        tell("a.csv", 1)
        tell("b.csv", 0)
    assert capsys.readouterr() == ("", "")


def test_progress_names_what_it_is_at(monkeypatch: Patch) -> None:
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress("Taking reports") as tell:
        tell("x" * 500 + "/last.csv", 1)
    said = terminal.getvalue()
    assert "Taking reports" in said
    assert "x" * LONGEST not in said


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_count_of_rows(monkeypatch: Patch, is_terminal: bool) -> None:
    target = Terminal() if is_terminal else io.StringIO()
    monkeypatch.setattr(
        counting_module,
        "Console",
        lambda **given: Console(file=target, force_terminal=is_terminal, width=80),
    )
    with counting("Reading assets") as tell:
        assert (tell is not None) == is_terminal
        if tell:
            tell(1_234_567)
    assert ("1,234,567 rows" in target.getvalue()) == is_terminal


ROWS: list[dict[str, Any]] = [
    {"first_name": "Ann", "since": datetime(2026, 3, 1, 8, 5, tzinfo=UTC), "left": None},
    {"first_name": "x" * 150, "since": 7, "left": "no"},
]


def test_a_table_has_words_for_a_head_and_short_times(capsys: Capture) -> None:
    show(ROWS, machine=False, empty="nobody")
    said = capsys.readouterr().out
    assert "first name" in said
    assert "2026-03-01 08:05" in said
    assert "None" not in said


def test_into_a_pipe_nothing_is_cut_off(capsys: Capture, monkeypatch: Patch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    show(ROWS, machine=False, empty="nobody")
    assert "x" * 150 in capsys.readouterr().out


def test_on_a_terminal_a_table_keeps_to_its_width(monkeypatch: Patch) -> None:
    target = Terminal()
    monkeypatch.setattr(
        tables_module,
        "Console",
        lambda **given: Console(file=target, force_terminal=True, width=60, **given),
    )
    show(ROWS, machine=False, empty="nobody")
    assert "x" * 61 not in target.getvalue()
    assert "…" in target.getvalue()


@pytest.mark.parametrize(("machine", "said"), [(False, "nobody\n"), (True, "[]\n")])
def test_nothing_to_show(capsys: Capture, machine: bool, said: str) -> None:
    show([], machine=machine, empty="nobody")
    assert capsys.readouterr().out == said


def test_machines_get_everything(capsys: Capture) -> None:
    show(ROWS, machine=True, empty="nobody")
    first, second = json.loads(capsys.readouterr().out)
    assert first == {"first_name": "Ann", "since": "2026-03-01 08:05:00+00:00", "left": None}
    assert second["first_name"] == "x" * 150


def refused(count: int) -> Refusals:
    found = Refusals()
    for line in range(count):
        reason = "bad-address" if line % 3 else "no-organisation"
        found.add("list.csv", Refused(line, reason, f"detail {line}"))
    return found


@pytest.mark.parametrize("count", [0, 1, refusals.SHOWN, refusals.SHOWN + 1, 500])
def test_refusals_for_people(capsys: Capture, count: int) -> None:
    print_refusals(refused(count), "tocsin assets refused")
    out, err = capsys.readouterr()
    assert out == ""
    lines = err.splitlines()
    assert sum(line.startswith("list.csv:") for line in lines) == min(count, refusals.SHOWN)
    assert any(f"and {count - refusals.SHOWN} more" in line for line in lines) == (
        count > refusals.SHOWN
    )
    assert any(line.startswith(f"{count} refused (") for line in lines) == (count > 0)
    assert err.endswith("They are kept: tocsin assets refused\n") == (count > 0)


def test_refusals_for_machines() -> None:
    told = refusals_json(refused(30))
    assert told["refused"] == 30
    assert told["refused_by_reason"] == {"bad-address": 20, "no-organisation": 10}
    assert told["refused_rows"][1]["detail"] == "detail 1"
    json.dumps(told)
