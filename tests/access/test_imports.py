"""What only the web server needs is not loaded by every command."""

import subprocess
import sys

from tests.database.servers import SOURCE

SHOW = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tocsin.settings"
import django
django.setup()
import tocsin.threats.ingest, tocsin.cli.people, tocsin.cli.doctor
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_commands_do_not_pay_for_passkeys_and_providers() -> None:
    command = [sys.executable, "-c", SHOW]
    done = subprocess.run(
        command, env={"PYTHONPATH": SOURCE}, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "tocsin" in loaded
    assert not loaded & {"fido2", "jwt", "qrcode", "requests"}
