"""Every page, who it is for and what it takes: a new one without a line fails.

Those of the folders of `tocsin.web` stand in `pages_<folder>.py`, the API's operations in
tests/web/api/operations.py.
"""

from tests.web.matrix import (
    pages_analyst,
    pages_desk,
    pages_everyone,
    pages_officer,
    pages_oversight,
)
from tests.web.matrix.page import (
    ACT,
    ANALYST,
    BOTH,
    CAPABILITY,
    DESK,
    EVERYBODY,
    MEMBERS,
    NOTHING,
    PASSWORD,
    READ,
    WRITE,
    Page,
)

INVITE = {"email": "invited@new.example", "role": "owner", "organisation": "Ours Broadband"}
PAGES: dict[str, Page] = {
    "front": Page(None),
    "healthz": Page(None),
    "schema-answer-1": Page(None),
    "api:api-root": Page(None, NOTHING),
    "api:openapi": Page(None),
    "answers-upload": Page(DESK, WRITE, form={"file": b"threat_id,status\n"}, done=200),
    "answers-refused": Page(DESK),
    "answer": Page(
        None, WRITE, "answer", {"statement": "fixed", "which": "all"}, 200, exempt=CAPABILITY
    ),
    "answer-file": Page(
        None, ACT, "answer", {"file": b"threat_id,status\n"}, 200, exempt=CAPABILITY
    ),
    "answer-refused": Page(None, READ, "answer", exempt=CAPABILITY),
    "answer-threat": Page(
        None, WRITE, "answer", {"statement": "fixed"}, 200, exempt=CAPABILITY
    ),
    "sign-in": Page(None, WRITE, form={"email": "x@x.example", "password": "x"}, done=400),
    "ask-for-link": Page(None, ACT, form={"email": "x@x.example"}, done=200),
    "second-step": Page(None, WRITE),
    "by-passkey": Page(None, ACT, done=400),
    "passkey-options": Page(None, ACT, form={"use": "sign-in"}, done=200),
    "to-provider": Page(None, about="provider"),
    "from-provider": Page(None, about="provider"),
    "sign-in-by-link": Page(None, WRITE, "sign-in"),
    "sign-out": Page(None, ACT),
    "account": Page(EVERYBODY),
    # A password is not enough of somebody who has a second factor.
    "confirm": Page(EVERYBODY, WRITE, form={"password": PASSWORD}, done=400, unproven=True),
    "second-factor": Page(EVERYBODY, unproven=True),
    "authenticator-app": Page(EVERYBODY, WRITE, done=200, unproven=True, fresh=WRITE),
    "remove-app": Page(EVERYBODY, ACT, fresh=ACT),
    "new-passkey": Page(EVERYBODY, WRITE, done=400, unproven=True, fresh=WRITE),
    "new-passkey-options": Page(EVERYBODY, ACT, done=200, unproven=True, fresh=ACT),
    "remove-passkey": Page(EVERYBODY, ACT, "passkey", done=302, fresh=ACT),
    "recovery-codes": Page(EVERYBODY, ACT, done=200, fresh=ACT),
    "password": Page(
        EVERYBODY, WRITE, form={"password": PASSWORD, "again": PASSWORD}, fresh=WRITE
    ),
    "end-session": Page(EVERYBODY, ACT, "session"),
    "end-other-sessions": Page(EVERYBODY, ACT),
    "accept-invitation": Page(
        None, WRITE, "invitation", {"name": "Jo", "password": PASSWORD}, 200
    ),
    "join": Page(
        None, WRITE,
        form={"name": "New", "kind": "isp", "email": "jo@new.example", "claims": "192.0.2.0/24"},
        done=200,
    ),
    "proof": Page(None, WRITE, "proof", {"do": "yes"}, 200),
    "application": Page(None, WRITE, "application"),
    "confirm-address": Page(None, WRITE, "contact", {"do": "yes"}, 200),
    "people": Page(BOTH),
    "invite-person": Page(BOTH, WRITE, form=INVITE, fresh=WRITE),
    "person": Page(BOTH, WRITE, "person", {"do": "role", "role": "abuse_desk"}, fresh=WRITE),
    "invitation": Page(BOTH, WRITE, "invited", {"do": "withdraw"}, fresh=ACT),
    "applications": Page(ANALYST),
    "one-application": Page(
        ANALYST, WRITE, "one-application", {"do": "decline", "reason": "no"}, fresh=ACT
    ),
    "status": Page(EVERYBODY),
    "outbox": Page(ANALYST | MEMBERS),
    "delivery": Page(ANALYST | MEMBERS, READ, "delivery"),
    "delivery-html": Page(ANALYST | MEMBERS, READ, "delivery"),
    "delivery-attachment": Page(ANALYST | MEMBERS, READ, "delivery"),
    **pages_everyone.PAGES,
    **pages_desk.PAGES,
    **pages_analyst.PAGES,
    **pages_officer.PAGES,
    **pages_oversight.PAGES,
}  # fmt: skip
GUARDED = {name: page for name, page in PAGES.items() if page.roles is not None}
OPEN = {name: page for name, page in PAGES.items() if page.roles is None}
OWNED = {name: page for name, page in GUARDED.items() if page.about}
