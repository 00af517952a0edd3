"""The PostgreSQL that Tocsin brings along, starts with its first user and stops with its last.

Two lock files in TOCSIN_HOME/locks make that safe between processes. Everyone who uses the
database holds `postgres.users` together with the others; whoever starts or stops the server
holds `postgres.server` alone. A process that was killed drops its locks at once. If it was the
last, the server stays up until the next command ends.
"""

import atexit
import logging
import os
import threading
from pathlib import Path
from urllib.parse import quote, urlencode

from psycopg import pq

from tocsin.database import account, binaries, passwords, roles, socketpath
from tocsin.database.cluster import PATIENCE, PORT, Cluster, answers
from tocsin.database.home import Home, open_home
from tocsin.database.locks import Shared, exclusive
from tocsin.errors import TocsinError

log = logging.getLogger(__name__)

LONGEST_PAUSE = 60.0  # seconds between two tries to start a server that does not
KEPT = "postgres"  # passwords are in keys/postgres.json
ROLES = (roles.ADMIN, roles.OWNER, roles.APP)


class Embedded:
    """The embedded PostgreSQL of one TOCSIN_HOME.

    `version` is the major version of a new database; an existing one keeps its own.
    """

    migrates = True  # the owner's role is there

    def __init__(self, home: Path, version: int = 18) -> None:
        self.home: Home = open_home(home)
        self.version = version
        locks = self.home.folder("locks")
        self._users = Shared(locks / "postgres.users")
        self._server_lock = locks / "postgres.server"
        self._registered = False
        self._released = threading.Event()

    def ensure_running(self) -> None:
        """Return when the server takes connections, and hold it up until `release`.

        Makes and starts it when needed. May be called again at any time, for instance
        after a lost connection. Raises TocsinError when it cannot be had.
        """
        if not self._registered:  # first, for a command may be told to end while the server starts
            self._registered = True
            atexit.register(self.release)
        with exclusive(self._server_lock, PATIENCE) as lock:
            self._users.take()
            self._released.clear()
            self._own_locks()
            cluster = self._cluster()
            words = passwords.read(self.home, KEPT)
            if words is None:
                words = passwords.make(self.home, KEPT, ROLES)
                if cluster.exists():  # the file was lost
                    cluster.stop()
                    cluster.set_passwords(words, lock)
            if not cluster.exists():
                cluster.create(words, lock)
            cluster.ready()

    def release(self) -> None:
        """Use the server no longer; the last user stops it."""
        if not self._users.held:
            return
        self._released.set()
        self._users.give_up()
        try:
            with exclusive(self._server_lock, PATIENCE):
                if not self._users.held_by_others():
                    self._cluster().stop()
        except FileNotFoundError:
            return  # the home was deleted; the server notices within a minute and ends

    def stop(self) -> None:
        """Stop the server, whoever uses it."""
        self._released.set()
        self._users.give_up()
        with exclusive(self._server_lock, PATIENCE):
            self._cluster().stop()

    def watch(self, pause: float = 1.0) -> None:
        """Until `release`, start the server again whenever it has gone.

        For commands that run on: they look every `pause` seconds, in a thread.
        """
        threading.Thread(target=self._keep_up, args=[pause], name="postgres", daemon=True).start()

    def dsn(self, role: str) -> dict[str, str]:
        """Connection parameters (libpq's names) for `tocsin_app`, `tocsin_owner`, `postgres`."""
        words = passwords.read(self.home, KEPT) or passwords.make(self.home, KEPT, ROLES)
        return {
            "host": str(self._host()),
            "port": str(PORT),
            "dbname": roles.DATABASE,
            "user": role,
            "password": words[role],
        }

    def url(self, role: str) -> str:
        """The same as one postgresql:// URL."""
        dsn = self.dsn(role)
        where = urlencode({"host": dsn["host"], "port": dsn["port"]}, quote_via=quote)
        return f"postgresql://{role}:{quote(dsn['password'])}@/{dsn['dbname']}?{where}"

    def status(self) -> dict[str, object]:
        """What an administrator asks: running, version, account, folders."""
        cluster = self._cluster()
        return {
            "running": cluster.exists() and cluster.answers() == pq.Ping.OK,
            "version": _version(cluster.data) or self.version,
            "account": cluster.account.name,
            "data": str(cluster.data),
            "socket": str(cluster.host),
            "log": str(cluster.folder / "log"),
            "programs": str(cluster.programs),
        }

    def _keep_up(self, usual: float) -> None:
        pause = usual
        while not self._released.wait(pause):
            try:
                if answers(self._host()) == pq.Ping.NO_RESPONSE:
                    self._bring_back()
                pause = usual
            except (TocsinError, OSError) as error:
                log.error("PostgreSQL has gone and does not come back: %s", error)
                pause = min(2 * pause, LONGEST_PAUSE)

    def _bring_back(self) -> None:
        # `release` waits for this lock before it looks who is left.
        with exclusive(self._server_lock, PATIENCE):
            cluster = self._cluster()
            if not self._released.is_set() and cluster.answers() == pq.Ping.NO_RESPONSE:
                cluster.ready()
                log.warning("PostgreSQL had gone and was started again")

    def _folder(self) -> Path:
        return self.home.path / "postgres"

    def _host(self) -> Path:
        return socketpath.short(self.home, self._folder() / "socket", PORT)

    def _own_locks(self) -> None:
        for path in self._server_lock.parent.iterdir():
            self.home.own(path)

    def _cluster(self) -> Cluster:
        folder = self._folder()
        who = account.choose(self.home, folder, os.environ)
        if not folder.is_dir():
            folder.mkdir(mode=0o700)
        if who.switched and folder.stat().st_uid != who.uid:
            os.chown(folder, who.uid, who.gid)
        programs = binaries.find(_version(folder / "data") or self.version)
        return Cluster(folder, binaries.reachable(programs, who), who, self._host())


def _version(data: Path) -> int | None:
    """The major version whose data these are; None when there are none."""
    try:
        return int((data / "PG_VERSION").read_text().split(".")[0])
    except FileNotFoundError:
        return None
