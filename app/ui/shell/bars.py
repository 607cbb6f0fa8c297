"""The bar at the top (where am I, find anything, who am I) and the truthful one at the bottom."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QSizePolicy

from app.ui.look import icon, tokens
from app.ui.widgets.parts import beside_words, button, hide_if, label, row, set_tone

if TYPE_CHECKING:
    from app.ui.shell.status import StatusText


class TopBar(QFrame):
    """Emits what the user wants; knows nothing of the pages."""

    search_asked = Signal()
    lock_asked = Signal()
    sign_out_asked = Signal()
    shortcuts_asked = Signal()

    def __init__(self, *, township: str, office: str, user: str, role: str) -> None:
        super().__init__()
        self.setObjectName("TopBar")
        sizes = tokens().sizes
        self.setFixedHeight(sizes.bar)
        self.township = label(township, "lead")
        self.office = label(office, "faint")
        self.search = QPushButton("搜人、户、纠纷、操作…")
        self.search.setObjectName("SearchOpener")
        self.search.setAccessibleName("搜索一切（Ctrl+K）")
        self.search.setIcon(icon("search", "text_faint"))
        self.search.setIconSize(beside_words())
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.search.setMinimumWidth(sizes.field // 2)
        self.search.setMaximumWidth(sizes.field * 3 // 2)
        self.search.clicked.connect(self.search_asked)
        inside = QHBoxLayout(self.search)
        inside.setContentsMargins(0, 0, sizes.space_s, 0)
        inside.addStretch(1)
        hint = label("Ctrl+K", "key")
        hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside.addWidget(hint, alignment=Qt.AlignmentFlag.AlignVCenter)
        self.user = button(f"{user}　{role}" if role else user, "quiet", icon_name="user")
        self.user.setAccessibleName(f"当前账号：{user} {role}")
        self.user.setMenu(self._user_menu())
        line = row(self.township, self.office, None, gap=sizes.space_m)
        line.addWidget(self.search, 3)
        line.addStretch(1)
        line.addWidget(self.user)
        line.setContentsMargins(sizes.space_l, 0, sizes.space_s, 0)
        self.setLayout(line)

    def _user_menu(self) -> QMenu:
        menu = QMenu(self)
        for words, name, keys, signal in (
            ("锁定", "lock", "Ctrl+L", self.lock_asked),
            ("快捷键一览", "keyboard", "F1", self.shortcuts_asked),
            ("退出登录", "log-out", "", self.sign_out_asked),
        ):
            entry = menu.addAction(icon(name), f"{words}\t{keys}" if keys else words)
            entry.triggered.connect(signal)
        return menu

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.office.setVisible(self.width() > tokens().sizes.em * 74)


class NoticeBand(QFrame):
    """A sentence that never goes away, in a colour nobody overlooks; takes no room without one."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.setObjectName("NoticeBand")
        self.setAccessibleName(sentence)
        sizes = tokens().sizes
        self.line = row(label(sentence, "strong"), None, gap=sizes.space_m)
        self.line.setContentsMargins(sizes.space_l, sizes.space_xs, sizes.space_s, sizes.space_xs)
        self.setLayout(self.line)
        hide_if(not sentence, self)

    def offer(self, words: str, act: Callable[[], object]) -> QPushButton:
        """A button at the end of the band."""
        made = button(words, "small", on_click=act)
        self.line.addWidget(made)
        return made


class StatusBar(QFrame):
    """One sentence about sync that is never untrue; pressing it opens the sync page."""

    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("StatusBar")
        sizes = tokens().sizes
        self.setFixedHeight(sizes.status)
        self.button = QPushButton()
        self.button.setAutoDefault(True)
        self.button.setIconSize(beside_words())
        self.button.clicked.connect(self.opened)
        self.note = label("", "small")
        line = row(self.button, None, self.note, label("快捷键 F1", "small"), gap=sizes.space_l)
        line.setContentsMargins(sizes.space_s, 0, sizes.space_l, 0)
        self.setLayout(line)
        self._full = ""

    def show_status(self, status: StatusText) -> None:
        """Put up the sentence."""
        self._full = status.text
        self.button.setIcon(icon(status.icon, status.tone))
        self.button.setAccessibleName(f"同步状态：{status.text}")
        self.button.setToolTip(f"{status.text}\n点开看每一条待上报的更改")
        set_tone(self.button, status.tone if status.tone in {"danger", "warn"} else "")
        self._fit()

    def text(self) -> str:
        """The whole sentence, also where the window is too narrow to show it."""
        return self._full

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - tokens().sizes.em * 14 - self.note.sizeHint().width()
        metrics = QFontMetrics(self.button.font())
        self.button.setText(metrics.elidedText(self._full, Qt.TextElideMode.ElideRight, max(room, 0)))
