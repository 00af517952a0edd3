"""Every kind of notice has words, and leads to a page that is there."""

import pytest
from django.urls import resolve

from tests.notices.conftest import NOW
from tocsin.notices.models import Notice
from tocsin.notices.rules import SORTS, Kind
from tocsin.notices.words import words

DATA = {
    "threats": 2, "new": 1, "reopened": 1, "title": "Open RDP", "verdict": "reject", "answers": 2,
    "why": "wrong", "approved": 1, "declined": 2, "name": "Nordwind", "member": True,
    "ticket": "TOCSIN-2026-000042", "since": "2026-02-27", "contacts": 2,
}  # fmt: skip


@pytest.mark.parametrize("kind", Kind)
def test_it_is_said_in_words_with_a_page(kind: Kind) -> None:
    said = words(Notice(kind=kind.value, subject="7", data=DATA, at=NOW))
    assert said.title
    assert "{" not in said.title + said.text
    assert resolve(said.path.partition("?")[0])
    assert SORTS[kind].roles


@pytest.mark.parametrize("kind", Kind)
def test_words_outlive_the_data_of_an_older_version(kind: Kind) -> None:
    assert words(Notice(kind=kind.value, subject="7", data={}, at=NOW)).title


def test_numbers_agree_with_their_nouns() -> None:
    one = words(Notice(kind="alert-sent", subject="T", data={"threats": 1, "reminders": 1}))
    two = words(Notice(kind="alert-sent", subject="T", data={"threats": 2, "reminders": 2}))
    assert one.text == "1 threat: 1 reminder."
    assert two.text == "2 threats: 2 reminders."
