"""The peer: IntelMQ from the package index, in an environment and with a redis-server of its own.

The chain does what Tocsin does: file collector, Shadowserver parser, deduplicator, taxonomy, ASN
look-up (pyasn over the workload's prefixes), contact look-up (SQLite), file output.  Its bots are
started and idle before the clock runs, so that only the rows are counted.  It needs the schema
that its parser downloads otherwise, as a file.
"""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import psutil

from benchmarks.meter import CommandError, MemorySampler, Usage, settle
from benchmarks.networks import FIRST_AS

PACKAGES = ("intelmq==3.5.0", "pyasn==1.6.2")
# IntelMQ refuses to run as root.  Root runs it as nobody, able to read what only root may: the
# interpreter may lie in root's home.
_DEMOTED = (
    "setpriv", "--reuid=65534", "--clear-groups",
    "--inh-caps=+dac_override", "--ambient-caps=+dac_override",
)  # fmt: skip
PATIENCE_SECONDS = 900.0
_CHAIN = (
    ("collector", "intelmq.bots.collectors.file.collector_file"),
    ("parser", "intelmq.bots.parsers.shadowserver.parser"),
    ("deduplicator", "intelmq.bots.experts.deduplicator.expert"),
    ("taxonomy", "intelmq.bots.experts.taxonomy.expert"),
    ("asn", "intelmq.bots.experts.asn_lookup.expert"),
    ("contact", "intelmq.bots.experts.generic_db_lookup.expert"),
    ("output", "intelmq.bots.outputs.file.output"),
)


class UnavailableError(Exception):
    """IntelMQ cannot be measured here; the text says why."""


@dataclass(frozen=True)
class IntelMQ:
    """`root`: its folder.  `python`: the interpreter of its environment."""

    root: Path
    python: Path
    port: int

    @property
    def output(self) -> Path:
        return self.root / "events.txt"


def install(folder: Path, schema: Path | None) -> Path:
    """Gives the interpreter of IntelMQ's environment, made if it is not there."""
    if schema is None or not schema.is_file():
        raise UnavailableError("give its parser's schema: --intelmq-schema FILE")
    if not shutil.which("redis-server"):
        raise UnavailableError("redis-server is not installed (Debian: apt-get install redis)")
    python = folder / "intelmq" / "bin" / "python"
    if not (folder / "intelmq" / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "intelmq"], check=True)
        made = subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=False)
        if made.returncode:
            raise UnavailableError(f"pip could not install {' '.join(PACKAGES)}")
        (folder / "intelmq" / "ready").touch()
    return python


def set_up(root: Path, python: Path, schema: Path, workload: Path) -> IntelMQ:
    """Lays out its folder: configuration, schema, ASN file and contacts from the workload."""
    shutil.rmtree(root, ignore_errors=True)
    for name in ("etc", "var/log", "var/run", "var/lib/bots", "in"):
        (root / name).mkdir(parents=True)
    package = next((python.parents[1] / "lib").glob("python*/site-packages/intelmq"))
    shutil.copy(package / "etc" / "harmonization.conf", root / "etc")
    shutil.copy(schema, root / "var/lib/bots/shadowserver-schema.json")
    _look_up_files(root, workload)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        peer = IntelMQ(root, python, probe.getsockname()[1])
    # IntelMQ reads its YAML file with a YAML parser, to which JSON is YAML.
    (root / "etc" / "runtime.yaml").write_text(json.dumps(_configuration(peer)))
    return peer


def _look_up_files(root: Path, workload: Path) -> None:
    names = pl.read_csv(workload / "organisations.csv", infer_schema=False)
    numbered = names.select(
        organisation="name", email="email", asn=pl.int_range(pl.len()).add(FIRST_AS)
    )
    assets = pl.read_csv(workload / "assets.csv", infer_schema=False)
    assets.join(numbered, on="organisation", maintain_order="left").select(
        "asset", "asn"
    ).write_csv(root / "ipasn.dat", separator="\t", include_header=False)
    with sqlite3.connect(root / "contacts.sqlite") as contacts:
        contacts.execute("CREATE TABLE contacts (asn INTEGER PRIMARY KEY, contact TEXT)")
        contacts.executemany(
            "INSERT INTO contacts VALUES (?, ?)", numbered.select("asn", "email").iter_rows()
        )
    contacts.close()


def _configuration(peer: IntelMQ) -> dict[str, object]:
    bots: dict[str, dict[str, object]] = {
        "collector": {"path": str(peer.root / "in"), "rate_limit": 1, "delete_file": True},
        # Without the time a row that comes twice is the same event.
        "deduplicator": {
            "filter_type": "blacklist",
            "filter_keys": "raw,time.observation,time.source",
            "redis_cache_host": "127.0.0.1",
            "redis_cache_port": peer.port,
        },
        "asn": {"database": str(peer.root / "ipasn.dat"), "autoupdate_cached_database": False},
        "contact": {
            "engine": "sqlite",
            "database": str(peer.root / "contacts.sqlite"),
            "table": "contacts",
            "match_fields": {"source.asn": "asn"},
            "replace_fields": {"contact": "source.abuse_contact"},
        },
        "output": {"file": str(peer.output)},
    }
    configuration: dict[str, object] = {
        "global": {
            **{
                f"{side}_pipeline_{name}": value
                for side in ("source", "destination")
                for name, value in (("broker", "redis"), ("host", "127.0.0.1"), ("port", peer.port))
            },
            "logging_path": str(peer.root / "var/log"),
            "logging_level": "WARNING",
            "statistics_host": "127.0.0.1",
            "statistics_port": peer.port,
        }
    }
    for (bot, module), following in zip(_CHAIN, [*_CHAIN[1:], None], strict=True):
        parameters = dict(bots.get(bot, {}))
        if following:
            parameters["destination_queues"] = {"_default": [f"{following[0]}-queue"]}
        configuration[bot] = {
            "bot_id": bot,
            "name": bot,
            "module": module,
            "group": {"collector": "Collector", "parser": "Parser", "output": "Output"}.get(
                bot, "Expert"
            ),
            "enabled": True,
            "run_mode": "continuous",
            "parameters": parameters,
        }
    return configuration


def run(peer: IntelMQ, files: list[Path], expected: int) -> Usage:
    """Sends the files through; `expected` events have to come out of the chain."""
    peer.output.unlink(missing_ok=True)
    with _processes(peer) as processes, MemorySampler() as sampler:
        _until_idle(processes)
        before, started = _cpu(processes), time.perf_counter()
        for file in files:
            shutil.copy(file, peer.root / "in" / "partial")
            (peer.root / "in" / "partial").rename(peer.root / "in" / file.name)
        _until_lines(peer, expected, processes)
        seconds, cpu = time.perf_counter() - started, _cpu(processes) - before
        got = _lines(peer.output)
    settle()
    if got != expected:
        raise CommandError(f"IntelMQ gave {got} events, {expected} are right")
    return Usage(seconds, cpu, sampler.peak, sampler.database_peak)


@contextmanager
def _processes(peer: IntelMQ) -> Iterator[list[psutil.Popen]]:
    """Redis and the bots, ended with the block."""
    environment = {
        "INTELMQ_ROOT_DIR": f"{peer.root}/",
        "PATH": f"{peer.python.parent}:/usr/bin:/bin",
    }
    redis = ["redis-server", "--bind", "127.0.0.1", "--port", str(peer.port), "--save", ""]
    demoted = _DEMOTED if os.geteuid() == 0 else ()
    bots = [[*demoted, str(peer.python.parent / module), bot] for bot, module in _CHAIN]
    started: list[psutil.Popen] = []
    try:
        for command in (redis, *bots):
            with (peer.root / "var/log" / f"{command[-1] or 'redis'}.out").open("w") as log:
                started.append(
                    psutil.Popen(command, env=environment, cwd=peer.root, stdout=log, stderr=log)
                )
            if command is redis:
                _until_open(peer.port)
        yield started
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            try:
                process.wait(30)
            except psutil.TimeoutExpired:
                process.kill()


def _until_open(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise CommandError("redis-server does not answer")


def _until_idle(processes: list[psutil.Popen]) -> None:
    """Bots have come up when they use no more processor time."""
    used, calm = _cpu(processes), 0
    deadline = time.monotonic() + PATIENCE_SECONDS
    while calm < 4 and time.monotonic() < deadline:
        time.sleep(0.5)
        now = _cpu(processes)
        calm = calm + 1 if now - used < 0.03 else 0
        used = now


def _until_lines(peer: IntelMQ, expected: int, processes: list[psutil.Popen]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _lines(peer.output) < expected:
        if time.monotonic() > deadline or any(process.poll() is not None for process in processes):
            raise CommandError(f"IntelMQ stopped at {_lines(peer.output)} of {expected} events")
        time.sleep(0.2)


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def _cpu(processes: list[psutil.Popen]) -> float:
    total = 0.0
    for process in processes:
        with suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total
