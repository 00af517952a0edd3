"""Members and strangers write; an analyst's terminal obeys none of it."""

import pytest

from tocsin.cli.tables import show
from tocsin.cli.visible import say, visible

HOSTILE = [
    "\x1b[31mred", "\x1b]0;title\x07", "\x1b]8;;https://evil.example\x1b\\click", "\x9b2J",
    "a\rb", "\u202eabc", "\u2066x", "a\u200bb", "\x08\x08", "\x7f",
]  # fmt: skip
COMMANDS = {chr(code) for code in (*range(9), *range(11, 32), *range(127, 160))}


@pytest.mark.parametrize("text", HOSTILE)
def test_no_terminal_obeys_what_others_wrote(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    show([{"comment": text}], machine=False, empty="")
    say(text)
    said = capsys.readouterr().out
    assert not set(said) & COMMANDS
    assert "\ufffd" in said or text == "a\rb"
    assert not [char for char in "\u202e\u2066\u200b" if char in said]


@pytest.mark.parametrize(
    "text", ["[/b]", "[link=https://evil.example]x[/link]", "[red]x", ":bell:"]
)
def test_what_looks_like_markup_is_text(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    show([{"comment": text}], machine=False, empty="")
    assert text in capsys.readouterr().out


def test_a_line_stays_one(capsys: pytest.CaptureFixture[str]) -> None:
    say("name: Ours\nstate: proven\u2028more")
    assert capsys.readouterr().out == "name: Ours state: proven more\n"


def test_plain_words_stay_as_they_are() -> None:
    assert visible("Größe\n\t日本 🔔") == "Größe\n\t日本 🔔"
