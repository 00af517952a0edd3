"""Keeping what imports refused, until the same list or register is imported anew."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection

from tocsin.constituency.models import RefusedListRow
from tocsin.constituency.refusals import RefusedEntry
from tocsin.database.scope import staff_scope
from tocsin.refused import LONGEST_TEXT

ORGANISATIONS, ASSETS = "organisations", "assets"
BATCH = 5_000
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('refused ' || %s), hashtext(%s))"


class Keeper:
    """Writes the refused rows of one import, some at a time, in the import's own transaction.

    `source`: the register, or the file where there is none.  What an earlier import of it left
    is forgotten: the new one says what is still wrong.  Two imports of one source wait for one
    another.
    """

    def __init__(self, kind: str, sources: set[str], now: datetime, register: str = "") -> None:
        self.kind = kind
        self.register = register
        self.now = now
        self.pending: list[RefusedListRow] = []
        replaced = sorted({register} if register else sources)
        with connection.cursor() as cursor:
            for source in replaced:
                cursor.execute(_LOCK, [kind, source])
        RefusedListRow.objects.filter(kind=kind, source__in=replaced).delete()

    def keep(self, entry: RefusedEntry) -> None:
        self.pending.append(
            RefusedListRow(
                kind=self.kind,
                source=self.register or entry.file,
                file=entry.file,
                line=entry.line,
                reason=entry.reason,
                detail=_storable(entry.detail),
                text=_storable(entry.text),
                refused_at=self.now,
            )
        )
        if len(self.pending) >= BATCH:
            self.finish()

    def finish(self) -> None:
        RefusedListRow.objects.bulk_create(self.pending)
        self.pending = []


def refused_entries(kind: str) -> Iterator[dict[str, Any]]:
    """All that is kept of organisations or assets, in the order of import; opens its own scope."""
    with staff_scope():
        rows = RefusedListRow.objects.filter(kind=kind).order_by("pk")
        for row in rows.iterator(chunk_size=BATCH):
            yield {
                "file": row.file,
                "line": row.line,
                "reason": row.reason,
                "detail": row.detail,
                "text": row.text,
                "refused_at": row.refused_at.isoformat(),
            }


def _storable(text: str) -> str:
    """SQL has no NUL."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")[:LONGEST_TEXT]
