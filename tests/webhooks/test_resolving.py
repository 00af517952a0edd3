"""Names lead only to addresses that may be sent to, and every one of them is looked at."""

import threading
from typing import Any

import pytest

from tests.webhooks.places import rules
from tocsin.errors import TocsinError
from tocsin.webhooks.resolving import (
    RefusedTargetError,
    checked,
    is_local,
    policy,
    resolve,
    vetted,
    within,
)

PUBLIC, PUBLIC_6 = "8.8.8.8", "2606:4700::1111"
TARGET = checked("https://hooks.example/", rules())


@pytest.mark.parametrize("found", [[PUBLIC], [PUBLIC_6], [PUBLIC, PUBLIC_6]])
def test_public_addresses_are_given_as_they_were_found(found: list[str]) -> None:
    assert vetted(TARGET, rules(), lambda host: found) == found


@pytest.mark.parametrize(
    "found",
    [
        [], ["127.0.0.1"], [PUBLIC, "127.0.0.1"], ["10.0.0.1", PUBLIC], [PUBLIC, PUBLIC_6, "::1"],
        ["169.254.169.254"], ["fe80::1%eth0"], [PUBLIC, "fe80::1%2"], ["::ffff:8.8.8.8"],
    ],
)  # fmt: skip
def test_one_address_that_is_not_allowed_is_enough(found: list[str]) -> None:
    with pytest.raises(RefusedTargetError):
        vetted(TARGET, rules(), lambda host: found)


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://10.1.2.3/"],
)
def test_addresses_instead_of_names_are_not_looked_up(url: str) -> None:
    def never(host: str) -> list[str]:
        raise AssertionError(host)

    with pytest.raises(RefusedTargetError):
        vetted(checked(url, rules()), rules(), never)


def test_the_words_do_not_tell_whether_a_name_is_known() -> None:
    """Otherwise members could learn the names of our own networks."""
    said = []
    for found in ([], ["10.0.0.1"], ["127.0.0.1"]):
        with pytest.raises(RefusedTargetError) as caught:
            vetted(TARGET, rules(), lambda host, found=found: found)  # type: ignore[misc]
        said.append(f"{caught.value} {caught.value.hint}")
    assert len(set(said)) == 1
    assert "10.0" not in said[0]


def test_the_installations_own_public_name_and_its_addresses_are_refused() -> None:
    known = {"tocsin.example": [PUBLIC], "hooks.example": [PUBLIC], "other.example": ["9.9.9.9"]}
    mine = rules(public="tocsin.example")
    for url in ("https://tocsin.example/", "https://hooks.example/"):
        with pytest.raises(RefusedTargetError):
            vetted(checked(url, mine), mine, known.__getitem__)
    other = checked("https://other.example/", mine)
    assert vetted(other, mine, known.__getitem__) == ["9.9.9.9"]


@pytest.mark.parametrize(
    ("address", "local"), [("127.0.0.1", True), ("127.9.9.9", False), ("8.8.8.8", False)]
)
def test_whether_an_address_is_this_machines(address: str, local: bool) -> None:
    assert is_local(address) is local


def test_an_address_of_this_machine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.webhooks.resolving.is_local", lambda address: address == PUBLIC)
    with pytest.raises(RefusedTargetError):
        vetted(TARGET, rules(), lambda host: [PUBLIC])
    assert vetted(TARGET, rules(PUBLIC), lambda host: [PUBLIC]) == [PUBLIC]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "no-such-host.invalid", "a" * 70])
def test_the_systems_resolver_never_raises(host: str) -> None:
    assert set(resolve(host)) <= {"127.0.0.1", "::1"}


def test_a_resolver_that_hangs_is_left_alone() -> None:
    hangs = threading.Event()
    assert within(0.05, lambda host: [PUBLIC] if hangs.wait(30) else [], "hooks.example") == []
    hangs.set()


def test_the_settings_say_what_is_allowed(settings: Any) -> None:
    settings.TOCSIN_WEBHOOK_ALLOW = "10.0.0.0/8, siem.example"
    settings.TOCSIN_WEBHOOK_PORTS = "443, 9443"
    read = policy()
    assert read.schemes == ("https",)
    assert read.ports == {443, 9443}
    assert vetted(checked("https://siem.example:9443/", read), read, lambda host: ["fd00::1"])
    settings.TOCSIN_WEBHOOK_PORTS = "https"
    with pytest.raises(TocsinError, match="TOCSIN_WEBHOOK_PORTS"):
        policy()
