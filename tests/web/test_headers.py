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


RUNS = "script-src 'self'; connect-src 'self'"


def test_whoever_is_signed_in_runs_our_scripts_and_no_others(
    pages: list[str], analyst: Client
) -> None:
    for address in pages:
        response = analyst.get(address)
        assert RUNS in response.headers["Content-Security-Policy"], address
        assert "tocsin.js" in response.content.decode(), address


def test_strangers_run_script_only_where_a_passkey_signs_them_in(client: Client) -> None:
    running = set()
    for name in ("sign-in", "join", "ask-for-link", "front"):
        response = client.get(reverse(name))
        if "script-src" in response.headers["Content-Security-Policy"]:
            assert RUNS in response.headers["Content-Security-Policy"]
            running.add(name)
        assert ("<script" in response.content.decode()) == (name in running), name
    assert running == {"sign-in"}


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
        text = re.sub(
            r'<script src="/static/[a-z./-]+\.js" (defer|type="module")></script>', "", text
        )
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", text), address


def test_every_page_is_a_document_with_a_language_a_title_and_one_heading(
    pages: list[str], analyst: Client
) -> None:
    titles = []
    for address in pages:
        text = analyst.get(address).content.decode()
        assert text.startswith('<!DOCTYPE html>\n<html lang="en-GB"'), address
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


@pytest.mark.parametrize(
    ("file", "type_"),
    [
        ("tocsin.css", "text/css"),
        ("vendor/govuk.css", "text/css"),
        ("tocsin.js", "text/javascript"),
        ("vendor/govuk-frontend.js", "text/javascript"),
        ("vendor/htmx.min.js", "text/javascript"),
    ],
)
def test_styles_and_scripts_are_served(client: Client, file: str, type_: str) -> None:
    response = client.get(f"/static/{file}")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith(type_)


def test_health_says_nothing_but_ok(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_an_unknown_page_is_a_page_too(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "Page not found" in response.content.decode()
