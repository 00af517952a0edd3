"""Reading the headers and the words of mails that anybody may have written."""

from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

from tocsin.alerts.channels.mail.message import one_line


def header(mail: Message, name: str) -> str:
    """The header's words on one line, all lines of that name; empty where there is none."""
    return " ".join(_decoded(str(value)) for value in mail.get_all(name, []))


def _decoded(value: str) -> str:
    try:
        return one_line(str(make_header(decode_header(value))))
    except (MessageError, ValueError, LookupError):
        return one_line(value)


def text_of(mail: Message, most: int = 20_000) -> str:
    """The first part in plain text, as far as it can be read."""
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            return payload[:most].decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return ""
