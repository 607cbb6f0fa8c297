"""The window: navigation, pages, the two bars, and what is reached from anywhere (Ctrl+K, F1, locking, banners).

Pages are built when first opened and refreshed at every opening. The window knows no register and no service.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.ui import work
from app.ui.look import icon, tokens
from app.ui.shell.bars import NoticeBand, StatusBar, TopBar
from app.ui.shell.command_palette import CommandPalette, Provider
from app.ui.shell.lock import IdleWatch, LockScreen
from app.ui.shell.navigation import Navigation
from app.ui.shell.page import UNLISTED, Command, Page
from app.ui.shell.shortcuts import ShortcutSheet
from app.ui.shell.status import SyncView, status_sentence
from app.ui.widgets.banner import Action, BannerArea
from app.ui.widgets.bug_dialog import BugDialog
from app.ui.widgets.toast import Toast

if TYPE_CHECKING:
    from app.errors import AppError

PROGRAM = "乡镇社管通"
SYNC_PAGE = "sync"
NARROW_BELOW_EM = 76


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the top bar says: where the program stands and who is signed in."""

    township: str
    office: str
    user: str
    role: str = ""
    is_practice: bool = False
    notice: str = ""
    """Stands in a coloured band over everything, for as long as the window (practice mode)."""


class MainWindow(QMainWindow):
    """``MainWindow(pages, identity, providers=…, commands=…, unlock=…)``; opens the first page at once."""

    page_opened = Signal(str)
    sign_out_asked = Signal()
    locked = Signal()
    closing = Signal()

    def __init__(
        self,
        pages: Sequence[Page],
        identity: Identity,
        *,
        providers: Sequence[Provider] = (),
        commands: Sequence[Command] = (),
        unlock: Callable[[str], object] | None = None,
        idle_minutes: float = 10,
    ) -> None:
        super().__init__()
        notice = "练习模式 · " if identity.is_practice else ""
        self.setWindowTitle(f"{notice}{identity.township} · {PROGRAM}")
        self.setWindowIcon(icon("handshake", "accent"))
        self._pages = {page.key: page for page in pages}
        self._built: dict[str, QWidget] = {}
        self._identity = identity
        self._unlock = unlock
        self._lock_screen: LockScreen | None = None
        self._commands = (*commands, *self._page_commands(pages))
        self.top_bar = TopBar(
            township=identity.township, office=identity.office, user=identity.user, role=identity.role
        )
        self.navigation = Navigation([page for page in pages if page.group != UNLISTED])
        self.banners = BannerArea()
        self.stack = QStackedWidget()
        self.status_bar = StatusBar()
        self.band = NoticeBand(identity.notice)
        self._put_together()
        self.palette_box = CommandPalette(self._body, providers, self._commands)
        self._connect(idle_minutes)
        self.show_pages()

    def _put_together(self) -> None:
        sizes = tokens().sizes
        content = QWidget()
        content.setObjectName("Content")
        lines = QVBoxLayout(content)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        self.banners.setContentsMargins(sizes.space_xl, sizes.space_s, sizes.space_xl, 0)
        lines.addWidget(self.banners)
        lines.addWidget(self.stack, 1)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.navigation)
        middle.addWidget(content, 1)
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self.band)
        body.addWidget(self.top_bar)
        body.addLayout(middle, 1)
        body.addWidget(self.status_bar)
        self.setCentralWidget(self._body)
        self.setMinimumSize(sizes.em * 54, sizes.em * 32)

    def _connect(self, idle_minutes: float) -> None:
        self.navigation.chosen.connect(self.open_page)
        self.status_bar.opened.connect(lambda: self.open_page(SYNC_PAGE))
        self.top_bar.search_asked.connect(self.open_palette)
        self.top_bar.shortcuts_asked.connect(self.open_shortcuts)
        self.top_bar.lock_asked.connect(self.lock)
        self.top_bar.sign_out_asked.connect(self.sign_out_asked)
        for keys, act in (
            ("Ctrl+K", self.open_palette),
            ("F1", self.open_shortcuts),
            ("Ctrl+L", self.lock),
            ("F6", self.move_between_parts),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        for command in self._commands:
            if command.shortcut:
                QShortcut(QKeySequence(command.shortcut), self).activated.connect(command.run)
        self._idle = IdleWatch(self, minutes=idle_minutes if self._unlock else 0)
        self._idle.idled.connect(self.lock)
        work.border.problem = self.show_problem
        work.border.bug = self.show_bug

    def _page_commands(self, pages: Sequence[Page]) -> tuple[Command, ...]:
        return tuple(
            Command(
                title=f"打开 {page.title}",
                icon=page.icon,
                shortcut=f"Ctrl+{place}" if place <= 9 else "",
                run=lambda key=page.key: self.open_page(key),  # type: ignore[misc]  # a default of a lambda
                group="页面",
            )
            for place, page in enumerate(pages, start=1)
        )

    # ---- pages

    def show_pages(self) -> None:
        """Open the first page."""
        first = next(iter(self._pages), None)
        if first is not None:
            self.open_page(first)

    def open_page(self, key: str) -> QWidget | None:
        """Bring a page to the front, built if need be and refreshed; an unknown key does nothing.

        The page has the keyboard then; its ``refresh`` may put the cursor where work begins.
        """
        page = self._pages.get(key)
        if page is None:
            return None
        if key not in self._built:
            self._built[key] = page.build()
            self._built[key].setAccessibleName(page.title)
            self.stack.addWidget(self._built[key])
        self.stack.setCurrentWidget(self._built[key])
        self.navigation.set_current(key)
        front = self._built[key]
        if not front.isAncestorOf(QApplication.focusWidget() or self):
            front.setFocus(Qt.FocusReason.OtherFocusReason)
        page.refresh()
        self.page_opened.emit(key)
        return front

    def page_keys(self) -> tuple[str, ...]:
        """The keys of all pages, in the order of the navigation."""
        return tuple(self._pages)

    def current_key(self) -> str:
        """The key of the page in front; empty when there is none."""
        front = self.stack.currentWidget()
        return next((key for key, widget in self._built.items() if widget is front), "")

    def refresh_current(self) -> None:
        """Bring the page in front up to date, e.g. after a save elsewhere or a pull."""
        page = self._pages.get(self.current_key())
        if page is not None:
            page.refresh()

    def set_badge(self, key: str, number: int) -> None:
        """Show how many things wait at a page."""
        if key in self.navigation.items:
            self.navigation.items[key].set_badge(number)

    def move_between_parts(self) -> None:
        """F6: from the page to the navigation and back."""
        item = self.navigation.items.get(self.current_key())
        if item is not None and not self.navigation.isAncestorOf(QApplication.focusWidget() or self):
            item.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.stack.currentWidget().setFocus(Qt.FocusReason.TabFocusReason)
            self.stack.currentWidget().focusNextChild()

    # ---- saying something

    def show_status(self, view: SyncView) -> None:
        """Put the truth about sync into the bar at the bottom."""
        self.status_bar.show_status(status_sentence(view))

    def show_problem(self, error: AppError) -> None:
        """A refusal that no page handled: a banner, never a box to click away."""
        self.banners.show_error(error)

    def show_bug(self, error: BaseException) -> None:
        """An error of ours: say so, offer the trace, go on."""
        BugDialog(self, error).open()

    def toast(self, sentence: str, action: Action | None = None) -> Toast:
        """A word of confirmation that goes by itself."""
        return Toast(self._body, sentence, action=action)

    # ---- from anywhere

    def open_palette(self) -> None:
        """Ctrl+K."""
        self.palette_box.open()

    def open_shortcuts(self) -> None:
        """F1."""
        ShortcutSheet(self, self._commands).open()

    def lock(self) -> None:
        """Cover everything until the password is given again; without an ``unlock`` there is nothing to lock with."""
        if self._unlock is None or self._lock_screen is not None:
            return
        self._lock_screen = LockScreen(self, self._identity.user, self._unlock)
        self._lock_screen.unlocked.connect(self._on_unlocked)
        self._lock_screen.cover()
        self.locked.emit()

    def stay_awake(self) -> None:
        """Somebody works in a window of ours that never has the keyboard."""
        self._idle.live()

    def lock_screen(self) -> LockScreen | None:
        """What covers the window now, None when it is open."""
        return self._lock_screen

    def _on_unlocked(self) -> None:
        if self._lock_screen is not None:
            self._lock_screen.deleteLater()
            self._lock_screen = None

    # ---- the window itself

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < tokens().sizes.em * NARROW_BELOW_EM
        if narrow != self.navigation.is_narrow:
            self.navigation.set_narrow(narrow=narrow)
        if self._lock_screen is not None:
            self._lock_screen.setGeometry(self.geometry())

    def closeEvent(self, event: QCloseEvent) -> None:
        work.border.problem = work.border.bug = None
        self.closing.emit()
        super().closeEvent(event)
