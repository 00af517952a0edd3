"""The sum and its reasons, from facts alone."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tocsin.outreach.rules import Facts, Seen, score
from tocsin.outreach.weights import FILE, PARTS, weights
from tocsin.outreach.words import title
from tocsin.threats.states import Severity

TODAY = date(2026, 9, 30)
BY = weights()


def points(**facts: Any) -> dict[str, int]:
    found = score(Facts(today=TODAY, **facts), BY)
    return {reason.part: reason.points for reason in found.reasons}


def seen(now: float | None, before: float | None, severity: Severity = Severity.HIGH) -> Any:
    return (Seen("scan_rdp", severity, now, before),)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, {}),
        ({"seen": seen(0.4, None)}, {}),
        ({"seen": seen(1, None)}, {"severe": 8}),
        ({"seen": seen(60, None)}, {"severe": 20}),
        ({"seen": seen(60, None, Severity.MEDIUM)}, {}),
        ({"told": ago(6), "alerts": 1}, {}),
        ({"told": ago(30), "alerts": 4}, {"silent": 20}),
        ({"reminded": 25, "reminded_since": ago(70)}, {"reminded": 14}),
        ({"unreachable": True}, {"unreachable": 18}),
        ({"seen": seen(4, 4, Severity.LOW)}, {}),
        ({"seen": seen(80, 100, Severity.LOW)}, {}),
        ({"seen": seen(100, 100, Severity.LOW)}, {"not_improving": 10}),
        ({"seen": seen(160, 100, Severity.LOW)}, {"not_improving": 20}),
        ({"seen": seen(None, 100, Severity.LOW)}, {}),
        ({"came_back": 9, "contradicted": 1}, {"recurring": 8}),
        ({"asked": 1}, {"asked": 14}),
        ({"follow_up": ago(0)}, {"follow_up": 25}),
        ({"follow_up": ago(-1)}, {}),
    ],
)
def test_each_part(facts: dict[str, Any], expected: dict[str, int]) -> None:
    assert points(**facts) == expected


def test_the_score_is_the_sum_of_what_is_shown() -> None:
    facts = Facts(today=TODAY, seen=seen(60, 60), told=ago(40), alerts=2, came_back=3)
    found = score(facts, BY)
    assert found.points == sum(reason.points for reason in found.reasons) == 20 + 20 + 10 + 4
    given = [reason.points for reason in found.reasons]
    assert given == sorted(given, reverse=True)


def test_after_an_engagement_an_organisation_waits_until_something_can_be_seen() -> None:
    facts: dict[str, Any] = {"seen": seen(60, None), "told": ago(30), "alerts": 1}
    assert points(**facts, engaged=ago(28), engaged_way="visit")["engaged"] == -30
    assert "engaged" not in points(**facts, engaged=ago(29), engaged_way="visit")


def test_a_follow_up_that_is_due_does_not_wait() -> None:
    found = points(engaged=ago(14), engaged_way="visit", follow_up=ago(0))
    assert found == {"follow_up": 25}


def test_no_score_is_below_nought() -> None:
    assert score(Facts(today=TODAY, engaged=ago(1), engaged_way="call"), BY).points == 0


def test_each_part_of_the_file_says_why() -> None:
    assert set(BY.parts) == set(PARTS)
    assert all(part.why and part.figure for part in BY.parts.values())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[[1, 10], [20, 14]", "[[20, 14], [1, 10]"),
        ("points = 18", ""),
        ("points = 18", "points = 18\nsteps = [[1, 2]]"),
    ],
)
def test_a_file_that_is_wrong_is_not_taken(tmp_path: Path, before: str, after: str) -> None:
    text = FILE.read_text("utf-8")
    assert before in text
    path = tmp_path / "weights.toml"
    path.write_text(text.replace(before, after))
    with pytest.raises(ValueError, match="points or steps"):
        weights(path)


def test_the_documentation_names_every_step() -> None:
    page = Path(__file__).parents[2] / "docs" / "explanation" / "the-queue.md"
    rows = [line for line in page.read_text("utf-8").splitlines() if line.startswith("| ")][1:]
    titles = {title(name): name for name in PARTS}
    told = {titles[cells[0]]: cells[2] for cells in map(cells_of, rows)}
    for name, part in BY.parts.items():
        steps = part.steps if len(part.steps) > 1 else (("", part.steps[0][1]),)
        said = [f"{points} from {start:,}" if start else f"{points}" for start, points in steps]
        assert told[name] == ", ".join(said).replace(",0", " 0").replace("-", "−"), name


def cells_of(row: str) -> tuple[str, str, str]:
    first, second, third = (cell.strip() for cell in row.strip("|").split("|"))
    return first.capitalize(), second, third
