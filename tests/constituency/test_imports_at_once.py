"""Two commands with the same list at the same time: as if one had come after the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection

from tests.constituency.test_import_assets import HEADER, NOW, held, organisation
from tocsin.constituency.import_assets import ImportOptions, import_assets
from tocsin.constituency.import_organisations import import_organisations
from tocsin.constituency.models import Organisation
from tocsin.constituency.refused_entries import ASSETS, ORGANISATIONS, refused_entries
from tocsin.database.scope import staff_scope

pytestmark = pytest.mark.usefixtures("committed_db")

AT_ONCE = 4


def at_once(run: Callable[[], object]) -> None:
    """In so many threads, each with a connection of its own, all off at the same moment."""
    start = Barrier(AT_ONCE)

    def one() -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            run()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(one) for _ in range(AT_ONCE)]:
            done.result(timeout=60)


def _lines(kind: str) -> list[int]:
    return [row["line"] for row in refused_entries(kind)]


@pytest.mark.parametrize("register", ["", "nic"])
def test_assets(tmp_path: Path, register: str) -> None:
    organisation("Acme")
    rows = "".join(f"Acme,AS{number},,\nAcme,AS0,,\n" for number in range(1, 200))
    path = tmp_path / "assets.csv"
    path.write_text(HEADER + rows)
    at_once(lambda: import_assets([path], NOW, ImportOptions(registry=register)))
    assert len(held()) == 199
    assert _lines(ASSETS) == list(range(3, 400, 2)), "each refused row once"


def test_organisations(tmp_path: Path) -> None:
    path = tmp_path / "organisations.csv"
    path.write_text(
        "name,kind,email\n" + "".join(f"O{at},isp,a@o{at}.example\n,isp,\n" for at in range(50))
    )
    at_once(lambda: import_organisations(path, NOW))
    with staff_scope():
        assert Organisation.objects.count() == 50
        assert sum(each.contact_set.count() for each in Organisation.objects.all()) == 50
    assert _lines(ORGANISATIONS) == list(range(3, 102, 2))
