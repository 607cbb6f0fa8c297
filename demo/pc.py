"""One PC of the day: the real program on its own data folder, in a process of its own, and a player of scenes.

``python -m demo.pc NAME DATA OUTPUT`` reads ``{"scene": …, "given": {…}}`` line by line from its input, plays the scene
in the windows on their own thread, and answers ``{"facts": {…}}`` or ``{"broken": "sentence"}`` on its output.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import traceback
from pathlib import Path
from typing import Any, TextIO

from PySide6.QtCore import QObject, Qt, Signal

from app.bootstrap import log_to
from app.errors import AppError
from app.ui import work
from app.ui.program import Program
from demo import scenes
from demo.eyes import Camera, bugs
from demo.hands import Hands
from demo.promises import BrokenPromiseError
from demo.stage import Stage


class Player(QObject):
    """Hears lines on a thread of its own, plays them on the windows' thread."""

    _heard = Signal(str)
    _hung_up = Signal()

    def __init__(self, stage: Stage, answers: TextIO) -> None:
        super().__init__()
        self._stage = stage
        self._answers = answers
        self._heard.connect(self._play, Qt.ConnectionType.QueuedConnection)
        self._hung_up.connect(self._end, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self._listen, name="scenes", daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            self._heard.emit(line)
        self._hung_up.emit()

    def _play(self, line: str) -> None:
        message: dict[str, Any] = json.loads(line)
        try:
            answer = {"facts": scenes.SCENES[message["scene"]](self._stage, **message["given"])}
        except (BrokenPromiseError, AppError) as error:
            answer = self._broken(message["scene"], str(error))
        except Exception as error:  # noqa: BLE001 - border: the process goes on, the person watching is told
            answer = self._broken(message["scene"], f"{type(error).__name__}：{error}")
        print(json.dumps(answer, ensure_ascii=False), file=self._answers, flush=True)

    def _broken(self, scene: str, sentence: str) -> dict[str, Any]:
        traceback.print_exc()
        picture = self._stage.camera.take_failure(self._stage.name)
        seen = f"（画面：{picture}）" if picture else ""
        return {"broken": f"{scene}：{sentence}{seen}"}

    def _end(self) -> None:
        bugs.append("演示已停止")
        self._stage.program.close()
        self._stage.program.app.exit(0)


def main() -> int:
    """Run the program of one PC until the input closes."""
    name, data, output = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    sys.stdout = sys.stderr
    work.install_border()
    work.border.bug = lambda error: bugs.append(f"程序内部出错：{''.join(traceback.format_exception(error))}")
    log_to(data)
    program = Program(data)
    stage = Stage(name, program, Hands(), Camera(output / "screens"), output)
    player = Player(stage, answers)
    code = program.run()
    del player
    return code


if __name__ == "__main__":
    sys.exit(main())
