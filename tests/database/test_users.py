"""Several users of the operating system on one machine, each with an installation."""

import os
import pwd
import traceback
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.database.servers import ask, runs
from tocsin.database import binaries
from tocsin.database.account import Account
from tocsin.database.embedded import Embedded

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="needs to become other users"),
    # The parallel test runner has a thread; the children here run nothing of its.
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]


@pytest.fixture(params=["nobody", "daemon"])
def user(request: pytest.FixtureRequest) -> pwd.struct_passwd:
    entry = pwd.getpwnam(request.param)
    account = Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switched=True)
    if not binaries._runs(binaries.find(18), account):
        pytest.skip("other users cannot enter the virtual environment")
    return entry


@pytest.fixture
def place(passable: Path, user: pwd.struct_passwd) -> Path:
    """A folder of that user's."""
    place = passable / "theirs"
    place.mkdir(mode=0o700)
    os.chown(place, user.pw_uid, user.pw_gid)
    return place


def becoming(user: pwd.struct_passwd, do: Callable[[], None]) -> str:
    """Run `do` in a child that is this user; how it failed, or nothing when it went well."""
    hear, say = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
            do()
        except BaseException:
            os.write(say, traceback.format_exc().encode()[-4000:])
        os._exit(0)
    os.close(say)
    with os.fdopen(hear) as said:
        failure = said.read()
    os.waitpid(child, 0)
    return failure


def test_every_user_has_a_database_of_his_own(
    own_home: Path, place: Path, user: pwd.struct_passwd
) -> None:
    ours = Embedded(own_home)
    ours.ensure_running()

    def theirs() -> None:
        server = Embedded(place / "home")
        server.ensure_running()
        ask(server, "CREATE TABLE kept AS SELECT 7 AS n", "tocsin_owner")
        server.release()

    assert becoming(user, theirs) == ""
    assert (place / "home/postgres/data").stat().st_uid == user.pw_uid
    assert ask(ours, "SELECT count(*) FROM pg_class WHERE relname = 'kept'") == [(0,)]
    assert "Permission denied" in becoming(user, lambda: Embedded(own_home).ensure_running())


def test_root_leaves_a_users_installation_usable_for_him(
    place: Path, user: pwd.struct_passwd
) -> None:
    def makes() -> None:
        server = Embedded(place / "home")
        server.ensure_running()
        server.release()

    def asks() -> None:
        server = Embedded(place / "home")
        server.ensure_running()
        with psycopg.connect(server.url("tocsin_app")) as connection:
            connection.execute("SELECT 1")
        server.release()

    assert becoming(user, makes) == ""
    (place / "home/locks/postgres.users").unlink()
    server = Embedded(place / "home")
    server.ensure_running()
    assert server.status()["account"] == user.pw_name
    assert becoming(user, asks) == ""
    assert runs(server), "root still uses it"
    server.release()
    assert not runs(server)
    owners = {path.lstat().st_uid for path in (place / "home").rglob("*")}
    assert owners == {user.pw_uid}
