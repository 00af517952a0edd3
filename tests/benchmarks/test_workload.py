import hashlib
import json
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from benchmarks.networks import FIRST_AS, NOBODY, make, organisation_name, owners
from benchmarks.workload import DayTruth, Workload, generate

from tocsin.kinds.catalogue import kind

PLAN = Workload(rows=2_000, days=3, organisations=7, prefixes=600)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[DayTruth]]:
    folder = tmp_path_factory.mktemp("workload")
    return folder, generate(PLAN, folder)


def affected(frame: pl.DataFrame) -> pl.Series:
    return frame["src_ip"] if "src_ip" in frame.columns else frame["ip"]


def read(folder: Path, day: int) -> dict[str, pl.DataFrame]:
    return {
        path.name.split("-")[3]: pl.read_csv(path, infer_schema=False)
        for path in sorted((folder / f"day-{day:02d}").glob("*.csv"))
    }


def test_ten_types_of_both_natures_and_families(made: tuple[Path, list[DayTruth]]) -> None:
    files = read(made[0], 0)
    assert len(files) == 10
    assert sum(ip_address(affected(frame)[0]).version == 6 for frame in files.values()) == 1
    assert {kind(name).nature for name in files} == {"scan", "event"}
    assert not any(kind(name).flagged for name in files), "only types that are known"
    for frame in files.values():
        assert len(frame) == 200
        assert 26 < len(frame.columns) < 40
        for text in affected(frame):
            ip_address(text)


def test_the_same_plan_gives_the_same_bytes(
    made: tuple[Path, list[DayTruth]], tmp_path: Path
) -> None:
    generate(PLAN, tmp_path)
    for path in sorted(made[0].rglob("*.csv")):
        again = tmp_path / path.relative_to(made[0])
        assert (
            hashlib.sha256(path.read_bytes()).digest()
            == hashlib.sha256(again.read_bytes()).digest()
        )


def test_seven_in_ten_recur_and_one_in_twenty_repeats(
    made: tuple[Path, list[DayTruth]],
) -> None:
    first, second = read(made[0], 0), read(made[0], 1)
    for name, frame in second.items():
        hosts, before = set(affected(frame)), set(affected(first[name]))
        assert len(hosts & before) / len(hosts) == pytest.approx(0.7, abs=0.02)
        assert len(hosts) / len(frame) == pytest.approx(0.95, abs=0.01)


def holders(folder: Path) -> list[tuple[Any, str]]:
    """Every prefix with its organisation, the most specific first: the plain way."""
    assets = pl.read_csv(folder / "assets.csv", infer_schema=False)
    pairs = [
        (ip_network(row["asset"]), row["organisation"]) for row in assets.iter_rows(named=True)
    ]
    return sorted(pairs, key=lambda pair: -pair[0].prefixlen)


def test_the_truth_is_what_counting_row_by_row_gives(
    made: tuple[Path, list[DayTruth]],
) -> None:
    folder, truth = made
    prefixes = holders(folder)
    seen: dict[tuple[str, str], str] = {}
    rows = 0
    for day in range(PLAN.days):
        for name, frame in read(folder, day).items():
            rows += len(frame)
            for text in set(affected(frame)):
                if (name, text) not in seen:
                    address = ip_address(text)
                    found = (who for network, who in prefixes if address in network)
                    seen[name, text] = next(found, "")
        assert truth[day] == DayTruth(
            day, rows, len(seen), sum(not holder for holder in seen.values())
        )
    counts = json.loads((folder / "truth.json").read_text())["threats_by_organisation"]
    names = {organisation_name(n) for n in range(PLAN.organisations)}
    held = list(seen.values())
    assert counts == {name: held.count(name) for name in names if name in held}


def test_the_first_day_can_be_larger(tmp_path: Path) -> None:
    truth = generate(Workload(1_000, 2, 3, 100, first_rows=5_000), tmp_path)
    assert [day.observations for day in truth] == [5_000, 6_000]
    grown = truth[1].threats - truth[0].threats
    assert grown == pytest.approx(1_000 * 0.95 * 0.3, rel=0.05)


def test_prefixes_are_as_many_as_asked_nested_and_all_organisations_have_some() -> None:
    constituency = make(50, 30_000)
    v4, v6 = constituency.v4, constituency.v6
    assert (len(v4.network), len(v6.network)) == (25_000, 5_000)
    assert set(v4.owner.tolist()) == set(range(50))
    sizes = np.bincount(v4.owner)
    assert sizes[0] > 5 * sizes[49], "a few organisations are large"
    for prefixes in (v4, v6):
        shortest = prefixes.length.argsort()[:200]
        inside = owners(
            type(prefixes)(
                prefixes.network[shortest], prefixes.length[shortest], prefixes.owner[shortest]
            ),
            np.delete(prefixes.network, shortest),
        )
        assert (inside != NOBODY).any()


def test_the_row_names_an_as_number_that_nobody_has_as_an_asset(
    made: tuple[Path, list[DayTruth]],
) -> None:
    frame = read(made[0], 0)["scan_rdp"]
    assert all(int(asn) >= FIRST_AS for asn in frame["asn"])
    assert not pl.read_csv(made[0] / "assets.csv")["asset"].str.starts_with("AS").any()
