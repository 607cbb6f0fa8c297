"""The virtual environment: made, filled from the lock, and known by a stamp so that a second run only looks.

An interrupted set-up is taken up again: what pip had downloaded is in its cache, what it had installed is kept.
"""

from __future__ import annotations

import hashlib
import os
import platform
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from devkit import machine
from devkit.console import CannotGoOnError, Progress, say, step
from devkit.locks import read_pins

STAMP = "township-desk.stamp"
LOG = "set-up.log"

NO_NETWORK = re.compile(
    r"NewConnectionError|ConnectTimeout|ConnectionError|ProxyError|Read timed out|name resolution|getaddrinfo"
    r"|Network is unreachable|SSLError|Retrying \(Retry"
)
TAKEN = re.compile(r"(?:Collecting|Processing|Requirement already satisfied:) (?:\S*[/\\])?([\w.]+)")
"""pip's word for one more package found; from a folder of wheels it names the file."""

PIP_TROUBLES = {
    r"(?i)No space left|not enough space": (
        "The disk became full. Free some room and run the same command again; it takes up where it stopped."
    ),
    r"DO NOT MATCH THE HASHES": (
        "A package is not the one that was locked, so nothing of it was installed. Run `pip cache purge` and try "
        "again; if it stays so, the package source in pip's settings serves changed files: do not go on with it."
    ),
    NO_NETWORK.pattern: (
        "The package source cannot be reached. Check the network, or pip's own settings (`pip config list`), "
        "and run the same command again; what is already downloaded is kept."
    ),
    r"No matching distribution found": (
        "The package source in pip's settings lacks a locked package. Use one that is complete, and run again."
    ),
}
"""What pip says, and the sentence for it; the first that fits."""


class Environment:
    """The virtual environment of a working copy."""

    def __init__(self, folder: Path, lock: Path) -> None:
        self.folder = folder
        self.lock = lock
        self.python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

    def wanted_stamp(self) -> str:
        """What a complete environment bears: the digest of the lock, of the Python and of the machine."""
        parts = [self.lock.read_bytes(), sys.version.encode(), platform.machine().encode()]
        return hashlib.sha256(b"\0".join(parts)).hexdigest()

    def is_ready(self) -> bool:
        """True when the last set-up ended well, for this lock and this Python."""
        stamp = self.folder / STAMP
        return self.python.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == self.wanted_stamp()

    def make_ready(self) -> None:
        """Do what is still missing; stops with a sentence when a person must help."""
        if self.is_ready():
            return
        say("Setting up (once; the first time a few minutes, by the speed of the network):")
        machine.need_room(self.folder.parent)
        (self.folder / STAMP).unlink(missing_ok=True)
        if not self._has_pip():
            self._make()
        self._install()
        (self.folder / STAMP).write_text(self.wanted_stamp(), encoding="ascii")

    def _has_pip(self) -> bool:
        """True when the environment's Python is the version that runs us, and its pip starts."""
        test = (
            f"import runpy, sys; sys.argv[1:] = ['--version']; assert sys.version_info[:2] == {sys.version_info[:2]}; "
        )
        test += "runpy.run_module('pip', run_name='__main__')"
        if not self.python.exists():
            return False
        try:
            return subprocess.run([str(self.python), "-c", test], capture_output=True, check=False).returncode == 0
        except OSError:
            return False

    def _make(self) -> None:
        if find_spec("ensurepip") is None:  # Debian keeps it in a package of its own
            package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
            machine.need_packages([package], purpose="Python's own venv module")
        base = getattr(sys, "_base_executable", None) or sys.executable
        with step(f"Making the virtual environment {self.folder.name} with Python {platform.python_version()}"):
            command = [base, "-m", "venv", "--clear", str(self.folder)]
            result = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
            if result.returncode:
                raise CannotGoOnError(
                    f"Python could not make a virtual environment: {(result.stdout + result.stderr).strip()}"
                )

    def _install(self) -> None:
        pins = read_pins(self.lock)
        with step(f"Installing {len(pins)} locked packages, each checked by its hash"):
            command = [str(self.python), "-m", "pip", "install", "--require-hashes", "--only-binary=:all:", "--no-deps"]
            command += ["--progress-bar=off", "-r", str(self.lock)]
            settings = {"PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_USER": "0", "PYTHONUTF8": "1"}
            with subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                encoding="utf-8",
                errors="replace",
                env={**os.environ, **settings},
            ) as pip:
                try:
                    said = self._follow(pip, len(pins))
                except BaseException:
                    pip.kill()
                    raise
            if pip.returncode:
                raise CannotGoOnError(f"{sentence_for(said)}\n(pip's own words: {self.folder / LOG})")

    def _follow(self, pip: subprocess.Popen[str], total: int) -> str:
        """Show pip's progress until it ends, and keep its words in a log."""
        said: list[str] = []
        done, doing = 0, "starting"
        progress = Progress()
        with (self.folder / LOG).open("w", encoding="utf-8") as log:
            for line in _lines(pip):
                if line is not None:
                    said.append(line)
                    log.write(line)
                    if found := TAKEN.match(line):
                        done, doing = done + 1, found[1]
                    elif line.startswith("Installing collected packages"):
                        doing = "unpacking them all"
                    elif NO_NETWORK.search(line):
                        doing = "the package source does not answer, trying again"
                progress.show(f"{done}/{total} {doing}")
        progress.end()
        return "".join(said)


def _lines(process: subprocess.Popen[str]) -> Iterator[str | None]:
    """The lines of a process as they come, and None each second in which none came."""
    assert process.stdout is not None  # noqa: S101 - it was started with a pipe
    lines: queue.Queue[str | None] = queue.Queue()
    stream = process.stdout

    def read() -> None:
        for line in stream:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=1)
        except queue.Empty:
            yield None
            continue
        if line is None:
            return
        yield line


def sentence_for(said: str) -> str:
    """What a person should know and do about pip's failure."""
    for pattern, sentence in PIP_TROUBLES.items():
        if re.search(pattern, said):
            return sentence
    last = said.strip().splitlines()[-1] if said.strip() else "it said nothing"
    return f"pip could not install the locked packages: {last}"
