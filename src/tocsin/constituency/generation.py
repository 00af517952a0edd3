"""The number of the state that all assets are in; every change of an asset raises it."""

from django.db import connection

from tocsin.constituency.models import AssetGeneration

# From the clock and not counted, so that a number never comes back with other assets behind it,
# not even after a transaction was undone or the database was restored from a copy.
_RAISE = """
UPDATE asset_generation SET number =
  greatest(number + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
"""


def generation() -> int:
    """Today's number; 0 before the first asset."""
    return AssetGeneration.objects.values_list("number", flat=True).first() or 0


def raise_generation() -> None:
    """To be called in the transaction of the change.  Changes of assets wait for one another."""
    with connection.cursor() as cursor:
        cursor.execute(_RAISE)


def lock_assets() -> None:
    """Nobody else imports or changes assets until this transaction ends; reading goes on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM asset_generation FOR UPDATE")
