"""The desk's home."""

import html
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.world import NOW, World, make_person
from tocsin.access.models import Role, SignInSession
from tocsin.alerts.models import Delivery
from tocsin.database.scope import staff_scope
from tocsin.threats.models import DailyCount, Threat
from tocsin.threats.states import State

HOME = reverse("desk-home")


def home_of(client: Client) -> str:
    response = client.get(HOME)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def figure(said: str, label: str) -> str:
    found = re.search(rf">{label}</a></dt><dd>([^<]+?) *<", said)
    assert found, label
    return found[1]


def test_what_asks_for_a_look_is_counted_and_leads_to_it(world: World, desk: Client) -> None:
    with staff_scope():
        Threat.objects.filter(key=UUID(int=1)).update(state=State.CONFLICT)
        Threat.objects.filter(key=UUID(int=2)).update(notice=0, alerted_at=NOW - timedelta(days=29))
    said = home_of(desk)
    assert (figure(said, "Contradicted"), figure(said, "Due"), figure(said, "Not over")) == (
        "1", "1", "3",
    )  # fmt: skip
    assert 'href="/threats/?state=conflict"' in said
    assert f'href="/threats/{UUID(int=1)}/"' in said
    due = html.unescape(desk.get("/threats/?due=on").content.decode())
    assert "198.18.0.2" in due
    assert "198.18.0.1<" not in due


@pytest.mark.parametrize(
    ("before", "new"),
    [(None, "4"), (timedelta(hours=1), "4"), (timedelta(days=10), "11"), (timedelta(400), "11")],
)
def test_what_changed_since_the_last_visit(
    world: World, desk: Client, before: timedelta | None, new: str
) -> None:
    with staff_scope():
        kind = Threat.objects.get(key=UUID(int=1)).kind_id
        for days, count in ((9, 7), (40, 100)):
            DailyCount.objects.create(
                kind_id=kind, organisation=world.ours, day=(NOW - timedelta(days)).date(),
                new=count,
            )  # fmt: skip
        SignInSession.objects.update(before_at=before and NOW - before)
    said = home_of(desk)
    assert f'<td class="n">{new}</td>' in said
    day = NOW - min(max(before or timedelta(1), timedelta(1)), timedelta(30))
    assert f"opened={day:%Y-%m-%d}" in said


def test_the_latest_alerts(world: World, desk: Client) -> None:
    said = home_of(desk)
    assert "TOCSIN-2026-000001" in said
    assert "TOCSIN-2026-000002" not in said
    assert "/threats/?alert=TOCSIN-2026-000001" in said


def test_nothing_wrong_is_said_calmly(world: World, desk: Client) -> None:
    with staff_scope():
        Threat.objects.filter(organisation=world.ours).delete()
        Delivery.objects.all().delete()
        DailyCount.objects.all().delete()
    said = home_of(desk)
    assert "Nothing is wrong that we know of" in said
    assert "You have not been written to yet." in said


def test_a_session_knows_when_its_person_was_here_before(world: World) -> None:
    with staff_scope():
        person = make_person(Role.ABUSE_DESK, world.ours)
        person.set_password("a long pass phrase")
        person.last_login = before = datetime(2026, 3, 1, tzinfo=UTC)
        person.save()
    form = {"email": person.email, "password": "a long pass phrase"}
    assert Client().post("/sign-in/", form).status_code == 302
    with staff_scope():
        assert SignInSession.objects.get().before_at == before
