"""What the matrix knows of a page, and the groups of roles that pages are for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tocsin.access.models import Role

ANALYST = frozenset({Role.ANALYST})
OWNER = frozenset({Role.OWNER})
OFFICER = frozenset({Role.PROTECT_OFFICER})
AUDITOR = frozenset({Role.AUDITOR})
DESK = frozenset({Role.OWNER, Role.ABUSE_DESK})
MEMBERS = frozenset({Role.OWNER, Role.ABUSE_DESK, Role.READER})
OFFICERS = OFFICER | ANALYST
STATISTICS = frozenset({Role.ANALYST, Role.PROTECT_OFFICER, Role.AUDITOR})
EVERYBODY = frozenset(Role)
BOTH = OWNER | ANALYST

READ = frozenset({"GET", "HEAD"})
WRITE = READ | {"POST"}
ACT = frozenset({"POST"})
NOTHING: frozenset[str] = frozenset()  # there only so that its address has a name
CAPABILITY = "nothing of it comes from a cookie: the address is the whole permission"
PASSWORD = "a long pass phrase"


@dataclass(frozen=True)
class Page:
    """`roles`: who may see it, None: strangers too.  `about`: whose its address says it is, or
    what kind of link opens it.  `form`: one that is taken; `done`: the status that says so.

    `unproven`: staff without a second factor reach it.  `fresh`: which methods ask for a proof
    that is not old.  `exempt`: why another site's form may reach it.
    """

    roles: frozenset[Role] | None
    takes: frozenset[str] = READ
    about: str = ""
    form: Mapping[str, Any] = field(default_factory=dict)
    done: int = 302
    unproven: bool = False
    fresh: frozenset[str] = frozenset()
    exempt: str = ""
