"""Plain mails about access and membership: links, questions, decisions.  Called from jobs only.

They leave by the SMTP server that the settings name.  Where there is none, each becomes a file in
`TOCSIN_HOME/mails`: not in the outbox, where every file is an alert.  A link that lets somebody in
is made by the job that mails it, so that it stands nowhere else.
"""

import os
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from tocsin.database.files import durable

FOLDER = "mails"
# RFC 3834: answering programs leave such mails alone.
HEADERS = {"Auto-Submitted": "auto-generated"}


def send_mail(to: str, subject: str, text: str, now: datetime) -> None:
    """One mail, UTF-8 text, to one address.

    Raises `OSError` or `smtplib.SMTPException` where it could not leave; the job is tried again.
    """
    message = EmailMessage(
        " ".join(subject.split()), text, settings.TOCSIN_MAIL_FROM, [to], headers=HEADERS
    )
    if not settings.EMAIL_HOST:
        _keep(settings.TOCSIN_HOME / FOLDER, message, now)
        return
    with get_connection(
        use_tls=settings.TOCSIN_SMTP_SECURITY == "starttls",
        use_ssl=settings.TOCSIN_SMTP_SECURITY == "tls",
    ) as connection:
        message.connection = connection
        message.send()


def page_address(path: str) -> str:
    """The full address of one of our pages, for a mail."""
    return f"{settings.TOCSIN_PUBLIC_URL}{path}"


def _keep(folder: Path, message: EmailMessage, now: datetime) -> None:
    """Private: it may hold a link that lets somebody in."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with durable(folder / f"{now:%Y%m%dT%H%M%S}-{uuid4().hex[:8]}.eml") as partial:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(message.message().as_bytes())
