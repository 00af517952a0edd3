"""What a customer is to be told of a threat: to read out, to copy, to send."""

import re
from email.message import EmailMessage
from email.policy import SMTP
from typing import NamedTuple
from urllib.parse import quote, urlencode

from django.utils import translation
from django.utils.translation import gettext as _

from tocsin.alerts.channels.mail.prose import text_prose
from tocsin.alerts.gather import text_of
from tocsin.web.desk.shown import Row
from tocsin.web.filters import moment

ADDRESS = re.compile(r"\b(ADDRESS|ADRESSE)\b")
LONGEST_LINK = 1_800  # what every program takes of a mailto: address


class Advice(NamedTuple):
    """`text`: the whole mail's, plain."""

    subject: str
    text: str

    @property
    def mailto(self) -> str:
        """A link that begins a mail; without the text where that is too long for one."""
        link = "mailto:?" + urlencode({"subject": self.subject, "body": self.text}, quote_via=quote)
        if len(link) <= LONGEST_LINK:
            return link
        return "mailto:?" + urlencode({"subject": self.subject}, quote_via=quote)

    @property
    def whole(self) -> bool:
        return "&body=" in self.mailto

    def draft(self) -> bytes:
        """A file that mail programs open as a mail to be finished and sent."""
        mail = EmailMessage(policy=SMTP)
        mail["Subject"] = self.subject
        mail["X-Unsent"] = "1"
        mail.set_content(self.text)
        return mail.as_bytes()


def advice(one: Row, language: str) -> Advice:
    """In the customer's language, where the kind's text is there in it."""
    with translation.override(language):
        text = text_of(one.kind, language)
        told = _with_values(text_prose(text, language), one)
        facts = {"affected": one.affected, "time": moment(one.last_seen), "title": text.title}
        subject = _("Security problem at %(affected)s: %(title)s") % facts
        words = [
            _("Dear customer,"),
            _(
                "we were told of a security problem of a device at %(affected)s. It was seen last "
                "on %(time)s."
            )
            % facts,
            told,
            _("Please reply when it is fixed, or if you need help. Our reference: %(id)s")
            % {"id": one.id},
        ]
    return Advice(subject, "\n\n".join(words) + "\n")


def _with_values(text: str, one: Row) -> str:
    """The commands with this threat's own address and port."""
    found = ADDRESS.sub(one.affected, text)
    return re.sub(r"\bPORT\b", str(one.port), found) if one.port else found
