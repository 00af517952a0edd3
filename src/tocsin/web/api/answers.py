"""Answers: on one threat, on up to a hundred thousand at once, and those given before."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from tocsin.access.models import Role
from tocsin.access.scopes import Scope
from tocsin.alerts.replies.reasons import sentence
from tocsin.alerts.replies.refusals import Read
from tocsin.alerts.replies.taking import Answering, Taken, take_reads
from tocsin.answers.models import Answer
from tocsin.answers.statements import LONGEST_COMMENT, Reason, Statement, Via, Who
from tocsin.answers.statements import Given as GivenAnswer
from tocsin.threats import reading
from tocsin.web.api.answer_rows import MEDIA, read_body
from tocsin.web.api.door import Call, own
from tocsin.web.api.fields import Cursor, Given, Limit, Shown, Text, Time, page_of
from tocsin.web.api.problems import Problem
from tocsin.web.api.replies import Reply
from tocsin.web.api.resource import Resource
from tocsin.web.api.threats import READERS, of_caller
from tocsin.web.clock import now

ANSWERERS = frozenset({Role.OWNER, Role.ABUSE_DESK})
MOST_BYTES = 64_000_000
StatementName = Literal[
    "acknowledged", "fixed", "customer-told", "not-ours", "false-positive", "will-not-fix",
    "need-help",
]  # fmt: skip

router = Resource("Answers")


class AnswerGiven(Given):
    """`since`: when it was fixed, where that was not just now."""

    statement: StatementName
    comment: Annotated[Text, Field(max_length=LONGEST_COMMENT)] = ""
    since: Time | None = None


class RefusedShown(Shown):
    """`row` counts from 1; of a CSV or JSON lines it is the line."""

    row: int
    threat: str
    reason: str
    detail: str


class OutcomeShown(Shown):
    """`unchanged`: said before in the same words.  `states`: the threats' states afterwards.
    `submission`: none where nothing could be taken.
    """

    submission: UUID | None
    taken: int
    unchanged: int
    refused: list[RefusedShown]
    states: dict[str, int]


class AnswerShown(Shown):
    """`effect`: what it did to the threat's state.  `by`: who said so."""

    at: datetime
    threat_id: UUID
    organisation: int
    statement: str
    comment: str
    since: datetime | None
    via: str
    by: str
    effect: str
    submission: UUID


class AnswerPage(Shown):
    """The latest first."""

    items: list[AnswerShown]
    next: str | None


@router.read("/answers", roles=READERS, scope=Scope.THREATS_READ, answer=AnswerPage)
def list_answers(request: Call, cursor: Cursor = "", limit: Limit = 100) -> Reply:
    """What was answered, the latest first."""
    return page_of(request, _visible(request), _shown, cursor, limit)


@router.read(
    "/threats/{uuid:threat_id}/answers",
    roles=READERS,
    scope=Scope.THREATS_READ,
    answer=AnswerPage,
)
def list_answers_of_threat(
    request: Call, threat_id: UUID, cursor: Cursor = "", limit: Limit = 100
) -> Reply:
    """What was answered on one threat, the latest first."""
    _must_exist(request, threat_id)
    return page_of(request, _visible(request).filter(key=threat_id), _shown, cursor, limit)


@router.write(
    "POST",
    "/threats/{uuid:threat_id}/answers",
    roles=ANSWERERS,
    scope=Scope.ANSWERS_WRITE,
    answer=OutcomeShown,
    status=201,
)
def answer_threat(request: Call, threat_id: UUID, body: AnswerGiven) -> Reply:
    """Answer on one threat."""
    _must_exist(request, threat_id)
    given = GivenAnswer(threat_id, Statement(body.statement), body.comment, body.since, row=1)
    taken = _take(request, Read(rows=1, given=[given]))
    for refused in taken.refused:
        name = "not-found" if refused.reason == Reason.UNKNOWN else "invalid"
        raise Problem(name, sentence(refused, "en") if name == "invalid" else "")
    return Reply(_outcome(taken), 201)


@router.write(
    "POST",
    "/answers",
    roles=ANSWERERS,
    scope=Scope.ANSWERS_WRITE,
    answer=OutcomeShown,
    takes=MEDIA,
    most=MOST_BYTES,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "type": "array",
                        "maxItems": 100_000,
                        "items": {
                            "description": "An object with `threat_id`, `statement`, and perhaps"
                            " `comment` and `since`; what is none is refused."
                        },
                        "examples": [
                            [
                                {
                                    "threat_id": "6f1f2b5e-52b1-4f0f-8d5c-0b2f6a8a4f10",
                                    "statement": "fixed",
                                    "comment": "reinstalled",
                                }
                            ]
                        ],
                    }
                },
                "application/x-ndjson": {"schema": {"type": "string"}},
                "text/csv": {"schema": {"type": "string"}},
            },
        }
    },
)
def answer_threats(request: Call) -> OutcomeShown:
    """Answer on up to 100 000 threats: a JSON array, JSON lines, or a CSV such as an alert's with
    its columns `status` and `comment` filled in.

    What can be taken is taken; `refused` says what was not, and why.
    """
    return _outcome(_take(request, read_body(request.content_type or "", request.body)))


def _take(request: Call, read: Read) -> Taken:
    caller = request.auth
    whose = Answering(own(request), Who(caller.email, caller.person), Via.API)
    return take_reads([read], whose, now())


def _outcome(taken: Taken) -> OutcomeShown:
    return OutcomeShown(
        submission=taken.submission,
        taken=taken.taken,
        unchanged=taken.unchanged,
        refused=[
            RefusedShown(
                row=one.row, threat=one.threat, reason=one.reason, detail=sentence(one, "en")
            )
            for one in taken.refused
        ],
        states=dict(taken.states),
    )


def _must_exist(request: Call, threat_id: UUID) -> None:
    if reading.one(threat_id, of_caller(request)) is None:
        raise Problem("not-found")


def _visible(request: Call) -> Any:
    own = request.auth.organisation
    return Answer.objects.all() if own is None else Answer.objects.filter(organisation_id=own)


def _shown(one: Answer) -> AnswerShown:
    return AnswerShown(
        at=one.at,
        threat_id=one.key,
        organisation=one.organisation_id,
        statement=one.statement,
        comment=one.comment,
        since=one.since,
        via=one.via,
        by=one.name,
        effect=one.effect,
        submission=one.submission,
    )
