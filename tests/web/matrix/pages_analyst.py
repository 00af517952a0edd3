"""The pages for the authority's analysts: see `tests.web.matrix.pages`."""

from tests.web.matrix.page import ACT, ANALYST, MEMBERS, READ, STATISTICS, WRITE, Page

GIVE = {"organisation": "Ours Broadband", "value": "203.0.113.0/24"}
EDIT = {"name": "Renamed", "kind": "isp"}
CAMPAIGN = {"name": "New", "tlp": "AMBER", "file": b"ip,when\n192.0.2.1,2026-09-29\n"}
FACTS = {
    "like": "scan_rdp", "type": "vulnerable/vulnerable-system", "severity": "high",
    "window_days": "30", "do": "save",
}  # fmt: skip
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
    "send-again": Page(ANALYST, ACT, "delivery"),
    "releases": Page(ANALYST, WRITE, form={"organisation": "Ours Broadband"}),
    "one-release": Page(ANALYST, WRITE, "organisation"),
    "release-mail": Page(ANALYST, READ, "organisation"),
    "inhibitions": Page(ANALYST),
    "new-inhibition": Page(ANALYST, WRITE, form={"reason": "false", "do": "make"}),
    "lift-inhibition": Page(ANALYST, ACT, "inhibition"),
    "disputes": Page(ANALYST),
    "dispute": Page(ANALYST, WRITE, "dispute", {"verdict": "reject", "reason": "It is there."}),
    "mails": Page(ANALYST),
    "mail": Page(ANALYST, WRITE, "letter"),
    "remarks": Page(ANALYST),
    "kinds": Page(ANALYST),
    "one-kind": Page(ANALYST, WRITE, "kind", {"do": "rate", "severity": "low"}),
    "kind-mail": Page(ANALYST, WRITE, "kind", {"title": "Only this"}, 200),
    "campaigns": Page(ANALYST),
    "new-campaign": Page(ANALYST, WRITE, form=CAMPAIGN),
    "campaign": Page(ANALYST, WRITE, "campaign", {"do": "discard"}),
    "campaign-columns": Page(ANALYST, WRITE, "campaign", {"address": "host"}),
    "campaign-words": Page(ANALYST, WRITE, "campaign", FACTS),
    "campaign-mail": Page(ANALYST, READ, "campaign"),
}
