"""A threat's page: both sides' time line, the evidence, answers, and the customer's text."""

import html
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from tests.alerts.country import observe
from tests.web.world import NOW, World
from tocsin.access.models import Role
from tocsin.alerts.models import AlertThreat, Inhibition
from tocsin.answers.actions import answer, take_back
from tocsin.answers.models import Answer, Delegation
from tocsin.answers.statements import Given, Statement, Via, Who
from tocsin.database.scope import staff_scope
from tocsin.intake.models import Feed, FeedDay, Report
from tocsin.threats.models import Threat
from tocsin.threats.states import State

KEY = UUID(int=1)
ADDRESS = reverse("threat", args=[KEY])
ANSWER = reverse("answer-one-threat", args=[KEY])
CUSTOMER = reverse("for-customer", args=[KEY])


def text(response: Any) -> str:
    return html.unescape(response.content.decode())


@pytest.fixture
def told(world: World) -> World:
    """The threat with an alert that told it, and days of looking."""
    with staff_scope():
        kind = Threat.objects.get(key=KEY).kind_id
        AlertThreat.objects.create(
            alert=world.our_delivery.alert, organisation=world.ours, kind_id=kind, key=KEY,
            reason="new",
        )  # fmt: skip
        feed = Feed.objects.get()
        for day in range(1, 4):
            FeedDay.objects.create(
                feed=feed, kind="scan_rdp", day=NOW.date() + timedelta(days=day), rows=7,
                state="healthy",
            )  # fmt: skip
    return world


def test_both_sides_are_in_one_time_line(told: World, desk: Client) -> None:
    with staff_scope():
        given = [Given(KEY, Statement.FIXED, "Firewall closed.")]
        done = answer(told.ours.pk, given, Who("jo@ours.example"), Via.PAGE, NOW)
        take_back(told.ours.pk, done.submission, Who("jo@ours.example"), NOW)
    said = text(desk.get(ADDRESS))
    for words in (
        "Seen for the first time", "Told in TOCSIN-2026-000001", "left by mail",
        "Answered: fixed", "Firewall closed.", "jo@ours.example", "From open to claimed",
        "The answer before was taken back", "Looked for on 3 days",
    ):  # fmt: skip
        assert words in said, words
    assert said.index("Answered: fixed") < said.index("The answer before was taken back")


def test_the_evidence_is_what_the_mail_would_show(world: World, desk: Client, home: Path) -> None:
    with staff_scope():
        report = Report.objects.get()
        observe(home, report, "scan_rdp", [(KEY, {"ip": "198.18.0.1", "banner": "RDP 10"})])
        Threat.objects.filter(key=KEY).update(last_report_id=report.pk)
    said = text(desk.get(ADDRESS))
    assert "banner" in said
    assert "RDP 10" in said


def test_evidence_that_is_not_kept_is_said_so(world: World, desk: Client) -> None:
    assert "It is not kept any more." in text(desk.get(ADDRESS))


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_explained(world: World, desk: Client, state: State) -> None:
    with staff_scope():
        Threat.objects.filter(key=KEY).update(state=state)
    assert '<p class="govuk-body-l">' in text(desk.get(ADDRESS))


def test_an_answer_with_a_comment(world: World, desk: Client) -> None:
    form = {"statement": "fixed", "comment": "Closed.", "since": "2026-09-30"}
    response = desk.post(ANSWER, form, follow=True)
    assert response.redirect_chain[0][0].startswith(f"{ADDRESS}?done=")
    assert "Your answer on 1 threat is taken." in text(response)
    with staff_scope():
        kept = Answer.objects.get()
        assert (kept.statement, kept.comment, kept.since) == (
            "fixed", "Closed.", NOW.replace(hour=0),
        )  # fmt: skip
        assert kept.person_id


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({}, "Choose what you want to say."),
        ({"statement": "fixed", "since": "last week"}, "The day is not clear."),
        ({"statement": "fixed", "since": "2027-01-01"}, "The day is still to come."),
    ],
)
def test_a_mistake_loses_nothing(
    world: World, desk: Client, form: dict[str, str], problem: str
) -> None:
    response = desk.post(ANSWER, {"comment": "So it is.", **form})
    assert response.status_code == 400
    assert problem in text(response)
    assert "So it is." in text(response)


def test_what_is_held_back_or_red_is_not_there(world: World, desk: Client) -> None:
    with staff_scope():
        report = Report.objects.get()
        Threat.objects.filter(key=KEY).update(last_report_id=report.pk)
        held = Inhibition.objects.create(kind="scan_rdp", reason="x", made_by="y", made_at=NOW)
    assert desk.get(ADDRESS).status_code == 404
    with staff_scope():
        Threat.objects.filter(key=KEY).update(alerted_at=NOW)
    assert desk.get(ADDRESS).status_code == 200
    with staff_scope():
        held.delete()
        Report.objects.update(tlp="RED")
    assert desk.get(ADDRESS).status_code == 404


def test_whom_it_is_passed_on_to(world: World, desk: Client) -> None:
    with staff_scope():
        Delegation.objects.create(
            organisation=world.ours, form="prefix", value="198.18.0.0/28", name="Bakery",
            email="it@bakery.example", valid_from=NOW, made_by="us", made_at=NOW,
        )  # fmt: skip
    assert "Bakery, it@bakery.example" in text(desk.get(ADDRESS))


def test_readers_and_staff_see_it_without_a_form(
    world: World, visitor: Callable[[Role], Client], analyst: Client
) -> None:
    for client in (visitor(Role.READER), analyst):
        said = text(client.get(ADDRESS))
        assert "Seen for the first time" in said
        assert "Send this answer" not in said
    assert "Ours Broadband" in text(analyst.get(ADDRESS))


@pytest.mark.parametrize(("language", "word"), [("en", "Dear customer"), ("xx", "Dear customer")])
def test_the_customers_text(world: World, desk: Client, language: str, word: str) -> None:
    said = text(desk.get(f"{CUSTOMER}?language={language}"))
    assert word in said
    assert "198.18.0.1" in said
    assert "ADDRESS" not in said
    assert "mailto:?subject=Security%20problem" in said


def test_the_kinds_words_are_in_the_customers_language(world: World, desk: Client) -> None:
    assert "Remotedesktop" in text(desk.get(f"{CUSTOMER}?language=de"))


def test_the_text_as_a_mails_draft(world: World, desk: Client) -> None:
    response = desk.get(f"{CUSTOMER}?as=draft")
    mail = message_from_bytes(response.content, policy=default)
    assert mail["X-Unsent"] == "1"
    assert "198.18.0.1" in mail["Subject"]
    assert str(KEY) in mail.get_content()
    assert response.headers["Content-Disposition"].endswith('.eml"')
