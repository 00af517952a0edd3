"""The asset map on disk: one folder of plain arrays that every process maps into its memory."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tocsin.constituency.asset_map import AssetMap, Layer
from tocsin.constituency.holdings import Holdings
from tocsin.constituency.indexes import NameIndex, NumberIndex, WideIndex
from tocsin.constituency.intervals import Intervals

Arrays = dict[str, npt.NDArray[np.generic]]

# Raised whenever the arrays or their meaning change, so that no old folder is ever read.
LAYOUT = 1


def save(asset_map: AssetMap, folder: Path) -> None:
    """Write the map so that `folder` appears whole or not at all, also after a power cut."""
    new = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True, mode=0o700)
    for layer_name, layer in zip(("manual", "imported"), asset_map.layers, strict=True):
        for name, array in _arrays(layer):
            with (new / f"{layer_name}.{name}.npy").open("wb") as file:
                np.save(file, array)
                _sync(file.fileno())
    with (new / "layout.json").open("w") as file:
        json.dump({"layout": LAYOUT}, file)
        file.flush()
        _sync(file.fileno())
    _sync_folder(new)
    try:
        new.rename(folder)
    except OSError:  # another process was first; its folder holds the same
        shutil.rmtree(new)
        if not complete(folder):
            raise
    _sync_folder(folder.parent)


def complete(folder: Path) -> bool:
    """Whether `folder` holds a map of today's layout."""
    try:
        return bool(json.loads((folder / "layout.json").read_text())["layout"] == LAYOUT)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def load(folder: Path) -> AssetMap:
    """The map, its arrays memory-mapped and read-only."""
    arrays = {file.name.removesuffix(".npy"): _open(file) for file in folder.glob("*.npy")}
    return AssetMap(_layer(arrays, "manual"), _layer(arrays, "imported"))


def _arrays(layer: Layer) -> Iterator[tuple[str, npt.NDArray[np.generic]]]:
    for form in fields(layer):
        index = getattr(layer, form.name)
        for column in fields(Holdings):
            yield f"{form.name}.{column.name}", getattr(index.holdings, column.name)
        if isinstance(index, NameIndex):
            yield f"{form.name}.names", np.frombuffer("\n".join(index.top).encode(), np.uint8)
            yield f"{form.name}.top", np.fromiter(index.top.values(), np.int32)
            continue
        yield f"{form.name}.boundary", index.intervals.boundary
        yield f"{form.name}.interval_top", index.intervals.top
        if isinstance(index, WideIndex):
            yield f"{form.name}.highs", index.highs
            yield f"{form.name}.lows", index.lows


def _open(file: Path) -> npt.NDArray[np.generic]:
    mapped: npt.NDArray[np.generic] = np.load(file, mmap_mode="r", allow_pickle=False)
    return mapped.view(np.ndarray)


def _layer(arrays: Arrays, layer: str) -> Layer:
    return Layer(
        asn=_number_index(arrays, f"{layer}.asn"),
        ipv4=_number_index(arrays, f"{layer}.ipv4"),
        ipv6=_wide_index(arrays, f"{layer}.ipv6"),
        domain=_name_index(arrays, f"{layer}.domain"),
        email_domain=_name_index(arrays, f"{layer}.email_domain"),
    )


def _holdings(arrays: Arrays, index: str) -> Holdings:
    return Holdings(**{f.name: arrays[f"{index}.{f.name}"] for f in fields(Holdings)})  # type: ignore[arg-type]


def _intervals(arrays: Arrays, index: str) -> Intervals:
    return Intervals(
        boundary=arrays[f"{index}.boundary"].astype(np.int64, copy=False),
        top=arrays[f"{index}.interval_top"].astype(np.int32, copy=False),
        parent=arrays[f"{index}.parent"].astype(np.int32, copy=False),
    )


def _number_index(arrays: Arrays, index: str) -> NumberIndex:
    return NumberIndex(_intervals(arrays, index), _holdings(arrays, index))


def _wide_index(arrays: Arrays, index: str) -> WideIndex:
    return WideIndex(
        highs=arrays[f"{index}.highs"].astype(np.uint64, copy=False),
        lows=arrays[f"{index}.lows"].astype(np.uint64, copy=False),
        intervals=_intervals(arrays, index),
        holdings=_holdings(arrays, index),
    )


def _name_index(arrays: Arrays, index: str) -> NameIndex:
    text = arrays[f"{index}.names"].tobytes().decode()
    top = arrays[f"{index}.top"].tolist()
    names = text.split("\n") if text else []
    return NameIndex(dict(zip(names, top, strict=True)), _holdings(arrays, index))


def _sync(descriptor: int) -> None:
    os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
