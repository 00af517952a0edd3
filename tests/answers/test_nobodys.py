"""Networks that nobody answers for: counted, with who it may be, and given away."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.queued import waiting, work
from tests.threats.assets import asset, organisation
from tests.threats.files import NOW, report, take, threat
from tocsin.answers.nobodys import count_nobodys, give_network
from tocsin.answers.responsible import Reason, ranked, suggestions
from tocsin.audit.models import Entry
from tocsin.constituency import current_map
from tocsin.constituency.models import Asset, Organisation
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.threats.models import NobodysNetwork, Threat

BY = "person 7"
LONG_AGO = NOW - timedelta(days=200)


@pytest.fixture
def folder(db: None, home: Path, tmp_path: Path) -> Iterator[Path]:
    current_map._loaded.clear()
    with staff_scope():
        yield tmp_path


def seen(folder: Path, *affected: str, kind: str = "scan_rdp") -> None:
    take(report(folder, 0, affected, kind=kind))


def named(value: str = "192.0.2.0/24") -> list[tuple[str, list[str]]]:
    count_nobodys(NOW)
    row = NobodysNetwork.objects.get(value=value)
    return [(one.name, one.why) for one in suggestions([row], NOW)[row.pk]]


def test_what_is_counted(folder: Path) -> None:
    asset("Known", "198.51.100.0/24")
    seen(folder, "192.0.2.1", "192.0.2.200", "203.0.113.9", "198.51.100.1", "2001:db8:1:2::1")
    seen(folder, "jo@example.org", kind="compromised_account")
    assert count_nobodys(NOW) == 4
    rows = NobodysNetwork.objects.order_by("-threats", "value")
    assert [(one.form, one.value, one.threats, one.severe, one.asn) for one in rows] == [
        ("prefix", "192.0.2.0/24", 2, 2, 64500),
        ("prefix", "2001:db8:1::/48", 1, 1, 64500),
        ("prefix", "203.0.113.0/24", 1, 1, 64500),
        ("email_domain", "@example.org", 1, 1, 0),
    ]
    assert rows[0].beside == [[organisation("Known"), 1]]


def test_what_is_counted_again_keeps_its_number_and_what_is_over_goes(folder: Path) -> None:
    seen(folder, "192.0.2.1", "203.0.113.9")
    count_nobodys(NOW)
    before = NobodysNetwork.objects.get(value="203.0.113.0/24").pk
    Threat.objects.filter(address="192.0.2.1").delete()
    assert count_nobodys(NOW) == 1
    assert NobodysNetwork.objects.get().pk == before


@pytest.mark.parametrize(
    ("assets", "expected"),
    [
        ([("Past", "192.0.0.0/16", LONG_AGO)], "192.0.0.0/16 was theirs until"),
        (
            [("Beside", "192.0.1.0/24", None), ("Beside", "192.0.3.0/24", None)],
            "the networks on both sides are theirs (192.0.1.0/24, 192.0.3.0/24)",
        ),
        ([("Next", "192.0.3.0/24", None)], "the network beside it is theirs"),
        ([("Other", "198.51.100.0/24", None)], "1 of their threats have the same AS number"),
    ],
)
def test_who_it_may_be(
    folder: Path, assets: list[tuple[str, str, datetime | None]], expected: str
) -> None:
    for owner, value, until in assets:
        asset(owner, value, valid_to=until)
    seen(folder, "192.0.2.1", "198.51.100.1")
    ((name, why),) = named()
    assert name == assets[0][0]
    assert expected in why[0]


def test_the_holder_of_the_as_number_since_then(folder: Path) -> None:
    """Attribution is as of the observation, when it was not theirs yet."""
    asset("Carrier", "AS64500", valid_from=NOW - timedelta(days=1))
    seen(folder, "192.0.2.1")
    ((name, why),) = named()
    assert (name, why) == (
        "Carrier", ["AS64500, which its threats were reported with, is theirs"],
    )  # fmt: skip


def test_the_domain_of_an_email_domain(folder: Path) -> None:
    asset("Named", "example.org")
    seen(folder, "jo@example.org", kind="compromised_account")
    assert named("@example.org") == [("Named", ["example.org is theirs"])]


def test_to_whom_others_of_it_were_given(folder: Path) -> None:
    seen(folder, "192.0.2.1", "192.0.2.2")
    Threat.objects.filter(address="192.0.2.2").update(
        pinned=True, organisation=organisation("Given")
    )
    name, why = named()[0]
    assert name == "Given"
    assert why[0] == "1 other threats of this network were given to them"


def test_reasons_add_up_and_who_denies_it_is_not_named() -> None:
    reasons = [Reason(1, "a", 2), Reason(2, "b", 5), Reason(1, "c", 4), Reason(3, "d", 9)]
    names = {1: "One", 2: "Two", 3: "Three"}
    found = ranked(reasons, names, denied=[3])
    assert [(one.name, one.why) for one in found] == [("One", ["c", "a"]), ("Two", ["b"])]


def given(value: str = "", to: str = "Chosen") -> Asset:
    row = NobodysNetwork.objects.get()
    whom = Organisation.objects.get(pk=organisation(to))
    return give_network(row.pk, value, whom, NOW, BY, "beside theirs")


def test_given_away_the_threats_follow(folder: Path) -> None:
    seen(folder, "192.0.2.1")
    count_nobodys(NOW)
    made = given()
    assert (made.value, made.provenance, made.approved_by, made.source, made.valid_from) == (
        "192.0.2.0/24", "manual", BY, "beside theirs", None,
    )  # fmt: skip
    entry = Entry.objects.get(action="asset given")
    assert (entry.about, entry.detail) == (made.organisation_id, {"asset": "192.0.2.0/24"})
    assert [name for name, _ in waiting()] == ["tocsin.answers.attribute"]
    work()
    owner = threat("192.0.2.1").organisation
    assert owner
    assert owner.name == "Chosen"
    assert not NobodysNetwork.objects.exists()


def test_it_begins_where_the_last_holder_ended(folder: Path) -> None:
    asset("Past", "192.0.2.0/23", valid_to=LONG_AGO)
    seen(folder, "192.0.2.1")
    count_nobodys(NOW)
    assert given("192.0.2.0/25").valid_from == LONG_AGO


def test_all_of_what_was_theirs_can_be_given_back(folder: Path) -> None:
    asset("Past", "192.0.0.0/16", valid_to=LONG_AGO)
    seen(folder, "192.0.2.1", "192.0.3.1", "203.0.113.1")
    count_nobodys(NOW)
    row = NobodysNetwork.objects.get(value="192.0.2.0/24")
    (likely,) = suggestions([row], NOW)[row.pk]
    assert likely.wider == "192.0.0.0/16"
    whom = Organisation.objects.get(pk=likely.organisation)
    give_network(row.pk, likely.wider, whom, NOW, BY, "once theirs")
    assert NobodysNetwork.objects.get().value == "203.0.113.0/24"


@pytest.mark.parametrize(
    ("value", "said"),
    [("nothing at all", "domain"), ("192.0.2.0-192.0.2.9", "range"), ("203.0.113.0/24", "Known")],
)
def test_what_cannot_be_given(folder: Path, value: str, said: str) -> None:
    asset("Known", "203.0.113.0/24")
    seen(folder, "192.0.2.1")
    count_nobodys(NOW)
    with pytest.raises(TocsinError, match=said):
        given(value)
    assert NobodysNetwork.objects.count() == 1


def test_who_says_it_is_not_theirs_is_remembered(folder: Path) -> None:
    """The answer stands beside a threat that is nobody's now."""
    from uuid import UUID

    from tocsin.answers.models import Answer

    asset("Next", "192.0.3.0/24")
    seen(folder, "192.0.2.1")
    one = threat("192.0.2.1")
    Answer.objects.create(
        organisation_id=organisation("Next"), kind_id=one.kind_id, key=one.key,
        statement="not-ours", at=NOW, via="page", name="jo", submission=UUID(int=1),
        effect="moved",
    )  # fmt: skip
    assert named() == []
    assert NobodysNetwork.objects.get().denied == [[organisation("Next"), 1]]
