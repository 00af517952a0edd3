"""What an installation holds, for comparison: `TOCSIN_HOME=… python -m benchmarks.state`.

Prints one JSON object: counts, threats by organisation, and a digest of each table's content that
does not depend on row numbers, order or when the ingestion ran.  (The digest, a sum of hashes,
guards against mistakes, not against somebody who looks for a collision.)
"""

import json
import os
import sys
from typing import Any

QUERIES = {
    "threats": """
        SELECT k.name, t.key, t.address, t.domain, t.port, t.protocol, t.tag, t.asn, o.name,
               t.first_seen, t.last_seen, t.opened_at, t.times_seen, t.state, t.recurrences
        FROM threat t JOIN threat_kind k ON k.id = t.kind_id
        LEFT JOIN organisation o ON o.id = t.organisation_id""",
    "daily": """
        SELECT o.name, d.day, k.name, d.observations, d.threats, d.new, d.reopened, d.gone
        FROM daily_count d JOIN threat_kind k ON k.id = d.kind_id
        LEFT JOIN organisation o ON o.id = d.organisation_id""",
    "reports": "SELECT encode(digest, 'hex'), name, rows, observations, refused FROM report",
    "refused": "SELECT file, line, reason FROM refused_row",
    "answers": """
        SELECT o.name, k.name, a.key, a.statement, a.comment, a.via, a.effect FROM answer a
        JOIN threat_kind k ON k.id = a.kind_id JOIN organisation o ON o.id = a.organisation_id""",
    "told": """
        SELECT o.name, k.name, t.key, t.reason FROM alert_threat t
        JOIN threat_kind k ON k.id = t.kind_id JOIN organisation o ON o.id = t.organisation_id""",
}
DIGEST = """
    SELECT count(*), coalesce(sum(('x' || left(md5(found::text), 15))::bit(60)::bigint), 0)::text
    FROM ({}) found"""
BY_ORGANISATION = """
    SELECT coalesce(o.name, ''), count(*) FROM threat t
    LEFT JOIN organisation o ON o.id = t.organisation_id GROUP BY 1"""


def state() -> dict[str, Any]:
    from django.conf import settings
    from django.db import connection

    from tocsin.database.scope import staff_scope
    from tocsin.database.setup import open_database

    open_database()
    found: dict[str, Any] = {}
    with staff_scope(), connection.cursor() as cursor:
        for name, query in QUERIES.items():
            cursor.execute(DIGEST.format(query))
            rows, digest = cursor.fetchone()
            found[name] = {"rows": rows, "digest": digest}
        cursor.execute(BY_ORGANISATION)
        found["threats_by_organisation"] = dict(cursor.fetchall())
        cursor.execute("SELECT message_id, state, uncertainties FROM delivery")
        found["deliveries"] = cursor.fetchall()
        cursor.execute("SELECT coalesce(sum(observations), 0) FROM report")
        found["observations"] = int(cursor.fetchone()[0])
        cursor.execute("SELECT segments FROM report")
        segments = [path for (paths,) in cursor.fetchall() for path in _paths(paths)]
    found["segments"] = {
        "files": len(segments),
        "rows": sum(_rows(settings.TOCSIN_HOME / path) for path in segments),
    }
    return found


def _paths(segments: Any) -> list[str]:
    content = json.loads(segments) if isinstance(segments, str) else segments
    return list(content.values())


def _rows(path: Any) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.settings")
    json.dump(state(), sys.stdout)


if __name__ == "__main__":
    main()
