"""The pages for the authority's analysts: see `tests.web.matrix.pages`."""

from tests.web.matrix.page import ACT, ANALYST, MEMBERS, READ, STATISTICS, WRITE, Page

GIVE = {"organisation": "Ours Broadband", "value": "203.0.113.0/24"}
EDIT = {"name": "Renamed", "kind": "isp"}
PAGES: dict[str, Page] = {
    "organisations": Page(STATISTICS),
    "organisation": Page(STATISTICS | MEMBERS, READ, "organisation"),
    "organisation-assets": Page(ANALYST, READ, "organisation"),
    "organisation-edit": Page(ANALYST, WRITE, "organisation", EDIT, fresh=ACT),
    "feeds": Page(STATISTICS),
    "feed": Page(STATISTICS, READ, "feed"),
    "short-day": Page(ANALYST, ACT, "day", {"do": "believe"}),
    "reports": Page(STATISTICS),
    "report": Page(STATISTICS, READ, "report"),
    "report-refused": Page(STATISTICS, READ, "report"),
    "report-again": Page(ANALYST, ACT, "report"),
    "refused": Page(ANALYST),
    "refused-lists": Page(ANALYST),
    "refused-reason": Page(ANALYST, WRITE, "reason", {"do": "again"}),
    "refused-file-again": Page(ANALYST, ACT, "refused-file"),
    "unattributed": Page(ANALYST),
    "unattributed-network": Page(ANALYST, WRITE, "network", GIVE, fresh=ACT),
}
