"""Whether an incoming mail says that one of ours could not be delivered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr

from tocsin.alerts.channels.mail.headers import header, text_of
from tocsin.alerts.channels.mail.message import one_line

_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_REFUSAL = re.compile(r"(?i)\b5\d\d[ -]|\b5\.\d{1,3}\.\d{1,3}\b|permanent (error|fail)|undeliver")
_POSTMASTERS = frozenset({"mailer-daemon", "postmaster", "mail-daemon"})


@dataclass(frozen=True, slots=True)
class Failure:
    """`final`: given up, else a delay or a mere receipt.  `status`: the code of RFC 3463, empty
    where none is given.  `detail`: what the other server said."""

    final: bool
    delayed: bool
    status: str
    detail: str


def failure_in(mail: Message) -> Failure | None:
    """From a delivery status notification (RFC 3464), or from the free form of older servers."""
    fields = list(_status_fields(mail))
    if not fields:
        return _free_form(mail)
    actions = {header(part, "Action").lower() for part in fields}
    status = next((s for part in fields if (s := _status(header(part, "Status")))), "")
    said = next((s for part in fields if (s := header(part, "Diagnostic-Code"))), "")
    detail = " ".join(f"{status} {said}".split()) or header(mail, "Subject")
    return Failure("failed" in actions, "delayed" in actions, status, detail[:500])


def _status_fields(mail: Message) -> Iterator[Message]:
    """The groups of fields inside message/delivery-status, each parsed as headers."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            yield from (group for group in part.get_payload() if isinstance(group, Message))


def _free_form(mail: Message) -> Failure | None:
    """Exim names the recipients in a header; qmail and others write only words."""
    _, sender = parseaddr(header(mail, "From"))
    if sender.partition("@")[0].lower() not in _POSTMASTERS:
        return None
    words = text_of(mail)
    refused = _REFUSAL.search(words)
    if not (refused or header(mail, "X-Failed-Recipients")):
        return None
    line = next((line for line in words.splitlines() if _REFUSAL.search(line)), "")
    detail = one_line(line) or header(mail, "Subject")
    return Failure(True, False, _status(line), detail[:500])


def _status(words: str) -> str:
    found = _STATUS.search(words)
    return found[0] if found else ""
