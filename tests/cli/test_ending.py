import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.database.servers import SOURCE, eventually, runs
from tocsin.database.embedded import Embedded


def test_a_command_that_is_told_to_end_stops_its_database(own_home: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "report.csv"  # never written to: the command waits for it
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [sys.executable, "-m", "tocsin", "ingest", str(pipe)],
        env=os.environ | {"PYTHONPATH": SOURCE, "TOCSIN_HOME": str(own_home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    pid_file = own_home / "postgres/data/postmaster.pid"
    assert eventually(lambda: pid_file.exists() and runs(Embedded(own_home)))
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM, out
    assert not runs(Embedded(own_home))
