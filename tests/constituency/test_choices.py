"""Regions and sectors as data: complete, found by any name, and another country's are a file."""

from pathlib import Path

import pytest
from django.conf import settings

from tocsin.constituency.choices import regions, sectors
from tocsin.errors import TocsinError
from tocsin.refused import RefusalError


def test_the_united_kingdoms_regions_are_all_there() -> None:
    found = regions()
    codes = {one.code for one in found.choices.choices}
    assert found.country == "GB"
    assert len(codes) == 12
    assert {"london", "tarian", "scotland", "northern-ireland"} < codes


def test_every_territorial_force_has_one_region() -> None:
    covers = [place for one in regions().choices.choices for place in one.covers]
    # 43 forces of England and Wales, Scotland, Northern Ireland.
    assert len(covers) == len(set(covers)) == 45


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", ""),
        ("psni", "northern-ireland"),
        ("Yorkshire & Humber", "yorkshire-humber"),
        ("EAST-MIDLANDS", "east-midlands"),
        (" south  wales ", "tarian"),
        ("City of London", "london"),
    ],
)
def test_regions_are_found_by_any_of_their_names(text: str, code: str) -> None:
    assert regions().choices.find(text) == code


@pytest.mark.parametrize(
    ("text", "code"), [("bank", "banking"), ("ISP", "digital-infrastructure"), ("Other", "other")]
)
def test_sectors_are_found_by_any_of_their_names(text: str, code: str) -> None:
    assert sectors().find(text) == code


def test_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(RefusalError, match="West Midlands") as refusal:
        regions().choices.find("West Midland")
    assert refusal.value.reason == "unknown-region"


def test_name_like_none_is_refused_with_all() -> None:
    with pytest.raises(RefusalError, match=r"Eastern.*Northern Ireland"):
        regions().choices.find("Qqqqq")


@pytest.mark.parametrize("text", ["not toml", 'country = "XX"', "region = 1", "[region.a]\nx = 1"])
def test_file_that_is_no_list_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    (tmp_path / "regions.toml").write_text(text)
    monkeypatch.setattr(settings, "TOCSIN_REGIONS", str(tmp_path / "regions.toml"))
    with pytest.raises(TocsinError, match="is not a list of regions"):
        regions()


def test_missing_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TOCSIN_REGIONS", str(tmp_path / "none.toml"))
    with pytest.raises(TocsinError, match="cannot read"):
        regions()


def test_a_region_may_have_a_contact_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = 'country = "XX"\n[region.n]\nname = "North"\ncontact = """\nTeam,\n 030 5"""\n'
    (tmp_path / "regions.toml").write_text(words + '[region.s]\nname = "South"\n')
    monkeypatch.setattr(settings, "TOCSIN_REGIONS", str(tmp_path / "regions.toml"))
    assert [one.contact for one in regions().choices.choices] == ["Team, 030 5", ""]


def _file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    (tmp_path / "regions.toml").write_bytes(data)
    monkeypatch.setattr(settings, "TOCSIN_REGIONS", str(tmp_path / "regions.toml"))


def test_another_countrys_regions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'country = "XE"\n[region.n]\nname = "Nörd"\naliases = ["Up"]\n[region.s]\nname = "Süd"\n'
    _file(tmp_path, monkeypatch, text.encode())
    found = regions()
    assert (found.country, found.choices.find("UP"), found.choices.find("nörd")) == ("XE", "n", "n")
    with pytest.raises(RefusalError, match="Nörd or Süd"):
        found.choices.find("London")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[region.a]\nname = "N"\n[region.b]\nname = "n"\n', "“n” is a name of a and of b"),
        ('[region.a]\nname = "A"\naliases = ["B"]\n[region.b]\nname = "C"\n', "of a and of b"),
        ('[region.a]\nname = "A"\naliases = "North"\n', "is not a list"),
        ('[region.a]\nname = "A"\naliases = [1]\n', "is not a list"),
        ('[region.a]\nname = "A"\ncovers = "Here"\n', "is not a list"),
        ("[region.a]\nname = 1\n", "needs a name"),
        ('[region.a]\nname = " "\n', "needs a name"),
        (f'[region.{"a" * 33}]\nname = "A"\n', "at most 32 characters"),
        ('country = "GBR"\n[region.a]\nname = "A"\n', "not a code of two letters"),
    ],
)
def test_a_list_that_would_mislead_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    _file(tmp_path, monkeypatch, text.encode())
    with pytest.raises(TocsinError, match="is not a list of regions") as told:
        regions()
    assert words in str(told.value)


def test_a_file_in_another_encoding_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _file(tmp_path, monkeypatch, '[region.a]\nname = "Süd"\n'.encode("latin-1"))
    with pytest.raises(TocsinError, match="is not a list of regions"):
        regions()
