import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.web.world import World


def test_a_page_tells_what_it_cost(
    world: World, analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "TOCSIN_SERVER_TIMING", True)
    told = analyst.get(reverse("feeds")).headers["Server-Timing"]
    found = re.fullmatch(r'sql;desc="(\d+)";dur=([\d.]+), app;dur=([\d.]+)', told)
    assert found, told
    assert int(found[1]) > 1
    assert 0 < float(found[2]) < float(found[3])


def test_a_page_without_questions_counts_none(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "TOCSIN_SERVER_TIMING", True)
    assert 'sql;desc="0"' in Client().get(reverse("schema-answer-1")).headers["Server-Timing"]


def test_nobody_is_told_unless_it_is_wished(world: World, analyst: Client) -> None:
    assert "Server-Timing" not in analyst.get(reverse("feeds")).headers
