"""The pages behind the links in mails: reading changes nothing, and a token opens one alert."""

import csv
import io
import re
from email import message_from_bytes
from email.policy import default
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.alerts.country import NOW, organisation, threat
from tests.alerts.replies.answering import everything, sheet, state_of, told
from tests.alerts.replies.test_by_mail import delegation
from tests.web.world import browser_of
from tocsin.access.models import Person, Role
from tocsin.alerts.channels.mail.posts import Outbox
from tocsin.alerts.compose import compose_due, ready
from tocsin.alerts.deliveries import deliver_due
from tocsin.alerts.links import VALID_DAYS, token
from tocsin.alerts.models import Delivery, RefusedAnswer
from tocsin.answers.models import Answer, Delegation
from tocsin.constituency.models import Contact, Organisation
from tocsin.database.scope import staff_scope
from tocsin.threats.states import State
from tocsin.web import answer

pytestmark = pytest.mark.usefixtures("home", "committed_db")
GONE = "This link does not work"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "_now", lambda: NOW)


def page_of(delivery: Delivery) -> str:
    return f"/answer/{token(delivery.pk, delivery.alert.composed_at)}/"


def answers() -> list[tuple[UUID, str, str]]:
    with staff_scope():
        return list(Answer.objects.order_by("pk").values_list("key", "statement", "via"))


def links(raw: bytes) -> set[str]:
    mail = message_from_bytes(raw, policy=default)
    page = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    found = {unescape(one) for one in re.findall(r'href="([^"]+)"', page)}
    return found | set(re.findall(r"https?://[^\s>,]+", text))


def test_fetching_every_link_of_every_mail_changes_nothing(home: Path) -> None:
    with staff_scope():
        owner = organisation()
        delegation(owner.pk)
        other = organisation("Other Hosting", language="de")
        for number in (1, 2, 200):
            threat(owner, number)
        threat(other, 7, "scan_dns")
    compose_due(ready(NOW), NOW)
    deliver_due(Outbox(home / "outbox"), lambda: NOW)
    mails = [path.read_bytes() for path in (home / "outbox").iterdir()]
    assert len(mails) == 3
    before = everything()
    client = Client()
    fetched = 0
    for raw in mails:
        found = links(raw)
        assert len([one for one in found if "/answer/" in one]) >= 2
        for link in found:
            where = link.removeprefix("http://127.0.0.1:8000").rstrip(".")
            for method in (client.get, client.head):
                response = method(where)
                if "/answer/" in link:
                    assert (response.status_code, response.cookies) == (200, {}), link
                fetched += 1
    assert fetched >= 20
    assert everything() == before


def test_every_other_link_of_a_mail_is_ours_too(home: Path) -> None:
    told(1)
    deliver_due(Outbox(home / "outbox"), lambda: NOW)
    (path,) = (home / "outbox").iterdir()
    assert all(one.startswith("http://127.0.0.1:8000/") for one in links(path.read_bytes()))


def post(where: str, **sent: Any) -> Any:
    return Client(enforce_csrf_checks=True).post(where, sent)


def test_all_of_an_alert_is_answered() -> None:
    delivery, keys = told(1, 2)
    response = post(page_of(delivery), statement="fixed", which="all", comment="done")
    assert "Thank you" in response.content.decode()
    assert set(answers()) == {(key, "fixed", "link") for key in keys}
    assert [state_of(key) for key in keys] == [State.CLAIMED] * 2


def test_one_kind_or_the_ticked_rows_are_answered() -> None:
    with staff_scope():
        owner = organisation()
        rdp, dns = threat(owner, 1), threat(owner, 2, "scan_dns")
        third = threat(owner, 3)
    delivery, _ = told()
    page = Client().get(page_of(delivery)).content.decode()
    (first,) = re.findall(r'value="(kind-\d)"[^>]*><label[^>]*>[^<]*DNS', page)
    post(page_of(delivery), statement="need-help", which=first)
    post(page_of(delivery), statement="fixed", which="ticked", threat=[str(rdp)])
    assert answers() == [(dns, "need-help", "link"), (rdp, "fixed", "link")]
    assert state_of(third) == State.OPEN


def test_one_threat_has_a_page_of_its_own() -> None:
    delivery, (one, two) = told(1, 2)
    where = f"{page_of(delivery)}{one}/"
    page = Client().get(where).content.decode()
    assert "192.0.2.1" in page
    assert "192.0.2.2" not in page
    assert "Thank you" in post(where, statement="fixed").content.decode()
    assert [state_of(key) for key in (one, two)] == [State.CLAIMED, State.OPEN]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"statement": "done", "which": "all"},
        {"statement": "fixed"},
        {"statement": "fixed", "which": "ticked"},
        {"statement": "fixed", "which": "all", "threat": [str(uuid4())]},
        {"statement": "fixed", "which": "all", "since": "soon"},
        {"statement": "fixed", "which": "kind-99"},
        {"statement": "fixed", "which": "ticked", "threat": ["1"]},
    ],
)
def test_what_is_not_clear_is_asked_again_and_changes_nothing(sent: dict[str, Any]) -> None:
    delivery, _ = told(1)
    assert post(page_of(delivery), **sent).status_code == 400
    assert answers() == []


def test_a_token_opens_its_own_alert_and_no_other_threat() -> None:
    delivery, _ = told(1)
    _, (theirs,) = told(2, name="Other Hosting")
    with staff_scope():
        untold = threat(Organisation.objects.get(name="Nordwind Hosting"), 3)
    for strange in (theirs, untold, uuid4()):
        assert GONE in Client().get(f"{page_of(delivery)}{strange}/").content.decode()
        sent = {"statement": "fixed", "which": "ticked", "threat": [str(strange)]}
        assert "Nothing was taken" in post(page_of(delivery), **sent).content.decode()
    assert answers() == []
    assert "192.0.2.2" not in Client().get(page_of(delivery)).content.decode()


def test_every_token_that_does_not_work_gets_the_same_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    delivery, (one,) = told(1)
    good = token(delivery.pk, NOW)
    with staff_scope():
        Delivery.objects.filter(pk=told(2, name="Other Hosting")[0].pk).delete()
    wrong = [
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        good.upper(),
        "x",
        "x" * 300,
        token(delivery.pk + 1, NOW),
        token(10**12, NOW),
        token(delivery.pk, NOW.replace(year=2020)),
    ]
    seen = set()
    for each in wrong:
        for where in (f"/answer/{each}/", f"/answer/{each}/{one}/"):
            for method in ("get", "post"):
                response = getattr(Client(), method)(where, {"statement": "fixed", "which": "all"})
                seen.add((response.status_code, response.content))
    assert len(seen) == 1
    assert next(iter(seen))[0] == 404
    assert answers() == []


@pytest.mark.parametrize("table", [Organisation, Delegation])
def test_whose_say_has_ended_answers_no_more(table: type) -> None:
    with staff_scope():
        owner = organisation()
        made = delegation(owner.pk)
    told(1)
    with staff_scope():
        delivery = Delivery.objects.select_related("alert").get(alert__delegation=made)
        Organisation.objects.update(suspended=table is Organisation)
        Delegation.objects.update(valid_to=NOW if table is Delegation else None)
    assert GONE in Client().get(page_of(delivery)).content.decode()


def test_the_link_of_an_address_that_is_no_contact_any_more_ends() -> None:
    delivery, (one, *_) = told(1)
    assert GONE not in Client().get(page_of(delivery)).content.decode()
    with staff_scope():
        Contact.objects.filter(email=delivery.recipient).delete()
    assert GONE in Client().get(f"{page_of(delivery)}{one}/").content.decode()
    assert post(page_of(delivery), statement="fixed", which="all").status_code == 404
    assert answers() == []


def test_a_delegations_contact_answers_as_such() -> None:
    with staff_scope():
        owner = organisation()
        made = delegation(owner.pk)
    told(1)
    with staff_scope():
        delivery = Delivery.objects.select_related("alert").get(alert__delegation=made)
    assert '<html lang="de" ' in Client().get(page_of(delivery)).content.decode()
    post(page_of(delivery), statement="fixed", which="all")
    with staff_scope():
        assert Answer.objects.get().delegation_id == made.pk


def test_who_tries_many_tokens_is_told_to_stop() -> None:
    client = Client()
    codes = [client.get(f"/answer/x{n}/").status_code for n in range(answer.BAD_TOKENS + 2)]
    assert codes[-1] == 429
    assert codes[0] == 404


def test_a_link_is_not_answered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "ANSWERS", 3)
    delivery, _ = told(1)
    sent = {"statement": "fixed", "which": "all"}
    codes = [post(page_of(delivery), **sent).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]


def test_the_page_is_kept_by_nobody_and_tells_nobody_its_address() -> None:
    delivery, _ = told(1)
    for where in (page_of(delivery), "/answer/x/"):
        headers = Client().get(where).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def upload(where: str, data: bytes, client: Client | None = None) -> str:
    sent = {"file": SimpleUploadedFile("answer.csv", data)}
    text: str = (client or Client(enforce_csrf_checks=True)).post(where, sent).content.decode()
    return text


def test_a_file_is_taken_and_what_is_refused_can_be_fetched() -> None:
    delivery, (one, two) = told(1, 2)
    page = upload(
        f"{page_of(delivery)}file/", sheet((one, "fixed"), (two, "=x"), (uuid4(), "fixed"))
    )
    assert "line 3: The row holds a formula." in page
    assert "line 4: This is none of the threats" in page
    (where,) = re.findall(r'href="([^"]+/refused/[^"]+)"', page)
    rows = list(csv.DictReader(io.StringIO(Client().get(where).content.decode("utf-8-sig"))))
    assert [(row["row"], row["reason"]) for row in rows] == [("3", "formula"), ("4", "unknown")]
    assert rows[0]["detail"] == "'=x"
    assert answers() == [(one, "fixed", "upload")]


def test_refused_rows_are_shown_to_whose_they_are_only() -> None:
    delivery, _ = told(1)
    other, _ = told(2, name="Other Hosting")
    upload(f"{page_of(delivery)}file/", b"nothing")
    with staff_scope():
        together = RefusedAnswer.objects.get().handed_in
    own, strange = (
        Client().get(f"{page_of(each)}refused/{together}/").content for each in (delivery, other)
    )
    assert len(own.splitlines()) == 2
    assert len(strange.splitlines()) == 1


def test_a_form_without_a_file_is_asked_again() -> None:
    delivery, _ = told(1)
    response = Client().post(f"{page_of(delivery)}file/")
    assert response.status_code == 400
    assert "Choose a file." in response.content.decode()


def test_a_large_alert_comes_in_pages() -> None:
    delivery, _ = told(*range(1, 251))
    client = Client()
    pages = [client.get(f"{page_of(delivery)}?page={n}").content.decode() for n in (1, 2, 3)]
    found = [re.findall(r'name="threat" value="([^"]+)"', page) for page in pages]
    assert [len(one) for one in found] == [100, 100, 50]
    assert len({each for one in found for each in one}) == 250
    for odd in ("0", "-1", "99", "x", "1" * 99, "²"):
        assert client.get(f"{page_of(delivery)}?page={odd}").status_code == 200


def test_what_was_observed_is_escaped() -> None:
    with staff_scope():
        threat(organisation(), "<script>x</script>.example", address=None,
               domain="<script>x</script>.example")  # fmt: skip
    delivery, _ = told()
    page = Client().get(page_of(delivery)).content.decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_link_in_a_mail_shown_on_our_pages_opens_nothing() -> None:
    """Who may read an alert may not answer it for that."""
    delivery, _ = told(1)
    client = signed_in(delivery, Role.READER)
    page = client.get(f"/status/outbox/{delivery.pk}/").content.decode()
    html = client.get(f"/status/outbox/{delivery.pk}/html/").content.decode()
    assert token(delivery.pk, delivery.alert.composed_at) not in page + html


def signed_in(delivery: Delivery, role: Role) -> Client:
    with staff_scope():
        person = Person.objects.create(
            email=f"{role.value}-{delivery.organisation_id}@people.example", role=role,
            created_at=NOW, organisation_id=delivery.organisation_id,
        )  # fmt: skip
    return browser_of(person)


def test_a_desk_that_is_signed_in_answers_for_any_of_its_threats() -> None:
    delivery, (one,) = told(1)
    told(2, name="Other Hosting")
    with staff_scope():
        untold = threat(Organisation.objects.get(name="Nordwind Hosting"), 3)
        theirs = threat(Organisation.objects.get(name="Other Hosting"), 4)
    client = signed_in(delivery, Role.ABUSE_DESK)
    file = sheet((one, "fixed"), (untold, "fixed"), (theirs, "fixed"))
    page = upload(reverse("answers-upload"), file, client)
    assert "line 4: This is none of the threats" in page
    assert {key for key, _, _ in answers()} == {one, untold}
    (where,) = re.findall(r'href="(/answers/refused/[^"]+)"', page)
    assert b"unknown" in client.get(where).content
    assert b"unknown" not in signed_in(told(5, name="Third")[0], Role.OWNER).get(where).content


def test_links_end_after_their_time() -> None:
    from datetime import timedelta

    delivery, _ = told(1)
    assert answer.opened_by(token(delivery.pk, NOW), NOW + timedelta(days=VALID_DAYS))
    assert not answer.opened_by(token(delivery.pk, NOW), NOW + timedelta(days=VALID_DAYS + 1))
