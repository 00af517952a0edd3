"""The map follows every change of the assets, is built once, and shared."""

import os
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.constituency.map_samples import ask
from tocsin.constituency import current_map as module
from tocsin.constituency import map_folder
from tocsin.constituency.asset_map import Responsible
from tocsin.constituency.asset_rows import read_assets
from tocsin.constituency.asset_table import AssetTable
from tocsin.constituency.current_map import current_map
from tocsin.constituency.generation import generation, raise_generation
from tocsin.constituency.models import Asset, Organisation
from tocsin.database.scope import staff_scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def give(organisation: int, value: str, form: str = "prefix", **fields: object) -> int:
    with staff_scope():
        asset = Asset.objects.create(
            organisation_id=organisation, value=value, form=form, created_at=NOW, **fields
        )
        raise_generation()
    return asset.pk


def member(name: str) -> int:
    with staff_scope():
        return Organisation.objects.create(name=name, created_at=NOW).pk


def micros(time: datetime) -> int:
    return int(time.timestamp()) * 1_000_000


def who(*networks: str, at: datetime = NOW, asn: int = 0) -> Responsible:
    family, addr16, _ = ask(*networks)
    times = np.full(len(networks), micros(at), np.int64)
    return current_map().attribute(family, addr16, times, np.full(len(networks), asn))


def test_every_form_comes_out_of_the_database_as_it_went_in() -> None:
    acme, other = member("Acme"), member("Other")
    v4 = give(acme, "198.18.0.0/15")
    v6 = give(other, "2001:db8::/32")
    long = give(acme, "2001:db8::5/128")
    top = give(other, "192.0.0.0/8", provenance="rir", registry="r")
    asn = give(other, "AS4200000000", "asn", provenance="rir", registry="r")
    domain = give(acme, "example.org", "domain")
    email = give(other, "@example.org", "email_domain")
    found = who("198.19.255.255", "2001:db8::4", "2001:db8::5", "192.255.1.1", "100.64.0.1")
    assert found.asset.tolist() == [v4, v6, long, top, 0]
    assert found.organisation.tolist() == [acme, other, acme, other, 0]
    assert who("100.64.0.1", asn=4_200_000_000).asset.tolist() == [asn]
    at = np.array([micros(NOW)])
    assert current_map().responsible_domains(["www.example.org"], at).asset.tolist() == [domain]
    assert current_map().responsible_email_domains(["example.org"], at).asset.tolist() == [email]


def test_manual_and_claimed_assets_beat_imported_ones() -> None:
    acme, other = member("Acme"), member("Other")
    give(other, "198.18.7.0/24", provenance="rpsl", registry="r")
    claimed = give(acme, "198.18.0.0/15", provenance="claim")
    assert who("198.18.7.1").asset.tolist() == [claimed]


@pytest.mark.parametrize(("form", "value"), [("prefix", "192.0.2.0/24"), ("asn", "AS64500")])
def test_validity_is_kept_to_the_microsecond(form: str, value: str) -> None:
    acme = member("Acme")
    start, end = NOW, NOW + timedelta(days=1)
    give(acme, value, form, valid_from=start, valid_to=end)
    at = np.array([micros(start), micros(start) - 1, micros(end) - 1, micros(end)])
    family, addr16, _ = ask(*["192.0.2.1"] * 4)
    found = current_map().attribute(family, addr16, at, np.full(4, 64500))
    assert found.organisation.tolist() == [acme, 0, acme, 0]


def test_validity_of_a_domain() -> None:
    acme = member("Acme")
    give(acme, "example.org", "domain", valid_from=NOW, valid_to=NOW + timedelta(days=1))
    at = np.array([micros(NOW) - 1, micros(NOW), micros(NOW) + 86_400_000_000])
    found = current_map().responsible_domains(["example.org"] * 3, at)
    assert found.organisation.tolist() == [0, acme, 0]


def test_same_map_until_something_changes() -> None:
    acme = member("Acme")
    give(acme, "192.0.2.0/24")
    first = current_map()
    assert current_map() is first
    give(acme, "198.18.0.0/15")
    assert current_map() is not first
    assert who("198.18.0.1").organisation.tolist() == [acme]


def test_old_maps_and_leftovers_are_removed(home: Path) -> None:
    acme = member("Acme")
    (home / "asset-map").mkdir()
    (home / "asset-map" / ".1.99").mkdir()
    numbers = []
    for number in range(4):
        give(acme, f"192.0.{number}.0/24")
        current_map()
        numbers.append(str(generation()))
    left = {path.name for path in (home / "asset-map").iterdir()}
    assert left == {*numbers[-2:], "lock"}


class UndoneError(Exception):
    pass


def test_generation_never_repeats_after_a_rollback() -> None:
    seen = {generation()}
    for _ in range(3):
        with suppress(UndoneError), staff_scope():
            raise_generation()
            seen.add(generation())
            raise UndoneError
    assert len(seen) == 4


def test_map_of_nobody() -> None:
    assert who("192.0.2.1", "2001:db8::1", asn=64500).organisation.tolist() == [0, 0]


def test_assets_that_change_while_they_are_read_are_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    acme = member("Acme")
    give(acme, "192.0.2.0/24")
    given: list[int] = []

    def slow() -> AssetTable:
        assets = read_assets()
        if not given:
            given.append(give(acme, "198.18.0.0/15"))
        return assets

    monkeypatch.setattr(module, "read_assets", slow)
    assert who("198.18.0.1").organisation.tolist() == [acme]


SAVE = """
import sys
from pathlib import Path
from tests.constituency.map_samples import Held, table
from tocsin.constituency import map_folder
from tocsin.constituency.asset_map import AssetMap
map_folder.save(AssetMap.build(table(Held(1, 10, "192.0.2.0/24"))), Path(sys.argv[1]))
"""


def test_several_processes_may_save_the_same_map(tmp_path: Path) -> None:
    folder = tmp_path / "7"
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{root}:{root / 'src'}"}
    command = [sys.executable, "-c", SAVE, str(folder)]
    processes = [subprocess.Popen(command, env=environment) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert [path.name for path in tmp_path.iterdir()] == ["7"]
    assert map_folder.complete(folder)
