import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.alerts.country import contact, organisation, state_of, threat
from tests.alerts.incoming_mails import ANSWER, dsn, letter
from tocsin.alerts.models import Alert, Delivery
from tocsin.cli import alert_mails, alert_rules
from tocsin.cli import alerts as commands
from tocsin.constituency.models import Contact
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[Run]:
    """Runs `tocsin alerts …` on the test's database, within its staff scope."""
    for module in (commands, alert_rules, alert_mails):
        monkeypatch.setattr(module, "open_database", lambda: None)

    def run(*words: str) -> Result:
        return CliRunner().invoke(commands.alerts, list(words), catch_exceptions=False)

    with staff_scope():
        yield run


def of(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_a_preview_shows_everybody_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    keys = [threat(organisation("North", released_at=None), 1), threat(organisation("South"), 2)]
    out = tmp_path / "out"
    told = of(run("preview", "--out", str(out), "--json"))
    assert [(one["organisation"], one["recipient"], one["new"]) for one in told] == [
        ("North", "abuse@north.example", 1),
        ("South", "abuse@south.example", 1),
    ]
    mail = message_from_bytes(Path(told[0]["file"]).read_bytes())
    assert "TOCSIN-PREVIEW" in mail["Subject"]
    assert {path.name for path in out.iterdir()} == {
        "TOCSIN-PREVIEW-north.eml",
        "TOCSIN-PREVIEW-south.eml",
    }
    assert not Alert.objects.exists()
    assert all(state_of(key)["notice"] == 1 for key in keys)
    assert not (tmp_path / "outbox").exists()


def test_a_preview_for_people_says_who_is_held(run: Run) -> None:
    threat(organisation("North", released_at=None), 1)
    shown = run("preview").output
    assert "North" in shown
    assert "1 organisations wait: first alert not released" in shown
    assert "Nothing is due." in run("preview", "--organisation", organisation("South").name).output


def test_send_release_send(run: Run, home: Path) -> None:
    threat(organisation("North", released_at=None), 1)
    threat(organisation("South", released_at=None), 2)
    assert of(run("send", "--json")) == {"alerts": 0, "threats": 0, "deliveries": {}, "held": 2}
    assert of(run("release", "North", "--json")) == {"released": ["North"]}
    assert of(run("release", "North", "--json")) == {"released": []}
    assert of(run("send", "--json")) == {
        "alerts": 1,
        "threats": 1,
        "deliveries": {"sent": 1},
        "held": 1,
    }
    assert len(list((home / "outbox").iterdir())) == 1
    run("release", "--all")
    assert "1 alerts with 1 threats composed.\n1 sent" in run("send").output
    assert len(list((home / "outbox").iterdir())) == 2


def test_one_organisation_alone_and_now(run: Run) -> None:
    north, south = organisation("North"), organisation("South")
    for owner in (north, south):
        threat(owner, owner.pk)
    assert of(run("send", "--organisation", "North", "--json"))["alerts"] == 1
    threat(north, 200)
    assert of(run("send", "--organisation", "North", "--json"))["alerts"] == 0
    assert of(run("send", "--organisation", "North", "--now", "--json"))["alerts"] == 1


@pytest.mark.parametrize(
    "words",
    [
        ("preview", "--organisation", "Nope"),
        ("send", "--organisation", "Nope"),
        ("release", "Nope"),
    ],
)
def test_an_unknown_name_is_an_error_with_advice(run: Run, words: tuple[str, ...]) -> None:
    with pytest.raises(TocsinError, match="Nope") as caught:
        run(*words)
    assert "organisations list" in caught.value.hint


def test_release_wants_to_know_whom(run: Run) -> None:
    assert run("release").exit_code == 2


def test_the_list_and_what_waits_in_it(run: Run) -> None:
    assert "No deliveries." in run("list").output
    threat(organisation(), 1)
    run("send")
    (one,) = of(run("list", "--json"))
    assert (one["organisation"], one["state"], one["threats"]) == ("Nordwind Hosting", "sent", 1)
    assert of(run("list", "--state", "waiting", "--json")) == []
    assert "sent" in run("list").output


def test_who_needs_a_call(run: Run) -> None:
    north, south = organisation("North"), organisation("South")
    long_ago = NOW - timedelta(days=31)
    for number in (1, 2):
        threat(north, number, notice=0, alerted_at=long_ago, reminders=2)
    threat(south, 3, notice=0, alerted_at=long_ago, reminders=1)
    threat(south, 4, notice=0, alerted_at=NOW, reminders=2)
    threat(south, 5, notice=0, alerted_at=long_ago, reminders=2, state=6)
    (one,) = of(run("unanswered", "--json"))
    assert (one["organisation"], one["threats"]) == ("North", 2)
    assert "North" in run("unanswered").output


def test_bounces_then_resend(run: Run, tmp_path: Path) -> None:
    owner = organisation()
    threat(owner, 1)
    run("send")
    delivery = Delivery.objects.get()
    raw = dsn("failed", f"Message-ID: {delivery.message_id}")
    folder = tmp_path / "mails" / "new"
    folder.mkdir(parents=True)
    (folder / "1").write_bytes(raw)
    (folder / "2").write_bytes(b"Subject: hello\r\n\r\n")
    assert "1 bounced, 1 other" in run("bounces", str(tmp_path / "mails")).output
    ticket = delivery.alert.ticket
    with pytest.raises(TocsinError, match="every contact's mail has bounced"):
        run("resend", ticket)
    Contact.objects.all().delete()
    contact(owner, "security")
    assert f"{ticket} to security@nordwind-hosting.example: sent" in run("resend", ticket).output
    with pytest.raises(TocsinError, match="nothing to send again"):
        run("resend", ticket)
    with pytest.raises(TocsinError, match="No alert has the ticket"):
        run("resend", "TOCSIN-1999-000001")


def test_an_inhibition_holds_back_until_it_is_lifted(run: Run) -> None:
    threat(organisation("North"), 1)
    words = ("--kind", "openrdp", "--prefix", "192.0.2.0/24", "--reason", "false", "--until")
    number = run("inhibit", *words, "2999-01-01").output.split()[1]
    assert of(run("send", "--json"))["alerts"] == 0
    (rule,) = of(run("rules", "--json"))
    assert rule["about"] == "kind scan_rdp, prefix 192.0.2.0/24"
    assert (rule["organisation"], rule["until"]) == ("everybody", "2999-01-01 00:00:00+00:00")
    assert "everybody" in run("rules").output
    run("lift", "inhibition", number)
    assert of(run("send", "--json"))["alerts"] == 1
    assert "No mutes and no inhibitions." in run("rules").output


def test_a_mute_concerns_one_organisation(run: Run) -> None:
    for name in ("North", "South"):
        threat(organisation(name), len(name) + ord(name[0]))
    run("mute", "North", "--severity", "high", "--class", "vulnerable")
    assert of(run("send", "--json"))["alerts"] == 1
    assert of(run("rules", "--json"))[0]["about"] == "class vulnerable, severity high"


def test_a_rhythm_is_kept(run: Run) -> None:
    owner = organisation("North")
    threat(owner, 1)
    run("rhythm", "North", "immediate", "--immediate-from", "never")
    assert of(run("send", "--json"))["alerts"] == 0
    run("rhythm", "North", "weekly", "--weekday", "sunday")
    assert of(run("send", "--json"))["alerts"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("inhibit", "--reason", "r", "--kind", "scan_rpd"), "no kind 'scan_rpd'"),
        (("inhibit", "--reason", "r", "--prefix", "192.0.2.1/24"), "is no prefix"),
        (("inhibit", "--reason", " "), "needs a reason"),
        (("inhibit", "--reason", "r", "--organisation", "Nope"), "Nope"),
        (("mute", "North"), "no mute"),
        (("mute", "Nope", "--feed", "x"), "Nope"),
        (("lift", "mute", "77"), "no mute 77"),
        (("rhythm", "Nope", "daily"), "Nope"),
    ],
)
def test_a_rule_that_would_not_do_what_it_says_is_refused(
    run: Run, words: tuple[str, ...], said: str
) -> None:
    organisation("North")
    with pytest.raises(TocsinError, match=said):
        run(*words)


def test_a_mail_for_a_person_is_listed_printed_and_settled(run: Run, tmp_path: Path) -> None:
    threat(organisation(), 1)
    run("send")
    sent = Delivery.objects.get()
    raw = letter(ANSWER.format(message_id=sent.message_id), "Fixed this morning.")
    (tmp_path / "answer.eml").write_bytes(raw)
    assert of(run("bounces", str(tmp_path / "answer.eml"), "--json"))["comment"] == 1
    (one,) = of(run("mails", "--json"))
    assert (one["organisation"], one["ticket"]) == ("Nordwind Hosting", sent.alert.ticket)
    assert one["subject"] == "AW: [TOCSIN-2026-000001] erledigt"
    assert run("mail", str(one["number"])).output_bytes == raw
    run("mail", str(one["number"]), "--settle")
    assert "No mail waits for a person." in run("mails").output
    assert len(of(run("mails", "--all", "--json"))) == 1
    with pytest.raises(TocsinError, match=f"No mail {one['number']} waits"):
        run("mail", str(one["number"]), "--settle")
    with pytest.raises(TocsinError, match="no mail 99"):
        run("mail", "99")


def test_the_mailbox_is_read_by_hand(run: Run, tmp_path: Path, settings: Any) -> None:
    assert run("read").exit_code == 2
    settings.TOCSIN_MAILDIR = str(tmp_path / "mail")
    failed = run("read", "--json")
    assert failed.exit_code == 1
    assert "cannot be read" in json.loads(failed.output)["failures"][0]
    for name in ("new", "cur", "tmp"):
        (tmp_path / "mail" / name).mkdir(parents=True)
    assert "no mails" in run("read").output
    (tmp_path / "mail" / "new" / "1.host").write_bytes(b"Subject: hello\r\n\r\n")
    assert "1 other" in run("read").output
