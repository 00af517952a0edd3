"""A process that composes, and kills itself at the step it is told.  Run by the tests only."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import django

from tests.alerts.killed_sender import die_around, use_database


def main(asked: dict[str, Any]) -> None:
    django.setup()
    use_database(asked["database"])
    from django.conf import settings

    from tocsin.alerts import compose

    settings.TOCSIN_HOME = Path(asked["home"])
    if asked["step"]:
        when, name = asked["step"].split()
        die_around(compose, name, when)
    now = datetime.fromisoformat(asked["now"])
    composed = compose.compose_due(compose.ready(now), now)
    print(json.dumps([composed.alerts, composed.threats]))  # noqa: T201


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
