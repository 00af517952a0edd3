"""Mailing people what they have not read."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from tocsin.access.models import Person
from tocsin.database.claims import claimed
from tocsin.database.scope import staff_scope
from tocsin.mailing import page_address, send_mail
from tocsin.notices.models import Notice, NoticeReader
from tocsin.notices.queries import mail_of
from tocsin.notices.rules import (
    DEFAULT,
    MAILED_WITHIN,
    MOST_IN_MAIL,
    SORTS,
    Mail,
    mailed_pairs,
)
from tocsin.notices.words import Words, words

SQL = Path(__file__).parent / "sql"
DUE = (SQL / "due.sql").read_text()
MAILED = (SQL / "mailed.sql").read_text()
LOCK_CLASS = 7105


def to_be_mailed(rhythms: Sequence[Mail], now: datetime) -> list[int]:
    """The people with one of these rhythms for whom there is something to mail."""
    pairs = mailed_pairs()
    with staff_scope(), connection.cursor() as cursor:
        cursor.execute(
            DUE,
            {
                "roles": [role for role, _ in pairs],
                "kinds": [kind for _, kind in pairs],
                "since": now - MAILED_WITHIN,
                "default": DEFAULT.value,
                "rhythms": [one.value for one in rhythms],
            },
        )
        return [number for (number,) in cursor.fetchall()]


def mail(person: int, now: datetime) -> int:
    """Write to one person, unless somebody else is doing so; how many notices were in the mail.

    The mail leaves before it is noted down: who is killed in between sends it a second time.
    """
    with claimed(LOCK_CLASS, person) as ours:
        if not ours:
            return 0
        with staff_scope():
            to = Person.objects.welcome().select_related("organisation").filter(pk=person).first()
            due = _due(to, now) if to else []
        if to is None or not due:
            return 0
        with override(to.organisation.language if to.organisation else settings.LANGUAGE_CODE):
            subject, text = letter(to, [words(one) for one in due])
        send_mail(to.email, subject, text, now)
        with staff_scope(), connection.cursor() as cursor:
            numbers = [one.pk for one in due]
            cursor.execute(MAILED, {"person": person, "numbers": numbers, "now": now})
    return len(due)


def _due(person: Person, now: datetime) -> list[Notice]:
    """Oldest first."""
    if mail_of(person) is Mail.NONE:
        return []
    known = NoticeReader.objects.filter(notice=OuterRef("pk"), person=person)
    kinds = [kind for kind, sort in SORTS.items() if sort.mailed and person.role in sort.roles]
    found = Notice.objects.filter(
        ~Exists(known),
        organisation=person.organisation_id,
        kind__in=kinds,
        at__gt=now - MAILED_WITHIN,
        at__gte=person.created_at,
    )
    return list(found.order_by("pk"))


def letter(person: Person, said: Sequence[Words]) -> tuple[str, str]:
    """Subject and text."""
    rest = len(said) - MOST_IN_MAIL
    parts = [_("Hello {name},").format(name=person.name or person.email)]
    beginning = _("this happened at {authority}, and you have not read it yet.")
    parts.append(beginning.format(authority=settings.TOCSIN_AUTHORITY))
    parts += [_item(one) for one in said[:MOST_IN_MAIL]]
    if rest > 0:
        parts.append(ngettext("And {n} more.", "And {n} more.", rest).format(n=rest))
    parts.append(_("All of them: {page}").format(page=page_address(reverse("notices"))))
    choice = _("How often you get this mail, if at all, is yours to choose: {page}")
    parts.append(choice.format(page=page_address(reverse("notices-mail"))))
    return _subject(said), "\n\n".join(parts) + "\n"


def _subject(said: Sequence[Words]) -> str:
    if len(said) == 1:
        return said[0].title
    return ngettext("{n} notice from Tocsin", "{n} notices from Tocsin", len(said)).format(
        n=len(said)
    )


def _item(one: Words) -> str:
    lines = [f"* {one.title}", f"  {one.text}" if one.text else ""]
    lines.append(f"  {page_address(one.path)}" if one.path else "")
    return "\n".join(filter(None, lines))
