"""Everybody in `demo.json` can sign in and use the API, run after run."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.demo.test_story import told as story
from tocsin.access.actions import person_at
from tocsin.access.factors import code_of, new_totp
from tocsin.access.tokens import caller_by, revoke
from tocsin.database.scope import staff_scope
from tocsin.demo.accounts import account_at, entries, open_doors
from tocsin.demo.marker import read_marker, said
from tocsin.demo.story import Story
from tocsin.errors import TocsinError

__all__ = ["story"]

URL = "http://127.0.0.1:8000"


@pytest.fixture
def whole(story: Story) -> dict[str, Any]:
    open_doors(URL, datetime.now(UTC))
    path = settings.TOCSIN_HOME / "demo.json"
    assert path.stat().st_mode & 0o777 == 0o600
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def test_who_is_there(whole: dict[str, Any]) -> None:
    roles = whole["roles"]
    assert whole["url"] == URL
    staff = ("analyst", "case_officer", "authoriser", "protect_officer", "auditor")
    assert [roles[role]["organisation"] for role in staff] == [None] * 5
    both = ["Puddlewick Broadband", "Cloudberry Anvil Hosting"]
    for role in ("owner", "abuse_desk", "reader"):
        assert [one["organisation"] for one in roles[role]] == both
    assert whole["example"]["organisation"] == both[0]
    for entry in entries(whole):
        fields = {"email", "password", "totp_secret", "api_token", "organisation"}
        assert set(entry) == fields


def test_the_marker_is_kept_beside_them(whole: dict[str, Any], story: Story) -> None:
    marker = read_marker(settings.TOCSIN_HOME)
    assert marker is not None
    assert marker.done
    assert marker.plan == story.plan


def test_each_signs_in_with_password_and_code(whole: dict[str, Any]) -> None:
    for entry in entries(whole):
        client = Client()
        given = {"email": entry["email"], "password": entry["password"]}
        step = client.post(reverse("sign-in"), given)
        assert step.status_code == 302, entry["email"]
        code = code_of(entry["totp_secret"], datetime.now(UTC))
        assert client.post(step["Location"], {"code": code}).status_code == 302
        assert client.get(reverse("status")).status_code == 200


def test_each_token_is_its_persons(whole: dict[str, Any]) -> None:
    for entry in entries(whole):
        client = Client(headers={"authorization": f"Bearer {entry['api_token']}"})
        assert client.get("/api/v1/token").json()["email"] == entry["email"]


def test_again_they_are_the_same(whole: dict[str, Any]) -> None:
    open_doors(URL, datetime.now(UTC))
    assert said(settings.TOCSIN_HOME) == whole


def test_what_was_changed_works_again(whole: dict[str, Any]) -> None:
    now = datetime.now(UTC)
    entry = whole["roles"]["auditor"]
    person = person_at(entry["email"])
    caller = caller_by(entry["api_token"], now)
    assert caller is not None
    revoke(caller.token, now)
    new_totp(person, now)
    with staff_scope():
        person.set_password("something else entirely")
        person.save()
    open_doors(URL, now)
    again = account_at(entry["email"])
    assert again["api_token"] != entry["api_token"]
    assert caller_by(again["api_token"], now) is not None
    assert person_at(entry["email"]).check_password(again["password"])
    client = Client()
    step = client.post(reverse("sign-in"), {"email": again["email"], "password": again["password"]})
    code = code_of(again["totp_secret"], datetime.now(UTC))
    assert client.post(step["Location"], {"code": code}).status_code == 302


def test_nobody_else_has_a_secret_to_be_read(whole: dict[str, Any]) -> None:
    with pytest.raises(TocsinError, match="nobody of a demo's"):
        account_at("ann@authority.example")
