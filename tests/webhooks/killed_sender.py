"""A process that delivers, and kills itself at the step it is told.  Run by the tests only."""

import json
import os
import signal
import sys
from datetime import datetime
from functools import partial
from typing import Any

import django


def die_around(owner: Any, name: str, when: str) -> None:
    """Die as soon as the owner's function is called, or when it has done its work."""
    true = getattr(owner, name)

    def deadly(*args: Any, **kwargs: Any) -> None:
        if when == "after":
            true(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, deadly)


def use_database(parts: dict[str, Any]) -> None:
    """The test's database, as the serving role."""
    from django.db import connections

    connections.databases["default"].update(parts)
    connections["default"].settings_dict.update(parts)


def main(asked: dict[str, Any]) -> None:
    django.setup()
    use_database(asked["database"])
    from django.conf import settings

    settings.SECRET_KEY = asked["key"]
    from tests.webhooks.places import loopback
    from tocsin.webhooks import deliveries, outcomes, sending

    owners = {"outcomes": outcomes, "deliveries": deliveries, "sending": sending}
    if asked["step"]:
        when, owner, name = asked["step"].split()
        die_around(owners[owner], name, when)
    now = datetime.fromisoformat(asked["now"])
    send = partial(sending.post, rules=loopback(asked["url"]))
    ended = deliveries.deliver_due(send, lambda: now, lambda: 0.5)
    print(json.dumps(ended))  # noqa: T201


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
