"""Saving something the program made into a file the user chooses: asked once, written off the screen's thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QFileDialog

from app.errors import StoreError
from app.ui import work
from app.ui.shell.main_window import MainWindow

XLSX: Final = "Excel 文件 (*.xlsx)"
PDF: Final = "PDF 文件 (*.pdf)"
DOCX: Final = "Word 文件 (*.docx)"


def save_made(window: MainWindow, file_name: str, kinds: str, make: Callable[[], bytes]) -> None:
    """Ask where to, make the bytes, write them, say where they are; a file that is held open gets a sentence."""
    chosen, _ = QFileDialog.getSaveFileName(window, "保存", file_name, kinds)
    if not chosen:
        return
    path = Path(chosen)

    def saved(_: None) -> None:
        window.toast(f"已保存：{path}")

    work.run(lambda: write_file(path, make()), then=saved, owner=window)


def write_file(path: Path, body: bytes) -> None:
    """Write a file outside the data folder. Raises ``StoreError`` with what to do."""
    try:
        path.write_bytes(body)
    except OSError as error:
        sentence = f"没能保存到 {path}：{error.strerror}"
        raise StoreError(sentence, "文件可能正被打开着，请关闭后再试，或换一个文件夹") from error
