from datetime import UTC, datetime, timedelta

import pytest

from tocsin.access import sessions
from tocsin.access.actions import add_person
from tocsin.access.changes import end_sessions
from tocsin.access.models import Person, Role, SignInSession
from tocsin.audit.models import Entry
from tocsin.constituency.models import Organisation
from tocsin.database.scope import organisation_scope, staff_scope

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def ann(db: None) -> Person:
    return add_person("ann@authority.example", Role.ANALYST, NOW)


def begun(person: Person, at: datetime = NOW) -> SignInSession:
    return sessions.begin_session(person, FIREFOX, "192.0.2.77", False, at)


def found(session: SignInSession, at: datetime = NOW, person: int | None = None) -> object:
    who = session.person_id if person is None else person
    return sessions.find_session(session.pk, who, "198.51.100.9", at)


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140",
         "Edge on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36",
         "Chrome on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Mobile Safari/604.1",
         "Safari on an iPhone or iPad"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.1", "curl"),
        ("<script>", "A browser"),
        ("", "A browser"),
    ],
)  # fmt: skip
def test_the_device_is_said_in_words(agent: str, said: str) -> None:
    assert sessions.device(agent) == said


@pytest.mark.parametrize(
    ("address", "said"),
    [("192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("unknown", "")],
)
def test_the_place_is_rough(address: str, said: str) -> None:
    assert sessions.place(address) == said


def test_a_session_is_its_persons_and_lasts_half_a_day(ann: Person) -> None:
    bo = add_person("bo@authority.example", Role.AUDITOR, NOW)
    session = begun(ann)
    assert found(session) == session
    assert found(session, person=bo.pk) is None
    assert found(session, NOW + timedelta(hours=12)) is None
    for nonsense in (None, "1", 0):
        assert sessions.find_session(nonsense, ann.pk, "", NOW) is None


def test_it_notes_when_and_where_it_was_seen_once_a_minute(ann: Person) -> None:
    session = begun(ann)
    found(session, NOW + timedelta(seconds=59))
    assert [(one.seen_at, one.place) for one in sessions.sessions_of(ann.pk, NOW)] == [
        (NOW, "192.0.2.0/24")
    ]
    later = NOW + timedelta(minutes=1)
    found(session, later)
    assert [(one.seen_at, one.place) for one in sessions.sessions_of(ann.pk, NOW)] == [
        (later, "198.51.100.0/24")
    ]


def test_only_one_is_ended_or_all_the_others(ann: Person) -> None:
    bo = add_person("bo@authority.example", Role.AUDITOR, NOW)
    one, two, three, of_bo = begun(ann), begun(ann), begun(ann), begun(bo)
    assert end_sessions(ann.pk, "test", NOW, only=of_bo.pk) == 0
    assert end_sessions(ann.pk, "test", NOW, only=one.pk) == 1
    assert (found(one), found(two)) == (None, two)
    assert end_sessions(ann.pk, "test", NOW, keep=three.pk) == 1
    assert (found(two), found(three), found(of_bo)) == (None, three, of_bo)
    with staff_scope():
        entries = list(
            Entry.objects.filter(action="sessions-ended").values_list("subject", "actor")
        )
    assert entries == [(f"person {ann.pk}", "test")] * 2


def test_proof_is_fresh_for_ten_minutes(ann: Person) -> None:
    session = begun(ann)
    assert sessions.is_fresh(session, NOW + timedelta(seconds=599))
    assert not sessions.is_fresh(session, NOW + timedelta(minutes=10))
    sessions.proved_again(session, NOW + timedelta(hours=1), second_factor=True)
    (kept,) = sessions.sessions_of(ann.pk, NOW)
    assert sessions.is_fresh(kept, NOW + timedelta(hours=1))
    assert kept.second_factor


def test_an_organisation_sees_no_session_not_even_its_peoples(ann: Person) -> None:
    with staff_scope():
        ours = Organisation.objects.create(name="Ours", created_at=NOW)
    begun(add_person("bo@ours.example", Role.OWNER, NOW, "Ours"))
    with organisation_scope(ours.pk):
        assert SignInSession.objects.count() == 0
