import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.world import World


@pytest.fixture
def pages(world: World) -> list[str]:
    names = [
        "sign-in",
        "account",
        "second-factor",
        "authenticator-app",
        "new-passkey",
        "password",
        "confirm",
        "status",
        "organisations",
        "feeds",
        "reports",
        "refused",
        "refused-lists",
        "outbox",
    ]
    return [
        *(reverse(name) for name in names),
        reverse("organisation", args=[world.ours.pk]),
        reverse("delivery", args=[world.our_delivery.pk]),
        "/nowhere/",
    ]


def test_only_pages_that_use_passkeys_run_script(pages: list[str], analyst: Client) -> None:
    running = set()
    for address in pages:
        response = analyst.get(address)
        policy = response.headers["Content-Security-Policy"]
        runs = "script-src 'self'; connect-src 'self'" in policy
        assert runs or "script-src" not in policy, address
        if runs:
            running.add(address)
    assert running == {reverse("sign-in"), reverse("new-passkey"), reverse("confirm")}


def test_no_page_lets_others_in_or_is_kept_by_anybody(pages: list[str], analyst: Client) -> None:
    for address in pages:
        response = analyst.get(address)
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'"), address
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"


def test_nothing_is_inline(pages: list[str], analyst: Client) -> None:
    for address in pages:
        text = analyst.get(address).content.decode()
        text = re.sub(r'<script src="/static/[a-z]+\.js" defer></script>', "", text)
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", text), address


def test_every_page_is_a_document_with_a_language_a_title_and_one_heading(
    pages: list[str], analyst: Client
) -> None:
    titles = []
    for address in pages:
        text = analyst.get(address).content.decode()
        assert text.startswith('<!DOCTYPE html>\n<html lang="en-GB">'), address
        titles += re.findall(r"<title>([^<]*) – Tocsin</title>", text)
        assert len(re.findall(r"<h1", text)) == 1, address
        assert '<main id="main"' in text
        ids = re.findall(r'\sid="([^"]*)"', text)
        assert len(ids) == len(set(ids)), address
    assert len(titles) == len(set(titles)) == len(pages)


def test_over_https_browsers_are_told_to_stay_there(analyst: Client) -> None:
    response = analyst.get(reverse("status"), secure=True)
    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "Strict-Transport-Security" not in analyst.get(reverse("status")).headers


def test_the_style_sheet_is_served(client: Client) -> None:
    response = client.get("/static/tocsin.css")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/css")


def test_health_says_nothing_but_ok(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_an_unknown_page_is_a_page_too(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "Page not found" in response.content.decode()
