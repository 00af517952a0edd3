import os
import signal
import stat
from pathlib import Path

import psycopg
import pytest

from tests.database.conftest import stopped
from tests.database.servers import ask, command, eventually, finish, kill, postmaster, runs, waiting
from tocsin.database.embedded import Embedded
from tocsin.errors import TocsinError


def test_starts_stops_and_keeps_its_data(own_home: Path) -> None:
    server = Embedded(own_home)
    assert not runs(server)
    server.ensure_running()
    assert runs(server)
    ask(server, "CREATE TABLE kept AS SELECT 7 AS n", "tocsin_owner")
    ask(server, "GRANT SELECT ON kept TO tocsin_app", "tocsin_owner")
    server.release()
    assert not runs(server)
    server.ensure_running()
    server.ensure_running()
    assert ask(server, "SELECT n FROM kept") == [(7,)]
    stopped(server)


def test_the_database_is_as_designed(own_home: Path) -> None:
    server = Embedded(own_home)
    server.ensure_running()
    wanted = {
        "data_checksums": "on",
        "fsync": "on",
        "full_page_writes": "on",
        "jit": "off",
        "listen_addresses": "",
        "TimeZone": "UTC",
        "server_encoding": "UTF8",
        "password_encryption": "scram-sha-256",
        "log_directory": "../log",
    }
    for name, value in wanted.items():
        assert ask(server, f"SELECT current_setting('{name}')", "postgres") == [(value,)]
    assert server.status()["version"] == 18
    assert ask(server, "SELECT lower('ÄÉ')") == [("äé",)]
    # No statement and no row may get into the log, where personal data would outlive them.
    ask(server, "CREATE TABLE t (a text PRIMARY KEY)", "tocsin_owner")
    with pytest.raises(psycopg.Error):
        ask(server, "INSERT INTO t VALUES ('x@example.org'), ('x@example.org')", "tocsin_owner")
    stopped(server)  # what collects the log writes on its own, and is through by then
    logs = "".join(path.read_text() for path in (own_home / "postgres/log").iterdir())
    assert "duplicate key" in logs
    assert "x@example.org" not in logs


def test_the_roles_can_do_what_they_must_and_no_more(own_home: Path) -> None:
    server = Embedded(own_home)
    server.ensure_running()
    query = (
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication "
        "FROM pg_roles WHERE rolname ~ '^tocsin' ORDER BY rolname"
    )
    assert ask(server, query) == [
        ("tocsin_app", False, False, False, False, False),
        ("tocsin_owner", False, False, True, True, False),
    ]
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'tocsin'"
    assert ask(server, owner) == [("tocsin_owner",)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(server, "CREATE TABLE mine (a int)")
    ask(server, "CREATE TEMPORARY TABLE staging (a int)")
    ask(server, "CREATE TABLE ours (a int)", "tocsin_owner")


def test_nobody_enters_without_a_password(own_home: Path) -> None:
    server = Embedded(own_home)
    server.ensure_running()
    dsn = server.dsn("postgres")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect("", **(dsn | {"password": "guess"}))  # type: ignore[arg-type]
    assert server.url("tocsin_app") != server.url("tocsin_owner")
    with psycopg.connect(server.url("tocsin_app")) as connection:
        assert connection.info.user == "tocsin_app"


def test_everything_is_private(own_home: Path) -> None:
    server = Embedded(own_home)
    server.ensure_running()
    open_to_others = [
        path
        for path in (own_home, *own_home.rglob("*"))
        if not path.is_socket() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    assert not open_to_others


def test_ten_cold_commands_at_once_make_one_database(own_home: Path) -> None:
    say = "print(server._cluster().major(), server.status()['running'])"
    outputs = [finish(process) for process in [command(own_home, say) for _ in range(10)]]
    assert outputs == ["ready\n18 True\n"] * 10
    log = "".join(p.read_text() for p in (own_home / "postgres/log").glob("postgresql-*.log"))
    assert "PANIC" not in log
    server = Embedded(own_home)
    assert not runs(server), "the last one stops it"
    assert not (own_home / "postgres/data.new").exists()


def test_stays_up_for_those_who_still_use_it(own_home: Path) -> None:
    first, second = waiting(own_home), waiting(own_home)
    pid = postmaster(own_home)
    finish(first)
    assert postmaster(own_home) == pid
    assert runs(Embedded(own_home))
    finish(second)
    assert not runs(Embedded(own_home))


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(own_home: Path) -> None:
    process = waiting(own_home, start_new_session=True)
    other = waiting(own_home)
    assert os.getsid(postmaster(own_home)) != os.getsid(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert runs(Embedded(own_home))
    finish(other)
    assert not runs(Embedded(own_home))


def test_a_killed_command_leaves_the_server_to_the_next(own_home: Path) -> None:
    process = waiting(own_home)
    pid = postmaster(own_home)
    kill(process)
    assert runs(Embedded(own_home))
    following = waiting(own_home)
    assert postmaster(own_home) == pid
    finish(following)
    assert not runs(Embedded(own_home))


def test_recovers_from_a_killed_server(own_home: Path) -> None:
    server = Embedded(own_home)
    server.ensure_running()
    ask(server, "CREATE TABLE kept AS SELECT 7 AS n", "tocsin_owner")
    os.kill(postmaster(own_home), signal.SIGKILL)
    assert (own_home / "postgres/data/postmaster.pid").exists()
    server.ensure_running()
    assert ask(server, "SELECT n FROM kept", "tocsin_owner") == [(7,)]


def test_a_stale_pid_file_that_names_a_living_stranger_does_no_harm(own_home: Path) -> None:
    server = Embedded(own_home)
    server.ensure_running()
    server.release()
    pid_file = own_home / "postgres/data/postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{own_home}/postgres/data\n1\n5432\n../socket\n\n0 0\n")
    pid_file.chmod(0o600)
    os.chown(pid_file, *owner(own_home))
    server.ensure_running()
    assert postmaster(own_home) != os.getpid()


def test_a_long_lived_command_starts_the_server_again(own_home: Path) -> None:
    server = Embedded(own_home)
    server.ensure_running()
    server.watch(pause=0.05)
    pid = postmaster(own_home)
    os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: runs(server) and postmaster(own_home) != pid)
    server.release()
    assert not runs(server)
    assert not eventually(lambda: runs(server), patience=0.5)


def test_tries_less_and_less_often_where_the_server_does_not_come_back(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Embedded(own_home)
    pauses: list[float] = []

    def wait(pause: float) -> bool:
        pauses.append(pause)
        return len(pauses) == 4

    def fails() -> None:
        raise TocsinError("the disk is full")

    monkeypatch.setattr(server._released, "wait", wait)
    monkeypatch.setattr(server, "_bring_back", fails)
    server._keep_up(20.0)
    assert pauses == [20, 40, 60, 60]


def test_an_unfinished_initdb_is_begun_again(own_home: Path) -> None:
    server = Embedded(own_home)
    half = own_home / "postgres/data.new/base"
    half.mkdir(parents=True, mode=0o700)
    for path in (half, half.parent, half.parent.parent):
        path.chmod(0o700)
    server.ensure_running()
    assert runs(server)
    assert not half.exists()


def test_lost_passwords_are_made_anew(own_home: Path) -> None:
    server = Embedded(own_home)
    server.ensure_running()
    ask(server, "CREATE TABLE kept AS SELECT 7 AS n", "tocsin_owner")
    (own_home / "keys/postgres.json").unlink()
    server.ensure_running()
    assert ask(server, "SELECT n FROM kept", "tocsin_owner") == [(7,)]


def test_unreadable_passwords_are_not_replaced(own_home: Path) -> None:
    server = Embedded(own_home)
    server.ensure_running()
    (own_home / "keys/postgres.json").write_text("{")
    with pytest.raises(TocsinError, match="Cannot read") as refused:
        server.dsn("tocsin_app")
    assert "backup" in refused.value.hint


def test_the_data_decide_the_version(own_home: Path) -> None:
    older = Embedded(own_home, version=16)
    older.ensure_running()
    older.release()
    server = Embedded(own_home)
    server.ensure_running()
    assert ask(server, "SELECT current_setting('server_version_num')::int / 10000") == [(16,)]
    server.release()
    version = own_home / "postgres/data/PG_VERSION"
    version.write_text("14\n")
    with pytest.raises(TocsinError, match=r"PostgreSQL 14.*18 and 16") as refused:
        server.ensure_running()
    assert "pg_dump" in refused.value.hint
    version.write_text("16\n")


def test_a_path_too_long_for_a_socket(tmp_path: Path, own_home: Path) -> None:
    deep = own_home / ("d" * 100) / "home"
    server = Embedded(deep)
    try:
        server.ensure_running()
        host = Path(server.dsn("tocsin_app")["host"])
        assert len(str(host / ".s.PGSQL.5432")) <= 107
        assert ask(server, "SELECT 1") == [(1,)]
        (host.parent / "s").unlink()
        host.parent.rmdir()  # as a sweep of the temporary folder would
        assert ask(server, "SELECT 1") == [(1,)]
        assert Path(server.dsn("tocsin_app")["host"]) == host
    finally:
        stopped(server)
        (host.parent / "s").unlink()
        host.parent.rmdir()


@pytest.mark.parametrize("name", ["it's here", 'a "quoted" $HOME', "ünï côdé", "back\\slash"])
def test_awkward_paths(tmp_path: Path, name: str) -> None:
    server = Embedded(tmp_path / name)
    server.ensure_running()
    assert ask(server, "SELECT 1") == [(1,)]
    with psycopg.connect(server.url("tocsin_app")) as connection:
        assert connection.info.user == "tocsin_app"
    stopped(server)


def test_a_start_that_fails_says_why(own_home: Path) -> None:
    server = Embedded(own_home)
    server.ensure_running()
    server.release()
    settings = own_home / "postgres/data/postgresql.conf"
    shipped = settings.read_text()
    settings.write_text(shipped + "shared_buffers = 'nonsense'\n")
    with pytest.raises(TocsinError, match="does not start") as refused:
        server.ensure_running()
    assert "nonsense" in refused.value.hint
    settings.write_text(shipped + "work_mem = '5MB'\n")
    server.ensure_running()
    assert ask(server, "SHOW work_mem") == [("5MB",)]


def test_leaving_after_the_home_was_deleted_is_quiet(own_home: Path) -> None:
    process = command(own_home, "server.stop(); import shutil; shutil.rmtree(sys.argv[1])")
    assert finish(process) == "ready\n"


def owner(home: Path) -> tuple[int, int]:
    facts = (home / "postgres").stat()
    return facts.st_uid, facts.st_gid
