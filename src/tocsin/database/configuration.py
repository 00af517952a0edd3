"""Settings of the embedded PostgreSQL, fitted to the machine."""

import os
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1024 * 1024
HBA = "local all all scram-sha-256\n"  # a password for everyone, and no network at all
MAIN = """\
# Tocsin rewrites tocsin.conf at every start. Put settings of your own below: they win.
include = 'tocsin.conf'
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """What the settings depend on, in bytes."""

    memory: int
    free_disk: int


def look_at_machine(folder: Path) -> Machine:
    """Memory (a container's limit counts) and the free space where `folder` is."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            memory = min(memory, int(Path(limit).read_text()))
        except (OSError, ValueError):  # no such limit, or "max"
            continue
    disk = os.statvfs(folder)
    return Machine(memory, disk.f_bavail * disk.f_frsize)


def settings(machine: Machine) -> dict[str, str]:
    """PostgreSQL's settings by name."""
    memory = machine.memory // MEGABYTE
    shared = _between(16, memory // 8, 1024)
    # Few checkpoints: after each one the first change of a page writes it whole to the log.
    log = _between(256, machine.free_disk // MEGABYTE // 8, 16 * 1024)
    return {
        "listen_addresses": "",
        "unix_socket_directories": "../socket",
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "max_connections": "60",
        "superuser_reserved_connections": "3",
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{_between(64, memory // 2, 1 << 20)}MB",
        "work_mem": f"{_between(4, memory // 256, 64)}MB",
        "temp_buffers": f"{_between(8, memory // 128, 64)}MB",  # staging stays in memory
        "maintenance_work_mem": f"{_between(32, memory // 16, 512)}MB",
        "max_locks_per_transaction": "512",  # one statement may touch every kind's partition
        "max_wal_size": f"{log}MB",
        "min_wal_size": f"{_between(80, log // 8, 1024)}MB",
        "checkpoint_timeout": "30min",
        "wal_compression": "off",  # only pglz is built in, and it costs more than it saves
        # Minimal makes new tables cheap, their first update dear, and backups impossible.
        "wal_level": "replica",
        "max_wal_senders": "0",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "jit": "off",
        "random_page_cost": "1.1",
        "TimeZone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "on",
        "log_directory": "../log",
        "log_filename": "postgresql-%a.log",  # a week of days, each overwritten a week later
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_file_mode": "0600",
        "log_checkpoints": "off",
        # A DETAIL line quotes the row, and rows are personal data.
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "log_line_prefix": "%m [%p] %u ",
        "cluster_name": "tocsin",
    }


def text(values: dict[str, str]) -> str:
    """The settings as a configuration file."""
    return "".join(f"{name} = '{value}'\n" for name, value in values.items())


def _between(low: int, value: int, high: int) -> int:
    return max(low, min(value, high))
