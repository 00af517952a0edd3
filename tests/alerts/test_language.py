from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.alerts.samples import SENDER, content, row
from tocsin.alerts.channels.mail.render import html, text
from tocsin.alerts.language import day, day_and_month, minute, number, words

MOMENT = datetime(2026, 3, 2, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "count", "date", "near"),
    [
        ("en", "1,234", "2 March 2026", "2 March"),
        ("de", "1.234", "2. März 2026", "2. März"),
        ("de-AT", "1.234", "2. März 2026", "2. März"),
        ("xx", "1,234", "2 March 2026", "2 March"),
        ("not a language", "1,234", "2 March 2026", "2 March"),
    ],
)
def test_numbers_and_dates_follow_the_language(
    language: str, count: str, date: str, near: str
) -> None:
    assert number(1234, language) == count
    assert day(MOMENT, language) == date
    assert day_and_month(MOMENT, language) == near
    assert minute(MOMENT, language) == f"{date}, 04:05 UTC"


def test_a_region_uses_its_languages_words_and_an_unknown_one_english() -> None:
    assert words("de-AT").gettext("reminder") == words("de").gettext("reminder") == "Erinnerung"
    assert words("xx").gettext("reminder") == "reminder"


@pytest.mark.parametrize("form", [html, text])
@pytest.mark.parametrize("tlp", ["CLEAR", "GREEN", "AMBER", "AMBER+STRICT"])
@pytest.mark.parametrize("severity", ["critical", "info"])
def test_a_german_mail_has_no_english_sentence_of_ours(form: Any, tlp: str, severity: str) -> None:
    rows = [
        row(number, why=why, severity=severity)
        for number, why in enumerate(["new", "reopened", "reminder"], 1)
    ]
    sender = replace(SENDER, dkim_domain="cert.example", smime=True, openpgp="AB")
    told = content(rows, language="de", tlp=tlp, officer="Jo")
    said = form(told, sender, True)
    english = form(replace(told, language="en"), sender, True)
    for sentence in (
        "What we ask of you",
        "in your networks",
        "Reply",
        "attached file",
        "What was seen",
        "How to answer",
        "Last seen",
        "seen 4 times",
        "is new",
        "May be shared",
        "we never ask",
        "DKIM signature",
        "a second time",
    ):
        assert sentence not in said, sentence
    assert "Bedrohungen in Ihren Netzen" in said
    assert len(english) > 1000


def test_a_reminder_in_german() -> None:
    said = text(content([row(1, why="reminder")], language="de"), SENDER)
    assert "Erinnerung: 1 Bedrohung in Ihren Netzen ist noch offen" in said
