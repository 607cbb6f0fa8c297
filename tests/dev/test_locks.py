"""The locks: hashes for everything, the same versions everywhere, no address of a registry in any committed file."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from itertools import chain
from pathlib import Path

import pytest

from devkit import locks
from devkit.console import CannotGoOnError

ROOT = Path(__file__).resolve().parents[2]
WINDOWS_ONLY = {"colorama", "pefile", "pywin32-ctypes"}
SETTINGS = re.compile(
    r"\.(toml|cfg|ini|ya?ml|in|sh|spec|nsi|ps1|bat)$|^(dev\.py|devkit/|installer/|\.ci/|requirements/)"
)
ADDRESS = re.compile(r"https?://\S+")
REGISTRY = re.compile(r"https?://\S*(/simple\b|registry|mirror|/packages/)", re.IGNORECASE)
PACKAGE_SOURCE = re.compile(r"--(extra-)?index-url|--find-links|--trusted-host", re.IGNORECASE)


def pins(platform: str) -> dict[str, locks.Pin]:
    return {pin.name: pin for pin in locks.read_pins(locks.lock_path(ROOT, platform))}


@pytest.mark.parametrize("platform", locks.PLATFORMS)
def test_every_locked_package_has_the_hash_of_what_may_be_installed(platform: str) -> None:
    bare = [pin.name for pin in pins(platform).values() if not pin.hashes]
    malformed = [pin.name for pin in pins(platform).values() if any(len(digest) != 64 for digest in pin.hashes)]
    assert (bare, malformed) == ([], [])


def test_both_platforms_hold_the_same_versions() -> None:
    linux, windows = ({name: pin.version for name, pin in pins(platform).items()} for platform in locks.PLATFORMS)
    assert windows.keys() - linux.keys() == WINDOWS_ONLY
    assert linux == {name: version for name, version in windows.items() if name not in WINDOWS_ONLY}


@pytest.mark.parametrize("platform", locks.PLATFORMS)
def test_the_lock_holds_everything_that_the_package_names(platform: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    names = {re.split(r"[\[<>=]", requirement)[0] for requirement in wanted}
    assert names - pins(platform).keys() == set()


def test_a_line_that_is_no_locked_package_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("--hash=sha256:00\n", encoding="utf-8")
    with pytest.raises(ValueError, match="not a locked package"):
        locks.read_pins(lock)


def test_a_platform_without_a_lock_is_named() -> None:
    assert locks.platform_name("win32", "AMD64") == "windows-x86_64"
    with pytest.raises(CannotGoOnError, match="linux-aarch64"):
        locks.platform_name("linux", "aarch64")


def test_no_committed_file_names_where_packages_come_from() -> None:
    found = []
    for name in committed():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # a font, a picture; a file that someone is just removing
        if name == Path(__file__).relative_to(ROOT).as_posix():
            continue
        patterns = [REGISTRY, PACKAGE_SOURCE, *([ADDRESS] if SETTINGS.search(name) else [])]
        found += [f"{name}: {match[0][:60]}" for pattern in patterns if (match := pattern.search(text))]
    assert found == [], "package sources belong in the settings of each machine, not in the project"


def committed() -> list[str]:
    """The files under version control."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("no clone or no git: no list of committed files")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name]
