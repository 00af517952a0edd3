"""The environment as people write it, each time in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.database.servers import SOURCE


def _status(tmp_path: Path, **given: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": SOURCE, "HOME": str(tmp_path)}
    return subprocess.run(
        [sys.executable, "-c", SHOW], env=environment | given, cwd=tmp_path,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


SHOW = """
from tocsin import settings
print(settings.TOCSIN_HOME, settings.TOCSIN_DIGEST_HOUR, settings.EMAIL_HOST_PASSWORD)
"""


@pytest.mark.parametrize("home", ["", "tocsin-data", "~/tocsin-data"])
def test_the_home_is_a_folder_here_unless_it_is_named(tmp_path: Path, home: str) -> None:
    assert _status(tmp_path, TOCSIN_HOME=home).stdout == f"{tmp_path}/tocsin-data 8 \n"


def test_a_secret_is_the_first_line_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "word").write_text("open sesame\nand more\n")
    done = _status(tmp_path, TOCSIN_SMTP_PASSWORD_FILE=str(tmp_path / "word"))
    assert done.stdout.endswith(" 8 open sesame\n")
    (tmp_path / "word").write_text("")
    assert _status(tmp_path, TOCSIN_SMTP_PASSWORD_FILE=str(tmp_path / "word")).stdout[-3:] == "8 \n"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("TOCSIN_DIGEST_HOUR", "eight", "TOCSIN_DIGEST_HOUR is “eight”, which is not a number"),
        ("TOCSIN_SMTP_PORT", "-1", "TOCSIN_SMTP_PORT is “-1”, which is not a number"),
        (
            "TOCSIN_OIDC",
            "Ministry",
            "TOCSIN_OIDC has “Ministry”, which cannot be a provider's name",
        ),
        ("TOCSIN_OIDC", "ministry", "TOCSIN_OIDC names ministry, but TOCSIN_OIDC_MINISTRY_ISSUER"),
        ("TOCSIN_SMTP_PASSWORD_FILE", "/no/file", "Cannot read /no/file, which TOCSIN_SMTP_PASS"),
    ],
)
def test_a_wrong_value_is_named_and_no_traceback_shown(
    tmp_path: Path, name: str, value: str, words: str
) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": SOURCE, name: value}
    done = subprocess.run(
        [sys.executable, "-m", "tocsin", "status"], env=environment, cwd=tmp_path,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith(f"tocsin: {words}")
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir()), "nothing was begun"


def test_each_provider_has_settings_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "word").write_text("open sesame\n")
    given = {
        "TOCSIN_OIDC": "ministry police",
        "TOCSIN_OIDC_MINISTRY_ISSUER": "https://id.ministry.example",
        "TOCSIN_OIDC_MINISTRY_CLIENT_ID": "tocsin",
        "TOCSIN_OIDC_MINISTRY_CLIENT_SECRET_FILE": str(tmp_path / "word"),
        "TOCSIN_OIDC_MINISTRY_TITLE": "the Ministry",
        "TOCSIN_OIDC_POLICE_ISSUER": "https://id.police.example",
        "TOCSIN_OIDC_POLICE_CLIENT_ID": "tocsin",
        "TOCSIN_OIDC_POLICE_SECOND_FACTOR": "mfa hwk",
    }
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": SOURCE, **given}
    show = "from tocsin import settings; print(settings.TOCSIN_OIDC)"
    command = [sys.executable, "-c", show]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found = eval(done.stdout, {"frozenset": frozenset})  # noqa: S307
    assert found["ministry"] == {
        "title": "the Ministry",
        "issuer": "https://id.ministry.example",
        "client": "tocsin",
        "secret": "open sesame",
        "second_factor": frozenset(),
    }
    assert found["police"]["title"] == "Police"
    assert found["police"]["second_factor"] == {"mfa", "hwk"}
