"""Networks that nobody answers for: counted by a job, since a page may not read all threats."""

from datetime import datetime
from pathlib import Path

from django.db import connection

from tocsin.constituency.giving import give_asset
from tocsin.constituency.models import Asset, Organisation
from tocsin.database.queue import later
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.threats.models import NobodysNetwork

SQL = Path(__file__).parent / "sql"
STEPS = ("nobodys", "nobodys_beside", "nobodys_moved", "nobodys_denied")
MOST = 5_000
FIRST = 3
WITHIN = "DELETE FROM nobodys_network WHERE form = 'prefix' AND value::cidr <<= %s::cidr"
JOB = "tocsin.answers.attribute"


def count_nobodys(now: datetime) -> int:
    """Count anew; how many networks there are (at most `MOST`)."""
    values: dict[str, datetime | int] = {"now": now, "most": MOST, "first": FIRST}
    with staff_scope(), connection.cursor() as cursor:
        for name in STEPS:
            cursor.execute((SQL / f"{name}.sql").read_text(), values)
        return NobodysNetwork.objects.count()


def give_network(
    number: int, value: str, organisation: Organisation, now: datetime, by: str, why: str
) -> Asset:
    """Give a network (or name) of nobody's to an organisation; `value`: as people wrote it.

    Threats that nobody was told of follow as soon as the worker comes to it.  Raises
    `TocsinError` where `value` is no asset, or somebody answers for it already.
    """
    with staff_scope():
        row = NobodysNetwork.objects.select_for_update().filter(pk=number).first()
        if row is None:
            raise TocsinError("These threats are nobody's no more.", "Load the list again.")
        asset = give_asset(value or row.value, organisation, now, by, why)
        row.delete()
        if asset.form == "prefix":
            with connection.cursor() as cursor:
                cursor.execute(WITHIN, [asset.value])
        later(JOB)
    return asset
