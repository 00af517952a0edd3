"""What analysts' pages of the outgoing side are about: one of each."""

from typing import Any
from uuid import UUID

from tests.campaigns.lists import draft
from tests.web.world import NOW
from tocsin.alerts.models import IncomingMail, Inhibition
from tocsin.campaigns.models import Campaign
from tocsin.database.scope import staff_scope

NOBODYS = 987_654_321
DISPUTED = UUID(int=1)  # what `make_standing` has ours dispute
TABLES: dict[str, Any] = {"campaign": Campaign, "inhibition": Inhibition, "letter": IncomingMail}
ABOUT = {*TABLES, "dispute", "kind"}


def make() -> None:
    draft(b"host,when\n192.0.2.1,2026-09-29\n")
    with staff_scope():
        Inhibition.objects.create(prefix="203.0.113.0/24", reason="tests", made_by="x", made_at=NOW)
        IncomingMail.objects.create(digest=b"1", at=NOW, became="comment", subject="Hello")


def given(about: str, whose: str) -> dict[str, Any]:
    """The parts of an address; of what is the authority's, ours is theirs."""
    there = whose != "nobodys"
    if about == "dispute":
        return {"threat": DISPUTED if there else UUID(int=NOBODYS)}
    if about == "kind":
        return {"name": "scan_rdp" if there else "no-such-kind"}
    with staff_scope():
        return {"number": TABLES[about].objects.latest("pk").pk if there else NOBODYS}
