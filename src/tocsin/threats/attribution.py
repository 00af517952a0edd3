"""Who is responsible for each row's affected party, as of the row's own time."""

import numpy as np
import numpy.typing as npt

from tocsin.constituency.asset_map import AssetMap
from tocsin.intake.normalise import Normalised


def attribute(asset_map: AssetMap, rows: Normalised) -> npt.NDArray[np.int32]:
    """Organisation's number of each of n rows as int32[n], 0 where it is nobody's."""
    affected = rows.affected
    whole = np.array([0, 0, 0, 0, 32, 0, 128], np.uint8)[affected.family]
    length = None if np.array_equal(affected.bits, whole) else affected.bits
    organisation = np.zeros(len(rows.time), np.int32)
    addressed = affected.family > 0
    if addressed.all():
        return asset_map.attribute(
            affected.family, affected.address, rows.time, rows.asn, length
        ).organisation
    some = np.flatnonzero(addressed)
    organisation[some] = asset_map.attribute(
        affected.family[some],
        affected.address[some],
        rows.time[some],
        rows.asn[some],
        None if length is None else length[some],
    ).organisation
    named = np.flatnonzero(~addressed)
    organisation[named] = _named(asset_map, rows, named)
    return organisation


def _named(
    asset_map: AssetMap, rows: Normalised, which: npt.NDArray[np.int64]
) -> npt.NDArray[np.int32]:
    names: list[str] = rows.affected.name.take(which).to_pylist()
    mail = np.array([name.startswith("@") for name in names], np.bool_)
    at = rows.time[which]
    found = np.zeros(len(names), np.int32)
    for ask, places in (
        (asset_map.responsible_email_domains, np.flatnonzero(mail)),
        (asset_map.responsible_domains, np.flatnonzero(~mail)),
    ):
        if len(places):
            asked = [names[place].removeprefix("@") for place in places.tolist()]
            found[places] = ask(asked, at[places]).organisation
    return found
