"""The pages of an organisation's own matters: see `tests.web.matrix.pages`."""

from tests.web.api.operations import HOOK
from tests.web.matrix.page import ACT, ANALYST, DESK, MEMBERS, OWNER, READ, WRITE, Page
from tocsin.web.desk.datasets import DATASETS

CONTACT = {"email": "n@new.example", "purpose": "abuse"}
WISHES = {
    "rhythm": "weekly", "weekday": "2", "immediate_from": "high", "format": "text", "language": "de"
}  # fmt: skip
TOKEN = {"name": "tickets", "scopes": ["threats:read"], "days": "90"}
PAGES: dict[str, Page] = {
    "own": Page(MEMBERS),
    "own-assets": Page(MEMBERS),
    "claim-assets": Page(OWNER, WRITE, form={"claims": "192.0.2.0/24"}),
    "look-for-records": Page(OWNER, ACT),
    "contacts": Page(DESK),
    "new-contact": Page(OWNER, WRITE, form=CONTACT, fresh=ACT),
    "change-contact": Page(OWNER, WRITE, "contact-number", {"do": "ask"}, fresh=ACT),
    "preferences": Page(OWNER, WRITE, form=WISHES),
    "mutes": Page(MEMBERS),
    "new-mute": Page(DESK, WRITE, form={"severity": "info"}),
    "lift-mute": Page(DESK, ACT, "mute"),
    "delegations": Page(MEMBERS),
    "new-delegation": Page(
        OWNER, WRITE, form={"value": "x", "name": "y", "email": "z"}, done=400, fresh=ACT
    ),
    "end-delegation": Page(OWNER, WRITE, "delegation", fresh=ACT),
    "webhooks": Page(OWNER),
    "new-webhook": Page(OWNER, WRITE, form=HOOK, done=200, fresh=ACT),
    "webhook": Page(OWNER, WRITE, "webhook", {"do": "test"}, fresh=ACT),
    "change-webhook": Page(OWNER, WRITE, "webhook", {**HOOK, "description": "new"}, fresh=ACT),
    "remove-webhook": Page(OWNER, WRITE, "webhook", fresh=ACT),
    "tokens": Page(OWNER),
    "new-token": Page(OWNER, WRITE, form=TOKEN, done=200, fresh=ACT),
    "revoke-token": Page(OWNER, WRITE, "token", fresh=ACT),
    "own-alerts": Page(MEMBERS),
    "own-alert": Page(MEMBERS, READ, "alert"),
    "own-alert-html": Page(ANALYST | MEMBERS, READ, "delivery"),
    "own-alert-attachment": Page(ANALYST | MEMBERS, READ, "delivery"),
    "trends": Page(MEMBERS),
    "exports": Page(MEMBERS),
    **{
        f"export-{name}-{form}": Page(MEMBERS) for name in DATASETS for form in ("csv", "ndjson")
    },
}  # fmt: skip
