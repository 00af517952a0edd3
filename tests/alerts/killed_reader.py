"""A process that reads the mailbox, and kills itself at the step it is told.  For tests only."""

import json
import sys
from datetime import datetime
from typing import Any

import django

from tests.alerts.killed_sender import die_around, use_database


def main(asked: dict[str, Any]) -> None:
    django.setup()
    use_database(asked["database"])
    from django.conf import settings

    from tocsin.alerts import incoming, mailbox
    from tocsin.alerts.replies import by_mail, receipts, taking
    from tocsin.intake.fetch.memory import DatabaseMemory

    settings.TOCSIN_MAILDIR = asked["maildir"]
    if asked["step"]:
        when, owner, name = asked["step"].split()
        owners = {
            "incoming": incoming,
            "mailbox": mailbox,
            "memory": DatabaseMemory,
            "by_mail": by_mail,
            "taking": taking,
            "receipts": receipts,
        }
        die_around(owners[owner], name, when)
    mailbox.collect(datetime.fromisoformat(asked["now"]))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
