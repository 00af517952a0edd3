"""Whoever follows `docs/how-to/add-a-kind.md` has added a kind."""

import shutil
from pathlib import Path

from tests.docs.pages import File, steps
from tocsin.kinds.catalogue import FOLDER, Kind, kind, load

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "add-a-kind.md").read_text(encoding="utf-8")
NAME = "scan_example_panel"


def shown() -> File:
    (file,) = (step for step in steps(PAGE) if isinstance(step, File))
    return file


def kinds_with(tmp_path: Path, twin: str = "") -> dict[str, Kind]:
    """The shipped kinds and the page's, read as the program reads them."""
    folder = shutil.copytree(FOLDER, tmp_path / "kinds", ignore=shutil.ignore_patterns("*.py*"))
    place = folder / Path(shown().path).relative_to("src/tocsin/kinds")
    place.write_text(shown().text, encoding="utf-8")
    if twin:
        place.with_name("scan6_example_panel.toml").write_text(twin, encoding="utf-8")
    return load(folder)


def test_the_page_s_file_is_a_kind_of_its_own(tmp_path: Path) -> None:
    added = kinds_with(tmp_path)[NAME]
    assert (added.nature, added.severity, added.flagged) == ("scan", "medium", False)
    assert added.text_from == NAME
    assert "8099" in added.text.check


def test_a_twin_takes_over_what_it_does_not_say(tmp_path: Path) -> None:
    kinds = kinds_with(tmp_path, twin=f'title = "The same by IPv6"\nlike = "{NAME}"\n')
    twin = kinds["scan6_example_panel"]
    assert twin.title == "The same by IPv6"
    assert twin.text == kinds[NAME].text


def test_before_the_file_is_there_the_kind_is_a_flagged_guess() -> None:
    assert kind(NAME).flagged


def test_the_page_names_every_field() -> None:
    from tocsin.kinds.fields import COLUMN_FIELDS, FIELDS, TEXT_FIELDS

    missing = [
        field for field in (*FIELDS, *COLUMN_FIELDS, *TEXT_FIELDS) if f"`{field}`" not in PAGE
    ]
    assert [field for field in missing if f"`[{field}]`" not in PAGE] == []
