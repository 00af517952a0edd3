"""Make the virtual environment that every make target runs in, from nothing but Python and apt.

    python3 tools/bootstrap.py [run|test] [--venv DIR]

A fresh Debian has neither pip nor ensurepip, so pip is had by the first way that works: the
interpreter's own ensurepip; a pip that is already there; the pip wheel of Debian's package
python3-pip-whl, which is installed (as root) or only downloaded and unpacked (as anybody else).
Then the pinned and hashed requirements are installed, and the project itself, editable.
Nothing is done when the environment is already up to date. Standard library only.
"""

import argparse
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEBIAN_WHEELS = Path("/usr/share/python-wheels")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
OLDEST, NEWEST = (3, 11), (3, 13)
FEATURES = ("run", "test")
SOURCE_ONLY = "dkimpy"

HELP_PIP = """No way to get pip was found. Any one of these is enough, then run the command again:
  - apt-get install python3-venv        (as root, on Debian and Ubuntu)
  - dnf install python3-pip             (as root, on Fedora and its relatives)
  - a Python that has ensurepip, named like this:  PYTHON=/path/to/python3 make test"""


class BootstrapError(Exception):
    """Something a person has to put right; the message says what."""


def main(arguments: list[str]) -> int:
    """Bring the environment up to date; return the exit status."""
    parser = argparse.ArgumentParser(description="Make or update the project's environment.")
    parser.add_argument("feature", nargs="?", default="run", choices=FEATURES)
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv")
    options = parser.parse_args(arguments)
    try:
        check_interpreter()
        with one_at_a_time():
            bring_up_to_date(options.venv.absolute(), options.feature)
    except BootstrapError as error:
        print(f"bootstrap: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def check_interpreter() -> None:
    """Refuse an interpreter that the pinned requirements are not made for."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        running = ".".join(map(str, sys.version_info[:3]))
        raise BootstrapError(
            f"this is Python {running}; 3.11, 3.12 or 3.13 is needed.\n"
            "Name another one like this:  PYTHON=python3.11 make test"
        )


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold a lock on the checkout, so that two make commands do not build the same environment."""
    handle = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def bring_up_to_date(target: Path, feature: str) -> None:
    """Install what `feature` asks for, unless a stamp says that just this is installed."""
    wanted = {name: digest(target, name) for name in FEATURES}
    # The test requirements hold every run requirement, so they serve for both.
    serving = FEATURES[FEATURES.index(feature) :]
    if any(read(stamp(target, name)) == wanted[name] for name in serving):
        return
    started = time.monotonic()
    try:
        if not same_interpreter(target):
            say(f"Making {target.name} with Python {sys.version.split()[0]}")
            venv.EnvBuilder(clear=True, symlinks=True, with_pip=False).create(target)
        for name in FEATURES:
            stamp(target, name).unlink(missing_ok=True)
        install(target, feature)
        stamp(target, feature).write_text(wanted[feature])
    except PermissionError as error:
        raise BootstrapError(of_another_user(target, error.filename)) from error
    say(f"Ready in {time.monotonic() - started:.0f} s")


def of_another_user(target: Path, refused: str) -> str:
    """Say what to do where somebody else made the environment, or the whole checkout."""
    if os.access(target.parent, os.W_OK):
        return f"{refused} belongs to another user. Remove {target} and run the command again."
    return (
        f"{target.parent} belongs to another user. Make a copy of your own and run the command"
        f" there:\n  git clone {ROOT} tocsin"
    )


def digest(target: Path, feature: str) -> str:
    """Identify all that decides what is installed; a moved checkout counts as another one."""
    whole = hashlib.sha256(f"{ROOT}\n{target}\n{sys.version}\n".encode())
    for path in (requirements("build"), requirements(feature), ROOT / "pyproject.toml"):
        whole.update(path.read_bytes())
    return whole.hexdigest()


def stamp(target: Path, feature: str) -> Path:
    """Say where the digest of what is installed is kept."""
    return target / f".installed-{feature}"


def read(path: Path) -> str:
    """Give a file's text, or nothing where there is no file."""
    return path.read_text() if path.is_file() else ""


def same_interpreter(target: Path) -> bool:
    """Tell whether `target` is an environment of this very Python at this very place."""
    python = target / "bin" / "python"
    told = read(target / "pyvenv.cfg")
    return python.exists() and f"version = {sys.version.split()[0]}" in told and str(target) in told


def requirements(name: str) -> Path:
    """Say where the pinned requirements for one purpose are."""
    return ROOT / "requirements" / f"{name}.txt"


def install(target: Path, feature: str) -> None:
    """Install what building needs, the pinned requirements of `feature`, then the project."""
    with tempfile.TemporaryDirectory(prefix="bootstrap-") as scratch:
        pip, surroundings = find_pip(target, Path(scratch))
        common = ["install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps"]
        # Wheels only, where there are any: a source distribution runs code of its own.
        pinned = ["--require-hashes", "--only-binary=:all:", f"--no-binary={SOURCE_ONLY}"]
        # Without isolation, because pip would fetch the isolated build's own needs unpinned.
        build = ["--no-build-isolation", "--use-pep517"]
        count = requirements(feature).read_text().count("==")
        say(f"Installing {count} pinned packages")
        run([*pip, *common, *pinned, "-r", str(requirements("build"))], surroundings)
        run([*pip, *common, *pinned, *build, "-r", str(requirements(feature))], surroundings)
        run([*pip, *common, *build, "--no-index", "-e", str(ROOT)], surroundings)


def find_pip(target: Path, scratch: Path) -> tuple[list[str], dict[str, str]]:
    """Return how to call a pip that installs into `target`, and the variables to call it with."""
    ways: tuple[Callable[[Path, Path], list[str] | None], ...] = (
        pip_inside,
        pip_from_ensurepip,
        pip_outside,
        pip_from_wheel,
        pip_from_apt_install,
        pip_from_apt_download,
    )
    for way in ways:
        pip = way(target, scratch)
        if pip:
            return pip, {"PIP_USER": "0", "PYTHONWARNINGS": "ignore", **certificates(scratch)}
    raise BootstrapError(HELP_PIP)


def pip_inside(target: Path, _: Path) -> list[str] | None:
    """Use the pip that an earlier run left in the environment."""
    python = target / "bin" / "python"
    return [str(python), "-m", "pip"] if works([str(python), "-m", "pip", "--version"]) else None


def pip_from_ensurepip(target: Path, scratch: Path) -> list[str] | None:
    """Use the wheel inside the standard library; Debian takes it out."""
    if importlib.util.find_spec("ensurepip") is None:
        return None
    works([str(target / "bin" / "python"), "-m", "ensurepip"])
    return pip_inside(target, scratch)


def pip_outside(target: Path, _: Path) -> list[str] | None:
    """Use a pip installed elsewhere; since 22.3 it can install into another environment."""
    for pip in ([sys.executable, "-m", "pip"], ["pip3"], ["pip"]):
        command = [*pip, "--python", str(target / "bin" / "python")]
        if works([*command, "--version"]):
            return command
    return None


def pip_from_wheel(target: Path, scratch: Path) -> list[str] | None:
    """Use Debian's pip wheel, wherever it is by now: a wheel can be run as it is."""
    unpacked = scratch / DEBIAN_WHEELS.relative_to("/")
    for wheel in (*DEBIAN_WHEELS.glob("pip-*.whl"), *unpacked.glob("pip-*.whl")):
        command = [str(target / "bin" / "python"), f"{wheel}/pip"]
        if works([*command, "--version"]):
            return command
    return None


def pip_from_apt_install(target: Path, scratch: Path) -> list[str] | None:
    """As root, install Debian's pip wheel; certificates to check the registry's come with it."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    say("Installing Debian's package python3-pip-whl")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    packages = ["python3-pip-whl", "ca-certificates"]
    works(["apt-get", "update", "-qq"], quiet)
    works(["apt-get", "install", "-qq", "--no-install-recommends", *packages], quiet)
    return pip_from_wheel(target, scratch)


def pip_from_apt_download(target: Path, scratch: Path) -> list[str] | None:
    """As anybody, download Debian's pip wheel, signatures checked by apt, and unpack it."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return None
    say("Downloading Debian's package python3-pip-whl")
    lists = scratch / "lists"
    (lists / "partial").mkdir(parents=True)
    private = [f"Dir::State={scratch}", f"Dir::State::lists={lists}", f"Dir::Cache={scratch}"]
    # The packages already installed are still read, from where the system keeps them.
    private += ["Dir::State::status=/var/lib/dpkg/status", "Debug::NoLocking=1"]
    apt = ["apt-get", "-qq", *(word for option in private for word in ("-o", option))]
    if not works([*apt, "update"], cwd=scratch):
        return None
    for package in ("python3-pip-whl", "ca-certificates"):
        works([*apt, "download", package], cwd=scratch)
    for archive in scratch.glob("*.deb"):
        works(["dpkg-deb", "-x", str(archive), str(scratch)])
    return pip_from_wheel(target, scratch)


def certificates(scratch: Path) -> dict[str, str]:
    """Point pip at the authorities unpacked beside it, where the machine has none of its own."""
    unpacked = sorted((scratch / "usr/share/ca-certificates").rglob("*.crt"))
    if CERTIFICATES.exists() or "PIP_CERT" in os.environ or not unpacked:
        return {}
    bundle = scratch / "ca-certificates.crt"
    bundle.write_bytes(b"\n".join(path.read_bytes() for path in unpacked))
    return {"PIP_CERT": str(bundle)}


def works(
    command: list[str], surroundings: dict[str, str] | None = None, cwd: Path | None = None
) -> bool:
    """Run a command that may fail, silently, and tell whether it succeeded."""
    environment = {**os.environ, **(surroundings or {})}
    try:
        done = subprocess.run(command, env=environment, cwd=cwd, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def run(command: list[str], surroundings: dict[str, str]) -> None:
    """Run a command that must succeed, its output shown."""
    done = subprocess.run(command, env={**os.environ, **surroundings}, cwd=ROOT, check=False)
    if done.returncode:
        raise BootstrapError(
            f"`{' '.join(command)}` ended with status {done.returncode}; the reason is above."
        )


def say(text: str) -> None:
    """Tell the person at the terminal what happens now."""
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
