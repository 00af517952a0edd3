from datetime import UTC, datetime
from pathlib import Path

import pytest

from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.demo.generate import Plan
from tocsin.demo.marker import NAME, Marker, check_home, read_marker
from tocsin.demo.story import tell
from tocsin.errors import TocsinError

NOW = datetime(2026, 10, 1, 8, 30, tzinfo=UTC)


def test_what_is_written_is_read_and_is_private(tmp_path: Path) -> None:
    marker = Marker(Plan(seed=3, days=2, threats=500), NOW, done=True)
    marker.write(tmp_path)
    assert read_marker(tmp_path) == marker
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600


def test_an_empty_home_and_the_same_demo_again_are_fine(tmp_path: Path) -> None:
    check_home(tmp_path, Plan(), holds_data=False)
    Marker(Plan(), NOW).write(tmp_path)
    check_home(tmp_path, Plan(), holds_data=True)


def test_real_data_are_left_alone(tmp_path: Path) -> None:
    with pytest.raises(TocsinError, match="not a demo's") as raised:
        check_home(tmp_path, Plan(), holds_data=True)
    assert "TOCSIN_HOME=" in raised.value.hint


@pytest.mark.parametrize("other", [{"seed": 2}, {"days": 3}, {"threats": 999}])
def test_another_demo_is_left_alone(tmp_path: Path, other: dict[str, int]) -> None:
    Marker(Plan(), NOW).write(tmp_path)
    with pytest.raises(TocsinError, match="another demo: seed 1, 7 days"):
        check_home(tmp_path, Plan(**other), holds_data=True)  # type: ignore[arg-type]


def test_organisations_of_somebody_elses_are_enough_to_refuse(db: None, home: Path) -> None:
    with staff_scope():
        Organisation.objects.create(name="Real", created_at=NOW)
    with pytest.raises(TocsinError, match="not a demo's"):
        tell(Plan(), lambda step, left: None)
    assert not (home / NAME).exists()
