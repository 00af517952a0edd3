"""Imports one after the other, against a model that keeps everything in a dictionary."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.constituency.test_import_assets import HEADER, organisation
from tocsin.constituency.asset_map import AssetMap
from tocsin.constituency.asset_rows import read_assets
from tocsin.constituency.import_assets import ImportOptions, import_assets
from tocsin.constituency.models import Asset
from tocsin.database.scope import staff_scope

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ("Acme", "Bolt", "Cork")
VALUES = ("192.0.2.0/24", "192.0.2.0/25", "AS64500", "example.org")
REGISTERS = ("north", "south")
Row = tuple[str, str]

rows = st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)), max_size=6)
imports = st.lists(st.tuples(st.sampled_from(("", *REGISTERS)), rows), min_size=1, max_size=6)


@dataclass
class Model:
    """Who has what now: people's own list only grows, a register is what its last file says."""

    now: dict[str, set[Row]] = field(default_factory=dict)
    ever: dict[str, set[Row]] = field(default_factory=dict)

    def take(self, register: str, given: set[Row]) -> tuple[int, int]:
        """How many entries begin, and how many end."""
        before = self.now.get(register, set())
        after = given if register else before | given
        self.now[register] = after
        self.ever[register] = self.ever.get(register, set()) | given
        return len(after - before), len(before - after)


@contextmanager
def undone() -> Iterator[None]:
    """Each example begins with the same empty assets."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _current(at: datetime) -> dict[str, set[Row]]:
    found: dict[str, set[Row]] = {}
    with staff_scope():
        for asset in Asset.objects.select_related("organisation"):
            begun = asset.valid_from is None or asset.valid_from <= at
            if begun and (asset.valid_to is None or asset.valid_to > at):
                found.setdefault(asset.registry, set()).add((asset.organisation.name, asset.value))
    return found


def _write(path: Path, given: set[Row]) -> Path:
    path.write_text(HEADER + "".join(f"{name},{value},,\n" for name, value in sorted(given)))
    return path


@given(imports)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_sequence_of_imports_leaves_what_the_model_says(
    tmp_path: Path, given: list[tuple[str, set[Row]]]
) -> None:
    with undone():
        for name in NAMES:
            organisation(name)
        model = Model()
        for day, (register, listed) in enumerate(given):
            now = START + timedelta(days=day)
            path = _write(tmp_path / "list.csv", listed)
            options = ImportOptions(format="csv", registry=register, accept_shrinkage=True)
            done = import_assets([path], now, options)
            assert (done.opened, done.closed) == model.take(register, listed)
            again = import_assets([path], now + timedelta(hours=1), options)
            assert (again.opened, again.changed, again.closed) == (0, 0, 0), "the same again"
            found = _current(now + timedelta(hours=2))
            assert found == {name: held for name, held in model.now.items() if held}
        _nothing_is_forgotten(model)


def _nothing_is_forgotten(model: Model) -> None:
    """What ended stays, so that the past can be answered."""
    with staff_scope():
        kept = set(Asset.objects.values_list("registry", "organisation__name", "value"))
    assert kept == {(register, *row) for register, held in model.ever.items() for row in held}


@given(imports)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_map_answers_for_each_day_as_it_was_on_that_day(
    tmp_path: Path, given: list[tuple[str, set[Row]]]
) -> None:
    """Imports change today; what was answered for a day before stays answered."""
    with undone():
        for name in NAMES:
            organisation(name)
        answered: list[tuple[datetime, list[int]]] = []
        for day, (register, listed) in enumerate(given):
            now = START + timedelta(days=day)
            options = ImportOptions(
                format="csv", registry=register or "west", accept_shrinkage=True
            )
            import_assets([_write(tmp_path / "list.csv", listed)], now, options)
            if day:  # a register's first file says what had always been so
                answered.append((now + timedelta(hours=1), _registers(now + timedelta(hours=1))))
        first = {register for register, _ in given[:1]}
        if {register for register, _ in given} == first:
            for at, numbers in answered:
                assert _registers(at) == numbers


def _registers(at: datetime) -> list[int]:
    with staff_scope():
        table = read_assets()
    micros = int(at.timestamp() * 1_000_000)
    valid = (table.valid_from <= micros) & (micros < table.valid_to)
    return sorted(table.asset[valid].tolist())


def test_every_order_of_two_files_gives_the_same_own_list(tmp_path: Path) -> None:
    """What people enter does not depend on which list they import first."""
    one, other = (
        {("Acme", VALUES[0]), ("Bolt", VALUES[2])},
        {("Bolt", VALUES[0]), ("Cork", VALUES[3])},
    )
    results = []
    for order in itertools.permutations((one, other)):
        with undone():
            for name in NAMES:
                organisation(name)
            for listed in order:
                import_assets([_write(tmp_path / "list.csv", set(listed))], START)
            results.append(_current(START + timedelta(hours=1)))
            with staff_scope():
                assert AssetMap.build(read_assets()).candidates_asn(64500)
    assert results[0] == results[1] == {"": one | other}
