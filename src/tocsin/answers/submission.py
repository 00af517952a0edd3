"""One submission's rows through temporary tables, inside the caller's transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from tocsin.answers.rerouting import Elsewhere
from tocsin.answers.rules import Case, Effect, after, cases, effect
from tocsin.answers.statements import Given, Statement, Via, Who
from tocsin.database.patience import MeanwhileError
from tocsin.notices import announcements as notices
from tocsin.threats.bulk import lock_kind
from tocsin.threats.rules import GRACE
from tocsin.threats.states import CURRENT, NO_MORE_REMINDERS, State
from tocsin.threats.sweep import sweep_again
from tocsin.webhooks.announcements import answers_recorded

SQL = Path(__file__).parent / "sql"
COPY = "COPY answer_given FROM STDIN"
# Fewer are looked up one by one; of more, the organisation's threats are read once.
MANY = 500
_NAMES = (
    "staging", "find", "probe", "hold", "covering", "decide", "former", "apply", "keep", "change",
    "settle", "dispute", "remember", "left", "facts", "take_back",
)  # fmt: skip
_STATEMENTS = {name: (SQL / f"{name}.sql").read_text() for name in _NAMES}


@dataclass(frozen=True)
class Done:
    """`states` and `effects` by name; `unknown`: ids that are none of the organisation's."""

    taken: int
    unchanged: int
    states: dict[str, int]
    effects: dict[str, int]
    unknown: set[UUID]


class Submission:
    """`elsewhere` finds another organisation for what is said not to be this one's."""

    def __init__(
        self,
        organisation_id: int,
        submission: UUID,
        who: Who,
        via: Via,
        now: datetime,
        alert: int | None,
        elsewhere: Elsewhere,
    ) -> None:
        self._elsewhere = elsewhere
        self._who = who
        self._may_be_taken_back = via is Via.PAGE
        self._values: dict[str, Any] = {
            "organisation": organisation_id,
            "submission": submission,
            "name": who.name,
            "person": who.person,
            "delegation": who.delegation,
            "via": via.value,
            "now": now,
            "alert": alert,
            "grace": GRACE,
            "no_more_reminders": NO_MORE_REMINDERS,
        }

    @property
    def now(self) -> datetime:
        now: datetime = self._values["now"]
        return now

    def take(self, given: Sequence[Given]) -> Done:
        if any(one.statement is Statement.NOT_OURS for one in given):
            _take_turns()
        self._stage(given)
        kinds = self._hold(len(given))
        self._reroute()
        self._decide()
        with row_by_row():
            for kind in kinds:
                self._apply(kind)
            for name in ("keep", "change", "settle", "dispute"):
                self._run(name)
        self._sweep()
        return self._done()

    def _apply(self, kind: int) -> None:
        if not self._may_be_taken_back:
            self._run("apply", kind)
            return
        for name in ("remember", "apply", "left"):
            self._run(name, kind)

    def announce(self, done: Done) -> None:
        """To webhooks and people, in the same transaction."""
        told = self._values
        answers_recorded(
            told["organisation"], told["submission"], told["via"], done.taken, done.states,
            told["now"],
        )  # fmt: skip
        whose = told["organisation"], told["submission"]
        notices.disputes_opened(*whose, done.effects.get(Effect.DISPUTED.value, 0), told["now"])
        if self._who.delegation is not None:
            notices.delegate_answered(*whose, done.taken, told["now"])

    def _stage(self, given: Sequence[Given]) -> None:
        self._run("staging")
        with connection.cursor() as cursor:
            with cursor.cursor.copy(COPY) as copy:
                for one in given:
                    copy.write_row(
                        (one.row, one.threat, one.statement.value, _text(one.comment), one.since)
                    )
            cursor.execute("ANALYZE answer_given")

    def _hold(self, count: int) -> list[int]:
        """Find and lock; the numbers of the kinds, in order."""
        with connection.cursor() as cursor:
            if count > MANY:
                self._run("find")
            else:
                with row_by_row():
                    self._run("probe")
            cursor.execute("ANALYZE answer_found")
            cursor.execute(
                "SELECT k.id, k.name, bool_or(f.state = %s) FROM answer_found f"
                " JOIN threat_kind k ON k.id = f.kind_id GROUP BY k.id ORDER BY k.id",
                [int(State.DISPUTED)],
            )
            kinds = cursor.fetchall()
        for _, name, any_disputed in kinds:
            if any_disputed:
                lock_kind(name)
        with row_by_row():
            for number, _, _ in kinds:
                self._run("hold", number)
        self._check_locks([number for number, _, any_disputed in kinds if any_disputed])
        return [number for number, _, _ in kinds]

    def _check_locks(self, locked: list[int]) -> None:
        """What was disputed while this waited needs the kind's lock, too, and before the rows'."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM answer_held WHERE state = %s AND kind_id <> ALL(%s)",
                [int(State.DISPUTED), locked],
            )
            (number,) = cursor.fetchone()
        if number:
            raise MeanwhileError(f"{number} threats have been disputed meanwhile")

    def _sweep(self) -> None:
        """What is disputed no longer is judged by the days that no sweep judged it by."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT k.name, k.id, min(d.last_day) FROM answer_decided d"
                " JOIN threat_kind k ON k.id = d.kind_id"
                " WHERE d.state = %(disputed)s AND d.after <> %(disputed)s"
                " GROUP BY k.id ORDER BY k.id",
                {"disputed": int(State.DISPUTED)},
            )
            settled = cursor.fetchall()
        for name, number, last_day in settled:
            sweep_again(name, number, last_day, self._values["now"])

    def _reroute(self) -> None:
        """Who else could be responsible for what is not theirs."""
        if self._who.delegation is not None:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT key, host(address), masklen(address), domain, asn, last_seen"
                " FROM answer_held WHERE statement = 'not-ours' AND state = ANY(%s)",
                [[int(state) for state in CURRENT]],
            )
            found = self._elsewhere(self._values["organisation"], cursor.fetchall())
            if found:
                cursor.execute(
                    "UPDATE answer_held h SET elsewhere = f.organisation"
                    " FROM unnest(%s::uuid[], %s::int[]) AS f (key, organisation)"
                    " WHERE h.key = f.key",
                    [list(found), list(found.values())],
                )

    def _decide(self) -> None:
        every = cases(delegated=self._who.delegation is not None)
        self._values |= _rules(every)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE answer_held")
        self._run("decide")
        if self._who.delegation is None:
            self._run("former")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE answer_decided")

    def _done(self) -> Done:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT repeated, effect, after, elsewhere IS NULL, count(*)"
                " FROM answer_decided GROUP BY 1, 2, 3, 4"
            )
            rows = cursor.fetchall()
            cursor.execute(
                "SELECT key FROM answer_given g"
                " WHERE NOT EXISTS (SELECT FROM answer_decided d WHERE d.key = g.key)"
            )
            unknown = {key for (key,) in cursor.fetchall()}
        states: dict[str, int] = {}
        effects: dict[str, int] = {}
        for repeated, name, state, stays, count in rows:
            if not repeated:
                effects[name] = effects.get(name, 0) + count
            if state is not None and stays:
                word = State(state).name.lower()
                states[word] = states.get(word, 0) + count
        return Done(
            taken=sum(effects.values()),
            unchanged=sum(row[-1] for row in rows if row[0]),
            states=states,
            effects=effects,
            unknown=unknown,
        )

    def _run(self, name: str, kind: int | None = None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement_of(name, kind), {**self._values, "kind": kind})


def statement_of(name: str, kind: int | None = None) -> str:
    """A file of this room's SQL with its parts, on a kind's own partition."""
    statement = _STATEMENTS[name]
    for part in ("covering", "facts"):
        statement = statement.replace(f"{{{part}}}", _STATEMENTS[part])
    return statement if kind is None else statement.replace("{partition}", f"threat_{kind}")


def _take_turns() -> None:
    """Of two organisations that say at once that a threat is not theirs, the second has to see
    what the first said: or the threat would go to one that has just refused it.  Before any row
    is locked, so that nobody waits in a circle."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tocsin not ours'))")


@contextmanager
def row_by_row() -> Iterator[None]:
    """Every row through an index, whatever the statistics say, which lag behind an import."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
        yield
        cursor.execute("SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on")


def _text(comment: str) -> str:
    """As PostgreSQL can keep it: without NUL and halves of characters."""
    return comment.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _rules(every: Sequence[Case]) -> dict[str, list[Any]]:
    return {
        "states": [int(case.state) for case in every],
        "statements": [case.statement.value for case in every],
        "contradicted": [case.contradicted for case in every],
        "elsewhere": [case.elsewhere for case in every],
        "effects": [effect(case).value for case in every],
        "afters": [int(after(case)) for case in every],
    }
