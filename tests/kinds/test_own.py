"""The authority's own words: which of them hold, for which kinds, in which language."""

import pytest

from tocsin.kinds import own
from tocsin.kinds.catalogue import guess, kind, shipped_kinds
from tocsin.kinds.kind import Kind, OwnText, Text

TEXT = Text("Seen.", "Risky.", "Mend.", "Look.")
ENGLISH = OwnText("en", "Our title", TEXT)
GERMAN = OwnText("de", "Unser Titel", Text("Gesehen.", "Riskant.", "Beheben.", "Nachsehen."))
CAMPAIGN = own.Facts("high", "intrusions", "system-compromise", 30)


def made(words: dict[str, tuple[OwnText, ...]], facts: dict[str, own.Facts]) -> dict[str, Kind]:
    return own.resolved(own.Own(words, facts), shipped_kinds(), guess)


def test_nothing_said_changes_nothing() -> None:
    assert made({}, {}) == {}


@pytest.mark.parametrize("name", ["scan_rdp", "scan6_rdp"])
def test_words_hold_for_the_twin_that_shares_the_text(name: str) -> None:
    found = made({"scan_rdp": (ENGLISH,)}, {})[name]
    assert (found.title_in("en"), found.text_in("en")) == ("Our title", TEXT)
    assert found.text_from == "scan_rdp"
    assert found.name == name


def test_words_for_the_twin_alone_leave_the_other_as_it_was() -> None:
    found = made({"scan6_rdp": (ENGLISH,)}, {})
    assert list(found) == ["scan6_rdp"]
    assert found["scan6_rdp"].text_from == "scan6_rdp"


@pytest.mark.parametrize(
    ("words", "language", "title"),
    [
        ((ENGLISH,), "en-GB", "Our title"),
        ((ENGLISH,), "fr", "Our title"),
        ((GERMAN,), "de-AT", "Unser Titel"),
        ((GERMAN,), "en", kind("scan_rdp").title),
        ((ENGLISH,), "de", kind("scan_rdp").title_in("de")),
        ((ENGLISH, GERMAN), "de", "Unser Titel"),
    ],
)
def test_each_language_has_its_own_words(
    words: tuple[OwnText, ...], language: str, title: str
) -> None:
    found = made({"scan_rdp": words}, {})["scan_rdp"]
    assert found.title_in(language) == title
    own_text = next((one.text for one in words if one.title == title), None)
    assert found.text_in(language) == (own_text or kind("scan_rdp").text_in(language))


def test_another_severity_leaves_the_words() -> None:
    found = made({}, {"scan_rdp": own.Facts("critical")})["scan_rdp"]
    assert found.severity == "critical"
    assert found.text_in("de") == kind("scan_rdp").text_in("de")
    assert found.nature == "scan"


def test_a_kind_of_ones_own_has_the_first_words_where_it_has_none_in_a_language() -> None:
    found = made({"campaign-x": (GERMAN,)}, {"campaign-x": CAMPAIGN})["campaign-x"]
    assert (found.class_, found.nature, found.window_days) == ("intrusions", "event", 30)
    assert found.once
    assert not found.flagged
    assert found.title_in("en") == "Unser Titel"
    assert found.text_in("fr") == GERMAN.text


def test_a_kind_like_a_shipped_one_has_its_words_in_every_language() -> None:
    facts = own.Facts("high", "vulnerable", "vulnerable-system", 30, like="scan_rdp")
    found = made({}, {"campaign-x": facts})["campaign-x"]
    assert found.title_in("de") == kind("scan_rdp").title_in("de")
    assert found.text_in("de") == kind("scan_rdp").text_in("de")
    assert (found.name, found.nature) == ("campaign-x", "event")
