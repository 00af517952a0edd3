from pathlib import Path
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tocsin.intake.observations import read_rows, segment

KEYS = np.arange(48, dtype=np.uint8).reshape(3, 16)


def write(home: Path, *tables: pa.Table) -> None:
    with segment(home, "observations/x.parquet") as writing:
        for table in tables:
            rows = table.num_rows
            writing.add(
                table, np.arange(rows), np.full(rows, 1_772_353_815_000_000), KEYS[:rows],
                np.ones(rows, np.int32),
            )  # fmt: skip


def test_written_and_found_by_threat(tmp_path: Path) -> None:
    write(tmp_path, pa.table({"ip": ["192.0.2.1", "192.0.2.2", None]}))
    found = read_rows(tmp_path, ["observations/x.parquet"], [UUID(bytes=KEYS[1].tobytes())])
    assert found["ip"].to_pylist() == ["192.0.2.2"]
    assert found["_line"].to_pylist() == [1]
    assert found["_time"][0].as_py().isoformat() == "2026-03-01T08:30:15+00:00"


def test_columns_that_come_later_lose_nothing(tmp_path: Path) -> None:
    write(
        tmp_path,
        pa.table({"ip": ["a", "b"]}),
        pa.table({"ip": ["c"], "banner": ["hello"]}),
        pa.table({"banner": ["again"]}),
    )
    table = pq.read_table(tmp_path / "observations/x.parquet")
    assert table["ip"].to_pylist() == ["a", "b", "c", None]
    assert table["banner"].to_pylist() == [None, None, "hello", "again"]
    assert [path.name for path in (tmp_path / "observations").iterdir()] == ["x.parquet"]


def test_a_failure_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        fail_while_writing(tmp_path)
    assert list((tmp_path / "observations").iterdir()) == []


def fail_while_writing(home: Path) -> None:
    with segment(home, "observations/x.parquet") as writing:
        nothing = np.zeros(1, np.int64)
        writing.add(pa.table({"ip": ["a"]}), nothing, nothing, KEYS[:1], np.zeros(1, np.int32))
        raise RuntimeError


def test_nothing_written_is_no_file(tmp_path: Path) -> None:
    with segment(tmp_path, "observations/x.parquet"):
        pass
    assert list((tmp_path / "observations").iterdir()) == []
