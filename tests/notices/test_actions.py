"""Notices are kept whole, seen by whom they are for, and read by each person alone."""

from datetime import timedelta

import pytest
from django.db import transaction

from tests.notices.conftest import NOW, person
from tests.webhooks.conftest import webhook
from tocsin.access.models import Person, Role
from tocsin.constituency.models import Organisation
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.errors import TocsinError
from tocsin.notices.actions import News, forget, mark_read, wish, write
from tocsin.notices.models import Notice, NoticeReader
from tocsin.notices.queries import mail_of, of, unread
from tocsin.notices.rules import KEEP, MOST_COUNTED, Kind, Mail
from tocsin.webhooks.models import WebhookEvent


def kinds_of(one: Person) -> list[str]:
    scope = organisation_scope(one.organisation_id) if one.organisation_id else staff_scope()
    with scope:
        return list(of(one).order_by("pk").values_list("kind", flat=True))


def test_each_role_sees_what_is_for_it(nordwind: Organisation, suedwind: Organisation) -> None:
    write(Kind.ALERT_SENT, [News(nordwind.pk)], NOW)
    write(Kind.DISPUTE_DECIDED, [News(nordwind.pk)], NOW)
    write(Kind.CONTACT_BOUNCED, [News(nordwind.pk)], NOW)
    write(Kind.FEED_LATE, [News(None, "scans")], NOW)
    alert, dispute, contact = "alert-sent", "dispute-decided", "contact-bounced"
    assert kinds_of(person(Role.OWNER, nordwind)) == [alert, dispute, contact]
    assert kinds_of(person(Role.ABUSE_DESK, nordwind, "bob")) == [alert, dispute]
    assert kinds_of(person(Role.READER, nordwind, "cy")) == [alert]
    assert kinds_of(person(Role.OWNER, suedwind)) == []
    assert kinds_of(person(Role.ANALYST)) == ["feed-late"]
    assert kinds_of(person(Role.AUDITOR, name="aud")) == []


def test_a_notice_goes_with_what_caused_it(nordwind: Organisation) -> None:
    with transaction.atomic():
        write(Kind.ALERT_SENT, [News(nordwind.pk)], NOW)
        transaction.set_rollback(True)
    with staff_scope():
        assert not Notice.objects.exists()


def test_reading_is_each_ones_own(nordwind: Organisation, suedwind: Organisation) -> None:
    ann, bob = person(Role.OWNER, nordwind), person(Role.OWNER, nordwind, "bob")
    write(Kind.ALERT_SENT, [News(nordwind.pk), News(nordwind.pk), News(suedwind.pk)], NOW)
    with staff_scope():
        ours, _, theirs = Notice.objects.order_by("pk")
    with organisation_scope(nordwind.pk):
        mark_read(ann, NOW, [ours.pk, theirs.pk])
        assert (unread(ann), unread(bob)) == (1, 2)
        mark_read(ann, NOW + timedelta(hours=1))
        assert (unread(ann), unread(bob)) == (0, 2)
    with staff_scope():
        read = NoticeReader.objects.order_by("notice")
        assert [one.read_at for one in read] == [NOW, NOW + timedelta(hours=1)]
        assert set(read.values_list("person", flat=True)) == {ann.pk}


def test_counting_ends_where_no_one_counts_any_more(nordwind: Organisation) -> None:
    ann = person(Role.READER, nordwind)
    write(Kind.ALERT_SENT, [News(nordwind.pk)] * (MOST_COUNTED + 5), NOW)
    with organisation_scope(nordwind.pk):
        assert unread(ann) == MOST_COUNTED


def test_what_may_be_said_once_is(nordwind: Organisation) -> None:
    for _ in range(2):
        write(Kind.RELEASE_NEEDED, [News(None, "7", once="7"), News(None, "8", once="8")], NOW)
    write(Kind.RELEASE_NEEDED, [News(None, "9", once="9"), News(None, "7", once="7")], NOW)
    with staff_scope():
        assert list(Notice.objects.order_by("pk").values_list("subject", flat=True)) == [
            "7", "8", "9",
        ]  # fmt: skip


def test_webhooks_are_told_where_no_event_of_its_own_tells(nordwind: Organisation) -> None:
    webhook(nordwind, ["notice"])
    write(Kind.ALERT_SENT, [News(nordwind.pk, "TOCSIN-2026-000001")], NOW)
    write(Kind.CLAIMS_DECIDED, [News(nordwind.pk, "4", {"approved": 2})], NOW)
    with staff_scope():
        (event,) = WebhookEvent.objects.all()
    assert event.organisation_id == nordwind.pk
    assert event.data == {
        "notice": "claims-decided", "organisation": nordwind.pk, "subject": "4", "approved": 2,
    }  # fmt: skip


def test_a_wish_is_one_of_three(nordwind: Organisation) -> None:
    ann = person(Role.OWNER, nordwind)
    with organisation_scope(nordwind.pk):
        assert mail_of(ann) is Mail.DAILY
        wish(ann, "none")
        wish(ann, "at-once")
        assert mail_of(ann) is Mail.AT_ONCE
        with pytest.raises(TocsinError):
            wish(ann, "hourly")


def test_old_ones_are_dropped_with_who_read_them(nordwind: Organisation) -> None:
    ann = person(Role.OWNER, nordwind)
    write(Kind.ALERT_SENT, [News(nordwind.pk, "old")], NOW)
    write(Kind.ALERT_SENT, [News(nordwind.pk, "new")], NOW + timedelta(seconds=2))
    with staff_scope():
        mark_read(ann, NOW)
    assert forget(NOW + KEEP + timedelta(seconds=1)) == 1
    with staff_scope():
        assert list(Notice.objects.values_list("subject", flat=True)) == ["new"]
        assert NoticeReader.objects.count() == 1
