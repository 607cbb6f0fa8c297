"""The words of ``dev.py``: what each one needs and what it runs."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from devkit import locks, machine
from devkit.console import CannotGoOnError, say, took
from devkit.environment import Environment

CODE = ("app", "county", "demo", "devkit", "dev.py", "tests", "bench", "installer")
"""Where our Python stands; what is checked."""


@dataclass(frozen=True)
class Workplace:
    """A working copy and its environment."""

    root: Path
    environment: Environment

    def run(self, *arguments: str, offscreen: bool = False) -> int:
        """Run the environment's Python in the working copy; returns its exit code."""
        variables = {**os.environ, "PYTHONIOENCODING": "utf-8"}
        if offscreen:
            variables["QT_QPA_PLATFORM"] = "offscreen"
            if sys.platform == "win32":  # there the offscreen platform looks for fonts beside Qt and complains
                variables.setdefault("QT_QPA_FONTDIR", str(self.root / "resources" / "fonts"))
        return subprocess.run(
            [str(self.environment.python), *arguments], cwd=self.root, env=variables, check=False
        ).returncode

    def need(self, module: str) -> None:
        """Stop where this module of ours is not there to be run."""
        path = self.root.joinpath(*module.split("."))
        if not path.with_suffix(".py").exists() and not (path / "__main__.py").exists():
            raise CannotGoOnError(f"Not there yet: {module.replace('.', '/')} is not written.")


def demo(place: Workplace, arguments: list[str]) -> int:
    """One day of a made-up township, through the real windows and a real county server."""
    place.need("demo")
    shows = machine.has_display(os.environ) and "--no-window" not in arguments
    machine.need_for_qt(window=shows)
    return place.run("-m", "demo", *arguments, offscreen=not shows)


def run(place: Workplace, arguments: list[str]) -> int:
    """The program itself."""
    place.need("app")
    machine.need_for_qt(window=True)
    if not machine.has_display(os.environ) and "QT_QPA_PLATFORM" not in os.environ:
        raise CannotGoOnError(
            "There is no display to open a window on. `dev.py demo` works without one and takes screenshots."
        )
    return place.run("-m", "app", *arguments)


def test(place: Workplace, arguments: list[str]) -> int:
    """The tests, on two cores; what follows goes to pytest."""
    machine.need_for_qt(window=False)
    machine.need_pdf_readers()
    alone = {"-n", "--pdb", "--numprocesses", "--collect-only"}
    spread = [] if alone.intersection(arguments) else ["-n", "2", "--dist", "loadfile"]
    return place.run("-m", "pytest", *spread, *arguments, offscreen=True)


def check(place: Workplace, _arguments: list[str]) -> int:
    """Style, formatting, types and layers; all four are run, so that one look shows everything."""
    code = [name for name in CODE if _has_python(place.root / name)]
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    checks = {
        "ruff check": ("-m", "ruff", "check", *code),
        "ruff format": ("-m", "ruff", "format", "--check", *code),
        "mypy --strict": ("-m", "mypy", *code),
        "import-linter": ("-c", lint, "--no-logo"),
    }
    failed = []
    for name, command in checks.items():
        say(f"- {name}")
        started = time.monotonic()
        if place.run(*command):
            failed.append(name)
        say(f"  {'FAILED' if name in failed else 'fine'} after {took(time.monotonic() - started)}")
    if failed:
        say(f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


def _has_python(path: Path) -> bool:
    return path.suffix == ".py" or any(path.glob("**/*.py"))


def bench(place: Workplace, arguments: list[str]) -> int:
    """The measurements: those named, or all that stand in bench/; flags and their numbers go to each of them."""
    written = sorted(path.stem for path in (place.root / "bench").glob("*.py") if not path.stem.startswith("_"))
    machine.need_for_qt(window=False)
    flags = [one for one in arguments if one.startswith("-") or one.isdigit()]  # a number belongs to the flag before it
    for name in [one for one in arguments if one not in flags] or written:
        place.need(f"bench.{name}")
        say(f"- bench/{name}.py")
        if place.run("-m", f"bench.{name}", *flags, offscreen=True):
            return 1
    return 0


def lock(place: Workplace, arguments: list[str]) -> int:
    """Write the locks of all platforms from pyproject.toml; ``--upgrade`` takes newer versions."""
    locks.compile_locks(place.root, place.environment.python, upgrade="--upgrade" in arguments)
    return 0


def _module(name: str) -> Callable[[Workplace, list[str]], int]:
    """A command that runs one module of ours without a screen, and says so while that module is not written."""

    def command(place: Workplace, arguments: list[str]) -> int:
        place.need(name)
        machine.need_for_qt(window=False)
        return place.run("-m", name, *arguments, offscreen=True)

    return command


COMMANDS: dict[str, tuple[Callable[[Workplace, list[str]], int], str]] = {
    "demo": (demo, "one day of a made-up township; results in demo-output/ (--no-window: do not open the program)"),
    "run": (run, "the program"),
    "test": (test, "the tests (what follows goes to pytest)"),
    "check": (check, "ruff, mypy, import-linter"),
    "bench": (bench, "measurements: all in bench/, or those named (--quick: small ones)"),
    "shots": (_module("demo.shots"), "fresh screenshots of every page into docs/screenshots/"),
    "build": (_module("installer.build"), "the frozen program for this platform, started and looked at"),
    "sim": (_module("tests.sim"), "very many simulated bad days against the real sync code"),
    "lock": (lock, "write requirements/*.txt from pyproject.toml (--upgrade: newer versions)"),
}


def usage() -> str:
    """The help text."""
    words = "\n".join(f"  {word:<6} {text}" for word, (_, text) in COMMANDS.items())
    return f"usage: python3 dev.py COMMAND [ARGUMENTS]     (Windows without python3: py dev.py ...)\n\n{words}"


def main(root: Path, arguments: list[str]) -> int:
    """Carry out one command; returns the exit code: 0 well, 1 what was run failed, 2 something is missing."""
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        say(usage())
        return 0 if arguments else 2
    if arguments[0] not in COMMANDS:
        say(f"dev.py does not know '{arguments[0]}'.\n{usage()}")
        return 2
    command, _ = COMMANDS[arguments[0]]
    lock_file = locks.lock_path(root, locks.platform_name(sys.platform, platform.machine()))
    place = Workplace(root, Environment(root / ".venv", lock_file))
    place.environment.make_ready()
    return command(place, arguments[1:])
