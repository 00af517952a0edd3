"""A campaign from its file to what organisations are told: exactly once, in its own words."""

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from django.db import connection

from tests.campaigns.lists import BY, COLUMNS, LIST, NOW, WORDS, country, draft
from tocsin.alerts.compose import compose_due, ready
from tocsin.alerts.models import Alert, Delivery
from tocsin.alerts.preview import as_mail
from tocsin.alerts.rules import Digests
from tocsin.audit.models import Entry
from tocsin.campaigns.actions import begin, choose, confirm, discard, phrase, rehearse, take, tidy
from tocsin.campaigns.content import columns_in, opened, told
from tocsin.campaigns.models import Campaign
from tocsin.campaigns.rules import LARGEST, CampaignError, Columns
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.intake.models import Feed, RefusedRow, Report
from tocsin.intake.silence import silent
from tocsin.kinds.catalogue import kind
from tocsin.threats.models import Threat
from tocsin.threats.states import State
from tocsin.threats.sweep import sweep_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
WINDOW = timedelta(days=WORDS.window_days)


def taken(made: Campaign) -> Campaign:
    confirm(made.pk, BY, NOW)
    take(made.pk, NOW)
    return again(made)


def again(made: Campaign) -> Campaign:
    with staff_scope():
        return Campaign.objects.select_related("report").get(pk=made.pk)


def counts() -> dict[str, int]:
    with staff_scope():
        return {
            table.__name__: table._default_manager.count()
            for table in (Report, Threat, RefusedRow, Alert, Feed)
        }


def test_a_trial_says_what_would_come_of_it_and_keeps_none_of_it(home: Path) -> None:
    nordwind, southgate = country()
    before = counts()
    tried = draft().tried
    assert counts() == before
    assert not (home / "observations").exists()
    assert (tried["rows"], tried["observations"], tried["threats"]) == (7, 5, 4)
    assert tried["reasons"] == {"bad-timestamp": 1, "no-affected-party": 1}
    assert [line for line, _, _ in tried["refused"]] == [7, 8]
    assert tried["told"] == [[nordwind.pk, "Nordwind", 2], [southgate.pk, "Southgate", 1]]
    assert (tried["unattributed"], tried["nobodys"]) == (1, ["203.0.113.99"])


def test_the_trial_is_what_happens_then() -> None:
    country()
    tried = draft().tried
    made = taken(draft(LIST + b"\n"))
    assert made.state == "taken"
    report = made.report
    assert report is not None
    assert (report.rows, report.observations, report.refused, report.threats_new) == (
        tried["rows"], tried["observations"], 2, tried["threats"],
    )  # fmt: skip
    assert report.raw
    assert not made.content


def test_the_file_is_kept_sealed_and_shown_without_what_is_secret() -> None:
    made = draft()
    assert b"hunter2" not in bytes(made.content)
    assert opened(made) == LIST
    shown = {column.name: column.samples for column in columns_in(LIST)}
    assert shown["host"] == ("192.0.2.1", "192.0.2.1", "192.0.2.9")
    assert "hunter2" not in str(shown)


def test_each_organisation_is_told_once_in_the_campaigns_own_words() -> None:
    nordwind, _ = country()
    taken(draft())
    assert compose_due(ready(NOW), NOW, Digests.DUE).threats == 3
    with staff_scope():
        alert = Alert.objects.get(organisation=nordwind)
        assert Delivery.objects.filter(alert=alert).count() == 1
    later = NOW + timedelta(days=60)
    assert compose_due(ready(later), later, Digests.AT_ONCE).threats == 0


def test_the_mail_that_is_shown_before_is_the_one_that_leaves() -> None:
    nordwind, _ = country()
    made = draft()
    shown = told(made, nordwind, NOW)
    assert shown is not None
    mail = message_from_bytes(as_mail(shown, "abuse@nordwind.example"), policy=SMTP)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "Hintertür in Gatekeeper-Firewalls" in text
    assert "192.0.2.9" in text
    assert "198.51.100.7" not in text
    assert "hunter" not in mail.as_string()
    confirm(made.pk, BY, NOW)
    take(made.pk, NOW)
    with staff_scope():
        keys = set(Threat.objects.filter(organisation=nordwind).values_list("key", flat=True))
    assert {row.id for group in shown.groups for row in group.rows} == keys


def test_the_same_file_is_taken_once() -> None:
    country()
    made, other = draft(), draft(name="Again")
    taken(made)
    before = counts()
    take(made.pk, NOW)
    with pytest.raises(CampaignError, match="taken on 2026-09-30 already"):
        confirm(other.pk, BY, NOW)
    with pytest.raises(CampaignError, match="already"):
        begin("Third", "other.csv", LIST, "AMBER", BY, NOW)
    assert counts() == before


def test_a_worker_that_died_after_the_file_was_taken_does_no_harm() -> None:
    country()
    made = draft()
    content = bytes(made.content)
    taken(made)
    with staff_scope():
        Campaign.objects.filter(pk=made.pk).update(state="confirmed", content=content, report=None)
    take(made.pk, NOW)
    assert again(made).state == "taken"
    assert again(made).report is not None


def test_a_campaign_closes_nothing_and_ends_after_its_window() -> None:
    country()
    made = taken(draft())
    assert tidy(NOW + WINDOW) == 0
    after = NOW + WINDOW + timedelta(days=1)
    assert tidy(after) == 1
    assert tidy(after) == 0
    assert sweep_all(after) == 4
    with staff_scope():
        assert set(Threat.objects.values_list("state", flat=True)) == {State.LOST}
    assert again(made).ended_at == after


def test_nobody_misses_the_next_list(home: Path) -> None:
    country()
    taken(draft())
    with staff_scope():
        assert silent(home, NOW + timedelta(days=99)) == []


def test_what_was_confirmed_stays_as_it_is() -> None:
    country()
    made = taken(draft())
    assert kind(made.kind).title_in("de") == "Hintertür in Gatekeeper-Firewalls"
    acts: list[Callable[[], None]] = [
        lambda: choose(made.pk, COLUMNS),
        lambda: phrase(made.pk, WORDS),
        lambda: rehearse(made.pk, NOW),
        lambda: confirm(made.pk, BY, NOW),
        lambda: discard(made.pk, BY, NOW),
    ]
    for act in acts:
        with pytest.raises(CampaignError, match="confirmed already"):
            act()


def test_who_did_it_stands_in_the_log() -> None:
    country()
    made = taken(draft())
    with staff_scope():
        actions = Entry.objects.filter(subject=str(made.pk)).order_by("pk")
        assert [(one.actor, one.action) for one in actions] == [
            (BY, "campaign begun"), (BY, "campaign confirmed"),
        ]  # fmt: skip


def test_nothing_to_tell_is_not_confirmed() -> None:
    begun = begin("Empty", "x.csv", b"when,thing\nsoon,nothing\n", "AMBER", BY, NOW)
    for expected in ("columns are", "to be told", "Nothing in the file"):
        with pytest.raises(CampaignError, match=expected):
            confirm(begun.pk, BY, NOW)
        if expected == "columns are":
            choose(begun.pk, Columns(time="when", address="thing"))
        else:
            phrase(begun.pk, WORDS)
    rehearse(begun.pk, NOW)
    with pytest.raises(CampaignError, match="Nothing in the file"):
        confirm(begun.pk, BY, NOW)


@pytest.mark.parametrize(
    ("name", "content", "tlp"),
    [
        (" ", LIST, "AMBER"),
        ("Red", LIST, "RED"),
        ("Empty", b" \n", "AMBER"),
        ("Large", b"a,b\n" + b"x" * LARGEST, "AMBER"),
    ],
)
def test_a_file_that_cannot_be_a_campaign(name: str, content: bytes, tlp: str) -> None:
    with pytest.raises(CampaignError):
        begin(name, "x.csv", content, tlp, BY, NOW)
    with staff_scope():
        assert not Campaign.objects.exists()


def test_drafts_are_forgotten() -> None:
    made, other = draft(), draft(name="Other")
    discard(other.pk, BY, NOW)
    tidy(NOW + timedelta(days=15))
    with staff_scope():
        assert not Campaign.objects.filter(pk__in=(made.pk, other.pk)).exists()


def test_organisations_see_no_campaign() -> None:
    nordwind, _ = country()
    draft()
    with organisation_scope(nordwind.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM campaign")
        assert cursor.fetchone() == (0,)
