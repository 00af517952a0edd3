"""Signatures against what the specification gives, and against an independent calculation."""

import base64
import hashlib
import subprocess
from datetime import UTC, datetime

from tocsin.webhooks.signing import headers, new_secret, signature

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_the_example_of_the_specification() -> None:
    assert (
        signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            b'{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_hmac_written_out_agrees() -> None:
    """RFC 2104, step by step."""
    secret = new_secret()
    key = base64.b64decode(secret.removeprefix("whsec_")).ljust(64, b"\0")
    signed = b"msg_1.1700000000.{}"
    inner = hashlib.sha256(bytes(one ^ 0x36 for one in key) + signed).digest()
    outer = hashlib.sha256(bytes(one ^ 0x5C for one in key) + inner).digest()
    expected = "v1," + base64.b64encode(outer).decode()
    assert signature(secret, "msg_1", 1700000000, b"{}") == expected


def test_openssl_agrees() -> None:
    secret = new_secret()
    key = base64.b64decode(secret.removeprefix("whsec_")).hex()
    command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key}", "-binary"]
    done = subprocess.run(command, input=b"msg_1.17.{}", capture_output=True, check=True)
    assert signature(secret, "msg_1", 17, b"{}") == "v1," + base64.b64encode(done.stdout).decode()


def test_secrets_are_long_and_never_the_same() -> None:
    made = {new_secret() for _ in range(100)}
    assert len(made) == 100
    assert {len(base64.b64decode(one.removeprefix("whsec_"))) for one in made} == {32}


def test_while_one_secret_replaces_another_both_sign() -> None:
    new, old = new_secret(), new_secret()
    given = headers([new, old], "msg_1", NOW, b"{}")
    assert given["webhook-id"] == "msg_1"
    assert given["webhook-timestamp"] == str(int(NOW.timestamp()))
    stamp = int(NOW.timestamp())
    both = [signature(secret, "msg_1", stamp, b"{}") for secret in (new, old)]
    assert given["webhook-signature"].split(" ") == both
