"""No page of the desk asks the database more than twenty questions."""

from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.web.world import CLOCKS, NOW, World, browser_of, make_person, make_world
from tocsin.access.models import Role
from tocsin.answers.actions import answer
from tocsin.answers.statements import Given, Statement, Via, Who
from tocsin.database.scope import staff_scope
from tocsin.intake.models import Report
from tocsin.threats.models import Threat
from tocsin.threats.states import State

MOST = 20
PAGES = [
    reverse("desk-home"),
    reverse("threats"),
    f"{reverse('threats')}?due=on&alert=TOCSIN-2026-000001&kind=scan_rdp&what=198.18.0.1",
    reverse("threat", args=[UUID(int=1)]),
    reverse("for-customer", args=[UUID(int=1)]),
    f"{reverse('lookup')}?address=198.18.0.1",
]


@pytest.fixture
def committed(committed_db: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Without a transaction around everything, as in life."""
    for module in CLOCKS:
        monkeypatch.setattr(f"tocsin.web.{module}.now", lambda: NOW)
    return make_world()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", [Role.ABUSE_DESK, Role.ANALYST])
def test_few_questions(committed: World, page: str, role: Role) -> None:
    if role is Role.ANALYST and page == reverse("desk-home"):
        pytest.skip("the desk's own")
    with staff_scope():
        given = [Given(UUID(int=1), Statement.FALSE_POSITIVE)]
        answer(committed.ours.pk, given, Who("us"), Via.PAGE, NOW)
        Threat.objects.filter(key=UUID(int=2)).update(state=State.CONFLICT)
        Threat.objects.update(last_report_id=Report.objects.get().pk)
    client = browser_of(make_person(role, committed.ours))
    assert client.get(page).status_code == 200  # the statements are planned
    with CaptureQueriesContext(connection) as queries:
        client.get(page)
    transactions = ("BEGIN", "COMMIT")
    asked = [each["sql"] for each in queries if not each["sql"].startswith(transactions)]
    assert len(asked) <= MOST, "\n".join(sql[:150] for sql in asked)
