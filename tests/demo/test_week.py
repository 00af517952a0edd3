"""What a visitor of the demo finds that happened in its week, read as a visitor would."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.demo.reader import told
from tests.demo.test_story import told as story
from tocsin.alerts.became import Became
from tocsin.alerts.models import Alert, AlertComment, Delivery, IncomingMail, Receipt
from tocsin.answers.models import Answer, Dispute
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.demo import accounts, plot
from tocsin.demo.country import SOLD_ON, country
from tocsin.demo.plot import Part
from tocsin.demo.story import Story
from tocsin.threats.models import Threat
from tocsin.threats.states import State
from tocsin.web.letters import letter_of

__all__ = ["story"]

LIFE = [
    ("2026-09-24", "first seen", ""),
    ("2026-09-25", "alerted", "new"),
    ("2026-09-25", "delivered", ""),
    ("2026-09-25", "answered", "fixed"),
    ("2026-09-25", "changed", "claimed"),
    ("2026-09-27", "seen again", ""),
    ("2026-09-27", "changed", "conflict"),
    ("2026-09-28", "alerted", "conflict"),
    ("2026-09-28", "delivered", ""),
    ("2026-09-30", "changed", "gone"),
    ("2026-09-30", "last seen", ""),
    ("2026-09-30", "seen again", ""),
    ("2026-09-30", "changed", "reopened"),
    ("2026-10-01", "alerted", "reopened"),
    ("2026-10-01", "delivered", ""),
]


@pytest.fixture
def demo(story: Story) -> dict[str, Any]:
    accounts.open_doors("http://127.0.0.1:8000", story.clock)
    whole: dict[str, Any] = json.loads((settings.TOCSIN_HOME / "demo.json").read_text("utf-8"))
    return whole


def _ends(part: Part) -> list[Threat]:
    with staff_scope():
        threats = Threat.objects.filter(
            kind__name=plot.KIND, address__in=plot.texts(part, country())
        )
        return list(threats.select_related("organisation"))


def _events(demo: dict[str, Any]) -> list[dict[str, Any]]:
    token = demo["roles"]["owner"][0]["api_token"]
    answer = Client(headers={"authorization": f"Bearer {token}"}).get(demo["example"]["timeline"])
    assert answer.status_code == 200
    events: list[dict[str, Any]] = answer.json()["events"]
    return events


def test_the_examples_whole_life_is_read_by_its_owners_token(demo: dict[str, Any]) -> None:
    events = [one for one in _events(demo) if not one["what"].endswith("healthy day")]
    assert [(one["at"][:10], one["what"], _said(one["detail"])) for one in events] == LIFE
    assert sorted(one["at"] for one in events) == [one["at"] for one in events]
    (answered,) = (one["detail"] for one in events if one["what"] == "answered")
    assert (answered["via"], answered["by"]) == ("mail", "abuse@puddlewick-broadband.example")


def _said(detail: dict[str, Any]) -> str:
    found = (detail.get(name) for name in ("statement", "to", "reason"))
    return next((str(one) for one in found if one), "")


@pytest.mark.parametrize(
    ("part", "state", "recurrences"),
    [
        (plot.COMES_BACK, State.REOPENED, 1),
        (plot.MENDED, State.GONE, 0),
        (plot.NO_THREAT, State.DISMISSED, 0),
        (plot.HANDED_ON, State.GONE, 0),
        (plot.SOLD_OFF, State.GONE, 0),
        (plot.JUST_MENDED, State.CLAIMED, 0),
        (plot.DOUBTED, State.DISPUTED, 0),
    ],
    ids=["comes back", "mended", "no threat", "handed on", "sold off", "just mended", "doubted"],
)
def test_how_each_part_ends(story: Story, part: Part, state: State, recurrences: int) -> None:
    ends = [(State(one.state), one.recurrences) for one in _ends(part)]
    assert ends == [(state, recurrences)] * part.count


def test_what_was_sold_is_its_holders_now_who_was_told_and_repaired_it(story: Story) -> None:
    providers = country().providers
    seller, holder = providers[plot.SOLD].name, providers[dict(SOLD_ON)[plot.SOLD]].name
    for threat in _ends(plot.SOLD_OFF):
        assert threat.organisation is not None
        assert threat.organisation.name == holder
        with staff_scope():
            said = Answer.objects.filter(key=threat.key).order_by("pk")
            assert list(said.values_list("organisation__name", "statement", "effect")) == [
                (seller, "not-ours", "re-routed"), (holder, "fixed", "claimed"),
            ]  # fmt: skip


def test_the_customer_is_told_by_an_alert_of_its_own_and_answers(story: Story) -> None:
    desk = settings.TOCSIN_HOME / "demo/desks/harbour-lights.example"
    (alert,) = set(desk.glob("TOCSIN-*.eml")) - set(desk.glob("*-receipt-*.eml"))
    to, rows = told(alert)
    assert to == "it@harbour-lights.example"
    assert {row["affected"] for row in rows} == set(plot.texts(plot.HANDED_ON, country()))
    with staff_scope():
        assert Alert.objects.filter(delegation__isnull=False).count() == 1
        assert Answer.objects.filter(delegation_id__isnull=False).count() == plot.HANDED_ON.count


def test_every_statement_and_every_way_is_there(story: Story) -> None:
    with staff_scope():
        said = Counter(Answer.objects.values_list("statement", flat=True))
        assert set(Answer.objects.values_list("via", flat=True)) == {
            "mail", "upload", "api", "link", "page",
        }  # fmt: skip
        assert AlertComment.objects.count() == 2
        verdicts = Counter(Dispute.objects.values_list("verdict", flat=True))
    assert said["acknowledged"] == 25
    assert set(said) == {
        "acknowledged", "fixed", "customer-told", "not-ours", "false-positive", "will-not-fix",
        "need-help",
    }  # fmt: skip
    assert verdicts == {"confirm": 1, "": 1}


def test_the_mails_that_came_in(story: Story) -> None:
    """A stranger's answer is refused; who answered is written back to."""
    with staff_scope():
        became = Counter(map(Became, IncomingMail.objects.values_list("became", flat=True)))
        assert Receipt.objects.exclude(state="sent").count() == 0
        assert Receipt.objects.count() == became.total() - 1
        stranger = IncomingMail.objects.get(became=Became.UNVERIFIED.value)
    assert became == {Became.ANSWERED: 6, Became.COMMENT: 2, Became.UNVERIFIED: 1}
    assert stranger.sender == "helpdesk@elsewhere.example"


def test_pages_still_show_the_mails_that_were_taken_away(story: Story) -> None:
    with staff_scope():
        for delivery in Delivery.objects.select_related("alert", "organisation", "contact"):
            assert not _file(delivery).exists() or delivery.sent_at == story.clock.replace(hour=8)
            assert letter_of(delivery).attachments


def _file(delivery: Delivery) -> Path:
    home: Path = settings.TOCSIN_HOME
    return next((home / "outbox").glob(f"{delivery.alert.ticket}-*"), home / "none")


def test_the_authority_has_the_whole_country_on_its_list(story: Story) -> None:
    with staff_scope():
        assert Organisation.objects.filter(released_at=None).count() == 0
