"""What an inhibition would hold, before it is made, is what it then holds."""

import pytest

from tests.alerts.country import NOW, organisation, report, threat
from tocsin.alerts import held_by as module
from tocsin.alerts.compose import compose_due, waiting_now
from tocsin.alerts.held_by import held_by
from tocsin.alerts.wishes import RuleError, Subject, inhibit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staff")]
EVERY = {
    "kind": Subject(kind="scan_rdp"),
    "feed": Subject(feed="second"),
    "prefix": Subject(prefix="192.0.2.0/30"),
    "kind and prefix": Subject(kind="scan_telnet", prefix="192.0.2.0/30"),
    "anything": Subject(),
}


def country() -> int:
    first, other = organisation(), organisation("Other")
    second = report("scan_telnet", "second")
    threat(first, 1)
    threat(first, 2, "scan_telnet", second)
    threat(first, 9)
    threat(first, 10, notice=0, alerted_at=NOW)
    threat(other, 3)
    return first.pk


@pytest.mark.parametrize("subject", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize("everybody", [True, False])
def test_what_it_says_is_what_it_does(subject: Subject, everybody: bool) -> None:
    first = country()
    said = held_by(subject, None if everybody else first, NOW)
    inhibit("" if everybody else "Nordwind Hosting", subject, "tests", "person 1", NOW)
    told = compose_due(waiting_now(NOW), NOW).threats
    assert said.counted
    assert said.threats == 4 - told
    assert said.threats == sum(count for *_, count in said.waiting)


def test_a_kind_that_nobody_has_holds_nothing() -> None:
    country()
    found = held_by(Subject(kind="scan_vnc"), None, NOW)
    assert (found.threats, found.organisations, found.recently) == (0, 0, (0, 0))


def test_what_takes_too_long_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    country()
    monkeypatch.setattr(module, "WAITING_HELD", "SELECT pg_sleep(5)")
    monkeypatch.setattr(module, "PATIENCE", "20ms")
    found = held_by(Subject(kind="scan_rdp"), None, NOW)
    assert not found.counted
    assert found.recently == (0, 0)


def test_a_subject_that_cannot_be_is_refused() -> None:
    with pytest.raises(RuleError):
        held_by(Subject(prefix="192.0.2.1/24"), None, NOW)
