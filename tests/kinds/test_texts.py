"""The form of every text, so that it reads well in a mail and can be typed as it stands."""

import ipaddress
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from tocsin.kinds.catalogue import FOLDER, Kind, load, own_texts
from tocsin.kinds.prose import blocks, spans

FILES = sorted(FOLDER.glob("*/*.toml"))
TEXTS = own_texts(load(FOLDER).values())
EXAMPLES = [
    ipaddress.ip_network(network)
    for network in ("192.0.2.0/24", "198.51.100.0/24", "127.0.0.0/8", "0.0.0.0/24")
]
ADDRESS = re.compile(r"(?<![\d.-])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]|\.?[\w-])")
BRITISH = {
    "behavior": "behaviour",
    "authorized": "authorised",
    "organization": "organisation",
    "center": "centre",
    "recognized": "recognised",
    "anyways": "anyway",
}

by_name = pytest.mark.parametrize("one", TEXTS, ids=lambda one: one.name)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_files_are_tidy(path: Path) -> None:
    words = path.read_text(encoding="utf-8")
    assert "\t" not in words
    assert words.endswith("\n")
    assert not words.endswith("\n\n")
    for number, line in enumerate(words.split("\n"), 1):
        assert line == line.rstrip(), f"line {number} has trailing blanks"
        assert len(line) <= 100, f"line {number} is too long"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_wrapped_line_never_looks_like_an_item(path: Path) -> None:
    """Items follow items, an introduction with a colon, or stand first."""
    for words in tomllib.loads(path.read_text(encoding="utf-8")).get("text", {}).values():
        lines = words.strip().split("\n")
        for before, line in pairwise(lines):
            if line.startswith("- "):
                assert before.startswith(("- ", "  ")) or before.endswith(":")


@by_name
def test_all_four_parts_have_a_sensible_length(one: Kind) -> None:
    limits = {"what": (100, 480), "risk": (60, 420), "fix": (90, 1400), "check": (90, 700)}
    for part, words in one.text.parts():
        shortest, longest = limits[part]
        if one.class_ != "test":
            assert shortest <= len(words) <= longest, f"{part} has {len(words)} characters"


@by_name
def test_the_fix_is_a_list_of_steps(one: Kind) -> None:
    (steps,) = [block.items for block in blocks(one.text.fix) if block.items]
    assert 2 <= len(steps) <= 7
    for step in steps:
        assert step[0].isupper() or step.startswith(("`", "ntpd", "miniupnpd", "dnsmasq"))
        assert step.endswith((".", "`", "?"))


@by_name
def test_sentences_end(one: Kind) -> None:
    for part, words in one.text.parts():
        assert words[-1] in ".)`", part
        assert "  " not in words, part
        assert " ," not in words, part


@by_name
def test_the_check_can_be_typed(one: Kind) -> None:
    commands = [words for typed, words in spans(one.text.check) if typed]
    if one.text_from != "ransomware_victim":
        assert commands, "names no command"


@by_name
def test_backquotes_come_in_pairs(one: Kind) -> None:
    for _, words in one.text.parts():
        for line in words.split("\n"):
            assert line.count("`") % 2 == 0, line


@by_name
def test_only_example_addresses_are_named(one: Kind) -> None:
    for _, words in one.text.parts():
        for found in ADDRESS.findall(words):
            address = ipaddress.ip_address(found)
            assert any(address in network for network in EXAMPLES), found


@by_name
def test_no_placeholders_are_left(one: Kind) -> None:
    for _, words in one.text.parts():
        for spoken in (said for typed, said in spans(words) if not typed):
            assert not re.search(r"[{}<>]|TODO|XXX|%\(", spoken)


@by_name
def test_british_spelling(one: Kind) -> None:
    spoken = " ".join(said for _, words in one.text.parts() for typed, said in spans(words))
    for american in BRITISH:
        assert not re.search(rf"\b{american}\b", spoken), BRITISH[american]


def test_titles_are_short_and_say_different_things() -> None:
    # A kind whose text is the generic one of its class may have its title as well.
    titles = [
        one.title
        for one in load(FOLDER).values()
        if not one.like and not one.name.startswith("generic-")
    ]
    assert max(map(len, titles)) <= 72
    assert sorted(titles) == sorted(set(titles))
