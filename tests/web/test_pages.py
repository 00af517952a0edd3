import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.web.world import World, browser_of, make_delivery, make_person
from tocsin.access.models import Role
from tocsin.alerts.models import Delivery
from tocsin.database.scope import staff_scope


def _text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def _figures(text: str) -> dict[str, str]:
    found = re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)", text)
    return {name: value.strip() for name, value in found}


def test_the_authority_sees_all_numbers(world: World, analyst: Client) -> None:
    figures = _figures(_text(analyst, reverse("status")))
    assert figures["Current threats"] == "6"
    assert figures["Gone"] == "1"
    assert figures["Nobody answers for"] == "1"
    assert figures["Organisations alerted"] == "2"


def test_a_member_sees_its_own_numbers(world: World, visitor: Callable[[Role], Client]) -> None:
    text = _text(visitor(Role.ABUSE_DESK), reverse("status"))
    assert ">Ours Broadband</h1>" in text
    assert _figures(text)["Current threats"] == "3"
    assert _figures(text)["Gone"] == "1"
    assert "Nobody answers for" not in text


def test_current_threats_at_the_end_of_each_day(world: World, analyst: Client) -> None:
    rows = re.findall(r'<th scope="row">(\w+ \d+ \w+ \d+)</th>(.*?)</tr>',
                      _text(analyst, reverse("status")))  # fmt: skip
    ends = {day: re.findall(r'"n">([^<]*)<', cells)[-1] for day, cells in rows}
    assert ends == {"Tue 29 Sep 2026": "7", "Wed 30 Sep 2026": "6"}


def test_each_chart_has_a_name_and_its_figures_in_a_table(world: World, analyst: Client) -> None:
    text = _text(analyst, reverse("status"))
    assert text.count('role="img" aria-label="Column chart') == 2
    assert text.count("<details>") == 1


def test_one_organisation(world: World, analyst: Client) -> None:
    text = _text(analyst, reverse("organisation", args=[world.theirs.pk]))
    assert _figures(text)["Current threats"] == "2"
    assert "abuse@Theirs.example" in text
    assert world.their_delivery.alert.ticket in text


def test_an_auditor_sees_no_addresses_of_people(
    world: World, visitor: Callable[[Role], Client]
) -> None:
    text = _text(visitor(Role.AUDITOR), reverse("organisation", args=[world.theirs.pk]))
    assert "abuse@" not in text
    assert world.their_delivery.alert.ticket not in text


def test_the_calendar_tells_states_by_words(world: World, analyst: Client) -> None:
    text = _text(analyst, reverse("feeds"))
    cells = re.findall(r'<td><span class="cell (\w+)" title="([^"]*)">(.*?)</span></td>', text)
    assert [(state, re.sub("<[^>]*>", "", words)) for state, _, words in cells] == [
        ("healthy", "7"), ("missing", "none"), ("short", "7 short")
    ]  # fmt: skip
    assert cells[2][1] == "2026-09-30: 7 rows, 0 refused; far fewer rows than usual (9)"


def test_files_are_listed_with_their_notes(world: World, analyst: Client) -> None:
    text = _text(analyst, reverse("reports"))
    assert "2026-09-30-scan_rdp.csv" in text
    assert "columns not known: x" in text


def test_a_refused_row_is_shown_as_text(world: World, analyst: Client) -> None:
    text = _text(analyst, reverse("refused"))
    assert "bad-timestamp" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>" not in text


def test_the_outbox_can_be_narrowed_to_a_state(world: World, analyst: Client) -> None:
    with staff_scope():
        uncertain = make_delivery(world.ours, 3, state="uncertain")
    text = _text(analyst, reverse("outbox") + "?state=uncertain")
    assert uncertain.alert.ticket in text
    assert world.our_delivery.alert.ticket not in text
    assert "1 uncertain" in _text(analyst, reverse("status"))


def test_a_mail_is_shown_with_its_parts(world: World, analyst: Client) -> None:
    text = _text(analyst, reverse("delivery", args=[world.our_delivery.pk]))
    assert world.our_delivery.alert.ticket in text
    assert "<dd>abuse@ours.example</dd>" in text
    assert "Remote desktop" in text
    assert ".csv</a>" in text
    assert 'sandbox=""' in text
    assert "<style" not in text  # the mail's HTML is only inside the frame


def test_a_mails_html_runs_in_a_cage(world: World, analyst: Client) -> None:
    response = analyst.get(reverse("delivery-html", args=[world.our_delivery.pk]))
    assert b"Ours Broadband" in response.content
    policy = response.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy


def test_an_attachment_is_a_download(world: World, analyst: Client) -> None:
    address = reverse("delivery-attachment", args=[world.our_delivery.pk, 1])
    response = analyst.get(address)
    assert response.content == b"id,kind\n1,scan_rdp\n"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="TOCSIN-2026')
    assert response.headers["Content-Type"] == "application/octet-stream"
    missing = reverse("delivery-attachment", args=[world.our_delivery.pk, 2])
    assert analyst.get(missing).status_code == 404


def test_a_mail_to_no_address_says_so(world: World, analyst: Client) -> None:
    with staff_scope():
        Delivery.objects.filter(pk=world.our_delivery.pk).update(recipient="nobody")
    text = _text(analyst, reverse("delivery", args=[world.our_delivery.pk]))
    assert "The mail cannot be shown: Cannot send mail to" in text
    assert analyst.get(reverse("delivery-html", args=[world.our_delivery.pk])).status_code == 404


@pytest.mark.parametrize(
    "name", ["status", "organisations", "feeds", "reports", "refused", "refused-lists", "outbox"]
)
def test_few_queries_however_many_rows(world: World, analyst: Client, name: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        analyst.get(reverse(name))
    own = re.compile("SAVEPOINT|RELEASE|.*tocsin.staff", re.DOTALL)  # transactions and scopes
    asked = [query["sql"] for query in queries if not own.match(query["sql"])]
    assert 2 <= len(asked) <= 16, asked


def test_empty_installation(db: None, home: object) -> None:
    """Every page can be read before anything was imported."""
    client = browser_of(make_person(Role.ANALYST, None))
    for name in (
        "status",
        "organisations",
        "feeds",
        "reports",
        "refused",
        "refused-lists",
        "outbox",
    ):
        assert client.get(reverse(name)).status_code == 200, name
