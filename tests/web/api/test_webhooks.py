"""/api/v1/webhooks: by whom, and what comes of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from tests.web.api.caller import Api, problem
from tests.web.world import World
from tocsin.access.models import Person, Role
from tocsin.access.scopes import Scope
from tocsin.access.tokens import make_token
from tocsin.database.scope import staff_scope
from tocsin.webhooks import resolving
from tocsin.webhooks.actions import emit
from tocsin.webhooks.deliveries import open_secrets
from tocsin.webhooks.models import Webhook, WebhookDelivery

pytestmark = pytest.mark.django_db
Callers = Callable[[Role], Api]
URL = "https://8.8.8.8/in"
GIVEN = {"url": URL, "events": ["alert.sent"], "description": "our SIEM"}
MAY = (Role.OWNER, Role.ANALYST)
OTHERS = [role for role in Role if role not in MAY]


def added(caller: Api) -> dict[str, str]:
    response = caller.ask("POST", "/webhooks", GIVEN)
    assert response.status_code == 201, response.content
    made: dict[str, str] = response.json()
    return made


@pytest.fixture(autouse=True)
def none_yet(world: World) -> None:
    with staff_scope():
        Webhook.objects.all().delete()


@pytest.fixture
def others(world: World) -> Api:
    """An owner of the other organisation."""
    with staff_scope():
        person = Person.objects.create(
            email="owner@other.example", role=Role.OWNER, organisation=world.theirs,
            created_at=datetime.now(UTC),
        )  # fmt: skip
    scopes = (Scope.WEBHOOKS_READ, Scope.WEBHOOKS_WRITE)
    return Api(make_token(person, "test", scopes, datetime.now(UTC))[0])


@pytest.mark.parametrize("role", MAY)
def test_its_whole_life(api: Callers, role: Role) -> None:
    caller = api(role)
    response = caller.ask("POST", "/webhooks", GIVEN)
    made = response.json()
    path = f"/webhooks/{made['id']}"
    assert response.headers["Location"].endswith(f"/api/v1{path}")
    read = caller.get(path)
    assert read.headers["ETag"] == response.headers["ETag"]
    assert read.json() == {name: made[name] for name in made if name != "secret"}
    assert {name: read.json()[name] for name in GIVEN} == GIVEN
    assert [one["id"] for one in caller.get("/webhooks").json()["items"]] == [made["id"]]
    tag = read.headers["ETag"]
    changed = caller.ask("PATCH", path, {"enabled": False}, If_Match=tag)
    assert (changed.status_code, changed.json()["enabled"]) == (200, False)
    assert changed.json()["url"] == URL
    assert problem(caller.ask("PATCH", path, {"enabled": True}, If_Match=tag)) == (
        412, "precondition-failed",
    )  # fmt: skip
    assert problem(caller.ask("DELETE", path, If_Match=tag)) == (412, "precondition-failed")
    assert caller.ask("DELETE", path, If_Match=changed.headers["ETag"]).status_code == 204
    assert problem(caller.get(path)) == (404, "not-found")


@pytest.mark.parametrize("role", MAY)
def test_members_have_theirs_and_the_authority_its_own(
    api: Callers, world: World, role: Role
) -> None:
    added(api(role))
    with staff_scope():
        whose = Webhook.objects.get().organisation_id
    assert whose == (world.ours.pk if role is Role.OWNER else None)


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""), ("POST", ""), ("GET", "/{}"), ("PATCH", "/{}"), ("DELETE", "/{}"),
        ("GET", "/{}/deliveries"), ("POST", "/{}/test"), ("POST", "/{}/replay"),
        ("POST", "/{}/secret"),
    ],
)  # fmt: skip
def test_nobody_else_may(api: Callers, role: Role, method: str, path: str) -> None:
    number = added(api(Role.OWNER))["id"]
    asked = api(role).ask(method, "/webhooks" + path.format(number), GIVEN)
    assert problem(asked) == (403, "forbidden")


def test_somebody_elses_is_answered_like_one_that_is_not_there(api: Callers, others: Api) -> None:
    ours, authoritys = added(api(Role.OWNER))["id"], added(api(Role.ANALYST))["id"]
    cases = [
        (others, ours), (others, authoritys), (api(Role.OWNER), authoritys),
        (api(Role.ANALYST), ours),
    ]  # fmt: skip
    for caller, number in cases:
        for method, rest, body in (
            ("GET", "", None), ("PATCH", "", {"enabled": False}), ("DELETE", "", None),
            ("GET", "/deliveries", None), ("POST", "/test", None),
            ("POST", "/replay", {"since": "2026-01-01T00:00:00Z"}), ("POST", "/secret", {}),
        ):  # fmt: skip
            theirs = caller.ask(method, f"/webhooks/{number}{rest}", body)
            nobodys = caller.ask(method, f"/webhooks/{uuid4()}{rest}", body)
            assert problem(theirs) == (404, "not-found"), (method, rest)
            assert theirs.content == nobodys.content
    assert others.get("/webhooks").json() == {"items": []}
    with staff_scope():
        assert Webhook.objects.filter(enabled=True, version=1).count() == 2
        assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": URL},
        {"url": URL, "events": []},
        {"url": URL, "events": ["nothing"]},
        {"url": URL, "events": ["test"]},
        {"url": URL, "events": ["alert.sent"], "secret": "mine"},
        {"url": "https://127.0.0.1/", "events": ["alert.sent"]},
        {"url": "https://[::ffff:10.0.0.1]/", "events": ["alert.sent"]},
        {"url": "https://2130706433/", "events": ["alert.sent"]},
        {"url": "http://8.8.8.8/", "events": ["alert.sent"]},
        {"url": "https://a:b@8.8.8.8/", "events": ["alert.sent"]},
        {"url": "https://8.8.8.8:22/", "events": ["alert.sent"]},
        {"url": "x" * 3000, "events": ["alert.sent"]},
        {"url": "https://8.8.8.8/\u0000", "events": ["alert.sent"]},
    ],
)
def test_what_cannot_be_is_refused(api: Callers, body: object) -> None:
    assert problem(api(Role.OWNER).ask("POST", "/webhooks", body)) == (422, "invalid")


def test_our_own_names_cannot_be_found_out(api: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"known.internal": ["10.0.0.1"], "unknown.internal": []}
    monkeypatch.setattr(resolving, "within", lambda patience, ask, host: answers[host])
    said = {
        api(Role.OWNER)
        .ask("POST", "/webhooks", {**GIVEN, "url": f"https://{host}/"})
        .json()["detail"]
        .replace(host, "")
        for host in answers
    }
    assert len(said) == 1


def test_a_secret_is_shown_once_and_nowhere_kept(api: Callers) -> None:
    caller = api(Role.OWNER)
    first = caller.ask("POST", "/webhooks", GIVEN, Idempotency_Key="a")
    again = caller.ask("POST", "/webhooks", GIVEN, Idempotency_Key="a")
    assert first.json()["secret"].startswith("whsec_")
    assert again.json() == {**first.json(), "secret": None}
    assert "secret" not in caller.get(f"/webhooks/{first.json()['id']}").json()
    with staff_scope():
        assert open_secrets(Webhook.objects.get(), datetime.now(UTC)) == [first.json()["secret"]]


@pytest.mark.parametrize(("hours", "count"), [(24, 2), (0, 1)])
def test_a_new_secret(api: Callers, hours: int, count: int) -> None:
    caller = api(Role.OWNER)
    made = added(caller)
    response = caller.ask("POST", f"/webhooks/{made['id']}/secret", {"overlap_hours": hours})
    assert response.status_code == 200
    assert response.json()["secret"] != made["secret"]
    with staff_scope():
        secrets = open_secrets(Webhook.objects.get(), datetime.now(UTC))
    assert secrets == [response.json()["secret"], made["secret"]][:count]
    read = caller.get(f"/webhooks/{made['id']}")
    assert read.headers["ETag"] == response.headers["ETag"]


def test_a_test_its_delivery_and_its_replay(api: Callers) -> None:
    caller = api(Role.OWNER)
    path = f"/webhooks/{added(caller)['id']}"
    queued = caller.ask("POST", f"{path}/test")
    assert queued.status_code == 202
    (delivery,) = caller.get(f"{path}/deliveries").json()["items"]
    assert (delivery["event"], delivery["message"], delivery["type"], delivery["state"]) == (
        queued.json()["event"], queued.json()["message"], "test", "queued",
    )  # fmt: skip
    with staff_scope():
        WebhookDelivery.objects.update(state="delivered", next_attempt_at=None)
    assert caller.get(f"{path}/deliveries?state=queued").json()["items"] == []
    replayed = caller.ask("POST", f"{path}/replay", {"event": delivery["event"]})
    assert (replayed.status_code, replayed.json()) == (202, {"events": 1})
    assert len(caller.get(f"{path}/deliveries?state=queued").json()["items"]) == 1
    unknown = caller.ask("POST", f"{path}/replay", {"event": str(uuid4())})
    assert problem(unknown) == (404, "not-found")


@pytest.mark.parametrize(
    "body",
    [
        {}, {"event": "x"}, {"since": "yesterday"},
        {"event": str(uuid4()), "since": "2026-01-01T00:00:00Z"},
    ],
)  # fmt: skip
def test_a_replay_says_what(api: Callers, body: object) -> None:
    path = f"/webhooks/{added(api(Role.OWNER))['id']}"
    assert problem(api(Role.OWNER).ask("POST", f"{path}/replay", body)) == (422, "invalid")


def test_deliveries_come_in_pages(api: Callers, world: World) -> None:
    caller = api(Role.OWNER)
    path = f"/webhooks/{added(caller)['id']}/deliveries"
    for _ in range(5):
        emit(world.ours.pk, "alert.sent", {}, datetime.now(UTC))
    seen, page = [], caller.get(f"{path}?limit=2").json()
    while True:
        seen += [one["event"] for one in page["items"]]
        if page["next"] is None:
            break
        page = caller.get(page["next"].partition("/api/v1")[2]).json()
    whole = [one["event"] for one in caller.get(path).json()["items"]]
    assert (seen, len(set(seen))) == (whole, 5)
    assert problem(caller.get(f"{path}?cursor=x")) == (400, "bad-cursor")
