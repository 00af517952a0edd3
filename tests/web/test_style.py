"""Contrast of the colours, by WCAG 2.2: 4.5 for text (1.4.3), 3 for what is drawn (1.4.11)."""

import re
from itertools import product
from pathlib import Path

import pytest

import tocsin.web

STATIC = Path(tocsin.web.__file__).parent / "static"
CSS = (STATIC / "tocsin.css").read_text()
TEXT, DRAWN = 4.5, 3.0
ON_PAPER = ("ink", "quiet", "link", "visited", "hover", "good", "bad", "warn")
TAGS = ("good", "warn", "bad", "odd", "plain")


def _colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block))


def _schemes() -> dict[str, dict[str, str]]:
    light, dark = (
        _colours(block) for block in re.findall(r":root\s*\{(.*?)\}", CSS, re.DOTALL)[:2]
    )
    return {"light": light, "dark": light | dark}


SCHEMES = _schemes()


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_dark_scheme_is_another_one() -> None:
    assert _luminance(SCHEMES["light"]["paper"]) > 0.9
    assert _luminance(SCHEMES["dark"]["paper"]) < 0.05


@pytest.mark.parametrize(("scheme", "name"), list(product(SCHEMES, ON_PAPER)))
def test_text_can_be_read(scheme: str, name: str) -> None:
    colours = SCHEMES[scheme]
    assert contrast(colours[name], colours["paper"]) >= TEXT
    assert contrast(colours[name], colours["shade"]) >= TEXT


@pytest.mark.parametrize(("scheme", "name"), list(product(SCHEMES, TAGS)))
def test_words_on_a_colour_can_be_read(scheme: str, name: str) -> None:
    colours = SCHEMES[scheme]
    assert contrast(colours[name], colours[f"{name}-bg"]) >= TEXT


@pytest.mark.parametrize(
    ("scheme", "back", "front"),
    [
        (scheme, *pair)
        for scheme in SCHEMES
        for pair in (
            ("act", "act-ink"), ("act-hover", "act-ink"), ("harm", "act-ink"),
            ("harm-hover", "act-ink"), ("focus", "focus-ink"), ("line", "plain"),
        )
    ],
)  # fmt: skip
def test_buttons_and_what_has_the_focus_can_be_read(scheme: str, back: str, front: str) -> None:
    assert contrast(SCHEMES[scheme][back], SCHEMES[scheme][front]) >= TEXT


@pytest.mark.parametrize("scheme", SCHEMES)
def test_edges_of_fields_can_be_seen(scheme: str) -> None:
    assert contrast(SCHEMES[scheme]["quiet"], SCHEMES[scheme]["paper"]) >= DRAWN


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_band_at_the_top_can_be_read(scheme: str) -> None:
    assert contrast(SCHEMES[scheme]["band"], SCHEMES[scheme]["band-ink"]) >= TEXT


@pytest.mark.parametrize(
    ("scheme", "name"), list(product(SCHEMES, ("open", "new", "reopened", "gone", "quiet")))
)
def test_columns_stand_out_from_the_paper(scheme: str, name: str) -> None:
    assert contrast(SCHEMES[scheme][name], SCHEMES[scheme]["paper"]) >= DRAWN


def test_each_colour_that_is_used_is_defined() -> None:
    used = set(re.findall(r"var\(--([\w-]+)\)", CSS))
    assert used == set(SCHEMES["light"])


def test_nothing_comes_from_elsewhere() -> None:
    assert not re.search(r"url\(|@import|https?:", CSS)
    govuk = (STATIC / "vendor" / "govuk.css").read_text()
    assert not re.search(r"url\(|@import|@font-face", govuk)


def test_colours_of_govuk_are_ours_in_both_schemes() -> None:
    """Each of its functional colours is replaced by one of those measured here."""
    govuk = (STATIC / "vendor" / "govuk.css").read_text()
    theirs = set(re.findall(r"(--govuk-[\w-]+-colour):", govuk)) - {"--govuk-print-text-colour"}
    ours = dict(re.findall(r"(--govuk-[\w-]+-colour): var\(--([\w-]+)\)", CSS))
    assert set(ours) == theirs
    assert set(ours.values()) <= set(SCHEMES["light"])
