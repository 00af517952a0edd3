"""One PostgreSQL data folder: make, start, stop and ask it, as the account that owns it.

Below TOCSIN_HOME/postgres, all of it the account's and private to it, are `data` (the cluster),
`socket` and `log`.

Where root runs the command, another account runs PostgreSQL and could not walk down to a
folder below a private home. It need not: the programs are started *in* the data folder, name
it by `/proc/self/cwd` and everything else relative to it.
"""

import itertools
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from psycopg import pq
from psycopg.conninfo import make_conninfo

from tocsin.database import configuration, roles
from tocsin.database.account import Account
from tocsin.errors import TocsinError

PORT = 5432  # only a part of the socket's name: there is no network listener
PATIENCE = 900.0  # seconds for a start: recovery after a crash replays the log
STALE_PATIENCE = 30.0  # seconds until what a killed server leaves in the kernel is gone
ATTEMPTS = 3
REMAINS = ('"postmaster.pid" already exists', "shared memory block", "still in use")
CHECKSUMS_ETC = ["--data-checksums", "--encoding=UTF8", "--no-instructions", "--auth=trust"]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A data folder, the programs of its version, its account, and the clients' socket folder."""

    folder: Path
    programs: Path
    account: Account
    host: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def exists(self) -> bool:
        return (self.data / "PG_VERSION").is_file()

    def create(self, passwords: dict[str, str], lock: int) -> None:
        """Make the cluster with its roles and database: all of it, or nothing.

        The children hold `lock` on, so that no other command starts while initdb of a
        killed command still runs.
        """
        new = self.folder / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        self._make(new)
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            if self.major() >= 17
            else ["--no-locale"]
        )
        self._must(new, "initdb", *CHECKSUMS_ETC, *locale, f"--username={roles.ADMIN}", lock=lock)
        self._write(new, "pg_hba.conf", configuration.HBA)
        self._write(new, "postgresql.conf", configuration.MAIN)
        self._write(new, "tocsin.conf", "")
        self._statements(new, "template1", _roles_made(passwords), lock)
        new.rename(self.data)

    def set_passwords(self, passwords: dict[str, str], lock: int) -> None:
        """Give the roles these passwords; the server must not be running."""
        statements = [f"ALTER ROLE {role} PASSWORD '{word}'" for role, word in passwords.items()]
        self._statements(self.data, "template1", statements, lock)

    def major(self) -> int:
        """The major version of the programs."""
        answer = subprocess.run(
            [self.programs / "postgres", "--version"], check=True, capture_output=True, text=True
        )
        return int(answer.stdout.split()[2].split(".")[0])

    def answers(self) -> pq.Ping:
        """OK: takes connections; REJECT: starts or stops; NO_RESPONSE: does not run."""
        return answers(self.host)

    def ready(self) -> None:
        """Return when the server takes connections; start it if it does not run."""
        deadline = time.monotonic() + PATIENCE
        while (answer := self.answers()) != pq.Ping.OK:
            if time.monotonic() > deadline:
                raise TocsinError("PostgreSQL does not become ready.", self._log_hint())
            if answer == pq.Ping.NO_RESPONSE:
                self._start()
            else:
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server, ending its connections; nothing happens if it does not run."""
        if not (self.data / "postmaster.pid").exists():
            return
        result = self._run(self.data, "pg_ctl", "stop", "-s", "-w", "-t", "900", "-m", "fast")
        if result.returncode and self.answers() != pq.Ping.NO_RESPONSE:
            raise TocsinError(f"PostgreSQL does not stop: {_text(result)}", self._log_hint())

    def _start(self) -> None:
        for name in ("log", "socket"):
            if not (self.folder / name).is_dir():
                self._make(self.folder / name)
        values = configuration.settings(configuration.look_at_machine(self.folder))
        self._write(self.data, "tocsin.conf", configuration.text(values))
        self._write(self.data, "../log/start.log", "")
        deadline = time.monotonic() + STALE_PATIENCE
        arguments = ["start", "-s", "-w", "-t", str(int(PATIENCE)), "-l", "../log/start.log"]
        for attempt in itertools.count(1):
            result = self._run(self.data, "pg_ctl", *arguments)
            # The start of a command that was killed may have been under way.
            if not result.returncode or self.answers() != pq.Ping.NO_RESPONSE:
                return
            # A killed server may leave a zombie, or a backend that has yet to notice: both
            # look alive to PostgreSQL for a moment. Other failures may be a kill, too.
            self._reap()
            why = self._log_hint()
            patient = any(sign in why for sign in REMAINS) and time.monotonic() < deadline
            if not patient and attempt >= ATTEMPTS:
                raise TocsinError(f"PostgreSQL does not start: {_text(result)}", why)
            time.sleep(0.25)

    def _reap(self) -> None:
        """Where this process is a container's first one, a dead server stays its zombie."""
        with suppress(OSError, ValueError):
            server = int((self.data / "postmaster.pid").read_text().split("\n")[0])
            os.waitpid(server, os.WNOHANG)

    def _log_hint(self) -> str:
        log = self.folder / "log" / "start.log"
        try:
            last = log.read_text(errors="replace").strip().splitlines()[-4:]
        except OSError:
            last = []
        return "\n".join([f"Its log is in {log.parent}.", *last])

    def _make(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        if self.account.switched:
            os.chown(folder, self.account.uid, self.account.gid, follow_symlinks=False)

    def _statements(self, data: Path, database: str, lines: Sequence[str], lock: int) -> None:
        """Run SQL, one statement per line, with no server: nobody else can connect."""
        arguments = ["-c", "exit_on_error=on", "-c", "log_min_messages=fatal", database]
        self._must(data, "postgres", *arguments, lock=lock, text="\n".join(lines) + "\n")

    def _write(self, data: Path, name: str, content: str) -> None:
        # As the account, not as root, who would follow whatever link the account put there.
        script = 'umask 077; cat > "$0.new" && mv "$0.new" "$0"'
        self._checked(self._spawn(data, ["/bin/sh", "-c", script, name], content))

    def _must(self, data: Path, program: str, *arguments: str, lock: int, text: str = "") -> None:
        self._checked(self._run(data, program, *arguments, lock=lock, text=text))

    def _checked(self, result: subprocess.CompletedProcess[str]) -> None:
        if result.returncode:
            raise TocsinError(
                f"PostgreSQL's data folder cannot be made ready: {_text(result)}",
                f"Look at the free space and the permissions of {self.folder}.",
            )

    def _run(
        self, data: Path, program: str, *arguments: str, lock: int | None = None, text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        where = "/proc/self/cwd" if self.account.switched else "."
        first = ["--single"] if program == "postgres" else []
        command = [str(self.programs / program), *first, "-D", where, *arguments]
        if program == "pg_ctl":
            command = [command[0], arguments[0], "-D", where, *arguments[1:]]
        return self._spawn(data, command, text, lock)

    def _spawn(
        self, folder: Path, command: Sequence[str], text: str, lock: int | None = None
    ) -> subprocess.CompletedProcess[str]:
        other = self.account if self.account.switched else None
        return subprocess.run(
            command,
            cwd=folder,
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            umask=0o077,
            env=_environment(),
            pass_fds=() if lock is None else (lock,),
            start_new_session=True,  # Ctrl-C in the terminal ends the command, not the database
            user=other.uid if other else None,
            group=other.gid if other else None,
            extra_groups=[] if other else None,
        )


def answers(host: Path) -> pq.Ping:
    """How the server with its socket in `host` answers, without logging in."""
    return pq.Ping(pq.PGconn.ping(make_conninfo(host=str(host), port=PORT).encode()))


def _roles_made(passwords: dict[str, str]) -> list[str]:
    owner, app, database = roles.OWNER, roles.APP, roles.DATABASE
    return [
        f"CREATE ROLE {owner} {roles.OWNER_MAY} PASSWORD '{passwords[owner]}'",
        f"CREATE ROLE {app} {roles.APP_MAY} PASSWORD '{passwords[app]}'",
        f"ALTER ROLE {roles.ADMIN} PASSWORD '{passwords[roles.ADMIN]}'",
        f"CREATE DATABASE {database} OWNER {owner}",
    ]


def _environment() -> dict[str, str]:
    """Ours without what would redirect PostgreSQL's programs (PGDATA, PGPORT, locale…)."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def _text(result: subprocess.CompletedProcess[str]) -> str:
    return " ".join(result.stdout.split()[-60:]) or f"exit status {result.returncode}"
