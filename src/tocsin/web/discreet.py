"""What a log may say of the addresses that were asked for."""

import logging
import re

# Whoever knows the rest of such an address may do what it is for, without signing in.
LINK = re.compile(r"(/(?:answer|sign-in|invitation|join/proof|join|contact)/)([^/\s?]{12,})")


class WithoutLinks(logging.Filter):
    """Take the secret part out of every address in a line of the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        hidden = LINK.sub(r"\1…", said)
        if hidden != said:
            record.msg, record.args = hidden, ()
        return True
