from pathlib import Path

import pytest

from tocsin.intake.fetch.directory import Directory
from tocsin.intake.fetch.mailbox import Mailbox
from tocsin.intake.fetch.options import OptionError
from tocsin.intake.fetch.shadowserver import API, Shadowserver
from tocsin.intake.fetch.sources import load
from tocsin.intake.fetch.web import WebAddress


def write(folder: Path, text: str) -> Path:
    path = folder / "sources.toml"
    path.write_text(text)
    return path


def private(folder: Path, text: str = "s3cret\n", mode: int = 0o600) -> Path:
    path = folder / "credential"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_no_file_means_no_sources(tmp_path: Path) -> None:
    assert load(tmp_path / "sources.toml") == {}


def test_every_type_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHADOWSERVER_KEY", "the-key")
    credential = private(tmp_path)
    sources = load(
        write(
            tmp_path,
            f"""
            [shadowserver]
            type = "shadowserver"
            schedule = "every 1 hour"
            key_env = "SHADOWSERVER_KEY"
            secret_file = "{credential}"
            types = ["scan_rdp"]

            [drop]
            type = "directory"
            feed = "intelmq"
            path = "{tmp_path}/drop"
            after = "move"

            [abuse-mailbox]
            type = "imap"
            host = "mail.example"
            user = "reports"
            password_file = "{credential}"
            after = "move"
            move_to = "Done"

            [urlhaus]
            type = "https"
            url = "https://feed.example/csv"
            """,
        )
    )
    made = {name: source.fetcher() for name, source in sources.items()}
    api, drop, box, url = made.values()
    assert isinstance(api, Shadowserver)
    assert (api.key, api.secret, api.api, api.types) == ("the-key", "s3cret", API, ("scan_rdp",))
    assert isinstance(drop, Directory)
    assert (drop.after, drop.done) == ("move", tmp_path / "drop/done")
    assert isinstance(box, Mailbox)
    assert (box.port, box.password, box.move_to) == (993, "s3cret", "Done")
    assert isinstance(url, WebAddress)
    assert not url.rules.allow_http
    assert sources["drop"].feed == "intelmq"
    assert sources["drop"].schedule is None
    assert sources["shadowserver"].schedule is not None
    assert "s3cret" not in repr(api) + repr(box)
    assert "the-key" not in repr(api)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a", "cannot be read"),
        ("a = 1", "is not a source"),
        ('["Not Good"]\ntype="https"', "is not a source"),
        ("[a]\n", "must be one of shadowserver, directory, imap, https"),
        ('[a]\ntype = "ftp"', "must be one of"),
        ('[a]\ntype = "https"\nschedule = "soon"', "“soon” cannot be read"),
        ('[a]\ntype = "imap"\npassword = "x"', "must not be written into the file"),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        load(write(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('type = "https"', "“url” is missing"),
        ('type = "https"\nurl = 3', "“url” must be a str"),
        ('type = "https"\nurl = "https://a.example"\nurls = 1', "unknown setting: urls"),
        ('type = "https"\nurl = "https://a.example"\nlimit_mib = true', "must be a int"),
        ('type = "https"\nurl = "https://a.example"\nlimit_mib = -1', "must not be negative"),
        ('type = "https"\nurl = "https://a.example"\ncontent_types = [1]', "list of texts"),
        ('type = "https"\nurl = "https://a.example"\ntoken_env = "UNSET_9"', "UNSET_9 is not set"),
        ('type = "shadowserver"', "key_env or key_file is missing"),
        ('type = "shadowserver"\nkey_env = "A"\nkey_file = "b"', "not both"),
        ('type = "shadowserver"\nkey_file = "/nowhere/key"', "No such file"),
        ('type = "imap"\nafter = "move"', "belong together"),
        ('type = "imap"\nmove_to = "x"', "belong together"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, message: str) -> None:
    source = load(write(tmp_path, f"[a]\n{text}"))["a"]
    with pytest.raises(OptionError, match=f"source a: .*{message}"):
        source.fetcher()


@pytest.mark.parametrize(
    ("mode", "text", "message"), [(0o640, "x", "read by others"), (0o600, "\n", "is empty")]
)
def test_a_credential_file_must_be_private_and_filled(
    tmp_path: Path, mode: int, text: str, message: str
) -> None:
    path = private(tmp_path, text, mode)
    source = load(write(tmp_path, f'[a]\ntype = "shadowserver"\nkey_file = "{path}"'))["a"]
    with pytest.raises(OptionError, match=message):
        source.fetcher()
