"""All threats that a reader may see, as CSV or JSON lines, straight from PostgreSQL's COPY.

Both are made in SQL, so that this process only passes on blocks of bytes: its memory does not
depend on how many there are.
"""

from collections.abc import Iterator
from enum import StrEnum

from django.db import connection

from tocsin.threats.reading import SHOWN, SQL
from tocsin.threats.wanted import Wanted, filters, halves, limits, values

CSV = (SQL / "csv.sql").read_text()
BLOCK = 1 << 16  # bytes
# As `tocsin.formulas` has them.
_BLANKS = r"[\s\u200b-\u200f\u2060\ufeff]"
_FORMULA = rf"^'*{_BLANKS}*[=+\-@\t\r\n＝＋－＠]"
_NUMBER = r"^-\d+(\.\d+)?([eE][+-]?\d+)?$"
_PLAIN = r"^[A-Za-z0-9][ -~]*$"
_CONTROLS = [code for code in range(1, 32) if code not in (9, 10)] + [127]
_PICTURES = [0x2421 if code == 127 else 0x2400 + code for code in _CONTROLS]
_TEXTS = ("title", "affected", "tag", "organisation")
_TIMES = ("first_seen", "last_seen", "opened_at", "state_since", "claimed_at", "alerted_at")


class Form(StrEnum):
    CSV = "csv"
    NDJSON = "ndjson"


def exported(wanted: Wanted, form: Form) -> Iterator[tuple[int, bytes]]:
    """Blocks of whole rows, in no particular order, each with how many threats are in it.

    Runs within the caller's scope and transaction.  Ends the query when it is closed half-way.
    """
    statement, given = _statement(wanted, form)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        with cursor.copy(statement, given) as copy:
            if form is Form.CSV:
                yield 0, bytes(next(iter(copy)))  # the header
            waiting: list[bytes] = []
            size = 0
            for row in copy:
                waiting.append(bytes(row))
                size += len(row)
                if size >= BLOCK:
                    yield len(waiting), _block(waiting, form)
                    waiting, size = [], 0
            yield len(waiting), _block(waiting, form)


def _block(rows: list[bytes], form: Form) -> bytes:
    """COPY doubles each backslash of JSON; nothing else in it needs COPY's own escapes."""
    joined = b"".join(rows)
    return joined.replace(b"\\\\", b"\\") if form is Form.NDJSON else joined


def _statement(wanted: Wanted, form: Form) -> tuple[str, dict[str, object]]:
    state = " OR ".join(f"({half})" for half in halves(wanted))
    which = " AND ".join([*limits(wanted), *filters(wanted), f"({state})"])
    shown = SHOWN.format(threats="threat") + f" WHERE {which}"
    if form is Form.NDJSON:
        return f"COPY (SELECT row_to_json(s) FROM ({shown}) s) TO STDOUT", values(wanted)  # noqa: S608
    cells = {name: _neutral(name) for name in _TEXTS} | {name: _time(name) for name in _TIMES}
    query = CSV.format(shown=shown, **cells)
    return f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)", values(wanted) | {
        "plain": _PLAIN,
        "formula": _FORMULA,
        "number": _NUMBER,
        "controls": "".join(map(chr, _CONTROLS)),
        "pictures": "".join(map(chr, _PICTURES)),
    }


def _neutral(name: str) -> str:
    """The cell as `formulas.neutralised` gives it; most are plain, and quick to tell."""
    clean = f"translate(replace({name}, E'\\r\\n', E'\\n'), %(controls)s, %(pictures)s)"
    risky = f"{clean} ~ %(formula)s AND {clean} !~ %(number)s"
    return (
        f"CASE WHEN {name} ~ %(plain)s THEN {name}"
        f" WHEN {risky} THEN '''' || {clean} ELSE {clean} END"
    )


def _time(name: str) -> str:
    return f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
