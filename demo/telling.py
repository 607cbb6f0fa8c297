"""What the person watching reads: one short line per thing done, with how long it took, and the summary as a file."""

from __future__ import annotations

import signal
import sys
import time
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any


class Telling:
    """Prints lines at once and keeps them for the summary."""

    def __init__(self) -> None:
        self._began = self._last = time.monotonic()
        self._kept: list[str] = []
        self._is_interrupted = False
        if isinstance(sys.stdout, TextIOWrapper):
            with suppress(OSError, ValueError):  # a console that knows no Chinese prints ? instead of stopping
                sys.stdout.reconfigure(encoding=sys.stdout.encoding, errors="replace")

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._began

    def listen(self) -> None:
        """Ctrl+C ends the day at once, or with the next line: raised in a callback, Python reports it and goes on."""
        self._is_interrupted = False
        signal.signal(signal.SIGINT, self._interrupt)

    def _interrupt(self, *_: object) -> None:
        self._is_interrupted = True
        raise KeyboardInterrupt

    def say(self, line: str = "") -> None:
        """Print one line, kept for the summary."""
        print(line, flush=True)
        self._kept.append(line)
        if self._is_interrupted:
            self._is_interrupted = False
            raise KeyboardInterrupt

    def chapter(self, title: str) -> None:
        """A part of the day begins."""
        self.say(f"\n{title}")
        self._last = time.monotonic()

    def done(self, sentence: str, facts: Mapping[str, Any] | None = None) -> None:
        """Something was done and was as promised; says how long it took, by the facts or since the line before."""
        now = time.monotonic()
        self.say(f"  ✓ {sentence}　{facts['seconds'] if facts else now - self._last:.1f} 秒")
        self._last = now

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table whose columns stand in line, Chinese being twice as wide."""
        widths = [max(_width(row[place]) for row in (head, *rows)) for place in range(len(head))]
        for row in (head, *rows):
            cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
            self.say("  " + "  ".join(cells).rstrip())

    def write(self, path: Path) -> None:
        """Keep everything said."""
        path.write_text("\n".join(self._kept).strip() + "\n", encoding="utf-8")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WFA" else 1 for each in text)
