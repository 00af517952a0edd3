from datetime import timedelta
from typing import Any

import pytest

from tests.alerts.country import NOW, organisation, threat
from tocsin.alerts.compose import Composed, compose_due, ready
from tocsin.alerts.models import Inhibition, Mute
from tocsin.alerts.wishes import RuleError, Subject, inhibit, lift, mute, prefer, rules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staff")]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"kind": "openrdp"}, {"kind": "scan_rdp"}),
        ({"prefix": "192.0.2.7"}, {"prefix": "192.0.2.7/32"}),
        ({"prefix": "2001:DB8:0::/32"}, {"prefix": "2001:db8::/32"}),
    ],
)
def test_what_a_rule_is_about_has_one_form(given: dict[str, Any], kept: dict[str, Any]) -> None:
    assert Subject(**given).checked() == Subject(**kept)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "no_such_kind"}, "no kind 'no_such_kind'"),
        ({"prefix": "192.0.2.1/24"}, "is no prefix"),
        ({"prefix": "north"}, "is no prefix"),
    ],
)
def test_a_rule_that_could_never_apply_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(RuleError, match=words):
        Subject(**given).checked()


@pytest.mark.parametrize("reason", ["", "  "])
def test_who_holds_back_says_why(reason: str) -> None:
    with pytest.raises(RuleError, match="needs a reason"):
        inhibit("", Subject(kind="scan_rdp"), reason, "jo", NOW)
    assert not Inhibition.objects.exists()


def test_everything_can_be_inhibited_but_not_muted() -> None:
    organisation("North")
    inhibit("North", Subject(), "in court", "jo", NOW)
    with pytest.raises(RuleError, match="mute of everything") as caught:
        mute("North", Subject(until=NOW))
    assert "inhibit it" in caught.value.hint
    assert mute("North", Subject(), severity="info")
    assert Mute.objects.count() == 1


@pytest.mark.parametrize("made", [mute, prefer, inhibit])
def test_a_name_that_nobody_has_is_refused(made: Any) -> None:
    arguments = {
        mute: ("Nope", Subject(kind="scan_rdp")),
        prefer: ("Nope", "daily", 0, "critical"),
        inhibit: ("Nope", Subject(), "why", "jo", NOW),
    }[made]
    with pytest.raises(RuleError, match="No organisation is called 'Nope'"):
        made(*arguments)


@pytest.mark.parametrize("what", ["mute", "inhibition"])
def test_what_a_rule_held_back_is_told_once_it_is_lifted(what: str) -> None:
    owner = organisation("North")
    threat(owner, 1)
    subject = Subject(prefix="192.0.2.0/28")
    number = mute("North", subject) if what == "mute" else inhibit("North", subject, "r", "jo", NOW)
    assert compose_due(ready(NOW), NOW) == Composed()
    lift(what, number)
    assert compose_due(ready(NOW), NOW) == Composed(1, 1)
    with pytest.raises(RuleError, match=f"no {what} {number}"):
        lift(what, number)


def test_a_rule_ends_by_itself_at_its_hour_and_stays_in_the_list() -> None:
    threat(organisation("North"), 1)
    inhibit("", Subject(feed="shadowserver", until=NOW), "false", "jo", NOW - timedelta(days=2))
    assert compose_due(ready(NOW), NOW - timedelta(seconds=1)) == Composed()
    assert compose_due(ready(NOW), NOW) == Composed(1, 1)
    (rule,) = rules()
    assert (rule.organisation, rule.about, rule.reason) == (
        "everybody",
        "feed shadowserver",
        "false",
    )


def test_wishes_are_changed_and_not_doubled() -> None:
    owner = organisation("North")
    for rhythm in ("weekly", "immediate"):
        prefer("North", rhythm, 2, "high")
    owner.refresh_from_db()
    assert (owner.preference.rhythm, owner.preference.immediate_from) == ("immediate", "high")
