import csv
import hashlib
import json
from collections import Counter, defaultdict
from email import message_from_bytes
from ipaddress import ip_address
from pathlib import Path

import pytest

from tocsin.demo.country import country
from tocsin.demo.generate import END, Plan, Truth, generate, rows_to_threats
from tocsin.demo.reports import report_types
from tocsin.errors import TocsinError

SMALL = Plan(threats=1500)
# Changes only with the demo itself: the same on every machine, Python and numpy.
DIGEST = "ff5250ad03b94c1a96e3c7d4c1512e04b9b54a7fe2ef3ffd6eb6edcd398c0080"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    folder = tmp_path_factory.mktemp("country")
    return folder, generate(folder, SMALL)


def _digest(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    whole = hashlib.sha256()
    for path in files:
        whole.update(f"{path.relative_to(folder)} {len(path.read_bytes())}\n".encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _good(row: dict[str, str], day: str) -> bool:
    address = row.get("ip", row.get("src_ip"))
    if None in row or not row["timestamp"].startswith(day):
        return False
    try:
        return address is None or bool(ip_address(address))
    except ValueError:
        return False


def test_the_same_plan_gives_the_same_bytes(made: tuple[Path, Truth], tmp_path: Path) -> None:
    assert generate(tmp_path, SMALL) == made[1]
    assert _digest(tmp_path) == _digest(made[0]) == DIGEST


def test_another_seed_gives_other_files(made: tuple[Path, Truth], tmp_path: Path) -> None:
    generate(tmp_path, Plan(threats=1500, seed=2))
    assert _digest(tmp_path) != _digest(made[0])


def test_the_truth_is_what_a_plain_reading_of_the_files_counts(made: tuple[Path, Truth]) -> None:
    folder, truth = made
    good = bad = 0
    days: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for path in folder.glob("reports/*/*.csv"):
        day, kind = path.parent.name, path.name.split("-")[3]
        for row in _rows(path):
            if not _good(row, day):
                bad += 1
                continue
            good += 1
            who = row.get("ip") or row.get("src_ip") or row["email"].partition("@")[2]
            days[kind, who].add(day)
    extra = 7 * SMALL.days  # six malware sites and a mail a day
    assert (good + extra, bad) == (truth.observations, truth.refused)
    assert len(days) + extra == truth.threats
    assert sum(len(seen) > 1 for seen in days.values()) == truth.recurring
    assert Counter(kind for kind, _ in days) == truth.kinds


def test_every_threat_is_somebodys_or_counted_as_nobodys(made: tuple[Path, Truth]) -> None:
    truth = made[1]
    assert truth.organisations.total() + truth.unattributed == truth.threats
    assert 0.015 < truth.unattributed / truth.threats < 0.05
    assert len(truth.organisations) >= 45


def test_scanned_threats_end_open_gone_or_reopened(made: tuple[Path, Truth]) -> None:
    truth = made[1]
    for kind, ends in truth.fates.items():
        assert ends.open + ends.gone + ends.reopened == truth.kinds[kind]
    assert sum(ends.gone for ends in truth.fates.values()) > 100
    assert sum(ends.reopened for ends in truth.fates.values()) > 20


def test_one_feed_outage(made: tuple[Path, Truth]) -> None:
    folder, truth = made
    day = str(SMALL.dates[SMALL.outage])
    names = {path.name.split("-")[3] for path in (folder / "reports" / day).glob("*.csv")}
    assert names == {report.name for report in report_types()} - {"scan_rdp", "scan_dns"}
    assert truth.missing == 2
    short = folder / "reports" / day / f"{day}-scan_smb-tocsin-geo.csv"
    assert not short.read_text("utf-8").endswith("\n")
    before = str(SMALL.dates[SMALL.outage - 1])
    whole = folder / "reports" / before / f"{before}-scan_smb-tocsin-geo.csv"
    assert len(_rows(short)) < 0.3 * len(_rows(whole))


def test_each_row_carries_the_asn_of_its_provider(made: tuple[Path, Truth]) -> None:
    asns = {str(provider.asn) for provider in country().providers} | {"0"}
    for path in made[0].glob("reports/*/*scan_snmp*.csv"):
        assert {row["asn"] for row in _rows(path)} <= asns


def test_the_list_and_the_mail_can_be_read(made: tuple[Path, Truth]) -> None:
    day = SMALL.dates[0]
    where = made[0] / "reports" / str(day)
    assert len(json.loads((where / f"{day}-urlhaus.json").read_text("utf-8"))) == 6
    mail = message_from_bytes((where / f"{day}-xarf.eml").read_bytes())
    part = next(each for each in mail.walk() if each.get_filename() == "xarf.json")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert json.loads(content)["source_identifier"] == "100.64.16.146"


def test_the_registry_contradicts_three_manual_entries(made: tuple[Path, Truth]) -> None:
    manual = {row["asset"]: row["organisation"] for row in _rows(made[0] / "assets.csv")}
    handles = {provider.handle: provider.name for provider in country().providers}
    wrong = 0
    for line in (made[0] / "registry.txt").read_text("utf-8").splitlines()[4:]:
        _, _, kind, first, size, _, _, handle = line.split("|")
        if kind == "ipv4":
            prefix = f"{first}/{32 - (int(size) - 1).bit_length()}"
            wrong += manual[prefix] != handles[handle]
    assert wrong == 3


@pytest.mark.parametrize("days", [1, 3, 10])
def test_any_number_of_days(tmp_path: Path, days: int) -> None:
    truth = generate(tmp_path, Plan(threats=200, days=days))
    assert len(list((tmp_path / "reports").iterdir())) == days
    assert sorted((tmp_path / "reports").iterdir())[-1].name == str(END)
    assert truth.missing == (2 if days == 10 else 0)


def test_rows_are_about_as_many_as_asked_for(tmp_path: Path) -> None:
    truth = generate(tmp_path, Plan(threats=rows_to_threats(12_000, 5), days=5))
    assert 11_000 < truth.observations < 13_000


@pytest.mark.parametrize("wrong", [{"days": 0}, {"days": 91}, {"threats": 1}, {"seed": -1}])
def test_a_plan_out_of_bounds_says_so(wrong: dict[str, int]) -> None:
    with pytest.raises(TocsinError, match="1 to 90 days"):
        Plan(**wrong)  # type: ignore[arg-type]
