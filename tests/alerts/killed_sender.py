"""A process that delivers, and kills itself at the step it is told.  Run by the tests only."""

import json
import os
import signal
import sys
from datetime import datetime
from typing import Any

import django


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_around(owner: Any, name: str, when: str) -> None:
    """Die as soon as the owner's function is called, or when it has done its work."""
    true = getattr(owner, name)

    def deadly(*args: Any, **kwargs: Any) -> None:
        if when == "after":
            true(*args, **kwargs)
        die()

    setattr(owner, name, deadly)


def use_database(parts: dict[str, Any]) -> None:
    """The test's database, as the serving role."""
    from django.db import connections

    connections.databases["default"].update(parts)
    connections["default"].settings_dict.update(parts)


def main(asked: dict[str, Any]) -> None:
    django.setup()
    use_database(asked["database"])
    from tocsin.alerts import deliveries, outcomes
    from tocsin.alerts.channels.mail import posts

    owners = {"outcomes": outcomes, "Smtp": posts.Smtp}
    if asked["step"]:
        when, owner, name = asked["step"].split()
        die_around(owners[owner], name, when)
    now = datetime.fromisoformat(asked["now"])
    post = posts.Smtp("127.0.0.1", asked["port"], security="none", timeout=20)
    print(json.dumps(deliveries.deliver_due(post, lambda: now)))  # noqa: T201


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
