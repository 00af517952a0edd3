"""What a file would come to is what it comes to, and finding it out leaves no trace."""

import io
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.threats.conftest import EVERYTHING
from tests.threats.files import NOW
from tocsin.campaigns.rules import Columns, spec_of
from tocsin.intake.containers.members import Member
from tocsin.intake.models import RefusedRow, Report
from tocsin.kinds.catalogue import kind
from tocsin.threats.ingest import ingest_members
from tocsin.threats.models import Threat
from tocsin.threats.trial import Trial, trial
from tocsin.threats.waiting import Waiting

COLUMNS = Columns(time="when", address="ip", port="port", tag="tag", email="mail")
ROWS = b"""when,ip,port,tag,mail,password
2026-03-01 10:00,192.0.2.1,80,a,,secret
2026-03-01 11:00,192.0.2.1,80,a,,later
2026-03-01 10:30,192.0.2.1,81,a,,
2026-03-01 10:00,198.51.100.0/28,,,,
2026-03-01 10:00,,,,jo@example.org,
2026-03-01 10:00,203.0.113.1,,,,
never,192.0.2.1,,,,
"""
SPEC = spec_of("campaign-1", COLUMNS, "AMBER")


def member() -> Member:
    def opener() -> BinaryIO:
        return io.BytesIO(ROWS)

    return Member("list.csv", "list.csv", opener)


def tried(home: Path) -> Trial:
    return trial(member(), SPEC, kind("campaign-1"), EVERYTHING, NOW, home)


def test_every_row_is_accounted_for(installation: Path) -> None:
    found = tried(installation)
    assert (found.rows, found.observations, len(found.threats)) == (7, 6, 5)
    assert found.reasons == {"bad-timestamp": 1}
    assert [one.line for one in found.refused] == [8]
    assert found.organisations == {1: 3, 2: 1, 0: 1}


def test_a_threat_has_its_times_and_the_evidence_of_its_latest_row(installation: Path) -> None:
    found = {(one.affected, one.port): one for one in tried(installation).threats.values()}
    assert set(found) == {
        ("192.0.2.1", 80), ("192.0.2.1", 81), ("198.51.100.0/28", 0), ("@example.org", 0),
        ("203.0.113.1", 0),
    }  # fmt: skip
    one = found["192.0.2.1", 80]
    assert (one.times_seen, one.first_seen.hour, one.last_seen.hour) == (2, 10, 11)
    assert one.evidence["when"] == "2026-03-01 11:00"
    assert "later" not in one.evidence.values()


def test_nothing_is_kept(installation: Path) -> None:
    tried(installation)
    assert list(installation.iterdir()) == []
    for table in (Report, Threat, RefusedRow):
        assert not table._default_manager.exists()


@pytest.mark.usefixtures("installation")
def test_the_same_threats_come_of_it_in_earnest(home: Path) -> None:
    found = tried(home)
    ingest_members([Waiting(member(), SPEC, None, "")], NOW)
    threats = Threat.objects.values_list("key", "organisation_id", "port", "severity")
    assert {(key.bytes, owner or 0, port, bad) for key, owner, port, bad in threats} == {
        (one.key, one.organisation, one.port, one.severity) for one in found.threats.values()
    }
    assert Report.objects.get().observations == found.observations
