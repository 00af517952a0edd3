"""The outgoing side's pages: what analysts see, what their forms do, and what a page may cost."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.campaigns.lists import LIST, country, draft
from tests.web.matrix import outgoing
from tests.web.matrix.page import READ
from tests.web.matrix.pages_analyst import PAGES
from tests.web.matrix.standing import NAMED
from tests.web.world import (
    INCOMING,
    NOW,
    World,
    add_threat,
    incoming_number,
    kind_number,
    make_delivery,
)
from tocsin.alerts.models import Delivery, DeliveryAttempt, IncomingMail, Inhibition
from tocsin.answers.actions import answer
from tocsin.answers.models import Dispute
from tocsin.answers.statements import Given, Statement, Via, Who
from tocsin.audit.models import Entry
from tocsin.campaigns.models import Campaign
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.intake.models import Report
from tocsin.kinds.catalogue import kind
from tocsin.threats.models import Threat
from tocsin.threats.states import State

MOST_QUERIES = 20
NESTED = 3  # scopes that clear up only because a test is a transaction around them
ABOUT = {*outgoing.ABOUT, "organisation", "delivery", ""}
OURS = [name for name, page in PAGES.items() if page.takes & READ and page.about in ABOUT]
WORDS = {
    "title": "Please close it", "what": "We saw it.", "risk": "It is bad.",
    "fix": "- Close it.", "check": "Look.",
}  # fmt: skip


def text_of(client: Client, name: str, *args: Any, query: str = "") -> str:
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def busy(world: World) -> World:
    """A world in which something waits on every page."""
    outgoing.make()
    dispute(world, Statement.FALSE_POSITIVE, "It is a honeypot of ours.")
    with staff_scope():
        make_delivery(world.ours, 7, "failed")
        Threat.objects.filter(state=State.OPEN).update(notice=1, last_report_id=_report())
    return world


def dispute(world: World, statement: Statement, comment: str = "") -> None:
    given = [Given(UUID(int=1), statement, comment)]
    answer(world.ours.pk, given, Who("Jo"), Via.PAGE, NOW + timedelta(hours=1))


def address(world: World, name: str) -> str:
    about = PAGES[name].about
    if about in outgoing.ABOUT:
        return reverse(name, kwargs=outgoing.given(about, "ours"))
    if about in NAMED:
        return reverse(name, kwargs=dict([NAMED[about]]))
    if about in INCOMING:
        return reverse(name, args=[incoming_number(about)])
    numbers = {"organisation": world.ours.pk, "delivery": world.our_delivery.pk}
    return reverse(name, args=[numbers[about]] if about else [])


@pytest.mark.parametrize("name", OURS)
def test_a_page_asks_few_questions(busy: World, analyst: Client, name: str) -> None:
    where = address(busy, name)
    analyst.get(where)
    with CaptureQueriesContext(connection) as queries:
        assert analyst.get(where).status_code == 200
    asked = [one["sql"] for one in queries if "SAVEPOINT" not in one["sql"]]
    assert len(asked) <= MOST_QUERIES + NESTED, (
        len(asked),
        [" ".join(one.split())[:150] for one in asked],
    )


def test_the_first_alert_is_seen_as_its_mail_and_released(world: World, analyst: Client) -> None:
    with staff_scope():
        Threat.objects.filter(organisation=world.ours).update(notice=1, last_report_id=_report())
    assert "Ours Broadband" in text_of(analyst, "releases")
    assert "abuse@Ours.example" in text_of(analyst, "one-release", world.ours.pk)
    mail = analyst.get(reverse("release-mail", args=[world.ours.pk]))
    assert "198.18.0.1" in mail.content.decode()
    assert "sandbox" in mail.headers["Content-Security-Policy"]
    done = analyst.post(reverse("one-release", args=[world.ours.pk]), follow=True)
    assert "The first alert may go now." in done.content.decode()
    assert "Ours Broadband" not in text_of(analyst, "releases")
    with staff_scope():
        assert Entry.objects.get(action="first alert released").actor.startswith("person ")


def _report() -> int:
    return int(Report.objects.values_list("pk", flat=True)[0])


def test_those_ticked_are_released_together(world: World, analyst: Client) -> None:
    analyst.post(reverse("releases"), {"organisation": ["Theirs Hosting", "nobody's"]})
    with staff_scope():
        released = Organisation.objects.exclude(released_at=None)
        assert [one.name for one in released] == ["Theirs Hosting"]


def test_an_inhibition_is_made_after_a_look_at_what_it_holds(
    world: World, analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.web.analyst.inhibitions.now", lambda: NOW)
    with staff_scope():
        Threat.objects.filter(organisation=world.ours, state=State.OPEN).update(notice=1)
    form = {"organisation": "ours broadband", "kind": "scan_rdp", "reason": "The feed is wrong."}
    seen = analyst.post(reverse("new-inhibition"), {**form, "do": "look"})
    assert seen.context["held"].waiting == [("Ours Broadband", kind("scan_rdp").title, 3)]
    assert seen.context["held"].recently == (4, 1)
    with staff_scope():
        assert not Inhibition.objects.exists()
    analyst.post(reverse("new-inhibition"), {**form, "do": "make"})
    assert "The feed is wrong." in text_of(analyst, "inhibitions")
    with staff_scope():
        number = Inhibition.objects.get(organisation=world.ours, kind="scan_rdp").pk
    analyst.post(reverse("lift-inhibition", args=[number]))
    assert "Nothing is held back" in text_of(analyst, "inhibitions")
    with staff_scope():
        actions = Entry.objects.filter(subject=f"inhibition {number}").order_by("pk")
        assert [one.action for one in actions] == ["inhibited", "inhibition lifted"]


@pytest.mark.parametrize(
    "changes",
    [{"reason": ""}, {"network": "192.0.2.1/24"}, {"organisation": "Ours"}, {"kind": "no-kind"}],
)
def test_what_was_typed_is_kept_where_an_inhibition_cannot_be(
    world: World, analyst: Client, changes: dict[str, str]
) -> None:
    form = {"reason": "Because of this.", "do": "make", **changes}
    response = analyst.post(reverse("new-inhibition"), form)
    assert response.status_code == 400
    text = response.content.decode()
    assert "There is a problem" in text
    assert form["reason"] in text
    with staff_scope():
        assert not Inhibition.objects.exists()


def test_a_dispute_shows_both_sides_and_is_decided(busy: World, analyst: Client) -> None:
    assert "honeypot" in text_of(analyst, "disputes")
    page = text_of(analyst, "dispute", UUID(int=1))
    assert "It is a honeypot of ours." in page
    assert "First seen" in page
    where = reverse("dispute", args=[UUID(int=1)])
    refused = analyst.post(where, {"verdict": "reject", "reason": ""})
    assert refused.status_code == 400
    assert "they will read it" in refused.content.decode()
    analyst.post(where, {"verdict": "confirm", "until": "2099-01-01"})
    with staff_scope():
        decided = Dispute.objects.get(key=UUID(int=1))
        assert (decided.verdict, Threat.objects.get(key=UUID(int=1)).state) == (
            "confirm", State.DISMISSED,
        )  # fmt: skip
    assert analyst.get(where).status_code == 404


def test_a_threat_goes_to_whoever_answers_for_it(world: World, analyst: Client) -> None:
    dispute(world, Statement.NOT_OURS)
    with staff_scope():
        if not Dispute.objects.filter(verdict="").exists():
            pytest.skip("given to somebody else already")
    where = reverse("dispute", args=[UUID(int=1)])
    assert 'value="confirm"' not in analyst.get(where).content.decode()
    form = {"verdict": "assign", "reason": "A lease."}
    assert analyst.post(where, {**form, "organisation": "nobody"}).status_code == 400
    assert analyst.post(where, {**form, "organisation": "theirs hosting"}).status_code == 302
    with staff_scope():
        assert Threat.objects.get(key=UUID(int=1)).organisation_id == world.theirs.pk


def test_a_failed_delivery_is_sent_again(busy: World, analyst: Client) -> None:
    with staff_scope():
        failed = Delivery.objects.get(state="failed")
    assert "TOCSIN-2026-000007" in text_of(analyst, "outbox", query="?state=waiting")
    assert "Send it again" in text_of(analyst, "delivery", failed.pk)
    assert "Send it again" not in text_of(analyst, "delivery", busy.our_delivery.pk)
    analyst.post(reverse("send-again", args=[failed.pk]))
    with staff_scope():
        failed.refresh_from_db()
    assert (failed.state, failed.recipient) == ("queued", "abuse@Ours.example")
    with staff_scope():
        assert DeliveryAttempt.objects.filter(delivery=failed, outcome="resent").exists()
    said = analyst.post(reverse("send-again", args=[busy.our_delivery.pk]), follow=True)
    assert "nothing to send again" in said.content.decode()


def test_mails_wait_until_somebody_has_seen_to_them(busy: World, analyst: Client) -> None:
    assert "Hello" in text_of(analyst, "mails")
    with staff_scope():
        number = IncomingMail.objects.get().pk
    assert "not kept any more" in text_of(analyst, "mail", number)
    analyst.post(reverse("mail", args=[number]))
    assert "Hello" not in text_of(analyst, "mails")
    assert "Hello" in text_of(analyst, "mails", query="?all=1")


def test_remarks_are_read_and_those_who_need_help_found(busy: World, analyst: Client) -> None:
    assert "It is a honeypot of ours." in text_of(analyst, "remarks")
    assert "honeypot" not in text_of(analyst, "remarks", query="?help=1")


def test_words_are_seen_as_a_mail_before_they_are_saved(world: World, analyst: Client) -> None:
    where = reverse("one-kind", args=["scan_rdp"])
    mail = reverse("kind-mail", args=["scan_rdp"])
    shown = analyst.post(mail, WORDS)
    assert "Please close it" in shown.content.decode()
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert "Please close it" not in analyst.get(mail).content.decode()
    assert analyst.post(where, {**WORDS, "do": "save"}).status_code == 302
    assert "Please close it" in analyst.get(mail).content.decode()
    assert "Please close it" in text_of(analyst, "kinds", query="?which=own")
    analyst.post(where, {"do": "shipped"})
    assert "Please close it" not in analyst.get(mail).content.decode()


def test_each_language_has_words_of_its_own(world: World, analyst: Client) -> None:
    where = reverse("one-kind", args=["scan_rdp"])
    before = kind("scan_rdp").title
    analyst.post(f"{where}?language=de", {**WORDS, "title": "Bitte schließen", "do": "save"})
    assert kind("scan_rdp").title_in("de") == "Bitte schließen"
    assert kind("scan_rdp").title == before
    assert analyst.get(f"{where}?language=xx").status_code == 404


def test_half_a_text_is_not_saved_and_stays_in_the_form(world: World, analyst: Client) -> None:
    where = reverse("one-kind", args=["scan_rdp"])
    response = analyst.post(where, {**WORDS, "risk": "", "do": "save"})
    assert response.status_code == 400
    assert "Please close it" in response.content.decode()
    assert kind("scan_rdp").own == ()


def test_an_unknown_kind_is_not_there(world: World, analyst: Client) -> None:
    assert analyst.get(reverse("one-kind", args=["no-such-kind"])).status_code == 404


def test_a_campaign_from_upload_to_what_came_of_it(world: World, analyst: Client) -> None:
    country()
    file = SimpleUploadedFile("hosts.csv", LIST)
    begun = analyst.post(
        reverse("new-campaign"), {"name": "Gatekeeper", "tlp": "AMBER", "file": file}
    )
    with staff_scope():
        number = Campaign.objects.get().pk
    assert begun.headers["Location"] == reverse("campaign-columns", args=[number])
    columns = text_of(analyst, "campaign-columns", number)
    assert "gate-v2" in columns
    assert "hunter2" not in columns
    roles = {"time": "when", "address": "host", "port": "tcp port", "tag": "backdoor"}
    analyst.post(reverse("campaign-columns", args=[number]), roles)
    facts = {"type": "intrusions/system-compromise", "severity": "high", "window_days": "30"}
    words = reverse("campaign-words", args=[number])
    assert (
        "Please close it" in analyst.post(words, {**facts, **WORDS, "do": "mail"}).content.decode()
    )
    analyst.post(words, {**facts, **WORDS, "do": "save"})
    check = text_of(analyst, "campaign", number)
    for expected in ("Nordwind", "Southgate", "bad-timestamp", "203.0.113.99"):
        assert expected in check
    with staff_scope():
        nordwind = Organisation.objects.get(name="Nordwind").pk
    mail = analyst.get(reverse("campaign-mail", args=[number]) + f"?organisation={nordwind}")
    assert "192.0.2.9" in mail.content.decode()
    assert "198.51.100.7" not in mail.content.decode()
    with staff_scope():
        assert not Threat.objects.filter(address="192.0.2.9").exists()
    analyst.post(reverse("campaign", args=[number]), {"do": "confirm"})
    done = text_of(analyst, "campaign", number)
    assert "taken" in done
    assert "Nordwind 2 0 2" in done
    assert analyst.get(words).status_code == 404


def test_a_campaign_in_the_words_of_a_kind_that_there_is(world: World, analyst: Client) -> None:
    country()
    made = draft()
    words = reverse("campaign-words", args=[made.pk])
    facts = {
        "like": "scan_rdp", "type": "vulnerable/vulnerable-system", "severity": "high",
        "window_days": "30",
    }  # fmt: skip
    shown = analyst.post(words, {**facts, "do": "mail"}).content.decode()
    assert kind("scan_rdp").title in shown
    analyst.post(words, {**facts, "do": "save"})
    with staff_scope():
        assert Campaign.objects.get(pk=made.pk).words["like"] == "scan_rdp"


@pytest.mark.parametrize(
    "form",
    [
        {"name": "", "tlp": "AMBER", "file": LIST},
        {"name": "Red", "tlp": "RED", "file": LIST},
        {"name": "None", "tlp": "AMBER"},
    ],
)
def test_a_file_that_cannot_be_a_campaign_is_said_so(
    world: World, analyst: Client, form: dict[str, Any]
) -> None:
    if "file" in form:
        form = {**form, "file": SimpleUploadedFile("hosts.csv", form["file"])}
    response = analyst.post(reverse("new-campaign"), form)
    assert response.status_code == 400
    assert "There is a problem" in response.content.decode()
    with staff_scope():
        assert not Campaign.objects.exists()


def test_a_draft_is_discarded(world: World, analyst: Client) -> None:
    made = draft()
    analyst.post(reverse("campaign", args=[made.pk]), {"do": "discard"})
    assert analyst.get(reverse("campaign", args=[made.pk])).status_code == 404


def test_what_an_inhibition_would_hold_is_found_by_network(world: World, analyst: Client) -> None:
    with staff_scope():
        add_threat(kind_number("scan_rdp"), 40, world.theirs, State.OPEN)
        Threat.objects.filter(key=UUID(int=40)).update(notice=1)
    form = {"network": "198.18.0.40/31", "reason": "x", "do": "look"}
    held = analyst.post(reverse("new-inhibition"), form).context["held"]
    assert (held.threats, held.recently) == (1, None)
