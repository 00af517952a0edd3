"""Every operation of the API, with who may ask for it: a new one without a line here fails."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.web.world import NOW, World
from tocsin.access.models import Role
from tocsin.access.scopes import Scope
from tocsin.constituency.models import Contact
from tocsin.database.scope import staff_scope
from tocsin.webhooks.models import Webhook

ANALYST = {Role.ANALYST}
STATISTICS = {Role.ANALYST, Role.PROTECT_OFFICER, Role.AUDITOR}
MEMBERS = {Role.OWNER, Role.ABUSE_DESK, Role.READER}
DESK = {Role.OWNER, Role.ABUSE_DESK}
OWNER = {Role.OWNER}
HOOKS = {Role.OWNER, Role.ANALYST}
HOOK = {"url": "https://8.8.8.8/", "events": ["alert.sent"]}
NOTHING = UUID(int=2**128 - 1)


@dataclass(frozen=True)
class Line:
    """`path`: with the place of an id that belongs to somebody; `body`: one that is taken.

    `owned`: what the id is of, empty where there is none.
    """

    method: str
    path: str
    roles: set[Role]
    scope: Scope | None
    owned: str = ""
    body: Any = None
    status: int = 200


GIVEN = {"statement": "acknowledged"}
LINES: dict[str, Line] = {
    "get_token": Line("GET", "/token", set(Role), None),
    "list_threats": Line("GET", "/threats", MEMBERS | ANALYST, Scope.THREATS_READ),
    "get_threat": Line("GET", "/threats/{}", MEMBERS | ANALYST, Scope.THREATS_READ, "threat"),
    "export_threats_csv": Line("GET", "/threats.csv", MEMBERS | ANALYST, Scope.THREATS_READ),
    "export_threats_ndjson": Line("GET", "/threats.ndjson", MEMBERS | ANALYST, Scope.THREATS_READ),
    "get_timeline": Line(
        "GET", "/threats/{}/timeline", MEMBERS | ANALYST, Scope.THREATS_READ, "threat"
    ),
    "list_disputed": Line("GET", "/disputed", ANALYST, Scope.STAFF_READ),
    "decide_disputed": Line(
        "POST", "/disputed/{}", ANALYST, Scope.STAFF_WRITE, "dispute", {"verdict": "nobody"}
    ),
    "list_answers": Line("GET", "/answers", MEMBERS | ANALYST, Scope.THREATS_READ),
    "list_answers_of_threat": Line(
        "GET", "/threats/{}/answers", MEMBERS | ANALYST, Scope.THREATS_READ, "threat"
    ),
    "answer_threat": Line(
        "POST", "/threats/{}/answers", DESK, Scope.ANSWERS_WRITE, "threat", GIVEN, 201
    ),
    "answer_threats": Line("POST", "/answers", DESK, Scope.ANSWERS_WRITE, body=[]),
    "look_up_address": Line(
        "GET", "/lookup?address=198.18.0.1", MEMBERS | ANALYST, Scope.THREATS_READ
    ),
    "list_alerts": Line("GET", "/alerts", MEMBERS | ANALYST, Scope.ALERTS_READ),
    "get_alert": Line("GET", "/alerts/{}", MEMBERS | ANALYST, Scope.ALERTS_READ, "ticket"),
    "get_alert_csv": Line("GET", "/alerts/{}.csv", MEMBERS | ANALYST, Scope.ALERTS_READ, "ticket"),
    "list_assets": Line("GET", "/assets", MEMBERS | ANALYST, Scope.ASSETS_READ),
    "list_contacts": Line("GET", "/contacts", DESK, Scope.CONTACTS_READ),
    "get_contact": Line("GET", "/contacts/{}", DESK, Scope.CONTACTS_READ, "contact"),
    "add_a_contact": Line(
        "POST",
        "/contacts",
        OWNER,
        Scope.CONTACTS_WRITE,
        body={"email": "new@ours.example"},
        status=201,
    ),
    "change_contact": Line(
        "PATCH",
        "/contacts/{}",
        OWNER,
        Scope.CONTACTS_WRITE,
        "contact",
        {"email": "new@ours.example"},
    ),
    "remove_a_contact": Line(
        "DELETE", "/contacts/{}", OWNER, Scope.CONTACTS_WRITE, "contact", status=204
    ),
    "get_organisation": Line("GET", "/organisation", MEMBERS, Scope.ORGANISATION_READ),
    "change_organisation": Line(
        "PATCH", "/organisation", OWNER, Scope.ORGANISATION_WRITE, body={"rhythm": "weekly"}
    ),
    "list_organisations": Line("GET", "/organisations", STATISTICS, Scope.STAFF_READ),
    "list_feeds": Line("GET", "/feeds", STATISTICS, Scope.STAFF_READ),
    "list_reports": Line("GET", "/reports", STATISTICS, Scope.STAFF_READ),
    "list_refused": Line("GET", "/refused", ANALYST, Scope.STAFF_READ),
    "list_webhooks": Line("GET", "/webhooks", HOOKS, Scope.WEBHOOKS_READ),
    "add_webhook": Line("POST", "/webhooks", HOOKS, Scope.WEBHOOKS_WRITE, "", HOOK, 201),
    "get_webhook": Line("GET", "/webhooks/{}", HOOKS, Scope.WEBHOOKS_READ, "webhook"),
    "change_webhook": Line(
        "PATCH", "/webhooks/{}", HOOKS, Scope.WEBHOOKS_WRITE, "webhook", {"enabled": False}
    ),
    "remove_webhook": Line(
        "DELETE", "/webhooks/{}", HOOKS, Scope.WEBHOOKS_WRITE, "webhook", status=204
    ),
    "rotate_webhook_secret": Line(
        "POST", "/webhooks/{}/secret", HOOKS, Scope.WEBHOOKS_WRITE, "webhook", {}
    ),
    "test_webhook": Line(
        "POST", "/webhooks/{}/test", HOOKS, Scope.WEBHOOKS_WRITE, "webhook", status=202
    ),
    "replay_webhook": Line(
        "POST", "/webhooks/{}/replay", HOOKS, Scope.WEBHOOKS_WRITE, "webhook",
        {"since": "2026-01-01T00:00:00Z"}, 202,
    ),
    "list_webhook_deliveries": Line(
        "GET", "/webhooks/{}/deliveries", HOOKS, Scope.WEBHOOKS_READ, "webhook"
    ),
}  # fmt: skip


def webhook(whose: int | None) -> UUID:
    """Always the same one."""
    with staff_scope():
        made, _ = Webhook.objects.get_or_create(
            public_id=UUID(int=whose or 0),
            defaults={
                "organisation_id": whose, **HOOK, "secret": b"", "made_by": "somebody",
                "made_at": NOW, "changed_at": NOW,
            },
        )  # fmt: skip
    return made.public_id


def path_of(line: Line, world: World, whose: str, role: Role | None = None) -> str:
    """The path with an id that is ours, theirs or nobody's; webhooks of `role`, an analyst's are
    the authority's."""
    threats = {"ours": UUID(int=0), "theirs": UUID(int=4), "nobodys": NOTHING}
    tickets = {
        "ours": world.our_delivery.alert.ticket,
        "theirs": world.their_delivery.alert.ticket,
        "nobodys": "TOCSIN-2026-999999",
    }
    with staff_scope():
        contacts = {
            "ours": Contact.objects.filter(organisation=world.ours).latest("pk").pk,
            "theirs": Contact.objects.filter(organisation=world.theirs).latest("pk").pk,
            "nobodys": 987_654_321,
        }
    disputes = {"ours": UUID(int=1), "theirs": UUID(int=4), "nobodys": NOTHING}
    ids: dict[str, dict[str, Any]] = {"threat": threats, "ticket": tickets, "dispute": disputes}
    ids["contact"] = contacts
    if line.owned == "webhook":
        ours = None if role is Role.ANALYST else world.ours.pk
        ids["webhook"] = {
            "ours": webhook(ours), "theirs": webhook(world.theirs.pk), "nobodys": NOTHING,
        }  # fmt: skip
    return line.path.format(ids[line.owned][whose]) if line.owned else line.path
