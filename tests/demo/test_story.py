"""The whole pipeline on the demo country, against what its generator says must come out."""

import csv
import io
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from tests.demo.test_generate import SMALL
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.demo.country import country
from tocsin.demo.generate import Plan
from tocsin.demo.story import Story, morning, sign_in_links, tell
from tocsin.demo.summary import Numbers, numbers
from tocsin.errors import TocsinError
from tocsin.kinds.catalogue import kind
from tocsin.threats.models import Threat
from tocsin.threats.states import State
from tocsin.web.figures import Tallies, tallies

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def told(home: Path) -> Story:
    return tell(SMALL, lambda step, left: None)


def _tallies() -> tuple[Tallies, dict[str, int]]:
    with staff_scope():
        found = tallies()
        names = dict(Organisation.objects.values_list("pk", "name"))
    return found, {
        names[number]: sum(tally.states.values())
        for number, tally in found.organisations.items()
        if number is not None
    }


def test_what_comes_out_is_what_went_in(told: Story, home: Path) -> None:
    truth, found = told.truth, numbers()
    assert found.observations == truth.observations
    assert found.refused == truth.refused
    assert found.reports == truth.files
    assert sum(found.threats.values()) == truth.threats
    by_state, by_organisation = _tallies()
    assert by_organisation == dict(truth.organisations)
    assert sum(by_state.organisations[None].states.values()) == truth.unattributed
    for name, count in truth.kinds.items():
        assert sum(by_state.kinds[name].states.values()) == count, name
    with staff_scope():
        assert Threat.objects.filter(times_seen__gt=1).count() >= truth.recurring


def test_scanned_threats_end_as_their_days_say(told: Story, home: Path) -> None:
    by_state, _ = _tallies()
    for name, fates in told.truth.fates.items():
        assert kind(name).nature == "scan"
        states = by_state.kinds[name].states
        ends = (states[State.OPEN], states[State.GONE], states[State.REOPENED])
        assert ends == (fates.open, fates.gone, fates.reopened), name


def test_each_organisation_gets_one_mail_with_its_own_rows_only(told: Story, home: Path) -> None:
    mails = sorted((home / "outbox").glob("*.eml"))
    found = numbers()
    assert len(mails) == found.organisations_alerted == found.mails
    assert found.deliveries == {"sent": len(mails)}
    told_of: dict[str, int] = {}
    for path in mails:
        mail = message_from_bytes(path.read_bytes())
        rows = list(csv.DictReader(io.StringIO(_attached(mail))))
        told_of[str(mail["To"])] = len(rows)
    current = _current_by_contact()
    assert told_of == {address: count for address, count in current.items() if count}


def _current_by_contact() -> dict[str, int]:
    found, _ = _tallies()
    emails = {provider.name: provider.email for provider in country().providers}
    with staff_scope():
        names = dict(Organisation.objects.values_list("pk", "name"))
    return {
        emails[names[number]]: tally.current
        for number, tally in found.organisations.items()
        if number is not None
    }


def _attached(mail: Message) -> str:
    """The CSV, as it is or zipped."""
    for part in mail.walk():
        name, content = part.get_filename() or "", part.get_payload(decode=True)
        if name.endswith(".csv") and isinstance(content, bytes):
            return content.decode("utf-8-sig")
        if name.endswith(".zip") and isinstance(content, bytes):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return archive.read(archive.namelist()[0]).decode("utf-8-sig")
    raise AssertionError("no CSV attached")


def test_telling_it_again_changes_nothing(told: Story, home: Path) -> None:
    before = numbers()
    mails = {path.name: path.read_bytes() for path in (home / "outbox").iterdir()}
    again = tell(SMALL, lambda step, left: None)
    assert again.again
    assert not told.again
    assert numbers() == before
    assert {path.name: path.read_bytes() for path in (home / "outbox").iterdir()} == mails


def test_the_outage_shows_on_its_day(told: Story, home: Path) -> None:
    bad = {day.day: day.unhealthy for day in numbers().days if day.unhealthy}
    assert bad == {SMALL.dates[SMALL.outage]: ("scan_dns", "scan_rdp", "scan_smb")}


def test_another_demo_in_the_same_home_is_refused(told: Story, home: Path) -> None:
    before: Numbers = numbers()
    with pytest.raises(TocsinError, match="another demo"):
        tell(Plan(seed=9, threats=1500), lambda step, left: None)
    assert numbers() == before


def test_real_data_are_not_mixed_with_a_demo(home: Path) -> None:
    with staff_scope():
        Organisation.objects.create(name="Real", created_at=morning(SMALL.dates[0]))
    with pytest.raises(TocsinError, match="not a demo's"):
        tell(SMALL, lambda step, left: None)
    assert not (home / "demo.json").exists()


def test_links_for_an_analyst_and_a_member(told: Story, home: Path) -> None:
    links = sign_in_links(told.clock)
    assert list(links) == ["analyst", "Puddlewick Broadband"]
    assert len(set(sign_in_links(told.clock).values()) | set(links.values())) == 4
