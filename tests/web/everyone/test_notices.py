"""The notices page: what concerns whoever looks, read by each alone, mailed as they wish."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.web.world import NOW, World
from tocsin.access.models import Person, Role
from tocsin.database.scope import staff_scope
from tocsin.notices.actions import News, write
from tocsin.notices.models import Notice, NoticeReader, NoticeWish
from tocsin.notices.rules import Kind

PAGE, MAIL = "/notices/", "/notices/mail/"


@pytest.fixture
def owner(world: World, visitor: Callable[[Role], Client]) -> Client:
    data = {"threats": 2, "new": 2}
    write(Kind.ALERT_SENT, [News(world.ours.pk, "TOCSIN-2026-000041", data)], NOW)
    write(Kind.ALERT_SENT, [News(world.theirs.pk, "TOCSIN-2026-000042", data)], NOW)
    write(Kind.CONTACT_BOUNCED, [News(world.ours.pk, "1")], NOW)
    write(Kind.FEED_LATE, [News(None, "scans", {"since": "2026-09-01"})], NOW)
    return visitor(Role.OWNER)


def unread(client: Client) -> int:
    """As the page's header says."""
    found = re.search(r", (\d+) unread", client.get(PAGE).content.decode())
    return int(found[1]) if found else 0


def test_ones_own_are_there_the_latest_first(owner: Client) -> None:
    text = owner.get(PAGE).content.decode()
    assert text.index("Mail to one of your contacts came back") < text.index("TOCSIN-2026-000041")
    assert "TOCSIN-2026-000042" not in text
    assert "scans" not in text
    assert "2 unread" in text


def test_one_is_marked_and_then_all(owner: Client) -> None:
    with staff_scope():
        number = Notice.objects.filter(kind="contact-bounced").get().pk
        other = Notice.objects.get(subject="TOCSIN-2026-000042").pk
    after = owner.post(PAGE, {"notice": [number, other]}, follow=True).content.decode()
    assert "Marked as read." in after
    assert unread(owner) == 1
    left = owner.get(PAGE, {"unread": "1"}).content.decode()
    assert "TOCSIN-2026-000041" in left
    assert "came back" not in left.replace("that came back", "")
    owner.post(PAGE, {"all": "1"})
    assert unread(owner) == 0
    assert "You have read everything" in owner.get(PAGE, {"unread": "1"}).content.decode()
    with staff_scope():
        assert NoticeReader.objects.count() == 2, "nothing of another organisation's is touched"


@pytest.mark.parametrize("given", ["x", "-1", "9" * 40])
def test_forged_numbers_are_refused(owner: Client, given: str) -> None:
    assert owner.post(PAGE, {"notice": given}).status_code == 400


def test_who_has_none_is_told_what_would_be_there(
    world: World, visitor: Callable[[Role], Client]
) -> None:
    assert "Nothing yet" in visitor(Role.READER).get(PAGE).content.decode()
    text = visitor(Role.AUDITOR).get(PAGE).content.decode()
    assert "There are no notices for your role" in text
    assert 'class="bell"' not in text


def test_a_wish_is_kept_and_shown(owner: Client) -> None:
    assert 'value="daily" aria-describedby="mail-daily-hint" checked' in page_of_mail(owner)
    assert (
        "Your choice is kept." in owner.post(MAIL, {"mail": "none"}, follow=True).content.decode()
    )
    assert 'value="none" aria-describedby="mail-none-hint" checked' in page_of_mail(owner)
    with staff_scope():
        kept = NoticeWish.objects.get()
        assert kept.person == Person.objects.get(email="owner@people.example")


def test_no_choice_is_said_at_the_field(owner: Client) -> None:
    answer = owner.post(MAIL, {"mail": "hourly"})
    assert answer.status_code == 400
    assert answer.content.decode().count("Choose how often you want mail.") == 2


def page_of_mail(client: Client) -> str:
    return client.get(MAIL).content.decode()
