"""What ``dev.py`` says: ASCII lines that every console can show, each step with what it does and how long it took."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

QUIET_FOR = 10.0
"""Seconds between two lines of progress where lines cannot be overwritten (a log, CI)."""


class CannotGoOnError(Exception):
    """Something only a person can mend; the text says what is missing and what to do. Ends ``dev.py`` with code 2."""


def say(line: str = "") -> None:
    """Print one line at once, also into a pipe."""
    print(line, flush=True)


def took(seconds: float) -> str:
    """Seconds as a person reads them: ``0.4 s``, ``38 s``, ``2 min 05 s``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step, and say how long it took when it ended well."""
    say(f"- {title} ...")
    started = time.monotonic()
    yield
    say(f"  done in {took(time.monotonic() - started)}")


class Progress:
    """One line of progress: overwritten on a terminal, printed now and then elsewhere."""

    def __init__(self) -> None:
        self._started = self._said = time.monotonic()
        self._width = 0
        self._terminal = sys.stdout.isatty()

    def show(self, text: str) -> None:
        """Show how far we are; most calls print nothing where lines cannot be overwritten."""
        now = time.monotonic()
        line = f"  {text} ({took(now - self._started)})"
        if self._terminal:
            print("\r" + line.ljust(self._width), end="", flush=True)
            self._width = len(line)
        elif now - self._said >= QUIET_FOR:
            self._said = now
            say(line)

    def end(self) -> None:
        """Leave the overwritten line."""
        if self._width:
            print(flush=True)
            self._width = 0
