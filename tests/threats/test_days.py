"""What the daily counts say of one organisation."""

from datetime import timedelta
from pathlib import Path

from tests.alerts.country import DAY, organisation
from tocsin.threats.bulk import lock_kind
from tocsin.threats.days import changes_since, kinds_of_organisation
from tocsin.threats.models import DailyCount


def count(of: int, kind: str, days_ago: int, **numbers: int) -> None:
    day = DAY - timedelta(days=days_ago)
    DailyCount.objects.create(organisation_id=of, kind_id=lock_kind(kind), day=day, **numbers)


def test_changes_of_some_days_by_kind(installation: Path) -> None:
    ours, theirs = organisation().pk, organisation("Southwind").pk
    count(ours, "scan_rdp", 0, new=1, gone=2)
    count(ours, "scan_rdp", 1, new=3, reopened=1)
    count(ours, "scan_rdp", 2, new=100)
    count(ours, "scan_snmp", 1, new=9)
    count(ours, "scan_ssh", 1, observations=7)
    count(theirs, "scan_ftp", 0, new=1000)
    found = changes_since(ours, DAY - timedelta(days=1))
    assert [(one.kind.name, *one[1:]) for one in found] == [
        ("scan_snmp", 9, 0, 0), ("scan_rdp", 4, 1, 2)
    ]  # fmt: skip
    assert {one.name for one in kinds_of_organisation(ours)} == {
        "scan_rdp", "scan_snmp", "scan_ssh",
    }  # fmt: skip
