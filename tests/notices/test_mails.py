"""Mails say what somebody has not read, as often as they wish, and once."""

from datetime import timedelta
from pathlib import Path
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest

from tests.letters import Letters
from tests.notices.conftest import NOW, person
from tests.queued import do, waiting, work
from tocsin.access.models import Person, Role
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.notices import jobs, mails
from tocsin.notices.actions import News, mark_read, wish, write
from tocsin.notices.rules import MAILED_WITHIN, MOST_IN_MAIL, Kind, Mail

DAILY = [Mail.DAILY]


@pytest.fixture
def letters(home: Path) -> Letters:
    return Letters(home)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_now", lambda: NOW)


def alert(whose: Organisation, ticket: str = "TOCSIN-2026-000042") -> None:
    data = {"threats": 4, "new": 3, "reopened": 1}
    write(Kind.ALERT_SENT, [News(whose.pk, ticket, data)], NOW)


def test_a_daily_mail_says_what_happened_and_where_it_stands(
    nordwind: Organisation, letters: Letters
) -> None:
    ann = person(Role.OWNER, nordwind)
    alert(nordwind)
    do(jobs.daily, timestamp=0)
    work()
    assert letters.text(ann.email) == (
        "Hello Ann,\n\n"
        "this happened at National CERT, and you have not read it yet.\n\n"
        "* Alert TOCSIN-2026-000042 was written to your organisation\n"
        "  4 threats: 3 new, 1 that came back.\n"
        "  http://127.0.0.1:8000/search/?q=TOCSIN-2026-000042\n\n"
        "All of them: http://127.0.0.1:8000/notices/\n\n"
        "How often you get this mail, if at all, is yours to choose:"
        " http://127.0.0.1:8000/notices/mail/\n"
    )
    (mail,) = letters.to(ann.email)
    assert mail["Subject"] == "Alert TOCSIN-2026-000042 was written to your organisation"


def test_jobs_done_twice_write_once(nordwind: Organisation, letters: Letters) -> None:
    ann = person(Role.OWNER, nordwind)
    alert(nordwind)
    do(jobs.daily, timestamp=0)
    do(jobs.daily, timestamp=0)
    assert waiting() == [(jobs.MAIL, {"person": ann.pk})] * 2
    work()
    do(jobs.mail, person=ann.pk)
    assert len(letters.to(ann.email)) == 1


def test_each_is_written_to_as_they_wish(nordwind: Organisation, letters: Letters) -> None:
    names = {"ann": "at-once", "bob": "daily", "cy": "none"}
    people = {name: person(Role.READER, nordwind, name) for name in names}
    with staff_scope():
        for name, word in names.items():
            wish(people[name], word)
    alert(nordwind)
    assert mails.to_be_mailed([Mail.AT_ONCE], NOW) == [people["ann"].pk]
    assert mails.to_be_mailed(DAILY, NOW) == [people["bob"].pk]
    assert mails.mail(people["cy"].pk, NOW) == 0
    assert not letters.all()


@pytest.mark.parametrize("why", ["read", "old", "suspended", "organisation", "before", "role"])
def test_who_has_nothing_to_hear_is_left_alone(
    why: str, nordwind: Organisation, letters: Letters
) -> None:
    ann = person(Role.ABUSE_DESK, nordwind)
    alert(nordwind)
    assert mails.to_be_mailed(DAILY, NOW) == [ann.pk]
    changes: dict[str, dict[str, Any]] = {
        "suspended": {"is_active": False},
        "before": {"created_at": NOW + timedelta(seconds=1)},
        "role": {"role": Role.AUDITOR, "organisation": None},
    }
    with staff_scope():
        if why == "read":
            mark_read(ann, NOW)
        elif why == "organisation":
            Organisation.objects.update(suspended=True)
        else:
            Person.objects.filter(pk=ann.pk).update(**changes.get(why, {"name": "Ann"}))
    then = NOW + MAILED_WITHIN if why == "old" else NOW
    assert mails.to_be_mailed(DAILY, then) == []
    assert mails.mail(ann.pk, then) == 0
    assert not letters.all()


def test_what_another_mail_said_already_is_not_mailed(nordwind: Organisation) -> None:
    person(Role.OWNER, nordwind)
    write(Kind.CONTACT_DOUBTED, [News(nordwind.pk, "1", {"why": "wrong"})], NOW)
    assert mails.to_be_mailed(DAILY, NOW) == []


def test_a_mail_that_could_not_leave_is_tried_again(
    nordwind: Organisation, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = person(Role.OWNER, nordwind)
    alert(nordwind)

    def away(*_: object) -> None:
        raise SMTPServerDisconnected

    with monkeypatch.context() as patched:
        patched.setattr(mails, "send_mail", away)
        with pytest.raises(SMTPServerDisconnected):
            mails.mail(ann.pk, NOW)
    assert mails.mail(ann.pk, NOW) == 1
    assert len(letters.all()) == 1


def test_many_are_counted_and_not_all_told(nordwind: Organisation, letters: Letters) -> None:
    ann = person(Role.OWNER, nordwind)
    for number in range(MOST_IN_MAIL + 3):
        alert(nordwind, f"TOCSIN-2026-{number:06d}")
    assert mails.mail(ann.pk, NOW) == MOST_IN_MAIL + 3
    assert letters.to(ann.email)[0]["Subject"] == f"{MOST_IN_MAIL + 3} notices from Tocsin"
    assert letters.text(ann.email).count("* Alert") == MOST_IN_MAIL
    assert "And 3 more." in letters.text(ann.email)


def test_analysts_hear_of_what_is_theirs(nordwind: Organisation, letters: Letters) -> None:
    ann, _ = person(Role.ANALYST), person(Role.AUDITOR, name="aud")
    write(Kind.RELEASE_NEEDED, [News(None, str(nordwind.pk), {"name": "Nordwind"})], NOW)
    assert mails.to_be_mailed(DAILY, NOW) == [ann.pk]
    mails.mail(ann.pk, NOW)
    assert "The first alert to Nordwind waits for your release" in letters.text(ann.email)


def test_a_mail_is_in_the_organisations_language(nordwind: Organisation, letters: Letters) -> None:
    with staff_scope():
        Organisation.objects.update(language="de")
    ann = person(Role.OWNER, nordwind)
    alert(nordwind)
    mails.mail(ann.pk, NOW)
    text = letters.text(ann.email)
    assert text.startswith("Guten Tag Ann,")
    assert "4 Bedrohungen: 3 neu, 1 wieder aufgetreten." in text
