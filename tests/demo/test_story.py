"""The whole pipeline on the demo country, against what its generator says must come out."""

import csv
import io
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from tests.conftest import empty_database
from tests.demo.test_generate import SMALL
from tocsin.cli.demo import print_story
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.demo.country import country
from tocsin.demo.desks import RECEIPTS
from tocsin.demo.generate import Plan
from tocsin.demo.story import Story, sign_in_links, tell
from tocsin.demo.summary import Numbers, numbers
from tocsin.errors import TocsinError
from tocsin.kinds.catalogue import kind
from tocsin.threats.models import Threat
from tocsin.threats.states import State
from tocsin.web.figures import Tallies, tallies


@pytest.fixture(scope="module")
def told(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Story]:
    """The story, told once for all tests here; it commits, so what it leaves is cleared away."""
    patch = pytest.MonkeyPatch()
    patch.setattr(settings, "TOCSIN_HOME", tmp_path_factory.mktemp("home"))
    with django_db_blocker.unblock():
        yield tell(SMALL, _silently)
        empty_database()
    patch.undo()


@pytest.fixture
def outbox(told: Story) -> Path:
    folder: Path = settings.TOCSIN_HOME / "outbox"
    return folder


def _silently(step: str, left: int) -> None:
    """Nobody watches."""


def _tallies() -> tuple[Tallies, dict[str, int]]:
    with staff_scope():
        found = tallies()
        names = dict(Organisation.objects.values_list("pk", "name"))
    return found, {
        names[number]: sum(tally.states.values())
        for number, tally in found.organisations.items()
        if number is not None
    }


def test_what_comes_out_is_what_went_in(told: Story) -> None:
    truth, found = told.truth, numbers().whole
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


def test_scanned_threats_end_as_their_days_say(told: Story) -> None:
    by_state, _ = _tallies()
    for name, fates in told.truth.fates.items():
        assert kind(name).nature == "scan"
        states = by_state.kinds[name].states
        ends = (states[State.OPEN], states[State.GONE], states[State.REOPENED])
        assert ends == (fates.open, fates.gone, fates.reopened), name


def test_each_organisation_gets_one_mail_with_its_own_rows_only(outbox: Path) -> None:
    """In the outbox; those of the week before, their desks have taken."""
    desks = settings.TOCSIN_HOME / "demo/desks"
    mails = sorted(outbox.glob("*.eml"))
    found = numbers().whole
    assert len(mails) == found.organisations_alerted == found.mails
    earlier = set(desks.glob("*/TOCSIN-*.eml")) - set(desks.glob(f"*/{RECEIPTS}"))
    assert found.deliveries == {"sent": len(mails) + len(earlier)}
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


def test_telling_it_again_changes_nothing(told: Story, outbox: Path) -> None:
    before = numbers()
    mails = {path.name: path.read_bytes() for path in outbox.iterdir()}
    again = tell(SMALL, _silently)
    assert again.again
    assert not told.again
    assert numbers() == before
    assert {path.name: path.read_bytes() for path in outbox.iterdir()} == mails


def test_the_summary_says_what_happened(told: Story, capsys: pytest.CaptureFixture[str]) -> None:
    print_story(told, numbers())
    words = " ".join(capsys.readouterr().out.split())
    assert "50 of 50 organisations were written to: 50 mails" in words
    assert f"{told.truth.refused} rows refused, on purpose" in words
    assert "Mon 28 Sep: nothing, or too little, came of scan_dns, scan_rdp, scan_smb" in words
    assert "told before" not in words


def test_the_outage_shows_on_its_day(told: Story) -> None:
    bad = {day.day: day.unhealthy for day in numbers().days if day.unhealthy}
    assert bad == {SMALL.dates[SMALL.outage]: ("scan_dns", "scan_rdp", "scan_smb")}


def test_another_demo_in_the_same_home_is_refused(told: Story) -> None:
    before: Numbers = numbers()
    with pytest.raises(TocsinError, match="another demo"):
        tell(Plan(seed=9, threats=1500), _silently)
    assert numbers() == before


def test_links_for_an_analyst_and_a_member(told: Story) -> None:
    links = sign_in_links(told.clock)
    assert list(links) == ["analyst", "Puddlewick Broadband"]
    assert len(set(sign_in_links(told.clock).values()) | set(links.values())) == 4
