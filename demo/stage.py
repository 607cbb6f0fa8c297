"""What every scene is given: the program, hands, a camera; and what scenes have in common."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.services.office import Office
from app.ui.desk import Desk
from app.ui.program import Program
from app.ui.shell.main_window import MainWindow
from demo.eyes import Camera, until, until_quiet
from demo.hands import Hands
from demo.promises import BrokenPromiseError, promised


class Stage:
    """One PC: its program and who sits before it."""

    def __init__(self, name: str, program: Program, hands: Hands, camera: Camera, output: Path) -> None:
        self.name = name
        self.program = program
        self.hands = hands
        self.camera = camera
        self.output = output

    @property
    def front(self) -> QWidget:
        """The program's window: first start, login or the main window."""
        window = self.program.window
        if window is None:
            raise BrokenPromiseError("程序没有打开窗口")
        return window

    @property
    def desk(self) -> Desk:
        """The desk of whoever is signed in."""
        if self.program.desk is None:
            raise BrokenPromiseError("还没有人登录")
        return self.program.desk

    @property
    def office(self) -> Office:
        """Services of the signed-in user: for bulk data and for checking, never for the clerk's acts."""
        return self.desk.office

    @property
    def window(self) -> MainWindow:
        """The main window."""
        return self.desk.window

    def ready(self) -> None:
        """The window of the moment in front, at the size of a small office screen, with the keyboard."""
        window = self.front
        self.camera.fit(window)
        window.activateWindow()
        until(lambda: QApplication.activeWindow() is not None, "窗口得到键盘")
        until_quiet()

    def desk_opens(self) -> None:
        """Wait until the main window stands."""
        until(lambda: self.program.desk is not None, "主窗口打开")
        self.ready()

    def take(self, name: str, window: QWidget | None = None) -> None:
        """Photograph the window in front, or the dialog over it."""
        self.camera.take(name, window or self.front)

    def dialog(self, title: str = "") -> QDialog:
        """The dialog in front, waited for; ``title`` is a part of its title."""
        found: list[QDialog] = []

        def is_there() -> bool:
            found[:] = [
                one
                for one in QApplication.topLevelWidgets()
                if isinstance(one, QDialog) and one.isVisible() and title in one.windowTitle()
            ]
            return bool(found)

        until(is_there, f"窗口“{title}”")
        until_quiet()
        return found[-1]

    def command(self, words: str, expected: str) -> None:
        """Ctrl+K, the first letters of a command, Enter; ``expected`` must be what is marked."""
        self.hands.press("Ctrl+K")
        box = self.window.palette_box
        until(box.isVisible, "搜索框")
        self.hands.type(words)
        until(lambda: box.titles() and expected in box.titles()[0], f"搜索框里的“{expected}”")
        until_quiet()
        self.hands.press("Enter")

    def open_page(self, title: str) -> None:
        """Open a page by Ctrl+K."""
        self.command(f"打开 {title}"[: 3 + len(title)], f"打开 {title}")

    def find_and_open(self, name: str) -> None:
        """Ctrl+K, a name, Enter: the first one found, who must bear that name."""
        self.command(name, name)
        until_quiet()

    def status(self) -> str:
        """The sentence at the bottom of the window."""
        return self.window.status_bar.text()

    def status_says(self, *words: str, limit: float = 60.0) -> str:
        """Wait until the sentence holds all these words; returns it."""
        until(
            lambda: all(word in self.status() for word in words),
            f"状态栏写着“{'、'.join(words)}”（现在是：{self.status()}）",
            limit=limit,
        )
        return self.status()


__all__ = ["Stage", "promised"]
