"""The locked packages: one file per platform, every one with its hashes, no address of any registry.

``compile_locks`` writes them from ``pyproject.toml``; everything else only reads.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from devkit import interpreter
from devkit.console import CannotGoOnError, say, step

PLATFORMS = {"linux-x86_64": "x86_64-manylinux_2_28", "windows-x86_64": "x86_64-pc-windows-msvc"}
"""Our name of a platform (the lock's file name) and the resolver's name of it."""

HEADER = """\
# Every package of the program and its tests on {platform}, with hashes.
# Written by `python3 dev.py lock` from pyproject.toml; do not edit.
"""

_PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9.-]*)(?:\[[a-z,]+\])?==(?P<version>\S+)")


@dataclass(frozen=True)
class Pin:
    """One locked package: its name, its version, and the sha-256 of each file that may be installed for it."""

    name: str
    version: str
    hashes: tuple[str, ...]


def platform_name(system: str, machine: str) -> str:
    """Our name of the platform, as in ``linux-x86_64``; stops where we have no lock.

    Args:
        system: as ``sys.platform`` names it.
        machine: as ``platform.machine()`` names it.
    """
    systems = {"linux": "linux", "win32": "windows"}
    machines = {"x86_64": "x86_64", "amd64": "x86_64"}
    name = f"{systems.get(system, system)}-{machines.get(machine.lower(), machine)}"
    if name not in PLATFORMS:
        raise CannotGoOnError(f"There is no lock for {name}; there is one for {' and '.join(PLATFORMS)}.")
    return name


def lock_path(root: Path, platform: str) -> Path:
    """The lock of a platform."""
    return root / "requirements" / f"{platform}.txt"


def read_pins(lock: Path) -> list[Pin]:
    """The packages of a lock, in its order. A line that is neither a package, a hash nor a comment is a ValueError."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    return [_pin(line) for line in lines if line]


def _pin(line: str) -> Pin:
    requirement, *options = line.split()
    found = _PIN.match(requirement)
    if found is None or not all(option.startswith("--hash=sha256:") for option in options):
        raise ValueError(f"not a locked package: {line[:80]}")
    hashes = tuple(option.removeprefix("--hash=sha256:") for option in options)
    return Pin(found["name"], found["version"], hashes)


def compile_locks(root: Path, python: Path, *, upgrade: bool) -> None:
    """Write both locks anew; pinned versions stay unless ``upgrade``, or unless pyproject.toml forbids them."""
    resolver = _resolver(python)
    for platform, target in PLATFORMS.items():
        with step(f"Locking {platform}"):
            _compile(root, platform, [*resolver, "pip", "compile", "--python-platform", target], upgrade=upgrade)


def _compile(root: Path, platform: str, command: list[str], *, upgrade: bool) -> None:
    lock = lock_path(root, platform)
    versions = [f"3.{minor}" for minor in range(interpreter.OLDEST[1], interpreter.NEWEST[1] + 1)]
    with tempfile.TemporaryDirectory() as folder:
        outputs = [Path(folder) / f"{version}.txt" for version in versions]
        for version, output in zip(versions, outputs, strict=True):
            if lock.exists():
                shutil.copy(lock, output)  # the resolver keeps the versions it finds in its output
            options = ["--all-extras", "--only-binary", ":all:", "--generate-hashes", "--no-header", "--quiet"]
            options += ["--upgrade"] if upgrade else []
            subprocess.run(
                [*command, *options, "--python-version", version, "--output-file", str(output), "pyproject.toml"],
                cwd=root,
                check=True,
            )
        _demand_equal(versions, outputs)
        text = HEADER.format(platform=platform) + outputs[0].read_text(encoding="utf-8")
        lock.parent.mkdir(exist_ok=True)
        lock.write_text(text, encoding="utf-8", newline="\n")
    say(f"  {len(read_pins(lock))} packages in {lock.relative_to(root)}")


def _demand_equal(versions: list[str], outputs: list[Path]) -> None:
    """One lock serves every Python we support only while each of them gets the same packages."""
    first, *others = ([(pin.name, pin.version) for pin in read_pins(output)] for output in outputs)
    for version, other in zip(versions[1:], others, strict=True):
        if other != first:
            differing = sorted({name for name, _ in set(first) ^ set(other)})
            raise CannotGoOnError(
                f"Python {versions[0]} and {version} would get different packages ({', '.join(differing)}); "
                "bound them in pyproject.toml so that one lock fits all."
            )


def _resolver(python: Path) -> list[str]:
    """The command of uv, which resolves for a platform other than this one (pip takes the host's markers)."""
    command = [str(python), "-m", "uv"]
    if subprocess.run([*command, "--version"], capture_output=True, check=False).returncode == 0:
        return command
    on_path = shutil.which("uv")
    if on_path:
        return [on_path]
    with step("Installing the resolver (uv), needed for locking only"):
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "uv"], check=True)
    return command
