"""The five controls, and both sides of each."""

import pytest

from tests.outreach.world import NOW, Outreach, person
from tocsin.access.models import Role
from tocsin.database.scope import organisation_scope
from tocsin.errors import TocsinError
from tocsin.kinds.catalogue import all_kinds
from tocsin.outreach.assessment import Given, assess, latest
from tocsin.outreach.controls import Says, beside, controls, questions
from tocsin.outreach.models import ControlAnswer
from tocsin.outreach.rules import Seen
from tocsin.threats.states import Severity

UPDATES = ("updates-supported", "updates-soon", "updates-known")


def seen(kind: str, now: float | None = 4.0) -> Seen:
    return Seen(kind, Severity.HIGH, now, None)


def test_there_are_the_five() -> None:
    assert [one.title for one in controls()] == [
        "Firewalls", "Secure configuration", "Security update management", "User access control",
        "Malware protection",
    ]  # fmt: skip
    assert len(questions()) == sum(len(one.questions) for one in controls()) == 15


def test_each_kind_speaks_about_one_control_at_most_and_each_control_has_kinds() -> None:
    known = {f"{one.class_}/{one.type}" for one in all_kinds().values()}
    named = [each for one in controls() for each in one.kinds]
    assert len(named) == len(set(named))
    assert set(named) <= known


@pytest.mark.parametrize(
    ("kind", "control"),
    [
        ("scan_rdp", "firewalls"),
        ("scan_mongodb", "secure-configuration"),
        ("scan_exchange", "security-updates"),
        ("compromised_account", "user-access"),
        ("event4_sinkhole", "malware-protection"),
    ],
)
def test_what_is_seen_stands_beside_its_control(kind: str, control: str) -> None:
    found = {one.control.name: one.seen for one in beside({}, [seen(kind)])}
    assert [name for name, kinds in found.items() if kinds] == [control]


def test_what_is_no_longer_seen_says_nothing() -> None:
    both = beside({}, [seen("scan_rdp", 0.0), seen("scan_vnc", None)])
    assert all(one.number == 0 for one in both)


@pytest.mark.parametrize(
    ("answers", "differs"),
    [
        (("yes", "yes", "yes"), True),
        (("yes", "yes", "partly"), False),
        (("yes", "yes", ""), False),
    ],
)
def test_the_two_differ_where_all_is_said_to_be_done(
    answers: tuple[str, ...], differs: bool
) -> None:
    given = {name: answer for name, answer in zip(UPDATES, answers, strict=True) if answer}
    (one,) = [one for one in beside(given, [seen("scan_exchange")]) if one.seen]
    assert one.differs is differs
    assert not any(each.differs for each in beside(given, []))


def test_answers_are_added_and_the_latest_counts(outreach: Outreach) -> None:
    by, number = person(Role.ANALYST, "a@people.example"), outreach.near.pk
    with organisation_scope(number):
        assert assess(number, {"updates-soon": Given("no", "Next year")}, NOW, by) == 1
        assert assess(number, {"updates-soon": Given("no", "Next year")}, NOW, by) == 0
        assert assess(number, {"updates-soon": Given("yes"), "updates-known": Given("")}, NOW, by)
        found = latest(number)
        assert {name: one.answer for name, one in found.items()} == {"updates-soon": Says.YES}
        assert ControlAnswer.objects.count() == 2
    assert latest(outreach.beside.pk) == {}


@pytest.mark.parametrize(
    "given",
    [
        {"updates-soon": Given("perhaps")},
        {"no-such-question": Given("yes")},
        {"updates-soon": Given("yes", "x" * 501)},
    ],
)
def test_what_is_no_answer_is_not_kept(outreach: Outreach, given: dict[str, Given]) -> None:
    by = person(Role.ANALYST, "a@people.example")
    with pytest.raises(TocsinError):
        assess(outreach.near.pk, given, NOW, by)
    assert not ControlAnswer.objects.exists()
