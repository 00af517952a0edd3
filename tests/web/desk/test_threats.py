"""The desk's list of threats: filters, answers on several at once, and their undoing."""

import html
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.world import World, add_threat, kind_number
from tocsin.access.models import Role
from tocsin.answers.models import Answer
from tocsin.database.scope import staff_scope
from tocsin.threats.models import Threat
from tocsin.threats.states import State
from tocsin.web.desk import threats as page

ADDRESS = re.compile(r'<a class="file" href="/threats/([\w-]+)/">([^<]+)</a>')
LIST = "/threats/"


def listed(client: Client, query: str = "") -> list[str]:
    response = client.get(f"{LIST}?{query}")
    assert response.status_code == 200, response.content
    return [found for _, found in ADDRESS.findall(response.content.decode())]


def say(client: Client, query: str = "", **form: Any) -> Any:
    given = {"statement": "customer-told", "which": "ticked", **form}
    return client.post(f"{reverse('answer-threats')}?{query}", given, follow=True)


def text(response: Any) -> str:
    return html.unescape(response.content.decode())


@pytest.fixture
def many(world: World) -> None:
    """Forty more of another kind."""
    with staff_scope():
        kind = kind_number("scan_snmp")
        for at in range(100, 140):
            add_threat(kind, at, world.ours, State.OPEN)


def test_only_what_is_theirs_and_not_over(world: World, desk: Client) -> None:
    assert listed(desk) == ["198.18.0.0", "198.18.0.1", "198.18.0.2"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=gone", ["198.18.0.6"]),
        ("what=198.18.0.1", ["198.18.0.1"]),
        ("what=198.18.0.0/31", ["198.18.0.0", "198.18.0.1"]),
        ("what=198.18.0.3", []),
        ("kind=scan_rdp&severity=high&state=open&state=gone", 4),
        ("severity=low", []),
        ("opened=2026-09-30", 3),
        ("opened=2026-10-01", []),
        ("since=2026-10-01", []),
        ("class=vulnerable", 3),
        ("tag=nothing", []),
        ("due=on", []),
        ("alert=TOCSIN-2026-000001", []),
    ],
)
def test_filters(world: World, desk: Client, query: str, found: Any) -> None:
    shown = listed(desk, query)
    assert (shown if isinstance(found, list) else len(shown)) == found


def test_what_is_chosen_can_be_taken_away_again(world: World, desk: Client) -> None:
    said = text(desk.get(f"{LIST}?kind=scan_rdp&state=open&state=gone"))
    assert f'href="{LIST}?kind=scan_rdp&state=open"' in said
    assert f'href="{LIST}?state=open&state=gone"' in said


@pytest.mark.parametrize("query", ["what=192.0.2", "what=10.0.0.1/8", "opened=soon", "state=odd"])
def test_a_filter_that_says_nothing_is_told_and_kept(
    world: World, desk: Client, query: str
) -> None:
    response = desk.get(f"{LIST}?{query}")
    assert response.status_code == 400
    assert "There is a problem" in text(response)
    assert query.split("=")[1] in text(response)


def test_a_threats_id_leads_to_it(world: World, desk: Client) -> None:
    response = desk.get(f"{LIST}?what={UUID(int=1)}")
    assert response.headers["Location"] == reverse("threat", args=[UUID(int=1)])


def test_pages_follow_one_another_with_their_filters(
    many: None, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "SIZE", 30)
    first = text(desk.get(f"{LIST}?kind=scan_snmp"))
    following = re.search(r'href="([^"]+)" rel="next"', first)
    assert following
    second = text(desk.get(following[1]))
    shown = [each for said in (first, second) for _, each in ADDRESS.findall(said)]
    assert len(shown) == len(set(shown)) == 40
    assert f'href="{LIST}?kind=scan_snmp"' in second


def test_forty_are_answered_and_undone(many: None, desk: Client) -> None:
    response = say(
        desk,
        "kind=scan_snmp",
        which="shown",
        shown=[UUID(int=at) for at in range(100, 140)],
        comment="By letter.",
    )
    assert "Your answer on 40 threats is taken." in text(response)
    assert text(response).count("customer told<small>") == 40
    submission = re.search(r'name="submission" value="([\w-]+)"', text(response))
    assert submission
    form = {"submission": submission[1], "next": f"{LIST}?kind=scan_snmp"}
    undone = desk.post(reverse("undo-answers"), form, follow=True)
    assert undone.redirect_chain == [(f"{LIST}?kind=scan_snmp", 302)]
    assert "Undone: 40 answers were taken back." in text(undone)
    assert "customer told<small>" not in text(undone)
    again = desk.post(reverse("undo-answers"), form, follow=True)
    assert "There is nothing to take back any more." in text(again)
    with staff_scope():
        assert Answer.objects.count() == 80
        assert set(Answer.objects.values_list("via", flat=True)) == {"page"}


def test_all_that_fit_are_answered_on_every_page(
    many: None, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "SIZE", 10)
    response = say(desk, "kind=scan_snmp", which="all")
    assert "Your answer on 40 threats is taken." in text(response)
    with staff_scope():
        kinds = set(Answer.objects.values_list("kind_id", flat=True))
        assert kinds == {kind_number("scan_snmp")}


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"threat": []}, "Tick the threats that you answer for"),
        ({"statement": "", "threat": [UUID(int=1)]}, "Choose what you want to say."),
        ({"which": "all", "threat": [UUID(int=1)]}, "Which do you mean?"),
        ({"threat": [UUID(int=1)], "comment": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_a_form_with_a_mistake_says_so_and_loses_nothing(
    world: World, desk: Client, form: dict[str, Any], problem: str
) -> None:
    response = say(desk, **{"comment": "By letter.", **form})
    assert response.status_code == 400
    assert problem in text(response)
    assert form.get("comment", "By letter.") in text(response)
    for key in form["threat"]:
        assert re.search(rf'value="{key}" checked', text(response))
    with staff_scope():
        assert not Answer.objects.exists()


def test_strangers_threats_are_refused(world: World, desk: Client) -> None:
    response = say(desk, threat=[UUID(int=1), UUID(int=4)])
    assert "Your answer on 1 threat is taken." in text(response)
    assert "none of the threats that you can answer for" in text(response)


def test_what_was_said_before_is_told(world: World, desk: Client) -> None:
    say(desk, threat=[UUID(int=1)])
    assert "had been answered in the same words before" in text(say(desk, threat=[UUID(int=1)]))


def test_something_that_happened_since_stands(world: World, desk: Client) -> None:
    response = say(desk, statement="fixed", threat=[UUID(int=0), UUID(int=1)])
    with staff_scope():
        Threat.objects.filter(key=UUID(int=1)).update(state=State.CONFLICT, notice=3)
    submission = re.search(r'name="submission" value="([\w-]+)"', text(response))
    assert submission
    undone = desk.post(reverse("undo-answers"), {"submission": submission[1]}, follow=True)
    assert "1 answer was taken back" in text(undone)
    assert "1 answer stands" in text(undone)


def test_a_reader_sees_and_cannot_answer(world: World, visitor: Callable[[Role], Client]) -> None:
    said = text(visitor(Role.READER).get(LIST))
    assert "198.18.0.1" in said
    assert "Answer on several" not in said


def test_staff_see_everybodys_without_answering(world: World, analyst: Client) -> None:
    said = text(analyst.get(LIST))
    assert "Theirs Hosting" in said
    assert "Ours Broadband" in said
    assert "Answer on several" not in said


def test_nothing_at_all_is_explained(world: World, desk: Client) -> None:
    with staff_scope():
        Threat.objects.filter(organisation=world.ours).delete()
    assert "will be listed here" in text(desk.get(LIST))
