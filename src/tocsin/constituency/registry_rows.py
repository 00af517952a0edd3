"""What the readers of lists and registries hand on."""

from datetime import datetime
from typing import NamedTuple

from tocsin.constituency.asset_names import AssetName


class OwnedAsset(NamedTuple):
    """A row of an asset list, which names the organisation itself."""

    line: int
    organisation: str
    asset: AssetName
    valid_from: datetime | None
    valid_to: datetime | None


class HeldAsset(NamedTuple):
    """A registry's entry: `handles` of whom it may belong to, the most telling first.

    `since`: when the registry gave it, if it says so.  `routed`: from a route object, which
    yields to an entry for the same prefix that says who holds it.
    """

    line: int
    asset: AssetName
    handles: tuple[str, ...]
    since: datetime | None = None
    routed: bool = False


class Holder(NamedTuple):
    """Somebody whom a registry's entries point at: an organisation, or a role that takes mail."""

    line: int
    handle: str
    name: str = ""
    mailbox: str = ""
    abuse_contact: str = ""
    country: str = ""


def handle_key(handle: str) -> str:
    """Handles are compared without regard to case; mail addresses are kept in lower case."""
    handle = handle.strip()
    return handle.lower() if "@" in handle else handle.upper()
