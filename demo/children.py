"""Processes of the day: started with a pipe on their input, spoken to by lines of JSON, ended by closing the pipe.

A child ends by itself when its input closes, so nothing outlives this process, however it ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from demo.promises import BrokenPromiseError

ROOT = Path(__file__).resolve().parent.parent
_END_S = 20.0
_PLATFORM = f"offscreen:configfile={(Path(__file__).parent / 'screen.json').as_posix()}"


def environment(**more: str) -> dict[str, str]:
    """What every child is given: the screen of a small office PC drawn nowhere, UTF-8, the same fonts everywhere."""
    made = {**os.environ, "QT_QPA_PLATFORM": _PLATFORM, "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8", **more}
    if sys.platform == "win32":  # there the offscreen platform looks for fonts beside Qt and complains
        made.setdefault("QT_QPA_FONTDIR", str(ROOT / "resources" / "fonts"))
    return made


class Child:
    """One Python process running ``python -m <arguments>``; what it says on its error output goes to ``log``."""

    def __init__(self, name: str, *arguments: str, log: Path, more: Mapping[str, str] | None = None) -> None:
        self.name = name
        self._log = log
        self._lines: queue.Queue[str | None] = queue.Queue()
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=ROOT,
                env=environment(**(more or {})),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
                start_new_session=os.name == "posix",  # Ctrl+C reaches us alone; we end the children
            )
        self._reader = threading.Thread(target=self._read, name=f"{name} says", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def line(self, wanted: Callable[[str], bool], *, limit: float) -> str:
        """The next line the child prints that is wanted. Raises ``BrokenPromiseError`` when it ends or is too slow."""
        until = time.monotonic() + limit
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                raise BrokenPromiseError(f"{self.name}：{limit:.0f} 秒内没有答复。{self.last_words()}") from None
            if line is None:
                raise BrokenPromiseError(f"{self.name}：进程意外结束。{self.last_words()}")
            if wanted(line):
                return line

    def tell(self, message: Mapping[str, Any]) -> None:
        """Send one line of JSON."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(message, ensure_ascii=False) + "\n")
            self.process.stdin.flush()
        except OSError as error:
            raise BrokenPromiseError(f"{self.name}：进程意外结束。{self.last_words()}") from error

    def last_words(self) -> str:
        """The end of its error output, for a report of what went wrong."""
        text = self._log.read_text("utf-8", "replace").strip() if self._log.exists() else ""
        return f"它最后说（{self._log}）：\n{text[-2000:]}" if text else ""

    def hang_up(self) -> None:
        """Close its input, which tells it to end."""
        if self.process.stdin is not None and not self.process.stdin.closed:
            with contextlib.suppress(OSError):
                self.process.stdin.close()

    def end(self) -> None:
        """Tell it to end and wait until it has; a child that does not is killed."""
        self.hang_up()
        try:
            self.process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join(_END_S)
        if self.process.stdout is not None:
            self.process.stdout.close()


class Player(Child):
    """A PC of the day: plays scenes one after the other."""

    _began = 0.0

    def begin(self, scene: str, **given: Any) -> None:
        """Ask for a scene; :meth:`finish` waits for its end. One at a time."""
        self._began = time.monotonic()
        self.tell({"scene": scene, "given": given})

    def finish(self, *, limit: float = 600.0) -> dict[str, Any]:
        """The facts the scene brought, with how many ``seconds`` it took.

        Raises ``BrokenPromiseError`` with the sentence of what was not as promised.
        """
        answer = json.loads(self.line(lambda line: line.startswith("{"), limit=limit))
        if "broken" in answer:
            raise BrokenPromiseError(f"{self.name}：{answer['broken']}")
        return {"seconds": time.monotonic() - self._began, **answer["facts"]}

    def play(self, scene: str, *, limit: float = 600.0, **given: Any) -> dict[str, Any]:
        """Play a scene to its end."""
        self.begin(scene, **given)
        return self.finish(limit=limit)
