from datetime import date
from pathlib import Path
from uuid import UUID

import numpy as np
import pyarrow as pa
import pytest

from tocsin.intake import observations
from tocsin.intake.observations import read_rows, segment, segment_path

DAY = date(2026, 3, 1)


def write(home: Path, kind: str, threats: list[int], **columns: list[str | None]) -> str:
    """A segment with one row for each of the threats (by number); its path."""
    path = segment_path(kind, DAY, kind.encode().ljust(32, b"\0"))
    lines = np.arange(len(threats), dtype=np.int64)
    keys = np.frombuffer(b"".join(UUID(int=n).bytes for n in threats), np.uint8).reshape(-1, 16)
    table = pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})
    with segment(home, path) as writing:
        writing.add(table, lines, lines, keys, np.zeros(len(threats), np.int32))
    return path


def test_rows_of_the_threats_come_from_all_segments_with_all_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observations, "READ_ROWS", 2)
    one = write(tmp_path, "one", [1, 2, 3, 1, 4], ip=list("abcde"))
    two = write(tmp_path, "two", [1, 9], domain=["x", "y"])
    found = read_rows(tmp_path, [one, two], [UUID(int=1), UUID(int=4)])
    assert found["ip"].to_pylist() == ["a", "d", "e", None]
    assert found["domain"].to_pylist() == [None, None, None, "x"]
    assert found["_line"].to_pylist() == [0, 3, 4, 0]


def test_nothing_found_is_an_empty_table_with_the_segments_columns(tmp_path: Path) -> None:
    path = write(tmp_path, "one", [1], ip=["a"])
    found = read_rows(tmp_path, [path], [UUID(int=7)])
    assert found.num_rows == 0
    assert "ip" in found.column_names


def test_a_missing_segment_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_rows(tmp_path, ["observations/gone.parquet"], [UUID(int=1)])
