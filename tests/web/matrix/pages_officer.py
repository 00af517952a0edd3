"""The pages for protect officers: see `tests.web.matrix.pages`."""

from tests.web.matrix.page import ACT, ANALYST, DESK, MEMBERS, OFFICERS, READ, WRITE, Page

PLAN = {"way": "call", "day": "2026-09-30", "action_1": "Close the port"}
PAGES: dict[str, Page] = {
    "region": Page(OFFICERS),
    "region-organisation": Page(OFFICERS, READ, "organisation"),
    "briefing": Page(OFFICERS, READ, "organisation"),
    "briefing-pdf": Page(OFFICERS, READ, "organisation"),
    "engage": Page(OFFICERS, WRITE, "organisation", PLAN),
    "engagements": Page(OFFICERS),
    "engagement": Page(OFFICERS, WRITE, "engagement", {"do": "call-off"}),
    "change-engagement": Page(OFFICERS, WRITE, "engagement", PLAN),
    "engagement-calendar": Page(OFFICERS, READ, "engagement"),
    "officers": Page(ANALYST),
    "officer": Page(ANALYST, WRITE, "officer", {"regions": ["london"]}, fresh=ACT),
    "self-assessment": Page(MEMBERS),
    "assess-controls": Page(DESK, ACT, form={"updates-soon": "yes"}),
}
