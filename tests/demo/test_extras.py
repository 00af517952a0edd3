import json
from datetime import date, timedelta
from email import message_from_bytes
from email.message import Message
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tocsin.demo.country import country
from tocsin.demo.extras import URLS, write_urlhaus, write_xarf_mail

FIRST = date(2026, 9, 24)
DAYS = [(at, FIRST + timedelta(days=at)) for at in range(3)]


def _sites(
    folder: Path, number: int, day: date, seed: int = 1
) -> tuple[dict[str, dict[str, str]], list[int]]:
    path = folder / f"{seed}-{number}.json"
    owners = write_urlhaus(path, country(), seed, number, day)
    entries = json.loads(path.read_text("utf-8"))
    return {key: one for key, (one,) in entries.items()}, owners


def test_sites_are_new_each_day_and_seen_in_order(tmp_path: Path) -> None:
    keys: list[str] = []
    for number, day in DAYS:
        sites, _ = _sites(tmp_path, number, day)
        times = [one["dateadded"] for one in sites.values()]
        assert times == sorted(times)
        assert {time[:10] for time in times} == {str(day)}
        keys += sites
    assert len(set(keys)) == len(keys) == len(DAYS) * URLS


def test_a_site_lies_in_the_domain_of_its_owner(tmp_path: Path) -> None:
    sites, owners = _sites(tmp_path, 0, FIRST)
    for one, owner in zip(sites.values(), owners, strict=True):
        host = urlsplit(one["url"]).hostname
        assert host is not None
        assert host.partition(".")[2] == country().providers[owner].domain


def test_the_same_seed_gives_the_same_sites(tmp_path: Path) -> None:
    assert _sites(tmp_path, 0, FIRST) == _sites(tmp_path, 0, FIRST)
    assert _sites(tmp_path, 0, FIRST) != _sites(tmp_path, 0, FIRST, seed=2)


@pytest.fixture
def mail(tmp_path: Path) -> tuple[Message, int]:
    owner = write_xarf_mail(tmp_path / "mail.eml", country(), 5, FIRST)
    return message_from_bytes((tmp_path / "mail.eml").read_bytes()), owner


def _report(mail: Message) -> dict[str, str]:
    (part,) = [each for each in mail.walk() if each.get_filename()]
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    report: dict[str, str] = json.loads(content)
    return report


def test_a_report_by_mail_is_about_an_address_of_its_owner(mail: tuple[Message, int]) -> None:
    source = ip_address(_report(mail[0])["source_identifier"])
    owners = [each.owner for each in country().networks if source in each.prefix]
    assert owners[-1] == mail[1]


def test_a_report_by_mail_is_of_its_day(mail: tuple[Message, int]) -> None:
    assert _report(mail[0])["timestamp"].startswith(str(FIRST))
    assert mail[0]["Date"] == "Thu, 24 Sep 2026 09:45:00 +0000"
    assert mail[0]["X-XARF"] == "SECURE"


def test_reports_of_two_days_differ_in_what_tells_them_apart(tmp_path: Path) -> None:
    reports = []
    for number, day in DAYS:
        write_xarf_mail(tmp_path / "mail.eml", country(), number, day)
        reports.append(_report(message_from_bytes((tmp_path / "mail.eml").read_bytes())))
    for name in ("report_id", "source_identifier", "timestamp"):
        assert len({report[name] for report in reports}) == len(DAYS)
