"""Registers know holders: how they become organisations, and what a later import changes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.constituency.test_import_assets import NOW, figures, held, organisation
from tocsin.constituency.holders import Unlinked
from tocsin.constituency.import_assets import AssetImport, ImportOptions, import_assets
from tocsin.constituency.models import Asset, Contact, Organisation
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)
GIVEN = datetime(2010, 1, 1, tzinfo=UTC)

DELEGATED = """2|examplenic|20260101|4|19830705|20260101|+0000
examplenic|GB|ipv4|198.18.0.0|512|20100101|allocated|h-1
examplenic|GB|asn|64500|1|20100101|allocated|h-1
examplenic|GB|ipv4|203.0.113.0|256|20100101|assigned|h-2
examplenic|FR|ipv6|2001:db8::|32|20100101|allocated|h-3
"""

RPSL = """
inetnum: 198.18.0.0 - 198.19.255.255
org: ORG-A-TEST
mnt-by: A-MNT
created: 2010-01-01T00:00:00Z

inetnum: 203.0.113.0 - 203.0.113.255
abuse-c: AR2-TEST
mnt-by: B-MNT

route: 198.18.7.0/24
origin: AS64500
mnt-by: A-MNT

route: 198.18.0.0/15
origin: AS64999

aut-num: AS64500
org: ORG-A-TEST

organisation: ORG-A-TEST
org-name: Acme Networks
abuse-c: AR1-TEST

role: Abuse
nic-hdl: AR1-TEST
abuse-mailbox: abuse@acme.example

role: Abuse
nic-hdl: AR2-TEST
abuse-mailbox: abuse@b.example
"""


def manual(name: str, value: str, form: str = "prefix") -> None:
    with staff_scope():
        owner = Organisation.objects.get(name=name)
        Asset.objects.create(organisation=owner, value=value, form=form, created_at=NOW)


def take(tmp_path: Path, text: str, now: datetime = NOW, **options: object) -> AssetImport:
    path = tmp_path / "registry-20260101.txt"
    path.write_text(text)
    return import_assets([path], now, ImportOptions(**options))  # type: ignore[arg-type]


def imported() -> list[tuple[str, str]]:
    return sorted(row[:2] for row in held())


class TestDelegated:
    def test_handle_that_an_organisation_lists(self, tmp_path: Path) -> None:
        organisation("Acme", "H-1")
        done = take(tmp_path, DELEGATED)
        assert done.registry == "registry"
        assert figures(done) == (2, 0, 0, 0)
        assert held() == [
            ("198.18.0.0/23", "Acme", GIVEN, None),
            ("AS64500", "Acme", GIVEN, None),
        ]

    def test_holder_of_an_entry_that_is_manually_an_organisations(self, tmp_path: Path) -> None:
        organisation("Acme")
        manual("Acme", "AS64500", "asn")
        take(tmp_path, DELEGATED)
        with staff_scope():
            found = Asset.objects.filter(provenance="rir").order_by("value")
            assert [one.value for one in found] == ["198.18.0.0/23", "AS64500"]

    def test_listed_handle_counts_more_than_a_manual_entry(self, tmp_path: Path) -> None:
        organisation("Acme", "H-1")
        organisation("Tenant")
        manual("Tenant", "AS64500", "asn")
        take(tmp_path, DELEGATED)
        assert ("198.18.0.0/23", "Acme") in imported()

    def test_handle_of_two_organisations_is_nobodys(self, tmp_path: Path) -> None:
        organisation("Acme", "H-1")
        organisation("Other", "H-1")
        done = take(tmp_path, DELEGATED)
        assert done.opened == 0
        assert Unlinked("H-1", 2, "") in done.unlinked.first

    def test_holders_left_over_are_counted_and_listed(self, tmp_path: Path) -> None:
        organisation("Acme", "H-2")
        done = take(tmp_path, DELEGATED)
        assert done.unlinked.holders == 2
        assert done.unlinked.entries == 3
        assert done.unlinked.first == [Unlinked("H-1", 2, ""), Unlinked("H-3", 1, "")]

    def test_organisations_made_of_one_countrys_holders(self, tmp_path: Path) -> None:
        done = take(tmp_path, DELEGATED, country="GB", create_organisations=True)
        assert (done.created, done.opened, done.unlinked.holders) == (2, 3, 0)
        assert imported() == [
            ("198.18.0.0/23", "H-1"), ("203.0.113.0/24", "H-2"), ("AS64500", "H-1")
        ]  # fmt: skip
        again = take(tmp_path, DELEGATED, LATER, country="GB", create_organisations=True)
        assert (again.created, figures(again)) == (0, (0, 0, 0, 3))

    def test_transfer_ends_one_validity_and_begins_another(self, tmp_path: Path) -> None:
        organisation("Acme", "H-1")
        organisation("Buyer", "H-9")
        take(tmp_path, DELEGATED)
        moved = DELEGATED.replace(
            "20100101|allocated|h-1\nexamplenic|GB|asn", "20100101|allocated|h-9\nexamplenic|GB|asn"
        )
        assert figures(take(tmp_path, moved, LATER)) == (1, 0, 1, 1)
        assert held() == [
            ("198.18.0.0/23", "Acme", GIVEN, LATER),
            ("198.18.0.0/23", "Buyer", LATER, None),
            ("AS64500", "Acme", GIVEN, None),
        ]

    def test_new_member_is_known_from_when_the_registry_gave(self, tmp_path: Path) -> None:
        organisation("Acme", "H-1")
        take(tmp_path, DELEGATED)
        organisation("Late", "H-2")
        take(tmp_path, DELEGATED, LATER)
        assert ("203.0.113.0/24", "Late", GIVEN, None) in held()

    def test_entries_without_a_holder_are_counted(self, tmp_path: Path) -> None:
        done = take(tmp_path, "examplenic|GB|ipv4|192.0.2.0|256|20100101|assigned\n")
        assert (done.nameless, done.opened) == (1, 0)

    def test_file_that_was_cut_off_changes_nothing(self, tmp_path: Path) -> None:
        organisation("Acme", "H-1")
        take(tmp_path, DELEGATED)
        before = held()
        with pytest.raises(TocsinError, match="states 4 records and has 3"):
            take(tmp_path, DELEGATED[: DELEGATED.rindex("examplenic")], LATER)
        assert held() == before


class TestRpsl:
    def test_organisation_abuse_contact_and_origin(self, tmp_path: Path) -> None:
        organisation("Acme", "ORG-A-TEST")
        organisation("Bee", "B-MNT")
        done = take(tmp_path, RPSL)
        assert imported() == [
            ("198.18.0.0/15", "Acme"),
            ("198.18.7.0/24", "Acme"),
            ("203.0.113.0/24", "Bee"),
            ("AS64500", "Acme"),
        ]
        assert done.unlinked.first == [Unlinked("AS64999", 1, "")]

    @pytest.mark.parametrize(
        ("mailbox", "value"),
        [("abuse@acme.example", "198.18.0.0/15"), ("abuse@b.example", "203.0.113.0/24")],
    )
    def test_abuse_mailbox_as_a_handle(self, tmp_path: Path, mailbox: str, value: str) -> None:
        organisation("Known", mailbox)
        take(tmp_path, RPSL)
        assert (value, "Known") in imported()

    def test_route_yields_to_an_entry_that_says_who_holds(self, tmp_path: Path) -> None:
        organisation("Acme", "ORG-A-TEST")
        organisation("Carrier", "AS64999")
        take(tmp_path, RPSL)
        assert ("198.18.0.0/15", "Carrier") not in imported()

    def test_route_counts_by_a_manual_as_number(self, tmp_path: Path) -> None:
        organisation("Carrier")
        manual("Carrier", "AS64999", "asn")
        take(tmp_path, RPSL)
        assert ("198.18.0.0/15", "Carrier") in imported()

    def test_organisations_with_their_abuse_mailbox(self, tmp_path: Path) -> None:
        done = take(tmp_path, RPSL, create_organisations=True)
        assert done.created == 1
        with staff_scope():
            made = Organisation.objects.get()
            assert (made.name, made.handles) == ("Acme Networks", ["ORG-A-TEST"])
            contact = Contact.objects.get()
            assert contact.organisation == made
            assert (contact.email, contact.provenance) == ("abuse@acme.example", "registry")

    def test_holders_of_one_name_stay_apart(self, tmp_path: Path) -> None:
        organisation("acme networks")
        take(tmp_path, RPSL, create_organisations=True)
        assert ("AS64500", "Acme Networks (ORG-A-TEST)") in imported()

    def test_mailbox_that_is_no_address_is_left_out(self, tmp_path: Path) -> None:
        take(tmp_path, RPSL.replace("abuse@acme.example", "nobody"), create_organisations=True)
        with staff_scope():
            assert not Contact.objects.exists()


def test_several_files_of_one_register(tmp_path: Path) -> None:
    organisation("Acme", "abuse@acme.example")
    numbers, holders = RPSL.split("organisation:")
    (tmp_path / "a").write_text(numbers)
    (tmp_path / "b").write_text("organisation:" + holders)
    files = [tmp_path / "a", tmp_path / "b"]
    with pytest.raises(TocsinError, match="several files") as error:
        import_assets(files, NOW)
    assert "--registry" in error.value.hint
    done = import_assets(files, NOW, ImportOptions(registry="test"))
    assert ("198.18.0.0/15", "Acme") in imported()
    assert done.registry == "test"


def test_files_of_different_forms(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(RPSL)
    (tmp_path / "b").write_text(DELEGATED)
    with pytest.raises(TocsinError, match="different forms"):
        import_assets([tmp_path / "a", tmp_path / "b"], NOW, ImportOptions(registry="x"))


@pytest.mark.parametrize(
    ("name", "registry"),
    [
        ("delegated-examplenic-extended-latest", "delegated-examplenic-extended-latest"),
        ("delegated-examplenic-extended-20260101.gz", "delegated-examplenic-extended"),
        ("delegated-examplenic-extended-2026-01-02.txt.bz2", "delegated-examplenic-extended"),
        ("example.db.gz", "example"),
    ],
)
def test_register_is_named_after_the_file_without_its_date(
    tmp_path: Path, name: str, registry: str
) -> None:
    (tmp_path / name).write_text(DELEGATED)
    assert import_assets([tmp_path / name], NOW).registry == registry


def test_handles_are_compared_without_regard_to_case(tmp_path: Path) -> None:
    organisation("Acme", "org-a-test")
    organisation("Bee", "Abuse@B.example")
    take(tmp_path, RPSL)
    assert {("AS64500", "Acme"), ("203.0.113.0/24", "Bee")} < set(imported())
