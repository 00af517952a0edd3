import hashlib
import hmac
import io
import json
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.intake.fetch.memories import Remembered
from tests.intake.fetch.servers import Asked, Reply, certificate, web_server
from tocsin.intake.fetch.items import FetchError
from tocsin.intake.fetch.shadowserver import Shadowserver
from tocsin.intake.fetch.transfer import Rules

NOW = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
KEY, SECRET = "public-half", "signing-half"
FILES = {
    "id-of-rdp": ("2026-03-03-scan_rdp-country-geo.csv", "scan_rdp", b'"timestamp","ip"\n'),
    "id-of-../smb": ("../../2026-03-03-scan_smb-country-geo.csv", "scan_smb", b'"ip"\n'),
}


def api(asked: Asked) -> Reply:
    """Answers as the service does: signed questions only, downloads to whoever has the id."""
    if asked.method == "GET":
        wanted = asked.path.removeprefix("/dl/").replace("%2F", "/")
        return Reply(body=FILES[wanted][2]) if wanted in FILES else Reply(status=404)
    signature = hmac.new(SECRET.encode(), asked.body, hashlib.sha256).hexdigest()
    question = json.loads(asked.body)
    if asked.headers["hmac2"] != signature or question.pop("apikey") != KEY:
        return Reply(body=json.dumps({"error": f"who is {KEY}?"}).encode())
    assert asked.path == "/api2/reports/list"
    entries = [
        {"id": file_id, "file": name, "type": kind, "report": "country", "timestamp": "2026-03-03"}
        for file_id, (name, kind, _) in FILES.items()
        if kind in question.get("types", [kind])
    ]
    return Reply(body=json.dumps(entries).encode())


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return certificate(tmp_path_factory.mktemp("tls"))


def client(
    url: str, trusted: Path, secret: str = SECRET, types: tuple[str, ...] = ()
) -> Shadowserver:
    rules = Rules(ca_file=str(trusted), tries=2, sleep=lambda seconds: None)
    return Shadowserver(KEY, secret, f"{url}/api2/", f"{url}/dl/", types, rules=rules)


def test_new_files_are_listed_for_two_days_back_and_downloaded_by_id(
    tls: tuple[ssl.SSLContext, Path],
) -> None:
    memory = Remembered()
    with web_server(api, tls[0]) as server:
        service = client(server.url, tls[1])
        got = {}
        for item in service.items(memory, NOW):
            target = io.BytesIO()
            item.save(target)
            got[item.name] = target.getvalue()
            memory.take(item)
        again = list(service.items(memory, NOW))
    assert json.loads(server.asked[0].body)["date"] == "2026-03-02:2026-03-04"
    assert got == {
        "2026-03-03-scan_rdp-country-geo.csv": b'"timestamp","ip"\n',
        "2026-03-03-scan_smb-country-geo.csv": b'"ip"\n',
    }
    assert not again
    assert not any("id-of" in key for key in memory.keys), "an id gives access: it is not stored"
    assert sum(asked.method == "GET" for asked in server.asked) == len(FILES)


def test_only_the_types_asked_for_come(tls: tuple[ssl.SSLContext, Path]) -> None:
    with web_server(api, tls[0]) as server:
        service = client(server.url, tls[1], types=("scan_smb",))
        names = [item.name for item in service.items(Remembered(), NOW)]
    assert names == ["2026-03-03-scan_smb-country-geo.csv"]


def test_a_refusal_is_told_without_the_key(tls: tuple[ssl.SSLContext, Path]) -> None:
    with web_server(api, tls[0]) as server:
        service = client(server.url, tls[1], secret="wrong")
        with pytest.raises(FetchError) as caught:
            list(service.items(Remembered(), NOW))
    assert str(caught.value) == "Shadowserver API reports/list: refused: who is …?"


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(body=b"<html>"), "not JSON"),
        (Reply(body=b"{}"), "not a list"),
        (Reply(status=403), "HTTP status 403"),
        (Reply(status=307, headers={"Location": "https://127.0.0.1:1/x"}), "too many redirects"),
    ],
)
def test_a_strange_answer_is_an_error_of_the_source(
    tls: tuple[ssl.SSLContext, Path], reply: Reply, message: str
) -> None:
    with web_server(lambda asked: reply, tls[0]) as server:
        with pytest.raises(FetchError, match=message):
            list(client(server.url, tls[1]).items(Remembered(), NOW))
        assert len(server.asked) == 1


def test_a_failed_download_does_not_show_its_id(tls: tuple[ssl.SSLContext, Path]) -> None:
    def broken(asked: Asked) -> Reply:
        return api(asked) if asked.method == "POST" else Reply(status=500)

    with web_server(broken, tls[0]) as server:
        item = next(client(server.url, tls[1]).items(Remembered(), NOW))
        with pytest.raises(FetchError) as caught:
            item.save(io.BytesIO())
    assert str(caught.value).endswith("scan_rdp-country-geo.csv: HTTP status 500")
    assert caught.value.__cause__ is None
    assert "id-of" not in str(caught.value)
