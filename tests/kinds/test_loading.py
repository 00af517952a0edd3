"""Reading kinds from a folder: what may stand in a file, and what is said when it may not."""

from pathlib import Path

import pytest

from tocsin.kinds.catalogue import KindError, aliases_of, load

GENERIC = """
title = "Exposed"
class = "vulnerable"
type = "vulnerable-system"
severity = "medium"
nature = "scan"
[text]
what = "Something was seen."
risk = "It matters."
fix = "- Do this."
check = "Look with `nmap`."
"""
SMALLEST = """
title = "Finger"
class = "vulnerable"
type = "information-disclosure"
severity = "low"
nature = "scan"
"""
EVENT = SMALLEST.replace('"scan"', '"event"')


def folder_of(home: Path, **files: str) -> Path:
    family = home / "family"
    family.mkdir()
    (family / "generic-vulnerable.toml").write_text(GENERIC)
    for name, words in files.items():
        (family / f"{name}.toml").write_text(words)
    return home


def refusal(home: Path, **files: str) -> KindError:
    with pytest.raises(KindError) as refused:
        load(folder_of(home, **files))
    return refused.value


def test_five_lines_make_a_kind(tmp_path: Path) -> None:
    finger = load(folder_of(tmp_path, finger=SMALLEST))["finger"]
    assert finger.affected == (("address", "ip"),)
    assert finger.key == ("port", "protocol")
    assert finger.columns.time == ("timestamp",)
    assert finger.text_from == "generic-vulnerable"
    assert finger.text.fix == "- Do this."
    assert (finger.family, finger.flagged, finger.window_days) == ("family", False, 0)


def test_an_event_has_a_window_and_the_columns_of_its_source(tmp_path: Path) -> None:
    event = load(folder_of(tmp_path, finger=EVENT))["finger"]
    assert event.window_days == 14
    assert event.affected == (("address", "src_ip"),)
    assert (event.columns.port, event.columns.asn) == ("src_port", "src_asn")


def test_columns_are_given_only_where_they_differ(tmp_path: Path) -> None:
    words = SMALLEST + '[columns]\ntime = ["seen", "first_seen"]\nport = ""\n'
    columns = load(folder_of(tmp_path, finger=words))["finger"].columns
    assert columns.time == ("seen", "first_seen")
    assert columns.port == ""
    assert columns.hostname == "hostname"


def test_a_kind_like_another_takes_all_it_does_not_say(tmp_path: Path) -> None:
    finger = SMALLEST + 'aliases = ["old"]\n[columns]\nport = "p"\nasn = "a"\n'
    twin = 'like = "finger"\nseverity = "high"\n[columns]\nport = "q"\n'
    kinds = load(folder_of(tmp_path, finger=finger, finger6=twin))
    assert kinds["finger6"].title == "Finger"
    assert kinds["finger6"].severity == "high"
    assert (kinds["finger6"].columns.port, kinds["finger6"].columns.asn) == ("q", "a")
    assert kinds["finger6"].aliases == ()
    assert aliases_of(kinds) == {"old": "finger"}


def test_a_kind_like_another_may_have_a_text_of_its_own(tmp_path: Path) -> None:
    own = '[text]\nwhat = "w"\nrisk = "r"\nfix = "- f"\ncheck = "c"\n'
    kinds = load(folder_of(tmp_path, finger=SMALLEST, finger6=f'like = "finger"\n{own}'))
    assert kinds["finger6"].text.what == "w"
    assert kinds["finger6"].text_from == "finger6"
    assert kinds["finger"].text_from == "generic-vulnerable"


def test_lines_of_a_text_are_joined(tmp_path: Path) -> None:
    text = '[text]\nwhat = """\nOne\ntwo.\n\nThree.\n"""\nrisk = "r"\nfix = "- f"\ncheck = "c"\n'
    assert load(folder_of(tmp_path, finger=SMALLEST + text))["finger"].text.what == (
        "One two.\n\nThree."
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("severity", "danger"), "danger: unknown field"),
        (('"low"', '"lowish"'), "severity: lowish is none of critical, high"),
        (('"vulnerable"', '"weak"'), "class: weak is none of"),
        (('"information-disclosure"', '"spam"'), "type: spam is none of weak-crypto"),
        (('"scan"', '"sometimes"'), "nature: sometimes is none of scan, event"),
        (('title = "Finger"', ""), "title: missing or not text"),
        (('title = "Finger"', "title = 3"), "title: missing or not text"),
        (('"low"', '"low"\nwindow_days = 3'), "window_days: only a kind of event nature"),
        (('"low"', '"low"\naffected = ["ip"]'), "affected: ip is none of address"),
        (('"low"', '"low"\naffected = ["address:"]'), "affected: address: names no column"),
        (('"low"', '"low"\nkey = "port"'), "key: a list of texts is expected"),
        (('"low"', '"low"\ncolumns = 1'), "columns: a table is expected"),
    ],
)
def test_a_wrong_field_is_named_with_its_file(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    error = refusal(tmp_path, finger=SMALLEST.replace(*change))
    assert "finger.toml" in str(error)
    assert said in str(error)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[columns]\nports = "x"', "columns.ports: unknown field"),
        ("[columns]\nport = 3", "columns.port: text is expected"),
        ('[columns]\ntime = "t"', "columns.time: a list of texts"),
        ('[text]\nwhat = "Only this."', "text: give all of what, risk, fix and check"),
        ('[text]\nwhy = "?"', "text.why: unknown field"),
    ],
)
def test_tables_are_checked_too(tmp_path: Path, more: str, said: str) -> None:
    assert said in str(refusal(tmp_path, finger=f"{SMALLEST}{more}\n"))


@pytest.mark.parametrize("days", ["0", "366", '"a week"', "1.5"])
def test_a_window_is_a_sensible_number_of_days(tmp_path: Path, days: str) -> None:
    words = EVENT + f"window_days = {days}\n"
    assert "window_days: a whole number" in str(refusal(tmp_path, finger=words))


def test_an_unknown_field_gets_the_known_ones_as_hint(tmp_path: Path) -> None:
    assert "title" in refusal(tmp_path, finger=SMALLEST + "titel = 1\n").hint


def test_like_must_name_a_kind_that_stands_on_its_own(tmp_path: Path) -> None:
    error = refusal(tmp_path, finger=SMALLEST, finger6='like = "fingr"\n')
    assert "like: fingr is no kind" in str(error)
    assert error.hint == "Did you mean finger?"


def test_like_does_not_chain(tmp_path: Path) -> None:
    files = {"a": SMALLEST, "b": 'like = "a"\n', "c": 'like = "b"\n'}
    assert "c.toml: like: b is no kind" in str(refusal(tmp_path, **files))


def test_a_class_without_generic_text_needs_own_text(tmp_path: Path) -> None:
    words = SMALLEST.replace('"vulnerable"', '"fraud"').replace(
        '"information-disclosure"', '"phishing"'
    )
    assert "text: no text" in str(refusal(tmp_path, finger=words))


def test_one_name_is_one_file(tmp_path: Path) -> None:
    home = folder_of(tmp_path, finger=SMALLEST)
    (home / "other").mkdir()
    (home / "other" / "finger.toml").write_text(SMALLEST)
    with pytest.raises(KindError, match="already describes the kind finger"):
        load(home)


@pytest.mark.parametrize("words", ["title = ", "\udcff", "just words"])
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, words: str) -> None:
    home = folder_of(tmp_path)
    raw = words.encode("utf-8", "surrogateescape")
    (home / "family" / "finger.toml").write_bytes(raw)
    with pytest.raises(KindError, match=r"finger\.toml") as refused:
        load(home)
    assert refused.value.hint


def test_two_kinds_cannot_claim_one_alias(tmp_path: Path) -> None:
    words = SMALLEST + 'aliases = ["old"]\n'
    kinds = load(folder_of(tmp_path, finger=words, whois=words))
    with pytest.raises(KindError, match="aliases: old is taken"):
        aliases_of(kinds)


def test_an_alias_cannot_be_a_kinds_name(tmp_path: Path) -> None:
    kinds = load(folder_of(tmp_path, finger=SMALLEST + 'aliases = ["whois"]\n', whois=SMALLEST))
    with pytest.raises(KindError, match="whois is taken"):
        aliases_of(kinds)
