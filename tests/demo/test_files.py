import csv
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tocsin.demo.country import country
from tocsin.demo.files import CUT_KEEPS, Delivered, write_report
from tocsin.demo.reports import report_types, suspects

DAY = date(2026, 9, 30)
COUNT = 50


def _write(folder: Path, name: str, fault: str = "", each: int = 1) -> Delivered:
    report = next(report for report in report_types() if report.name == name)
    found = suspects(report, country(), 1, COUNT, [])
    return write_report(folder, DAY, 0, found, np.full(COUNT, each), 1, fault)


def _read(folder: Path) -> list[list[str]]:
    (path,) = folder.iterdir()
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_whole_file(tmp_path: Path) -> None:
    delivered = _write(tmp_path, "scan_snmp")
    head, *rows = _read(tmp_path)
    assert delivered.name == "2026-09-30-scan_snmp-tocsin-geo.csv"
    assert (delivered.observations, delivered.refused) == (COUNT, 0)
    assert all(len(row) == len(head) for row in rows)
    assert {row[0][:10] for row in rows} == {"2026-09-30"}
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_quotes_in_a_value_are_doubled_as_they_must_be(tmp_path: Path) -> None:
    _write(tmp_path, "scan_snmp")
    head, *rows = _read(tmp_path)
    described = {row[head.index("sysdesc")] for row in rows}
    assert 'Madeup Systems Gate 4; "edge"' in described


def test_events_come_several_times_a_day_each_with_an_id_of_its_own(tmp_path: Path) -> None:
    delivered = _write(tmp_path, "event4_honeypot_brute_force", each=3)
    head, *rows = _read(tmp_path)
    assert delivered.observations == len(rows) == 3 * COUNT
    assert delivered.seen.tolist() == [3] * COUNT
    assert len({row[head.index("event_id")] for row in rows}) == 3 * COUNT


def test_passwords_and_formulas_are_there_to_be_withheld(tmp_path: Path) -> None:
    _write(tmp_path, "event4_honeypot_brute_force", each=4)
    head, *rows = _read(tmp_path)
    assert "letmein" in {row[head.index("password")] for row in rows}
    assert "=cmd" in {row[head.index("username")] for row in rows}


def test_no_file(tmp_path: Path) -> None:
    delivered = _write(tmp_path, "scan_rdp", "missing")
    assert not list(tmp_path.iterdir())
    assert (delivered.name, delivered.observations, delivered.seen.sum()) == ("", 0, 0)


def test_a_file_that_breaks_off(tmp_path: Path) -> None:
    delivered = _write(tmp_path, "scan_smb", "short")
    _, *rows = _read(tmp_path)
    assert delivered.observations == int(COUNT * CUT_KEEPS) == len(rows) - 1
    assert delivered.refused == 1
    assert delivered.seen.sum() == delivered.observations
    assert len(rows[-1]) == 1


@pytest.mark.parametrize("name", ["scan_telnet", "scan_http_vulnerable"])
def test_a_file_with_bad_rows_keeps_its_good_ones(tmp_path: Path, name: str) -> None:
    delivered = _write(tmp_path, name, "garbled")
    head, *rows = _read(tmp_path)
    assert (delivered.observations, delivered.refused) == (COUNT, 6)
    assert len(rows) == COUNT + 6
    lengths = {len(row) - len(head) for row in rows}
    assert lengths == {-1, 0, 3}  # one row a field short, one with three too many
