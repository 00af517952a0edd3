"""Answers by API: single, and many in three forms."""

import json
from collections.abc import Callable
from uuid import UUID

import pytest

from tests.web.api.caller import Api, problem
from tests.web.world import World
from tocsin.access.models import Role
from tocsin.alerts.models import RefusedAnswer
from tocsin.answers.models import Answer
from tocsin.database.scope import staff_scope
from tocsin.threats.models import Threat
from tocsin.threats.states import State

Api_ = Callable[[Role], Api]
OURS, OTHER, THEIRS, NOBODYS = (str(UUID(int=number)) for number in (0, 1, 4, 999))
ROWS = [
    {"threat_id": OURS, "statement": "fixed", "comment": "reinstalled"},
    {"threat_id": THEIRS, "statement": "fixed"},
    {"threat_id": OTHER, "status": "Acknowledged"},
    {"threat_id": NOBODYS, "statement": "fixed"},
    {"threat_id": "x", "statement": "fixed"},
    {"threat_id": OURS, "statement": "mended"},
    {"threat_id": OURS},
]
CSV = "threat_id,status,comment,kind\r\n" + "".join(
    f"{row['threat_id']},{row.get('statement') or row.get('status') or ''},"
    f"{row.get('comment', '')},k\r\n"
    for row in ROWS
)
FORMS = {
    "application/json": (json.dumps(ROWS).encode(), 0),
    "application/x-ndjson": ("\n".join(map(json.dumps, ROWS)).encode(), 0),
    "text/csv": (b"\xef\xbb\xbf" + CSV.encode(), 1),
}


@pytest.mark.parametrize("media", FORMS)
def test_what_can_be_taken_is_and_the_rest_is_said(world: World, api: Api_, media: str) -> None:
    body, shift = FORMS[media]
    response = api(Role.ABUSE_DESK).ask("POST", "/answers", body, Content_Type=media)
    assert response.status_code == 200
    outcome = response.json()
    assert outcome["taken"] == 2
    refused = [(one["row"] - shift, one["threat"], one["reason"]) for one in outcome["refused"]]
    assert refused == [
        (2, THEIRS, "unknown"), (4, NOBODYS, "unknown"), (5, "x", "bad-id"),
        (6, OURS, "unknown-status"),
    ]  # fmt: skip
    with staff_scope():
        assert Threat.objects.get(key=OURS).state == State.CLAIMED
        assert Threat.objects.get(key=THEIRS).state == State.OPEN
        answers = Answer.objects.order_by("key")
        assert [(str(one.key), one.via) for one in answers] == [(OURS, "api"), (OTHER, "api")]


@pytest.mark.parametrize(
    ("media", "body", "expected"),
    [
        ("application/json", b"{}", (422, "invalid")),
        ("application/json", b"[", (400, "bad-request")),
        ("text/csv", b"address;status\n", (422, "invalid")),
        ("text/csv", b"PK\x03\x04\0", (422, "invalid")),
        ("application/x-ndjson", b"\xff\xfe", (400, "bad-request")),
        ("application/json", b"[" + b"0," * 100_000 + b"0]", (413, "too-large")),
    ],
)
def test_what_is_no_list_of_answers_is_a_problem(
    world: World, api: Api_, media: str, body: bytes, expected: tuple[int, str]
) -> None:
    response = api(Role.OWNER).ask("POST", "/answers", body, Content_Type=media)
    assert problem(response) == expected


def test_lines_that_are_no_answers_are_refused_one_by_one(world: World, api: Api_) -> None:
    lines = (
        b'{"threat_id":1}\n[]\n{\n"x"\n\n'
        + json.dumps({"threat_id": OURS, "statement": "fixed", "comment": 7}).encode()
    )
    body = api(Role.OWNER).ask("POST", "/answers", lines, Content_Type="application/x-ndjson")
    outcome = body.json()
    assert outcome["taken"] == 0
    assert [(one["row"], one["reason"]) for one in outcome["refused"]] == [
        (2, "bad-object"), (3, "bad-object"), (4, "bad-object"), (6, "bad-object"),
    ]  # fmt: skip


def test_answer_objects_are_taken_beside_rows(world: World, api: Api_) -> None:
    told = {"format": "tocsin-answer", "version": 1, "report": OURS, "statement": "fixed"}
    bad = {**told, "report": OTHER, "statement": "mended"}
    outcome = api(Role.OWNER).ask("POST", "/answers", [told, bad]).json()
    assert (outcome["taken"], outcome["states"]) == (1, {"claimed": 1})
    assert [(one["row"], one["reason"]) for one in outcome["refused"]] == [(2, "bad-object")]


def test_what_was_refused_is_kept(world: World, api: Api_) -> None:
    rows = [{"threat_id": THEIRS, "statement": "fixed"}, {"threat_id": "x", "statement": "fixed"}]
    assert api(Role.OWNER).ask("POST", "/answers", rows).json()["taken"] == 0
    with staff_scope():
        kept = RefusedAnswer.objects.order_by("row")
        assert [(one.row, one.reason, one.via) for one in kept] == [
            (1, "unknown", "api"), (2, "bad-id", "api"),
        ]  # fmt: skip


def test_an_answer_is_read_back(world: World, api: Api_) -> None:
    caller = api(Role.OWNER)
    caller.ask("POST", f"/threats/{OURS}/answers", {"statement": "need-help", "comment": "how?"})
    for path in ("/answers", f"/threats/{OURS}/answers"):
        (found,) = caller.get(path).json()["items"]
        assert (found["threat_id"], found["statement"], found["comment"]) == (
            OURS, "need-help", "how?",
        )  # fmt: skip
        assert (found["via"], found["by"]) == ("api", "owner@people.example")
    assert caller.get(f"/threats/{OTHER}/answers").json()["items"] == []
    events = caller.get(f"/threats/{OURS}/timeline").json()["events"]
    assert [one["detail"]["statement"] for one in events if one["what"] == "answered"] == [
        "need-help"
    ]


def test_an_analyst_decides_what_is_disputed(world: World, api: Api_) -> None:
    api(Role.OWNER).ask("POST", f"/threats/{OURS}/answers", {"statement": "false-positive"})
    analyst = api(Role.ANALYST)
    (waiting,) = analyst.get("/disputed").json()["items"]
    assert (waiting["threat_id"], waiting["statement"]) == (OURS, "false-positive")
    mute = analyst.ask("POST", f"/disputed/{OURS}", {"verdict": "reject"})
    assert problem(mute) == (422, "invalid")
    decided = analyst.ask("POST", f"/disputed/{OURS}", {"verdict": "confirm", "reason": "right"})
    assert decided.json() == {"threat_id": OURS, "verdict": "confirm", "state": "dismissed"}
    assert analyst.get("/disputed").json()["items"] == []
    assert problem(analyst.ask("POST", f"/disputed/{OURS}", {"verdict": "confirm"}))[0] == 404
