import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from tests.web.world import World


def test_a_fault_is_a_page_too_even_if_it_is_the_databases(
    world: World, analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: object) -> None:
        raise OperationalError("the server closed the connection")

    analyst.raise_request_exception = False
    monkeypatch.setattr("tocsin.web.overview.figures.tallies", gone)
    monkeypatch.setattr("tocsin.web.context.Person", gone)  # who is signed in is not asked
    response = analyst.get(reverse("status"))
    assert response.status_code == 500
    text = response.content.decode()
    assert "Something is broken" in text
    assert "OperationalError" not in text
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_made_up_page_of_a_list_is_refused_kindly(world: World, analyst: Client) -> None:
    response = analyst.get(reverse("outbox") + "?after=nonsense")
    assert response.status_code == 400
    assert "That did not work" in response.content.decode()
