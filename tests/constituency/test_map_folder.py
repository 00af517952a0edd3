"""A saved map is the same map; a folder is whole or not taken."""

from pathlib import Path

import numpy as np
import pytest

from tests.constituency.map_samples import Held, ask, table
from tocsin.constituency import map_folder
from tocsin.constituency.asset_map import AssetMap

HELD = [
    Held(1, 10, "198.18.0.0/15", manual=False),
    Held(2, 20, "2001:db8::/32"),
    Held(3, 30, "2001:db8::5/128"),
    Held(4, 40, "AS64500"),
    Held(5, 50, "xn--bcher-kva.example"),
    Held(6, 60, "@example.org", manual=False),
]


def test_loaded_map_answers_as_the_saved_one(tmp_path: Path) -> None:
    map_folder.save(AssetMap.build(table(*HELD)), tmp_path / "1")
    asset_map = map_folder.load(tmp_path / "1")
    family, addr16, _ = ask("198.19.0.1", "2001:db8::5", "2001:db8::6", "203.0.113.1")
    at, asn = np.zeros(4, np.int64), np.array([0, 0, 0, 64500])
    assert asset_map.attribute(family, addr16, at, asn).asset.tolist() == [1, 3, 2, 4]
    domains = asset_map.responsible_domains(["a.xn--bcher-kva.example"], at[:1])
    assert domains.organisation.tolist() == [50]
    assert asset_map.responsible_email_domains(["example.org"], at[:1]).asset.tolist() == [6]


def test_map_of_no_assets(tmp_path: Path) -> None:
    map_folder.save(AssetMap.build(table()), tmp_path / "1")
    asset_map = map_folder.load(tmp_path / "1")
    family, addr16, _ = ask("192.0.2.1", "2001:db8::1")
    found = asset_map.attribute(family, addr16, np.zeros(2, np.int64), np.ones(2, np.int64))
    assert found.organisation.tolist() == [0, 0]
    assert asset_map.candidates_domain("example.org") == []


def test_loaded_arrays_are_mapped_not_read_and_cannot_be_written(tmp_path: Path) -> None:
    map_folder.save(AssetMap.build(table(*HELD)), tmp_path / "1")
    column = map_folder.load(tmp_path / "1").imported.ipv4.holdings.organisation
    assert isinstance(column.base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        column[0] = 99


def test_folder_of_another_process_that_was_first_is_kept(tmp_path: Path) -> None:
    map_folder.save(AssetMap.build(table(*HELD)), tmp_path / "1")
    map_folder.save(AssetMap.build(table(*HELD)), tmp_path / "1")
    assert [entry.name for entry in tmp_path.iterdir()] == ["1"]


def test_folder_in_the_way_that_is_no_map_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "notes.txt").write_text("not a map")
    with pytest.raises(OSError, match="not empty"):
        map_folder.save(AssetMap.build(table(*HELD)), tmp_path / "1")
    assert [entry.name for entry in tmp_path.iterdir()] == ["1"]


@pytest.mark.parametrize("layout", ["", "{}", '{"layout": 0}', "[1]"])
def test_folder_of_another_layout_is_not_complete(tmp_path: Path, layout: str) -> None:
    assert not map_folder.complete(tmp_path)
    (tmp_path / "layout.json").write_text(layout)
    assert not map_folder.complete(tmp_path)
