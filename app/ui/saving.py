"""Saving something the program made into a file the user chooses: asked once, written off the screen's thread.

The only place of the screens that asks for a file to write, or writes one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QFileDialog, QWidget

from app.errors import StoreError
from app.ui import work

if TYPE_CHECKING:
    from app.ui.shell.main_window import MainWindow

XLSX: Final = "Excel 文件 (*.xlsx)"
PDF: Final = "PDF 文件 (*.pdf)"
DOCX: Final = "Word 文件 (*.docx)"


def ask_where(parent: QWidget, file_name: str, kinds: str = "", *, title: str = "保存") -> Path | None:
    """Which file to write? None when the user thinks better of it."""
    chosen, _ = QFileDialog.getSaveFileName(parent, title, file_name, kinds)
    return Path(chosen) if chosen else None


def save_made(window: MainWindow, file_name: str, kinds: str, make: Callable[[], bytes]) -> None:
    """Ask where to, make the bytes, write them, say where they are; a file that is held open gets a sentence."""
    path = ask_where(window, file_name, kinds)
    if path is None:
        return

    def saved(written: Path) -> None:
        window.toast(f"已保存：{written}")

    work.run(lambda: write_file(path, make()), then=saved, owner=window)


def write_file(path: Path, body: bytes) -> Path:
    """Write a file outside the data folder; returns where. Raises ``StoreError`` with what to do."""
    try:
        path.write_bytes(body)
    except OSError as error:
        sentence = f"没能保存到 {path}：{error.strerror}"
        raise StoreError(sentence, "文件可能正被打开着，请关闭后再试，或换一个文件夹") from error
    return path
