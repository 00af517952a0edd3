"""Plain mails as tests find them: files below the test's own TOCSIN_HOME."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tocsin.mailing import FOLDER


@dataclass(frozen=True)
class Letters:
    """The mails of one home, oldest first."""

    home: Path

    def all(self) -> list[EmailMessage]:
        paths = sorted((self.home / FOLDER).glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [message_from_bytes(one.read_bytes(), policy=policy.default) for one in paths]

    def to(self, address: str) -> list[EmailMessage]:
        return [one for one in self.all() if one["To"] == address]

    def text(self, address: str) -> str:
        """Of the newest mail to the address."""
        return str(self.to(address)[-1].get_content())

    def path(self, address: str, beginning: str = "/") -> str:
        """The page of ours that the newest mail to the address links to."""
        found = re.search(rf"https?://[^/\s]+({re.escape(beginning)}\S*)", self.text(address))
        assert found, self.text(address)
        return found[1]
