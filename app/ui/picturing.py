"""Every page of the window as a picture, for manuals and for judging the look. The caller chose the platform."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication, QWidget

from app.services.office import Office
from app.ui import work
from app.ui.desk import Desk
from app.ui.program import make_application

SIZE: Final = (1366, 768)
_LONGEST_S: Final = 20.0


def pictures(office: Office, folder: Path) -> Iterator[str]:
    """Write ``01-workbench.png`` and so on; yields each file's name. Leaves the office open and sync alone."""
    app = make_application()
    desk = Desk(office)
    window = desk.window
    window.resize(*SIZE)
    window.show()
    for place, key in enumerate(window.page_keys(), start=1):
        window.open_page(key)
        settle(app)
        yield save(window, folder / f"{place:02}-{key}.png")
    window.close()
    settle(app)
    work.pool().waitForDone(5_000)


def settle(app: QApplication) -> None:
    """Let everything under way arrive on the screen."""
    end = time.monotonic() + _LONGEST_S
    app.processEvents()
    while not work.is_idle() and time.monotonic() < end:
        app.processEvents()
        time.sleep(0.005)
    app.processEvents()


def save(window: QWidget, path: Path) -> str:
    """One picture of a window as it stands."""
    window.grab().save(str(path))
    return path.name
