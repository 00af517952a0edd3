"""What holds for any files in any grouping: rows in are rows out, and nothing is done twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from pydoc import locate
from typing import Any, cast

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.threats.files import NOW, day, take
from tests.threats.test_ingest import state
from tocsin.database.scope import staff_scope
from tocsin.intake.models import RefusedRow, Report
from tocsin.threats import ingest as ingesting
from tocsin.threats.models import DailyCount, Threat

HEADER = "timestamp,severity,ip,protocol,port,hostname,tag,asn,geo"
slow = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
Row = tuple[str, int, int]  # who, port, second of the day

WHO = ["192.0.2.1", "192.0.2.2", "2001:db8::1", "198.51.100.7", "203.0.113.9", "nonsense", ""]
OWNERS = {"192.0.2.1": 1, "192.0.2.2": 1, "198.51.100.7": 2}
row = st.tuples(st.sampled_from(WHO), st.sampled_from([22, 3389]), st.integers(0, 86_399))
history = st.lists(st.lists(row, max_size=8), min_size=1, max_size=4)


def at(number: int, second: int) -> datetime:
    return datetime.combine(day(number), datetime.min.time(), UTC) + timedelta(seconds=second)


def written(folder: Path, number: int, rows: list[Row]) -> Path:
    folder.mkdir(exist_ok=True)
    lines = [
        f"{at(number, second):%Y-%m-%d %H:%M:%S},high,{who},tcp,{port},,rdp,64500,GB"
        for who, port, second in rows
    ]
    path = folder / f"{day(number)}-scan_rdp-tests-geo.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    return path


@slow
@given(days=history)
def test_every_row_is_an_observation_or_refused(
    installation: Path, tmp_path: Path, days: list[list[Row]]
) -> None:
    paths = [written(tmp_path / "reports", number, rows) for number, rows in enumerate(days)]
    with transaction.atomic():
        summary = take(*paths)
        good = [one for rows in days for one in rows if one[0] not in ("nonsense", "")]
        whole = sum(len(rows) for rows in days)
        assert summary.count("rows") == whole
        assert summary.count("observations") == len(good)
        assert summary.count("refused") == RefusedRow.objects.count() == whole - len(good)
        assert sum(Threat.objects.values_list("times_seen", flat=True)) == len(good)
        assert sum(DailyCount.objects.values_list("observations", flat=True)) == len(good)
        unattributed = sum(who not in OWNERS for who, _, _ in good)
        assert summary.count("unattributed") == unattributed
        transaction.set_rollback(True)


@slow
@given(days=history, data=st.data())
def test_each_threat_was_seen_when_and_as_often_as_it_was(
    installation: Path, tmp_path: Path, days: list[list[Row]], data: st.DataObject
) -> None:
    """Whatever order the files come in."""
    expected: dict[tuple[str, int], list[datetime]] = {}
    for number, rows in enumerate(days):
        for who, port, second in rows:
            if who not in ("nonsense", ""):
                expected.setdefault((who, port), []).append(at(number, second))
    paths = [written(tmp_path / "reports", number, rows) for number, rows in enumerate(days)]
    with transaction.atomic():
        for path in data.draw(st.permutations(paths)):
            take(path)
        found = {(str(one.address), one.port): one for one in Threat.objects.all()}
        assert found.keys() == expected.keys()
        for key, times in expected.items():
            one = found[key]
            assert (one.first_seen, one.last_seen) == (min(times), max(times))
            assert (one.times_seen, one.last_day) == (len(times), max(times).date())
            assert one.organisation_id == OWNERS.get(key[0])
        transaction.set_rollback(True)


STEPS = [
    "tocsin.threats.preparing.seal",
    "tocsin.threats.ingest.current_map",
    "tocsin.threats.report.lock_kind",
    "tocsin.threats.report.sweep_kind",
    "tocsin.threats.preparing.normalise",
    "tocsin.threats.preparing.threat_keys",
    "tocsin.threats.preparing.attribute",
    "tocsin.threats.preparing.withhold",
    "tocsin.threats.preparing.fold",
    "tocsin.threats.report.write",
    "tocsin.threats.report.add_daily",
    "tocsin.threats.ingest.attributed_with",
    "tocsin.threats.ingest.keep_refused",
    "tocsin.threats.ingest.record_day",
    "tocsin.threats.ingest._outcome",
    "tocsin.threats.sweep.healthy_days",
    "tocsin.database.files.os.replace",
]


def days_of_a_week(folder: Path) -> list[Path]:
    others: list[Row] = [("203.0.113.9", port, 90) for port in range(20, 27)]
    rows: list[Row] = [("192.0.2.1", 3389, 60), *others, ("nonsense", 1, 1)]
    return [written(folder, number, rows[number > 1 :]) for number in range(5)]


@pytest.fixture(scope="module")
def undisturbed() -> list[Any]:
    """Filled by the first test that needs it."""
    return []


@pytest.mark.parametrize(
    ("step", "after"),
    [
        *((step, after) for step in STEPS for after in (1, 3)),
        ("tocsin.threats.ingest.sweep_all", 1),
        ("tocsin.threats.sweep._run", 1),
    ],
)
def test_stopped_at_any_step_and_begun_again(
    installation: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    undisturbed: list[Any],
    step: str,
    after: int,
) -> None:
    """The run that follows ends where one undisturbed run does."""
    paths = days_of_a_week(tmp_path / "reports")
    if not undisturbed:
        with transaction.atomic():
            take(*paths)
            undisturbed.append(state())
            transaction.set_rollback(True)
    with monkeypatch.context() as broken:
        stopping(broken, step, after)
        with pytest.raises(KeyboardInterrupt), staff_scope():
            take(*paths)
    take(*paths)
    assert state() == undisturbed[0]
    assert {one.state for one in take(*paths).outcomes} == {"known"}
    assert state() == undisturbed[0]


def stopping(monkeypatch: pytest.MonkeyPatch, step: str, after: int) -> None:
    """Stops when the step is come to for the `after`th time."""
    real = cast(Callable[..., Any], locate(step))
    times = count(1)

    def stopped(*given: Any, **named: Any) -> Any:
        if next(times) == after:
            raise KeyboardInterrupt
        return real(*given, **named)

    monkeypatch.setattr(step, stopped)


def test_one_transaction_each_so_reports_before_the_stop_are_in(
    installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = days_of_a_week(tmp_path / "reports")
    done: list[str] = []

    def progress(outcome: ingesting.Outcome, left: int) -> None:
        done.append(outcome.origin)
        if left == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingesting.ingest(paths, NOW, progress)
    assert len(done) == Report.objects.count() == 3
    take(*paths)
    assert Report.objects.count() == 5
