"""What somebody typed into the search box could be.  No I/O."""

import re
from dataclasses import dataclass
from uuid import UUID

from tocsin.constituency.asset_names import AssetName, read_asset
from tocsin.refused import RefusalError

LONGEST = 300
SHORTEST_NAME = 2
TICKET = re.compile(r"\[?\s*(TOCSIN-\d{4}-\d{6,12})\s*\]?", re.IGNORECASE)
NUMBER = re.compile(r"[\d.:/]+|AS\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """Each field is what the text may be read as, or empty.  `name`: part of an organisation's."""

    text: str
    threat: UUID | None = None
    ticket: str = ""
    asset: AssetName | None = None
    name: str = ""

    @property
    def anything(self) -> bool:
        return bool(self.threat or self.ticket or self.asset or self.name)


def asked(text: str) -> Asked:
    """Never refuses: what is nothing that we know has no field set."""
    text = " ".join(text.replace("\0", "").split())[:LONGEST]
    if threat := _threat(text):
        return Asked(text, threat=threat)
    if ticket := TICKET.fullmatch(text):
        return Asked(text, ticket=ticket[1].upper())
    is_name = len(text) >= SHORTEST_NAME and not NUMBER.fullmatch(text)
    return Asked(text, asset=_asset(text), name=text if is_name else "")


def _threat(text: str) -> UUID | None:
    """With or without hyphens; a mere number of 32 digits is no id that anybody has typed."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _asset(text: str) -> AssetName | None:
    """A mail address is looked for by its domain."""
    _, at, domain = text.rpartition("@")
    try:
        found = read_asset(f"@{domain}" if at else text)
    except RefusalError:
        return None
    return found[0] if len(found) == 1 else None
