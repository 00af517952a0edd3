"""Mails that answer an alert, for the tests: made as a desk's program would."""

from collections.abc import Iterable
from email.message import EmailMessage
from uuid import UUID

from django.db import connection

from tests.alerts.country import NOW, organisation, threat
from tocsin.alerts.compose import compose_due, ready
from tocsin.alerts.models import Delivery
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope

DESK = "abuse@nordwind-hosting.example"


def told(*threats: int, name: str = "Nordwind Hosting") -> tuple[Delivery, list[UUID]]:
    """An organisation's alert of so many threats, composed."""
    with staff_scope():
        owner = Organisation.objects.filter(name=name).first() or organisation(name)
        keys = [threat(owner, number) for number in threats]
    compose_due(ready(NOW), NOW)
    with staff_scope():
        found = Delivery.objects.select_related("alert").filter(organisation=owner)
        return found.latest("pk"), keys


def sheet(*rows: tuple[object, ...], head: str = "threat_id,status,comment,since") -> bytes:
    lines = [head, *(",".join(str(cell) for cell in row) for row in rows)]
    return "\r\n".join(lines).encode()


def reply(
    delivery: Delivery,
    *files: bytes,
    words: str = "",
    sender: str = DESK,
    headers: Iterable[tuple[str, str]] = (),
    name: str = "answer.csv",
) -> bytes:
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = "tocsin@authority.example"
    mail["Subject"] = f"Re: [{delivery.alert.ticket}]"
    mail["Message-ID"] = "<1@nordwind.example>"
    mail["In-Reply-To"] = delivery.message_id
    for key, value in headers:
        del mail[key]
        if value:
            mail[key] = value
    mail.set_content(words + "\n")
    for data in files:
        mail.add_attachment(data, maintype="text", subtype="csv", filename=name)
    return mail.as_bytes()


def state_of(key: UUID) -> int:
    with staff_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT state FROM threat WHERE key = %s", [key])
        return int(cursor.fetchone()[0])


def everything() -> dict[str, str]:
    """A digest of each table but those that count visits and sessions."""
    with staff_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        )
        names = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in sorted(names):
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), ''))"
                f' FROM "{name}" t'
            )
            found[name] = cursor.fetchone()[0]
    return found
