"""What asks for a look, and what is due."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.alerts.country import NOW, organisation, threat
from tocsin.alerts import attention as room
from tocsin.alerts.attention import Attention, attention, due_soon
from tocsin.constituency.models import Organisation
from tocsin.threats import reading
from tocsin.threats.states import CURRENT, NO_MORE_REMINDERS, State
from tocsin.threats.wanted import Wanted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staff")]


def told(of: Organisation, name: int, days: float, **changes: Any) -> None:
    threat(of, name, alerted_at=NOW - timedelta(days=days), **{"notice": 0, **changes})


def stands(of: Organisation) -> Attention:
    return attention(Wanted(of.pk), due_soon(NOW))


def test_each_state_is_counted_by_itself() -> None:
    ours, theirs = organisation(), organisation("Southwind")
    numbers = {State.CLAIMED: 1, State.CONFLICT: 2, State.REOPENED: 3, State.DISPUTED: 4}
    for state, count in (numbers | {State.GONE: 5, State.DISMISSED: 1, State.OPEN: 2}).items():
        for at in range(count):
            threat(ours, 10 * state + at, state=state)
    threat(theirs, 200, state=State.CONFLICT)
    assert stands(ours) == Attention(1, 2, 3, 4, due=0, current=12)
    assert stands(theirs) == Attention(0, 1, 0, 0, due=0, current=1)


def test_much_of_one_state_hides_nothing_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST", 3)
    ours = organisation()
    for at in range(6):
        threat(ours, at, state=State.CLAIMED)
    threat(ours, 9, state=State.CONFLICT)
    assert stands(ours) == Attention(3, 1, 0, 0, due=0, current=3)


@pytest.mark.parametrize(
    ("days", "kind", "changes", "due"),
    [
        (27, "scan_rdp", {}, 0),
        (28, "scan_rdp", {}, 1),
        (5, "event4_sinkhole", {}, 1),
        (4.9, "event4_sinkhole", {}, 0),
        (40, "scan_rdp", {"reminders": 2}, 1),
        (40, "scan_rdp", {"reminders": NO_MORE_REMINDERS}, 0),
        (40, "scan_rdp", {"notice": 1}, 0),
        (40, "scan_rdp", {"state": State.CLAIMED}, 0),
        (40, "scan_rdp", {"state": State.CONFLICT}, 1),
    ],
)
def test_what_is_due(days: float, kind: str, changes: dict[str, Any], due: int) -> None:
    ours = organisation()
    told(ours, 1, days, kind=kind, **changes)
    assert stands(ours).due == due
    listed = reading.page(Wanted(ours.pk, states=CURRENT, told=due_soon(NOW)), None, 9).items
    assert (listed != b"[]") is bool(due)


def test_what_the_reader_must_not_see_is_not_counted() -> None:
    ours = organisation()
    threat(ours, 1, state=State.CONFLICT, last_report_id=77)
    assert stands(ours).conflict == 1
    hidden = replace(Wanted(ours.pk), hidden=(77,))
    assert attention(hidden, due_soon(NOW)) == Attention(0, 0, 0, 0, due=0, current=0)
