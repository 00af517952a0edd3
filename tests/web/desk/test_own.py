"""An organisation's own matters: what each page shows, and what its forms do."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.world import NOW, World, kind_number, make_delivery, member_number
from tocsin.access.models import ApiToken, Role
from tocsin.access.tokens import caller_by
from tocsin.alerts.models import Alert, Delivery, Mute, Preference
from tocsin.answers.models import Delegation, Dispute
from tocsin.audit.models import Entry
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.webhooks.models import Webhook

Visitor = Callable[[Role], Client]
WISHES = {
    "rhythm": "weekly", "weekday": "2", "immediate_from": "high", "format": "text", "language": "de"
}  # fmt: skip


@pytest.fixture
def owner(visitor: Visitor) -> Client:
    return visitor(Role.OWNER)


def text(client: Client, name: str, *numbers: int, query: str = "") -> str:
    response = client.get(reverse(name, args=numbers) + query)
    assert response.status_code == 200, name
    return response.content.decode()


def logged() -> list[str]:
    with staff_scope():
        return list(Entry.objects.order_by("pk").values_list("action", flat=True))


def test_the_overview_leads_each_role_to_its_pages(world: World, visitor: Visitor) -> None:
    shown = {
        role: text(visitor(role), "own") for role in (Role.OWNER, Role.ABUSE_DESK, Role.READER)
    }
    for page, roles in {
        "tokens": {Role.OWNER},
        "preferences": {Role.OWNER},
        "contacts": {Role.OWNER, Role.ABUSE_DESK},
        "mutes": set(shown),
    }.items():
        assert {role for role in shown if reverse(page) in shown[role]} == roles, page
    assert "1 token opens" in shown[Role.OWNER]


def test_preferences_are_saved_and_shown_again(world: World, owner: Client) -> None:
    assert owner.post(reverse("preferences"), WISHES).status_code == 302
    with staff_scope():
        wish = Preference.objects.get(organisation=world.ours)
        assert (wish.rhythm, wish.weekday, wish.format) == ("weekly", 2, "text")
        assert Organisation.objects.get(pk=world.ours.pk).language == "de"
    assert 'value="weekly" id="id_rhythm_1" checked' in text(owner, "preferences").replace(
        " required", ""
    ).replace('checked="checked"', "checked")
    assert logged() == ["wishes changed"]


@pytest.mark.parametrize("wrong", [{"rhythm": "hourly"}, {"weekday": "7"}, {"language": "xx"}])
def test_preferences_that_do_not_exist_are_refused(
    world: World, owner: Client, wrong: dict[str, str]
) -> None:
    assert owner.post(reverse("preferences"), {**WISHES, **wrong}).status_code == 400
    with staff_scope():
        assert not Preference.objects.exists()


def test_a_mute_is_shown_before_it_is_made(world: World, visitor: Visitor) -> None:
    desk = visitor(Role.ABUSE_DESK)
    shown = text(desk, "new-mute", query="?kind=scan_rdp")
    assert "What it would hold now" in shown
    assert '<td class="n big">3' in shown
    with staff_scope():
        assert Mute.objects.count() == 2, "looking makes none"
    assert desk.post(reverse("new-mute"), {"kind": "scan_rdp"}).status_code == 302
    assert "Remote desktop" in text(desk, "mutes")
    made = reverse("lift-mute", args=[member_number("mute", world.ours)])
    assert desk.post(made).status_code == 302
    with staff_scope():
        assert list(
            Mute.objects.filter(organisation=world.ours).values_list("kind", flat=True)
        ) == ["scan_rdp"]
    assert logged() == ["mute made", "mute ended"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("network=north", "is no prefix"),
        ("kind=", "mute of everything"),
        ("kind=x", "valid choice"),
    ],
)
def test_a_mute_that_cannot_be_says_why(world: World, owner: Client, query: str, says: str) -> None:
    response = owner.get(f"{reverse('new-mute')}?{query}")
    assert (response.status_code, says in response.content.decode()) == (400, True)


def test_a_critical_kind_is_warned_of(world: World, owner: Client) -> None:
    warning = "Critical threats are, or may come to be"
    assert warning in text(owner, "new-mute", query="?severity=critical")
    assert warning not in text(owner, "new-mute", query="?severity=low")


def test_alerts_as_they_were_sent(world: World, owner: Client) -> None:
    with staff_scope():
        shop = Delegation.objects.get(organisation=world.ours)
        number = make_delivery(world.ours, 7).alert_id
        Alert.objects.filter(pk=number).update(delegation=shop)
    listed = text(owner, "own-alerts")
    assert listed.index("TOCSIN-2026-000007") < listed.index("TOCSIN-2026-000001")
    assert "for your customer Shop of Ours" in listed
    one = text(owner, "own-alert", world.our_delivery.alert_id)
    assert "TOCSIN-2026-000001" in one
    assert "Remote desktop" in one
    assert reverse("own-alert-html", args=[world.our_delivery.pk]) in one
    file = owner.get(reverse("own-alert-attachment", args=[world.our_delivery.pk, 1]))
    assert b"scan_rdp" in file.content


def test_an_alert_without_a_mail_yet(world: World, owner: Client) -> None:
    with staff_scope():
        Delivery.objects.filter(organisation=world.ours).delete()
    assert "No mail has been made" in text(owner, "own-alert", world.our_delivery.alert_id)


def test_what_is_said_not_to_be_ones_own(world: World, owner: Client) -> None:
    with staff_scope():
        for at, verdict in ((0, ""), (1, "reject"), (3, "")):
            Dispute.objects.create(
                organisation=world.ours if at < 3 else world.theirs, statement="not-ours",
                kind_id=kind_number("scan_rdp"), key=f"{at:032x}", opened_at=NOW, verdict=verdict,
                reason="It lies in your network." if verdict else "",
            )  # fmt: skip
    shown = text(owner, "own-assets")
    assert shown.index("198.18.0.1") < shown.index("198.18.0.0")
    assert "waits for an analyst" in shown
    assert "It lies in your network." in shown
    assert "198.18.0.3" not in shown


def test_a_part_is_passed_on_and_taken_back(
    world: World, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Found:
        organisation = world.ours.name

    monkeypatch.setattr("tocsin.answers.delegations.look_up", lambda text, now: Found)
    form = {
        "value": "b.example.net", "name": "Bakery", "email": "it@bakery.example", "language": "de",
        "until": (NOW + timedelta(days=3650)).date().isoformat(),
    }  # fmt: skip
    assert owner.post(reverse("new-delegation"), form).status_code == 302
    assert "Bakery" in text(owner, "delegations")
    again = owner.post(reverse("new-delegation"), form)
    assert (again.status_code, "delegated already" in again.content.decode()) == (400, True)
    with staff_scope():
        number = Delegation.objects.get(name="Bakery").pk
    assert "Bakery" in text(owner, "end-delegation", number)
    assert owner.post(reverse("end-delegation", args=[number])).status_code == 302
    assert "it@bakery.example" not in text(owner, "delegations")
    assert owner.get(reverse("end-delegation", args=[number])).status_code == 404


def test_what_is_not_ones_own_cannot_be_passed_on(
    world: World, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Found:
        organisation = world.theirs.name

    monkeypatch.setattr("tocsin.answers.delegations.look_up", lambda text, now: Found)
    form = {"value": "b.example.net", "name": "B", "email": "it@b.example", "language": "en"}
    response = owner.post(reverse("new-delegation"), form)
    assert (response.status_code, "is not an asset of" in response.content.decode()) == (400, True)


def test_a_webhook_from_its_secret_to_its_end(
    world: World, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {"url": "https://8.8.8.8/", "events": ["alert.sent"], "description": "tickets"}
    made = owner.post(reverse("new-webhook"), form)
    with staff_scope():
        number = Webhook.objects.get(description="tickets").pk
    assert "whsec_" in made.content.decode()
    page = reverse("webhook", args=[number])
    assert "whsec_" not in text(owner, "webhook", number), "it is shown once"
    assert owner.post(page, {"do": "test"}).status_code == 302
    assert "msg_" in text(owner, "webhook", number)
    assert owner.post(page, {"do": "off"}).status_code == 302
    assert "Switch it on" in text(owner, "webhook", number)
    assert owner.post(page, {"do": "on"}).status_code == 302
    assert owner.post(page, {"do": "replay"}).status_code == 302
    assert "whsec_" in owner.post(page, {"do": "secret"}).content.decode()
    assert owner.post(page, {"do": "sing"}).status_code == 400
    change = reverse("change-webhook", args=[number])
    assert owner.post(change, {**form, "url": "http://8.8.8.8/"}).status_code == 400
    assert owner.post(change, {**form, "description": "new"}).status_code == 302
    assert "new" in text(owner, "webhooks")
    assert owner.post(reverse("remove-webhook", args=[number])).status_code == 302
    with staff_scope():
        assert not Webhook.objects.filter(pk=number).exists()


def test_a_token_is_shown_once_works_and_ends(world: World, owner: Client) -> None:
    form = {"name": "tickets", "scopes": ["threats:read", "answers:write"], "days": "90"}
    made = owner.post(reverse("new-token"), form).content.decode()
    token = made.partition("<code>")[2].partition("</code>")[0]
    with staff_scope():
        row = ApiToken.objects.get(name="tickets")
    caller = caller_by(token, row.created_at)
    assert caller is not None
    assert caller.organisation == world.ours.pk
    assert caller.scopes == {"threats:read", "answers:write"}
    assert row.expires_at == row.created_at + timedelta(days=90)
    assert token not in text(owner, "tokens")
    assert owner.post(reverse("revoke-token", args=[row.pk])).status_code == 302
    assert caller_by(token, row.created_at) is None
    assert "tickets" not in text(owner, "tokens")
    assert logged() == ["token made", "token revoked"]


@pytest.mark.parametrize("wrong", [{"scopes": ["staff:write"]}, {"scopes": []}, {"days": "1"}])
def test_a_token_for_more_than_one_may_is_refused(
    world: World, owner: Client, wrong: dict[str, object]
) -> None:
    form = {"name": "tickets", "scopes": ["threats:read"], "days": "90", **wrong}
    assert owner.post(reverse("new-token"), form).status_code == 400
    with staff_scope():
        assert not ApiToken.objects.filter(name="tickets").exists()
