"""Rows of a file on their way into the database: COPY into temporary tables, chunk by chunk."""

from collections.abc import Iterable

from django.db import connection

from tocsin.constituency.asset_table import Form
from tocsin.constituency.registry_rows import HeldAsset, Holder
from tocsin.constituency.statements import execute

CHUNK = 20_000
# From so many rows on, a row-by-row search of the assets costs more than one pass over them.  The
# server cannot know: it counts a table only some time after a million rows have gone in.
MANY = 20_000
FORMS = {
    Form.ASN: "asn",
    Form.IPV4: "prefix",
    Form.IPV6: "prefix",
    Form.DOMAIN: "domain",
    Form.EMAIL_DOMAIN: "email_domain",
}
_ASSET = "line, form, value, handles, organisation_id, valid_from, valid_to, routed"
_HOLDER = "handle, name, mailbox, abuse_contact, country"
Row = tuple[object, ...]


class Staging:
    """The temporary tables of `sql/staging.sql`; holds at most `CHUNK` rows in memory."""

    def __init__(self) -> None:
        execute("staging")
        self.assets = 0
        self._assets: list[Row] = []
        self._holders: list[Row] = []

    def add(self, row: Row) -> None:
        """A row of `staged`, in the order of its columns."""
        self.assets += 1
        self._assets.append(row)
        if len(self._assets) >= CHUNK:
            self.flush()

    def add_held(self, item: HeldAsset) -> None:
        handles = " ".join(handle for handle in item.handles if " " not in handle)
        form, value = FORMS[item.asset.form], item.asset.text
        self.add((item.line, form, value, handles, None, item.since, None, item.routed))

    def add_holder(self, holder: Holder) -> None:
        self._holders.append(holder[1:])
        if len(self._holders) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        _copy(f"staged ({_ASSET})", self._assets)
        _copy(f"staged_holder ({_HOLDER})", self._holders)
        self._assets.clear()
        self._holders.clear()

    def finish(self) -> None:
        """To be called before the tables are used."""
        self.flush()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE staged; ANALYZE staged_holder")
            if self.assets >= MANY:
                cursor.execute("SET LOCAL enable_nestloop = off")


def _copy(into: str, rows: Iterable[Row]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
