"""People's own lists: taken, refused row by row, and never undone by an import."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tocsin.constituency.generation import generation
from tocsin.constituency.import_assets import AssetImport, ImportOptions, import_assets
from tocsin.constituency.models import Asset, Organisation
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.errors import TocsinError

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HEADER = "organisation,asset,valid_from,valid_to\n"


def organisation(name: str, *handles: str) -> int:
    with staff_scope():
        return Organisation.objects.create(name=name, handles=list(handles), created_at=NOW).pk


def take(tmp_path: Path, text: str, now: datetime = NOW, **options: object) -> AssetImport:
    path = tmp_path / "assets.csv"
    path.write_text(text)
    return import_assets([path], now, ImportOptions(**options))  # type: ignore[arg-type]


def held() -> list[tuple[str, str, datetime | None, datetime | None]]:
    with staff_scope():
        rows = Asset.objects.order_by("value", "pk")
        return list(rows.values_list("value", "organisation__name", "valid_from", "valid_to"))


def figures(done: AssetImport) -> tuple[int, int, int, int]:
    return done.opened, done.changed, done.closed, done.unchanged


def test_assets_of_every_form(tmp_path: Path) -> None:
    organisation("Acme")
    done = take(
        tmp_path,
        f"{HEADER}acme,AS64500\nACME,192.0.2.0/24,2026-01-01\nAcme,2001:DB8::/32\n"
        "Acme,Example.org\nAcme,@example.org,,2026-06-30\n",
    )
    assert figures(done) == (5, 0, 0, 0)
    assert held() == [
        ("192.0.2.0/24", "Acme", datetime(2026, 1, 1, tzinfo=UTC), None),
        ("2001:db8::/32", "Acme", None, None),
        ("@example.org", "Acme", None, datetime(2026, 6, 30, tzinfo=UTC)),
        ("AS64500", "Acme", None, None),
        ("example.org", "Acme", None, None),
    ]
    with staff_scope():
        forms = dict(Asset.objects.values_list("value", "form"))
        assert set(Asset.objects.values_list("provenance", "registry", "source")) == {
            ("manual", "", "assets.csv")
        }
    assert forms["192.0.2.0/24"] == forms["2001:db8::/32"] == "prefix"
    assert (forms["AS64500"], forms["example.org"]) == ("asn", "domain")
    assert forms["@example.org"] == "email_domain"


def test_same_file_again_changes_nothing_not_even_the_generation(tmp_path: Path) -> None:
    organisation("Acme")
    text = f"{HEADER}Acme,AS64500\nAcme,192.0.2.0/24,2026-01-01\nAcme,AS64500\n"
    take(tmp_path, text)
    before, number = held(), generation()
    done = take(tmp_path, text, NOW + timedelta(days=1))
    assert figures(done) == (0, 0, 0, 2)
    assert (held(), generation()) == (before, number)


def test_generation_rises_with_a_change(tmp_path: Path) -> None:
    organisation("Acme")
    before = generation()
    take(tmp_path, f"{HEADER}Acme,AS64500\n")
    assert generation() > before


def test_a_later_list_can_end_an_asset_and_adds_to_the_others(tmp_path: Path) -> None:
    organisation("Acme")
    take(tmp_path, f"{HEADER}Acme,AS64500\nAcme,AS64501\n")
    done = take(tmp_path, f"{HEADER}Acme,AS64500,,2026-03-01\nAcme,AS64502\n")
    assert figures(done) == (1, 1, 0, 0)
    assert [row[0::3] for row in held()] == [("AS64500", NOW), ("AS64501", None), ("AS64502", None)]


def test_refused_rows_leave_the_rest(tmp_path: Path) -> None:
    organisation("Acme Networks")
    done = take(
        tmp_path,
        f"{HEADER}Acme Netwroks,AS64500\nAcme Networks,192.0.2.1/24\nAcme Networks,AS64501\n",
    )
    assert (done.read, done.opened, done.refused.total) == (3, 1, 2)
    assert done.refused.by_reason == {"unknown-organisation": 1, "host-bits-set": 1}
    first = done.refused.first[0]
    assert (first.line, first.text) == (2, "Acme Netwroks,AS64500")
    assert "is it Acme Networks?" in first.detail


def test_unknown_organisations_are_made_on_request(tmp_path: Path) -> None:
    done = take(tmp_path, f"{HEADER}New Ltd,AS64500\nnew ltd,AS64501\n", create_organisations=True)
    assert (done.created, done.opened, done.refused.total) == (1, 2, 0)


def test_value_of_two_organisations_is_noted(tmp_path: Path) -> None:
    organisation("Acme")
    organisation("Other")
    done = take(tmp_path, f"{HEADER}Acme,AS64500\nOther,AS64500\nOther,AS64501\n")
    assert done.notes == ["AS64500 is of several organisations: Acme, Other"]


def test_file_that_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    organisation("Acme")
    with pytest.raises(TocsinError, match="no column"):
        take(tmp_path, "organisation,nothing\nAcme,AS64500\n", format="csv")
    assert held() == []


class TestCsvOfARegister:
    def test_what_vanished_ends_now_and_what_is_new_begins_now(self, tmp_path: Path) -> None:
        organisation("Acme")
        first = take(tmp_path, f"{HEADER}Acme,AS64500\nAcme,AS64501\n", registry="ixp")
        assert figures(first) == (2, 0, 0, 0)
        later = NOW + timedelta(days=7)
        second = take(tmp_path, f"{HEADER}Acme,AS64501\nAcme,AS64502\n", later, registry="ixp")
        assert figures(second) == (1, 0, 1, 1)
        assert held() == [
            ("AS64500", "Acme", None, later),
            ("AS64501", "Acme", None, None),
            ("AS64502", "Acme", later, None),
        ]

    def test_value_that_changed_hands_changes_them_now(self, tmp_path: Path) -> None:
        organisation("Acme")
        organisation("Other")
        take(tmp_path, f"{HEADER}Acme,AS64500,2020-01-01\n", registry="ixp")
        later = NOW + timedelta(days=7)
        take(tmp_path, f"{HEADER}Other,AS64500,2020-01-01\n", later, registry="ixp")
        assert held() == [
            ("AS64500", "Acme", datetime(2020, 1, 1, tzinfo=UTC), later),
            ("AS64500", "Other", later, None),
        ]

    def test_value_that_came_back_leaves_its_gap(self, tmp_path: Path) -> None:
        organisation("Acme")
        times = [NOW + timedelta(days=days) for days in range(3)]
        for now, rows in zip(
            times, ("Acme,AS1\nAcme,AS2\n", "Acme,AS2\n", "Acme,AS1\nAcme,AS2\n"), strict=True
        ):
            take(tmp_path, HEADER + rows, now, registry="ixp")
        assert [row for row in held() if row[0] == "AS1"] == [
            ("AS1", "Acme", None, times[1]),
            ("AS1", "Acme", times[2], None),
        ]

    def test_stated_ends_are_kept_and_the_same_file_changes_nothing(self, tmp_path: Path) -> None:
        organisation("Acme")
        text = f"{HEADER}Acme,AS1,2020-01-01,2021-01-01\nAcme,AS1,2022-01-01\n"
        take(tmp_path, text, registry="ixp")
        before = held()
        assert [row[2:] for row in before] == [
            (datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)),
            (datetime(2022, 1, 1, tzinfo=UTC), None),
        ]
        assert figures(take(tmp_path, text, NOW + timedelta(1), registry="ixp")) == (0, 0, 0, 2)
        assert held() == before

    def test_manual_entries_and_other_registers_are_left_alone(self, tmp_path: Path) -> None:
        organisation("Acme")
        take(tmp_path, f"{HEADER}Acme,AS1\n")
        take(tmp_path, f"{HEADER}Acme,AS1\n", registry="one")
        take(tmp_path, f"{HEADER}Acme,AS2\n", registry="two")
        take(tmp_path, f"{HEADER}Acme,AS3\n", registry="one")
        with staff_scope():
            still = Asset.objects.filter(valid_to=None).order_by("pk")
            assert list(still.values_list("value", "registry", "provenance")) == [
                ("AS1", "", "manual"),
                ("AS2", "two", "list"),
                ("AS3", "one", "list"),
            ]

    def test_register_that_lost_most_entries_is_not_believed(self, tmp_path: Path) -> None:
        organisation("Acme")
        rows = [f"Acme,AS{number}\n" for number in range(1, 61)]
        take(tmp_path, HEADER + "".join(rows), registry="ixp")
        with pytest.raises(TocsinError, match="50 of the 60 entries of ixp would end") as error:
            take(tmp_path, HEADER + "".join(rows[:10]), registry="ixp")
        assert "--accept-shrinkage" in error.value.hint
        done = take(tmp_path, HEADER + "".join(rows[:10]), registry="ixp", accept_shrinkage=True)
        assert figures(done) == (0, 0, 50, 10)


def test_only_staff_and_the_organisation_see_an_asset(tmp_path: Path) -> None:
    own, stranger = organisation("Acme"), organisation("Stranger")
    take(tmp_path, f"{HEADER}Acme,AS64500\n")
    with organisation_scope(own):
        assert Asset.objects.count() == 1
    with organisation_scope(stranger):
        assert Asset.objects.count() == 0
        assert list(Organisation.objects.values_list("name", flat=True)) == ["Stranger"]
    assert Asset.objects.count() == 0
