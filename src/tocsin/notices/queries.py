"""Somebody's notices, in their scope."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from tocsin.access.models import Person
from tocsin.notices.models import Notice, NoticeReader, NoticeWish
from tocsin.notices.rules import DEFAULT, MOST_COUNTED, Mail, kinds_for
from tocsin.notices.words import Words, words


@dataclass(frozen=True)
class Shown:
    """A notice as its reader sees it; `path`: the page that it is about, or empty."""

    number: int
    at: datetime
    words: Words
    path: str
    read: bool


def of(person: Person, *, only_unread: bool = False) -> QuerySet[Notice]:
    """What is there for somebody; each says by `read` whether they have read it."""
    read = NoticeReader.objects.filter(notice=OuterRef("pk"), person=person, read_at__isnull=False)
    whose = Notice.objects.filter(organisation=person.organisation_id)
    theirs = whose.filter(kind__in=kinds_for(person.role))
    return (theirs.filter(~Exists(read)) if only_unread else theirs).annotate(read=Exists(read))


def unread(person: Person) -> int:
    """How many they have not read, up to `MOST_COUNTED`."""
    if not kinds_for(person.role):
        return 0
    return len(of(person, only_unread=True).values_list("pk", flat=True)[:MOST_COUNTED])


def shown(one: Notice) -> Shown:
    said = words(one)
    return Shown(one.pk, one.at, said, said.path, bool(getattr(one, "read", False)))


def mail_of(person: Person) -> Mail:
    """How often they are mailed."""
    found = NoticeWish.objects.filter(person=person).values_list("mail", flat=True).first()
    return Mail(found) if found else DEFAULT
