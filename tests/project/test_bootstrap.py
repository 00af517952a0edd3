"""The environment is made by the first way that works, and only when something changed."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "tools" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with requirements of its own, where pip is only recorded, never run."""
    (tmp_path / "requirements").mkdir()
    for name in ("build", "run", "test"):
        (tmp_path / "requirements" / f"{name}.txt").write_text(f"{name}-package==1.0\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "find_pip", lambda *_: (["pip"], {}))
    return tmp_path


@pytest.fixture
def calls(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    seen: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "run", lambda command, _: seen.append(command))
    return seen


def installed(calls: list[list[str]]) -> list[str]:
    """What was installed, in order: the names of requirement files, then the project."""
    return [Path(call[-1]).name for call in calls]


def test_pins_are_installed_with_hashes_and_the_project_without_the_index(
    bootstrap: ModuleType, checkout: Path, calls: list[list[str]]
) -> None:
    assert bootstrap.main(["run"]) == 0

    build, run, project = calls
    assert installed(calls) == ["build.txt", "run.txt", checkout.name]
    assert "--require-hashes" in build
    assert "--require-hashes" in run
    assert "--no-index" in project
    assert (checkout / ".venv" / "bin" / "python").exists()


def test_nothing_happens_when_all_is_up_to_date(
    bootstrap: ModuleType,
    checkout: Path,
    calls: list[list[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    bootstrap.main(["run"])
    calls.clear()
    capsys.readouterr()

    assert bootstrap.main(["run"]) == 0

    assert calls == []
    assert capsys.readouterr().out == ""


def test_the_environment_for_tests_serves_for_running_too(
    bootstrap: ModuleType, checkout: Path, calls: list[list[str]]
) -> None:
    bootstrap.main(["run"])
    bootstrap.main(["test"])
    calls.clear()

    bootstrap.main(["run"])

    assert calls == []


@pytest.mark.parametrize("changed", ["requirements/run.txt", "requirements/build.txt"])
def test_a_changed_requirement_is_installed(
    bootstrap: ModuleType, checkout: Path, calls: list[list[str]], changed: str
) -> None:
    bootstrap.main(["run"])
    calls.clear()
    (checkout / changed).write_text("another-package==2.0\n")

    bootstrap.main(["run"])

    assert installed(calls) == ["build.txt", "run.txt", checkout.name]


def test_an_installation_that_failed_is_tried_again(
    bootstrap: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(command: list[str], _: dict[str, str]) -> None:
        raise bootstrap.BootstrapError("no network")

    monkeypatch.setattr(bootstrap, "run", fails)
    assert bootstrap.main(["run"]) == 1

    seen: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "run", lambda command, _: seen.append(command))
    assert bootstrap.main(["run"]) == 0
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("writable", "words"),
    [(True, "Remove {venv} and run"), (False, "copy of your own and run the command there:")],
)
def test_what_to_do_where_somebody_else_owns_it(
    bootstrap: ModuleType,
    checkout: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    writable: bool,
    words: str,
) -> None:
    def closed(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(checkout / ".venv"))

    monkeypatch.setattr(bootstrap.venv.EnvBuilder, "create", closed)
    monkeypatch.setattr(bootstrap.os, "access", lambda *_: writable)
    assert bootstrap.main(["run"]) == 1
    said = capsys.readouterr().err
    assert "belongs to another user" in said
    assert words.format(venv=checkout / ".venv") in said


def test_an_environment_of_another_interpreter_is_made_anew(
    bootstrap: ModuleType, checkout: Path, calls: list[list[str]]
) -> None:
    bootstrap.main(["run"])
    settings = checkout / ".venv" / "pyvenv.cfg"
    settings.write_text(settings.read_text().replace(sys.version.split()[0], "3.9.1"))
    (checkout / ".venv" / ".installed-run").write_text("of another interpreter")
    (checkout / ".venv" / "left-over").touch()

    bootstrap.main(["run"])

    assert not (checkout / ".venv" / "left-over").exists()
    assert sys.version.split()[0] in settings.read_text()


def test_an_interpreter_too_old_is_refused_with_a_remedy(
    bootstrap: ModuleType,
    checkout: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (3, 99))

    assert bootstrap.main(["run"]) == 1

    assert "PYTHON=python3.11 make test" in capsys.readouterr().err


def test_without_any_way_to_get_pip_the_ways_are_named(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "works", lambda *_, **__: False)

    with pytest.raises(bootstrap.BootstrapError, match="apt-get install python3-venv"):
        bootstrap.find_pip(tmp_path / ".venv", tmp_path)


def test_an_ordinary_user_gets_pip_from_a_package_downloaded_and_unpacked(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The package manager is played by a stand-in that leaves the files apt would leave."""

    unpacked = {
        "python3-pip-whl.deb": "nowhere/python-wheels/pip-23.0.1-py3-none-any.whl",
        "ca-certificates.deb": "usr/share/ca-certificates/mozilla/Example.crt",
    }

    def works(command: list[str], *_: object, cwd: Path = tmp_path) -> bool:
        if "download" in command:
            (cwd / f"{command[-1]}.deb").touch()
        elif command[0] == "dpkg-deb":
            path = Path(command[3]) / unpacked[Path(command[2]).name]
            path.parent.mkdir(parents=True)
            path.write_text("CONTENT")
        return True

    monkeypatch.setattr(bootstrap, "works", works)
    monkeypatch.setattr(bootstrap, "CERTIFICATES", tmp_path / "none.crt")
    monkeypatch.setattr(bootstrap, "DEBIAN_WHEELS", Path("/nowhere/python-wheels"))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.delenv("PIP_CERT", raising=False)

    pip = bootstrap.pip_from_apt_download(tmp_path, tmp_path)

    assert pip is not None
    assert pip[1].endswith("pip-23.0.1-py3-none-any.whl/pip")
    bundle = bootstrap.certificates(tmp_path)["PIP_CERT"]
    assert Path(bundle).read_text() == "CONTENT"


@pytest.mark.parametrize("arguments", [[], ["demo"]])
def test_make_names_what_to_do_without_a_python(arguments: list[str]) -> None:
    done = subprocess.run(
        ["make", *(arguments or ["help"]), "PYTHON="],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if arguments:
        assert done.returncode != 0
        assert "PYTHON=/path/to/python3 make demo" in done.stdout
    else:
        assert "make TARGET" in done.stdout
