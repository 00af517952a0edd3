"""Threats for other programs, and back again."""

import csv
import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.threats.assets import organisation
from tests.threats.files import NOW, report, take
from tocsin.errors import TocsinError
from tocsin.intake.feed_specs import shipped
from tocsin.kinds.catalogue import kind
from tocsin.threats import export
from tocsin.threats.bulk import lock_kind
from tocsin.threats.export import ROWS_AT_A_TIME, as_intelmq, write_csv, write_intelmq
from tocsin.threats.ingest import ingest
from tocsin.threats.models import Threat
from tocsin.threats.states import State

SAMPLES = sorted(
    path
    for spec in {spec.folder for spec in shipped()}
    if spec
    for path in spec.glob("sample*")
    if path.is_file()
)


@pytest.fixture
def some(installation: Path, tmp_path: Path) -> Path:
    """Threats of every form: address, network, IPv6, domain, e-mail domain; with tags and ports."""
    take(
        report(tmp_path, 0, ["192.0.2.1", "2001:db8::1", "203.0.113.9"]),
        report(tmp_path, 0, ["192.0.2.2"], kind="event4_sinkhole"),
        report(tmp_path, 0, ["jo@example.org"], kind="compromised_account"),
    )
    take(*SAMPLES)
    return tmp_path


def exported(**options: Any) -> list[dict[str, Any]]:
    target = io.StringIO()
    count = write_intelmq(export.threats(**options), target)
    lines = target.getvalue().splitlines()
    assert len(lines) == count
    return [json.loads(line) for line in lines]


def identities() -> set[tuple[Any, ...]]:
    rows = Threat.objects.values_list(
        "kind__name", "key", "organisation_id", "address", "domain", "port", "protocol", "tag",
        "asn", "severity", "last_seen",
    )  # fmt: skip
    return {row for row in rows if not kind(row[0]).flagged}


def test_there_is_something_of_every_form(some: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE family(address) = 4),"
            " count(*) FILTER (WHERE family(address) = 6),"
            " count(*) FILTER (WHERE family(address) = 4 AND masklen(address) < 32),"
            " count(*) FILTER (WHERE domain LIKE '@%'),"
            " count(*) FILTER (WHERE domain <> '' AND domain NOT LIKE '@%'),"
            " count(*) FILTER (WHERE tag <> ''), count(*) FILTER (WHERE port <> 0) FROM threat"
        )
        assert min(cursor.fetchone()) > 0


def test_what_goes_out_and_comes_in_again_is_the_same(some: Path) -> None:
    """An installation that takes another one's export has the same threats, by the same ids."""
    before = identities()
    target = some / "out" / "threats.jsonl"
    target.parent.mkdir()
    with target.open("w") as file:
        count = write_intelmq(export.threats(), file)
    Threat.objects.all().delete()
    summary = take(target)
    assert summary.count("observations") == count
    assert summary.count("refused") == 0
    assert identities() == before


def test_a_lie_about_the_kind_is_not_believed(installation: Path, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    event = {
        "feed.name": "x", "classification.type": "phishing", "source.ip": "192.0.2.1",
        "time.source": "2026-03-01T08:00:00+00:00", "extra.tocsin.kind": "../../etc/passwd",
    }  # fmt: skip
    path.write_text(json.dumps(event) + "\n")
    (outcome,) = take(path).outcomes
    assert outcome.kinds == ("phishing",)


def test_an_event_says_it_in_intelmqs_words(some: Path) -> None:
    (event,) = [one for one in exported() if one.get("source.ip") == "2001:db8::1"]
    assert event["classification.taxonomy"] == kind("scan_rdp").class_
    assert (event["source.port"], event["protocol.transport"]) == (3389, "tcp")
    assert event["source.asn"] == 64500
    assert event["extra.tocsin.state"] == "open"
    assert event["extra.tocsin.first_seen"] == "2026-03-01T08:01:00+00:00"
    assert "extra.tocsin.organisation" not in event
    assert "source.network" not in event


def test_only_current_ones_unless_asked(installation: Path, tmp_path: Path) -> None:
    take(report(tmp_path, 0, ["192.0.2.1", "192.0.2.2", "192.0.2.3"]))
    Threat.objects.filter(address="192.0.2.1").update(state=State.GONE)
    Threat.objects.filter(address="192.0.2.2").update(state=State.LOST)
    assert [one["source.ip"] for one in exported()] == ["192.0.2.3"]
    states = {one["source.ip"]: one["extra.tocsin.state"] for one in exported(with_past=True)}
    assert states == {"192.0.2.1": "gone", "192.0.2.2": "lost", "192.0.2.3": "open"}


def test_one_organisations(installation: Path, tmp_path: Path) -> None:
    take(report(tmp_path, 0, ["192.0.2.1", "192.0.2.2"]))
    Threat.objects.update(organisation=None)
    number = organisation("Meridian Hosting")
    Threat.objects.filter(address="192.0.2.1").update(organisation_id=number)
    (event,) = exported(organisation="Meridian Hosting")
    assert event["source.ip"] == "192.0.2.1"
    assert event["extra.tocsin.organisation"] == "Meridian Hosting"
    organisation("Nothing to say")
    assert exported(organisation="Nothing to say") == []
    with pytest.raises(TocsinError, match="no organisation 'Meridian'"):
        exported(organisation="Meridian")


@pytest.mark.parametrize(
    ("tag", "cell"),
    [
        ('=HYPERLINK("http://x.example")', '\'=HYPERLINK("http://x.example")'),
        ("@SUM(1)", "'@SUM(1)"),
        ("+1", "'+1"),
        ("plain, with comma", "plain, with comma"),
        ("", ""),
    ],
)
def test_a_cell_runs_nothing(installation: Path, tmp_path: Path, tag: str, cell: str) -> None:
    take(report(tmp_path, 0, ["192.0.2.1"]))
    Threat.objects.update(tag=tag)
    target = io.StringIO()
    assert write_csv(export.threats(), target) == 1
    (row,) = csv.DictReader(io.StringIO(target.getvalue()))
    assert row["tag"] == cell
    assert (row["address"], row["bits"], row["state"], row["severity"]) == (
        "192.0.2.1", "32", "open", "high",
    )  # fmt: skip
    assert row["last_seen"] == "2026-03-01T08:00:00+00:00"


def test_memory_does_not_grow_with_the_number(installation: Path) -> None:
    class Nowhere(io.StringIO):
        def write(self, text: str) -> int:
            return len(text)

    number = lock_kind("scan_rdp")
    peaks = []
    for count in (3 * ROWS_AT_A_TIME, 9 * ROWS_AT_A_TIME):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO threat (kind_id, key, first_seen, last_seen, opened_at, state_since,"
                " asn, last_report_id, last_day, times_seen, port, protocol, state, notice,"
                " severity, domain, tag) SELECT %s, gen_random_uuid(), %s, %s, %s, %s, 0, 0, %s,"
                " 1, 0, 0, 1, 0, 1, 'x.example', '' FROM generate_series(1, %s)",
                [number, NOW, NOW, NOW, NOW, NOW, count],
            )
        tracemalloc.start()
        write_intelmq(export.threats(), Nowhere())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_every_protocol_that_is_written_is_read(installation: Path, tmp_path: Path) -> None:
    take(report(tmp_path, 0, ["192.0.2.1"]))
    (row,) = export.threats()
    path = tmp_path / "events.jsonl"
    with path.open("w") as file:
        for number in export.TRANSPORTS:
            file.write(json.dumps(as_intelmq(row._replace(protocol=number, port=number))) + "\n")
    Threat.objects.all().delete()
    (outcome,) = ingest([path], NOW, feed="intelmq").outcomes
    assert (outcome.state, outcome.refused) == ("taken", 0)
    read = set(Threat.objects.values_list("port", "protocol"))
    assert read == {(number, number) for number in export.TRANSPORTS}
