import csv
import io
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from tests.alerts.country import (
    NOW,
    contact,
    observe,
    organisation,
    report,
    state_of,
    threat,
)
from tocsin.alerts.compose import Composed, batches, compose_due, ready
from tocsin.alerts.freezing import thawed, unpacked
from tocsin.alerts.models import Alert, AlertThreat, Delivery, Inhibition, Mute, Preference
from tocsin.alerts.queries import Waiting
from tocsin.alerts.rules import Digests
from tocsin.constituency.models import Organisation, Region
from tocsin.database.scope import staff_scope

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def scope(home: Path) -> Iterator[None]:
    with staff_scope():
        yield


def send(now: Any = NOW, digests: Digests = Digests.DUE) -> Composed:
    return compose_due(ready(now), now, digests)


def rows(alert: Alert) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(unpacked(alert.csv).decode("utf-8-sig"))))


def test_each_organisation_gets_one_alert_with_its_own_threats_and_no_others(home: Path) -> None:
    north, south = organisation("North"), organisation("South")
    mine = {threat(north, number) for number in range(1, 6)}
    theirs = {threat(south, number) for number in range(6, 9)}
    assert send() == Composed(2, 8)
    for owner, expected in ((north, mine), (south, theirs)):
        alert = Alert.objects.get(organisation=owner)
        assert {UUID(row["threat_id"]) for row in rows(alert)} == expected
        assert {row.key for row in AlertThreat.objects.filter(alert=alert)} == expected
        assert (alert.new, alert.reopened, alert.reminders) == (len(expected), 0, 0)
        delivery = Delivery.objects.get(alert=alert)
        assert delivery.recipient == f"abuse@{owner.name.lower()}.example"
        assert delivery.state == "queued"
        assert delivery.message_id.startswith("<")


def test_what_was_told_is_not_told_again() -> None:
    key = threat(organisation(), 1)
    assert send() == Composed(1, 1)
    assert state_of(key) == {"notice": 0, "alerted_at": NOW, "reminders": 0}
    assert send() == Composed()
    assert send(digests=Digests.AT_ONCE) == Composed()
    assert Alert.objects.count() == Delivery.objects.count() == 1


def test_the_alert_is_frozen_with_ticket_language_marking_and_evidence(home: Path) -> None:
    owner = organisation(language="de")
    source = report(tlp="AMBER+STRICT")
    key = threat(owner, 1, seen_in=source, tag="cve-2019-0708")
    observe(
        home,
        source,
        "scan_rdp",
        [
            (key, {"hostname": "old.example", "rdp_protocol": "=RDP"}),
            (key, {"hostname": "host.example", "rdp_protocol": "=RDP"}),
        ],
    )
    send()
    alert = Alert.objects.get()
    assert alert.ticket == f"TOCSIN-2026-{alert.pk:06d}"
    content = thawed(alert.content)
    assert (content.tlp, content.language, content.composed_at) == ("AMBER+STRICT", "de", NOW)
    (group,) = content.groups
    (row,) = group.rows
    assert (row.affected, row.port, row.protocol) == ("192.0.2.1", 3389, "tcp")
    assert (row.hostname, row.tag, row.asn) == ("host.example", "cve-2019-0708", 64500)
    (line,) = rows(alert)
    assert line["evidence_rdp_protocol"] == "'=RDP"
    assert "evidence__line" not in line


def test_personal_columns_are_masked_unless_the_kind_needs_them(home: Path) -> None:
    source = report()
    key = threat(organisation(), 1, seen_in=source)
    observe(home, source, "scan_rdp", [(key, {"email": "jo@example.org", "hostname": "h"})])
    send()
    (line,) = rows(Alert.objects.get())
    assert line["evidence_email"] == "j…@example.org"


def test_a_segment_that_is_gone_costs_the_evidence_but_not_the_alert() -> None:
    source = report(segments={"scan_rdp": "observations/gone.parquet"})
    threat(organisation(), 1, seen_in=source)
    assert send() == Composed(1, 1)


def test_a_reopened_threat_is_told_as_such_and_starts_its_reminders_anew() -> None:
    key = threat(organisation(), 1, notice=2, state=4, reminders=2)
    send()
    assert Alert.objects.get().reopened == 1
    assert state_of(key)["reminders"] == 0


@pytest.mark.parametrize("state", [2, 5, 6, 7])
def test_claimed_disputed_and_past_threats_are_not_told(state: int) -> None:
    key = threat(organisation(), 1, state=state)
    assert send() == Composed()
    assert state_of(key)["notice"] == 1


@pytest.mark.parametrize(
    ("kind", "days", "reminders", "due"),
    [
        ("scan_rdp", 30, 0, True),
        ("scan_rdp", 29, 0, False),
        ("scan_rdp", 31, 1, True),
        ("scan_rdp", 90, 2, False),
        ("event4_sinkhole", 7, 0, True),
        ("event4_sinkhole", 6, 0, False),
        ("event4_sinkhole", 60, 2, False),
    ],
)
def test_reminders_come_after_7_or_30_days_and_twice_at_most(
    kind: str, days: int, reminders: int, due: bool
) -> None:
    told_at = NOW - timedelta(days=days)
    key = threat(organisation(), 1, kind, notice=0, alerted_at=told_at, reminders=reminders)
    assert send() == (Composed(1, 1) if due else Composed())
    if due:
        assert Alert.objects.get().reminders == 1
        assert state_of(key) == {"notice": 0, "alerted_at": NOW, "reminders": reminders + 1}


def test_a_reminder_names_the_mail_that_it_reminds_of() -> None:
    key = threat(organisation(), 1)
    send()
    first = Delivery.objects.get()
    Delivery.objects.update(state="sent")
    later = NOW + timedelta(days=30)
    assert send(later) == Composed(1, 1)
    alert = Alert.objects.exclude(pk=first.alert_id).get()
    assert thawed(alert.content).earlier == (first.message_id,)
    assert state_of(key)["reminders"] == 1


def test_nothing_is_told_before_the_first_release_unless_the_hold_is_off(settings: Any) -> None:
    owner = organisation(released_at=None)
    threat(owner, 1)
    assert send() == Composed()
    settings.TOCSIN_FIRST_SEND_HOLD = False
    assert send() == Composed(1, 1)


@pytest.mark.parametrize("how", ["suspended", "bounced", "without contact"])
def test_who_cannot_or_must_not_be_written_to_keeps_its_threats_for_later(how: str) -> None:
    owner = organisation(suspended=how == "suspended")
    if how == "bounced":
        owner.contact_set.update(bounced_at=NOW)
    if how == "without contact":
        owner.contact_set.all().delete()
    key = threat(owner, 1)
    assert send() == Composed()
    assert state_of(key)["notice"] == 1


def test_the_abuse_desk_comes_first_then_security_then_the_owner() -> None:
    owner = organisation()
    contact(owner, "owner")
    contact(owner, "security")
    owner.contact_set.filter(purpose="abuse").update(bounced_at=NOW)
    threat(owner, 1)
    send()
    assert Delivery.objects.get().recipient == "security@nordwind-hosting.example"


def test_one_digest_a_day_and_critical_news_at_once() -> None:
    owner = organisation()
    threat(owner, 1)
    send()
    later = NOW + timedelta(hours=3)
    waits, urgent = threat(owner, 2), threat(owner, 3, severity=5)
    assert send(later) == Composed(1, 1)
    assert Alert.objects.get(immediate=True).new == 1
    assert (state_of(waits)["notice"], state_of(urgent)["notice"]) == (1, 0)
    assert send(NOW + timedelta(days=1)) == Composed(1, 1)


def test_an_immediate_alert_does_not_use_up_the_days_digest() -> None:
    owner = organisation()
    threat(owner, 1, severity=5)
    assert send(digests=Digests.NONE) == Composed(1, 1)
    threat(owner, 2)
    assert send(NOW + timedelta(minutes=5)) == Composed(1, 1)


def test_wishes_for_rhythm_are_kept() -> None:
    weekly, urgent = organisation("Weekly"), organisation("Urgent")
    Preference.objects.create(organisation=weekly, rhythm="weekly", weekday=3)
    Preference.objects.create(organisation=urgent, rhythm="immediate", immediate_from="high")
    for number, owner in enumerate((weekly, urgent)):
        threat(owner, number, severity=4)
        threat(owner, number + 100, severity=2)
    send()
    assert {alert.organisation.name: alert.new for alert in Alert.objects.all()} == {
        "Weekly": 2,
        "Urgent": 1,
    }
    threat(weekly, 50)
    assert send(NOW + timedelta(days=2)) == Composed()
    assert send(NOW + timedelta(days=3)) == Composed(1, 1)  # Thursday


MUTES = [
    {"kind": "scan_rdp"},
    {"rsit_class": "vulnerable"},
    {"severity": "high"},
    {"feed": "shadowserver"},
    {"prefix": "192.0.2.0/29"},
    {"kind": "scan_rdp", "prefix": "192.0.2.1/32"},
    {"kind": "scan_rdp", "until": NOW + timedelta(days=1)},
]
OTHERS = [
    {"kind": "scan_telnet"},
    {"rsit_class": "fraud"},
    {"severity": "low"},
    {"feed": "other"},
    {"prefix": "198.51.100.0/24"},
    {"prefix": "2001:db8::/32"},
    {"kind": "scan_rdp", "until": NOW},
    {"kind": "scan_rdp", "prefix": "192.0.2.2/32"},
]


@pytest.mark.parametrize("rule", MUTES)
def test_what_an_organisation_muted_waits(rule: dict[str, Any]) -> None:
    owner = organisation()
    Mute.objects.create(organisation=owner, **rule)
    key = threat(owner, 1)
    assert send() == Composed()
    assert state_of(key)["notice"] == 1


@pytest.mark.parametrize("rule", OTHERS)
def test_a_mute_holds_back_nothing_else(rule: dict[str, Any]) -> None:
    owner, other = organisation("One"), organisation("Two")
    Mute.objects.create(organisation=owner, **rule)
    Mute.objects.create(organisation=other, kind="scan_rdp")
    threat(owner, 1)
    assert send() == Composed(1, 1)


@pytest.mark.parametrize("everybody", [True, False])
@pytest.mark.parametrize(
    "rule",
    [{}, {"kind": "scan_rdp"}, {"feed": "shadowserver"}, {"prefix": "192.0.2.0/24"}],
)
def test_what_the_authority_inhibits_waits_until_the_inhibition_ends(
    rule: dict[str, Any], everybody: bool
) -> None:
    owner = organisation()
    Inhibition.objects.create(
        organisation=None if everybody else owner,
        reason="false positives",
        made_by="analyst",
        made_at=NOW,
        until=NOW + timedelta(hours=1),
        **rule,
    )
    threat(owner, 1)
    assert send() == Composed()
    assert send(NOW + timedelta(hours=1)) == Composed(1, 1)


def test_an_inhibition_of_one_organisation_leaves_the_others_alone() -> None:
    one, two = organisation("One"), organisation("Two")
    Inhibition.objects.create(organisation=two, reason="r", made_by="a", made_at=NOW)
    threat(one, 1)
    threat(two, 2)
    assert send() == Composed(1, 1)


def test_tlp_red_never_leaves_by_mail() -> None:
    owner = organisation()
    threat(owner, 1, seen_in=report("scan_rdp", "secret", tlp="RED"))
    threat(owner, 2, seen_in=report())
    assert send() == Composed(1, 1)
    assert Alert.objects.get().tlp == "AMBER"


def test_a_domain_is_affected_too() -> None:
    threat(organisation(), "shop", address=None, domain="shop.example", port=0, protocol=0)
    send()
    (line,) = rows(Alert.objects.get())
    assert (line["affected"], line["port"], line["protocol"]) == ("shop.example", "", "")


def test_the_job_that_delivers_is_queued_in_the_same_transaction() -> None:
    threat(organisation(), 1)
    send()
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs")
        assert cursor.fetchall() == [("tocsin.alerts.deliver",)]


def test_batches_are_bounded_by_threats_and_organisations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.alerts.compose.BATCH_THREATS", 10)
    monkeypatch.setattr("tocsin.alerts.compose.BATCH_ORGANISATIONS", 3)
    sizes = [4, 4, 4, 25, 1, 1, 1, 1]
    many = [Waiting(n, "", None, False, size, True) for n, size in enumerate(sizes)]
    assert list(batches(many)) == [[0, 1], [2], [3], [4, 5, 6], [7]]


def test_the_organisations_rows_are_counted_whatever_its_batch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tocsin.alerts.compose.BATCH_ORGANISATIONS", 1)
    for name in ("A", "Bo", "Cyd"):
        threat(organisation(name), len(name))
    heard: list[int] = []
    assert compose_due(ready(NOW), NOW, done=heard.append) == Composed(3, 3)
    assert heard == [1, 1, 1]
    assert Organisation.objects.filter(alert__isnull=False).count() == 3


@pytest.mark.parametrize("seed", range(4))
def test_each_csv_has_the_organisations_own_threats_and_all_of_them(seed: int, home: Path) -> None:
    """Also where several organisations share a report, a kind and an address."""
    chance = random.Random(seed)
    owners = [organisation(f"Org {number}") for number in range(5)]
    sources = {kind: report(kind) for kind in ("scan_rdp", "scan_redis", "scan_telnet")}
    own: dict[int, set[str]] = {owner.pk: set() for owner in owners}
    seen: dict[str, list[tuple[UUID, dict[str, str]]]] = {kind: [] for kind in sources}
    for number in range(60):
        owner, kind = chance.choice(owners), chance.choice(list(sources))
        key = threat(owner, number, kind, sources[kind], address=f"192.0.2.{chance.randrange(9)}")
        own[owner.pk].add(str(key))
        seen[kind].append((key, {"banner": f"of {owner.name}"}))
    for kind, source in sources.items():
        observe(home, source, kind, seen[kind])
    send()
    for alert in Alert.objects.select_related("organisation"):
        told = rows(alert)
        assert {line["threat_id"] for line in told} == own[alert.organisation_id]
        assert len(told) == len(own[alert.organisation_id])
        assert {line["evidence_banner"] for line in told} == {f"of {alert.organisation.name}"}


def test_the_regions_contact_is_named_and_an_organisation_without_region_has_none() -> None:
    there = Region.objects.create(
        code="north", name="North", country="XX", contact="Protect team, protect@police.example"
    )
    threat(organisation("In a region", region=there), 1)
    threat(organisation("In none"), 2)
    send()
    officers = {
        alert.organisation.name: thawed(alert.content).officer for alert in Alert.objects.all()
    }
    assert officers == {"In a region": "Protect team, protect@police.example", "In none": ""}
