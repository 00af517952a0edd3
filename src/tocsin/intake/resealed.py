"""A sealed copy as the member that it once was, to be read again.

Beside its name, a file is known by the mail that it came in: sender, subject and date are kept
with it as JSON (`{}` for what came otherwise).  What came beside it in the mail is not.
"""

import io
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from tocsin.errors import TocsinError
from tocsin.intake.containers.members import MailInfo, Member
from tocsin.intake.raw import unseal


def mail_facts(member: Member) -> dict[str, str]:
    """What is to be kept of a member's mail."""
    mail = member.mail
    if mail is None:
        return {}
    sent = mail.date.isoformat() if mail.date else ""
    return {"sender": mail.sender, "subject": mail.subject, "date": sent}


def resealed(home: Path, raw: str, origin: str, mail: Mapping[str, str]) -> Member:
    """The member whose sealed copy is at `raw`.  Raises `TocsinError` where it is there no more."""
    if not raw or not (home / raw).exists():
        raise TocsinError(
            "Its sealed copy is not kept any more.", "Deliver the file again, if you still have it."
        )
    content = unseal(home, raw)
    name = origin.rpartition("!")[2].rpartition("/")[2]
    return Member(name, origin, partial(io.BytesIO, content), _mail(mail))


def _mail(facts: Mapping[str, str]) -> MailInfo | None:
    if not facts:
        return None
    sent = facts.get("date", "")
    date = datetime.fromisoformat(sent) if sent else None
    return MailInfo(facts.get("sender", ""), facts.get("subject", ""), date, "")
