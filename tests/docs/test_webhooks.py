"""The examples of `docs/reference/webhooks.md` tell a genuine message from a forged one."""

import os
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.docs.pages import File, steps
from tocsin.webhooks.rules import EventType, State
from tocsin.webhooks.signing import headers, new_secret

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/webhooks.md"
FILES = {step.path: step.text for step in steps(PAGE.read_text("utf-8")) if isinstance(step, File)}
Verify = Callable[[str, dict[str, str], bytes], bool]
BODY = '{"type":"test","data":{"name":"Süd\\n"}}'.encode()


def in_python(secret: str, given: dict[str, str], body: bytes) -> bool:
    known: dict[str, Verify] = {}
    exec(FILES["verify.py"], known)  # noqa: S102 (the page's own example)
    return known["verify"](secret, given, body)


def in_shell(secret: str, given: dict[str, str], body: bytes) -> bool:
    Path("body").write_bytes(body)
    named = {
        "SECRET": secret, "ID": given["webhook-id"], "STAMP": given["webhook-timestamp"],
        "SIGNATURE": given["webhook-signature"],
    }  # fmt: skip
    done = subprocess.run(
        ["sh", "-c", FILES["verify.sh"]], env={"PATH": os.environ["PATH"], **named}, check=False
    )
    return done.returncode == 0


@pytest.fixture(params=[in_python, in_shell])
def verify(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Verify:
    monkeypatch.chdir(tmp_path)
    checked: Verify = request.param
    return checked


def test_a_genuine_message_is_accepted_also_while_the_secret_changes(verify: Verify) -> None:
    new, old = new_secret(), new_secret()
    given = headers([new, old], "msg_1", datetime.now(UTC), BODY)
    assert verify(new, given, BODY)
    assert verify(old, given, BODY)


def test_a_forged_one_is_not(verify: Verify) -> None:
    secret = new_secret()
    given = headers([secret], "msg_1", datetime.now(UTC), BODY)
    assert not verify(new_secret(), given, BODY)
    assert not verify(secret, given, BODY + b" ")
    assert not verify(secret, {**given, "webhook-id": "msg_2"}, BODY)
    assert not verify(secret, {**given, "webhook-timestamp": str(int(time.time()) - 1)}, BODY)
    assert not verify(secret, {**given, "webhook-signature": "v1,"}, BODY)


def test_an_old_one_is_not_accepted_again() -> None:
    secret = new_secret()
    given = headers([secret], "msg_1", datetime.now(UTC) - timedelta(minutes=6), BODY)
    assert not in_python(secret, given, BODY)


def test_every_event_and_state_is_described() -> None:
    page = PAGE.read_text("utf-8")
    assert {one.value for one in EventType if f"| `{one.value}` |" in page} == set(EventType)
    assert all(f"`{one.value}`" in page for one in State)
