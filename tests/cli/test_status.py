"""The numbers of `tocsin status`, each of them counted by hand."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.cli.calling import call
from tests.threats.conftest import EVERYTHING
from tests.threats.files import NOW, report, take
from tocsin.alerts.incoming import take as take_mail
from tocsin.alerts.mailbox import collect
from tocsin.alerts.models import Alert, Delivery
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.threats.models import Threat
from tocsin.threats.states import State

ALL_STATES = dict.fromkeys((state.name.lower() for state in State), 0)
OURS = [f"192.0.2.{number}" for number in range(1, 5)]
THEIRS, NOBODYS = "198.51.100.1", "203.0.113.9"


@pytest.fixture
def installation(db: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr("tocsin.threats.ingest.current_map", lambda: EVERYTHING)
    monkeypatch.setattr(settings, "EMAIL_HOST", "")
    with staff_scope():
        for number, name in ((1, "One"), (2, "Two"), (3, "Three")):
            Organisation.objects.create(pk=number, name=name, created_at=NOW)
        yield home


def numbers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    done = call(monkeypatch, "status", "--json")
    assert done.exit_code == 0
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_of_nothing(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Organisation.objects.all().delete()
    found = numbers(monkeypatch)
    wanted = dict.fromkeys(
        (
            "reports", "rows", "observations", "refused", "unattributed", "organisations",
            "organisations_alerted", "alerts", "mails",
        ),
        0,
    )  # fmt: skip
    assert {name: found[name] for name in wanted} == wanted
    assert found["threats"] == ALL_STATES
    assert (found["refused_reasons"], found["deliveries"], found["feeds"]) == ({}, {}, [])


def test_of_a_week(installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = [*OURS, THEIRS, NOBODYS]
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 no archive")
    take(
        report(tmp_path, 0, [*everybody, "nonsense"]),  # 6 observations, 1 refused
        report(tmp_path, 1, everybody[1:]),  # 5
        report(tmp_path, 2, everybody[2:]),  # 4: the first is gone
        report(tmp_path, 3, everybody[2:]),  # 4: the second is gone
        report(tmp_path, 4, [OURS[0], *everybody[2:]]),  # 5: the first is reopened
        report(tmp_path, 0, [THEIRS], kind="event4_sinkhole"),  # 1
        report(tmp_path, 20, [OURS[3]], kind="event4_sinkhole"),  # 1: the other is lost
        broken,
    )
    Threat.objects.filter(address=OURS[2]).update(state=State.DISPUTED)
    alert(1, "sent")
    alert(1, "uncertain", number=2)
    alert(2, "held")
    (installation / "outbox").mkdir()
    (installation / "outbox/1.eml").touch()
    found = numbers(monkeypatch)
    assert (found["reports"], found["observations"], found["rows"]) == (7, 26, 27)
    assert (found["refused"], sum(found["refused_reasons"].values())) == (2, 2)
    assert found["refused_reasons"]["no-affected-party"] == 1
    expected = {"open": 4, "reopened": 1, "disputed": 1, "gone": 1, "lost": 1}
    assert found["threats"] == ALL_STATES | expected
    assert found["unattributed"] == 1
    assert (found["organisations"], found["organisations_alerted"]) == (3, 2)
    assert (found["alerts"], found["mails"]) == (3, 1)
    assert found["deliveries"] == {"held": 1, "sent": 1, "uncertain": 1}
    assert found["outbox"] == str(installation / "outbox")
    (feed,) = found["feeds"]
    assert feed["name"] == "shadowserver"
    assert (feed["reports"], feed["observations"], feed["refused"]) == (7, 26, 1)
    assert (feed["last_day"], feed["unhealthy"]) == ("2026-03-21", 0)
    said = call(monkeypatch, "status").stdout
    for line in (
        "7, with 27 rows",
        "8 (open 4, reopened 1, disputed 1, gone 1, lost 1)",
        "6, of which nobody answers for 1",
        "3, of which 2 alerted",
        "The latest of 2 refused rows:",
        "Uncertain:",
    ):
        assert line in said, line


def alert(owner: int, state: str, number: int = 1) -> None:
    ticket = f"T-{owner}-{number}"
    made = Alert.objects.create(
        organisation_id=owner, ticket=ticket, composed_at=NOW, tlp="AMBER", language="en", csv=b""
    )
    Delivery.objects.create(
        alert=made, organisation_id=owner, message_id=f"<{ticket}@x.test>", state=state
    )


def test_the_outbox_is_no_matter_where_mail_is_sent(
    installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "EMAIL_HOST", "mail.cert.test")
    assert numbers(monkeypatch)["outbox"] == ""
    assert "Outbox" not in call(monkeypatch, "status").stdout


def test_a_threat_that_is_over_is_not_unattributed(
    installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(*(report(tmp_path, number, [NOBODYS] if not number else [THEIRS]) for number in range(3)))
    found = numbers(monkeypatch)
    assert (found["unattributed"], found["threats"]["gone"]) == (0, 1)
    assert datetime.fromisoformat(found["feeds"][0]["last_report"]) == NOW.astimezone(UTC)


Run = Callable[..., str]


@pytest.fixture
def run(installation: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*words: str) -> str:
        done = call(monkeypatch, "status", *words)
        assert done.exit_code == 0
        return done.stdout

    return run


def test_without_a_mailbox_nothing_is_said_of_mails_to_us(run: Run) -> None:
    assert "Mails to us" not in run()
    found = json.loads(run("--json"))
    assert (found["mailbox"], found["mailbox_trouble"], found["mails_to_read"]) == ("", "", 0)


def test_a_mailbox_that_is_not_read_and_mails_that_wait_are_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "TOCSIN_MAILDIR", str(tmp_path / "nowhere"))
    take_mail(b"From: jo@x.example\r\n\r\nhello", NOW)
    collect(NOW)
    said = " ".join(run().split())
    assert "1 wait for a person" in said
    assert "NOT READ: maildir" in said
    found = json.loads(run("--json"))
    assert "cannot be read" in found["mailbox_trouble"]
    assert found["mails_to_read"] == 1
