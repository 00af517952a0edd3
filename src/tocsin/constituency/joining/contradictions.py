"""What speaks against a claim: others who hold the same, what is around it, or what lies in it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from tocsin.constituency.models import Claim
from tocsin.constituency.statements import text_of

MOST = 500


class Contradiction(NamedTuple):
    """`relation`: same, around (the claim lies in it) or within (it lies in the claim).
    `register`: whose import says so; empty for what people entered."""

    relation: str
    asset: str
    organisation: str
    provenance: str
    register: str

    @property
    def words(self) -> str:
        """As a sentence for the analyst."""
        where = f"the register {self.register}" if self.register else "people"
        return {
            "same": f"{self.organisation} has it (from {where})",
            "around": f"it lies in {self.asset} of {self.organisation} (from {where})",
            "within": f"{self.asset} of {self.organisation} lies in it (from {where})",
        }[self.relation]


def contradictions(claims: Sequence[Claim], now: datetime) -> dict[int, list[Contradiction]]:
    """By claim; in the staff's scope.  The applicant's own assets do not count."""
    found: dict[int, list[Contradiction]] = defaultdict(list)
    given: dict[str, Any] = {
        "ids": [claim.pk for claim in claims],
        "forms": [claim.form for claim in claims],
        "values": [claim.value for claim in claims],
        "organisation": next((claim.organisation_id for claim in claims), None) or 0,
        "now": now,
        "limit": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(text_of("contradictions"), given)
        for number, *facts in cursor.fetchall():
            found[int(number)].append(Contradiction(*map(str, facts)))
    return found
