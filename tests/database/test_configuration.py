from pathlib import Path

import pytest

from tocsin.database.configuration import Machine, look_at_machine, settings, text

GIGABYTE = 1024**3


@pytest.mark.parametrize(
    ("memory", "disk", "shared", "log"),
    [
        (2 * GIGABYTE, 40 * GIGABYTE, "256MB", "5120MB"),
        (64 * GIGABYTE, 900 * GIGABYTE, "1024MB", "16384MB"),
        (GIGABYTE // 8, GIGABYTE, "16MB", "256MB"),
    ],
)
def test_fits_the_machine(memory: int, disk: int, shared: str, log: str) -> None:
    values = settings(Machine(memory, disk))
    assert (values["shared_buffers"], values["max_wal_size"]) == (shared, log)


def test_durable_private_and_local_whatever_the_machine() -> None:
    values = settings(Machine(GIGABYTE, GIGABYTE))
    assert {values[name] for name in ("fsync", "full_page_writes", "synchronous_commit")} == {"on"}
    assert values["listen_addresses"] == ""
    assert values["unix_socket_permissions"] == "0700"
    assert values["TimeZone"] == "UTC"


def test_looks_at_this_machine(tmp_path: Path) -> None:
    machine = look_at_machine(tmp_path)
    assert 16 * 1024**2 < machine.memory < 2**50
    assert machine.free_disk > 0


def test_writes_a_configuration_file() -> None:
    assert text({"jit": "off", "listen_addresses": ""}) == "jit = 'off'\nlisten_addresses = ''\n"
