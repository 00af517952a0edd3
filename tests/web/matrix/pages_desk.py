"""The pages for an operator's abuse desk: see `tests.web.matrix.pages`."""

from tests.web.matrix import pages_own
from tests.web.matrix.page import ACT, ANALYST, DESK, MEMBERS, READ, Page

TICKED = {"statement": "acknowledged", "threat": "00000000-0000-0000-0000-000000000001"}
PAGES: dict[str, Page] = {
    **pages_own.PAGES,
    "desk-home": Page(MEMBERS),
    "threats": Page(MEMBERS | ANALYST),
    "answer-threats": Page(DESK, ACT, form=TICKED),
    "undo-answers": Page(DESK, ACT, form={"submission": "00000000-0000-0000-0000-000000000007"}),
    "threat": Page(MEMBERS | ANALYST, READ, "threat"),
    "answer-one-threat": Page(DESK, ACT, "threat", {"statement": "acknowledged"}),
    "for-customer": Page(MEMBERS | ANALYST, READ, "threat"),
    "lookup": Page(MEMBERS | ANALYST),
}
