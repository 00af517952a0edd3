import io
import logging
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.web.matrix.pages import PAGES
from tests.web.matrix.standing import LINKS
from tocsin.web.discreet import WithoutLinks

SECRET = "iM3p8_secret-of:a.link"


def logged(text: str, *values: object) -> str:
    target = io.StringIO()
    handler = logging.StreamHandler(target)
    handler.addFilter(WithoutLinks())
    handler.handle(logging.LogRecord("x", logging.WARNING, "", 0, text, values, None))
    return target.getvalue()


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if page.about in LINKS])
def test_no_link_that_lets_somebody_in_is_logged(name: str) -> None:
    more = {"answer-threat": {"threat": "00000000-0000-0000-0000-000000000001"},
            "answer-refused": {"handed_in": "00000000-0000-0000-0000-000000000001"}}  # fmt: skip
    where = reverse(name, kwargs={"token": SECRET, **more.get(name, {})})
    said = logged("%s: %s", "Bad Request", where)
    assert SECRET not in said
    assert said.startswith("Bad Request: /")


def test_other_addresses_are_logged_as_they_are() -> None:
    for where in ("/api/v1/threats", "/sign-in/second/", "/join/", "/status/outbox/17/"):
        assert logged("Not Found: %s", where) == f"Not Found: {where}\n"


def test_the_log_of_the_server_is_written_so() -> None:
    logging_: Any = settings.LOGGING
    assert logging_["handlers"]["stderr"]["filters"] == ["no links"]
    assert logging_["root"]["handlers"] == ["stderr"]


@pytest.mark.usefixtures("db")
def test_what_django_says_of_a_refused_request_is_among_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    Client().get(f"/invitation/{SECRET}/")
    (record,) = [one for one in caplog.records if one.name == "django.request"]
    WithoutLinks().filter(record)
    assert record.getMessage() == "Bad Request: /invitation/…/"
