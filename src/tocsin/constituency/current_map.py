"""The asset map of today's assets, built once per change and shared by all processes."""

import shutil
from pathlib import Path

from django.conf import settings

from tocsin.constituency import map_folder
from tocsin.constituency.asset_map import AssetMap
from tocsin.constituency.asset_rows import read_assets
from tocsin.constituency.generation import generation
from tocsin.database.locks import exclusive
from tocsin.database.scope import staff_scope

# Processes that still open an older map do so within moments; more is not worth the space.
KEPT = 2
PATIENCE = 600.0  # seconds to wait for another process that builds

_loaded: dict[Path, AssetMap] = {}


def current_map() -> AssetMap:
    """The map for the assets as they are; quick unless they changed since it was last asked for.

    Folders are `TOCSIN_HOME/asset-map/<generation>`.  Of several processes one builds, the others
    wait for it.
    """
    home = settings.TOCSIN_HOME / "asset-map"
    folder = home / str(generation())
    if asset_map := _loaded.get(folder):
        return asset_map
    if not map_folder.complete(folder):
        folder = _build(home)
    asset_map = map_folder.load(folder)
    _loaded.clear()
    _loaded[folder] = asset_map
    return asset_map


def generation_of(asset_map: AssetMap) -> int:
    """The generation of a map's assets; 0 if it is not the one that was last asked for."""
    return next((int(folder.name) for folder, one in list(_loaded.items()) if one is asset_map), 0)


def _build(home: Path) -> Path:
    """Build the newest map, if nobody else did in the meantime; its folder."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with exclusive(home / "lock", PATIENCE), staff_scope():
        while True:
            number = generation()
            folder = home / str(number)
            if map_folder.complete(folder):
                return folder
            table = read_assets()
            if generation() != number:  # changed while they were read
                continue
            map_folder.save(AssetMap.build(table), folder)
            _prune(home, number)
            return folder


def _prune(home: Path, newest: int) -> None:
    """Remove old maps, and what a killed process left half written."""
    maps = sorted(int(path.name) for path in home.iterdir() if path.name.isdecimal())
    for number in [number for number in maps if number < newest][: -(KEPT - 1)]:
        shutil.rmtree(home / str(number))
    for left in home.glob(".*.*"):
        shutil.rmtree(left)
