"""Kinds in another language: German, complete for the kinds that come up most."""

import re

import pytest

from tocsin.kinds.catalogue import FOLDER, GENERIC, Kind, kind, load
from tocsin.kinds.rsit import CLASS_NAMES, SEVERITIES, TYPES, class_name, severity_name

# Whole in German: what every national feed has.
COMPLETE = [
    "compromised_account",
    "compromised_website",
    "event4_honeypot_brute_force",
    "event4_sinkhole",
    "malware_url",
    "phishing",
    "scan_dns",
    "scan_exchange",
    "scan_http_vulnerable",
    "scan_memcached",
    "scan_ntp",
    "scan_rdp",
    "scan_redis",
    "scan_smb",
    "scan_snmp",
    "scan_ssh",
    "scan_ssl_poodle",
    "scan_telnet",
]
GERMAN_PLACEHOLDERS = {
    "ADRESSE": "ADDRESS",
    "ZIEL": "DESTINATION",
    "NUTZER": "USER",
    "WEBORDNER": "WEBFOLDER",
    "PFAD": "PATH",
    "LANGERNAME": "LONGNAME",
    "Remotedesktop": "Remote Desktop",
}


def commands(text: str) -> set[str]:
    """What a text says to type, with placeholders in English."""
    for german, english in GERMAN_PLACEHOLDERS.items():
        text = text.replace(german, english)
    return set(re.findall("`([^`]*)`", text)) - {"Remote Desktop"}


@pytest.mark.parametrize("name", COMPLETE)
def test_the_commonest_kinds_are_whole_in_german(name: str) -> None:
    one = kind(name)
    german = one.text_in("de")
    assert one.title_in("de") != one.title
    for part, words in one.text.parts():
        assert getattr(german, part) != words


@pytest.mark.parametrize("name", COMPLETE)
def test_a_translation_keeps_the_commands_and_the_steps(name: str) -> None:
    english, german = kind(name).text, kind(name).text_in("de")
    for part, words in english.parts():
        said = getattr(german, part)
        assert commands(said) == commands(words)
        assert said.count("\n- ") == words.count("\n- ")


@pytest.mark.parametrize("one", load(FOLDER).values(), ids=lambda one: one.name)
def test_every_title_has_a_german_word(one: Kind) -> None:
    same = {"Sabotage"}
    assert one.title_in("de") != one.title or one.title in same


@pytest.mark.parametrize("class_", TYPES)
def test_the_text_of_every_class_is_whole_in_german(class_: str) -> None:
    generic = load(FOLDER)[GENERIC + class_]
    assert generic.text_in("de") != generic.text


def test_an_ipv6_twin_speaks_german_when_its_twin_does() -> None:
    assert kind("scan6_rdp").text_in("de") == kind("scan_rdp").text_in("de")


def test_a_text_that_is_not_translated_whole_stays_english() -> None:
    untranslated = kind("scan_synfulknock")
    assert untranslated.text_in("de") == untranslated.text
    half = Kind(
        **{
            **{name: getattr(untranslated, name) for name in Kind.__slots__},
            "text": type(untranslated.text)(kind("scan_rdp").text.what, "New.", "- New.", "New."),
        }
    )
    assert half.text_in("de") == half.text


@pytest.mark.parametrize("language", ["de", "de-AT", "de_CH"])
def test_a_region_without_words_of_its_own_gets_the_languages(language: str) -> None:
    assert kind("scan_rdp").title_in(language) == "Fernzugriff (RDP) aus dem Internet erreichbar"


@pytest.mark.parametrize("language", ["en", "en-GB", "fr", "xx", "", "../../de", "de/../de"])
def test_english_where_a_language_is_not_known(language: str) -> None:
    assert kind("scan_rdp").title_in(language) == kind("scan_rdp").title
    assert kind("scan_rdp").text_in(language) == kind("scan_rdp").text


def test_classes_and_severities_have_german_words() -> None:
    assert class_name("fraud", "de") == "Betrug"
    assert [severity_name(one, "de") for one in SEVERITIES] == [
        "kritisch",
        "hoch",
        "mittel",
        "niedrig",
        "Information",
    ]
    for class_ in set(CLASS_NAMES) - {"test"}:
        assert class_name(class_, "de") != class_name(class_, "en")
