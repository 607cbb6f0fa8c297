"""Real windows, drawn offscreen, in the program's own look."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from app.ui import work
from app.ui.look import apply_look


def pytest_configure(config: pytest.Config) -> None:
    # The offscreen platform has no window manager that could hear of these and says so each time.
    for call in ("propagateSizeHints", "raise"):
        config.addinivalue_line("qt_log_ignore", rf"This plugin does not support {call}\(\)")


@pytest.fixture(scope="session")
def qapp(qapp_cls: type[QApplication], qapp_args: list[str], pytestconfig: pytest.Config) -> QApplication:
    """The one application of the test run, looking as the program does."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else qapp_cls(qapp_args)
    apply_look(app)
    return app


@pytest.fixture(autouse=True)
def _nothing_left_over(qapp: QApplication) -> Iterator[None]:
    """Each test ends with no work under way and no window standing."""
    yield
    work.pool().waitForDone(10_000)
    for window in QApplication.topLevelWidgets():
        window.close()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
