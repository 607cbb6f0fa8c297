"""The 誊录 panel: a small window over everything that hands one box after the other to the clipboard.

One key goes on: F8 from anywhere on Windows, otherwise Space in the panel. A click on the panel does not take the
keyboard from the browser while the key is bound. It copies; it never types into another program.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QFrame, QProgressBar, QSizePolicy, QStackedWidget, QWidget

from app.errors import AppError
from app.models.registers.platform import TranscriptionOrder
from app.services.platforms import Platforms, Transcript
from app.services.transcribing import Box
from app.ui import work
from app.ui.look import tokens
from app.ui.platforms.entering import EnteringStep
from app.ui.platforms.hotkeys import BACK, NEXT, WORDS, Hotkeys
from app.ui.platforms.passing import Passing
from app.ui.widgets import Column, SimpleTable, button, column, elided, hide_if, label, row

WIDTH_EM = 26
HEIGHT_EM = 37
_SHOWN = 120
"""Characters of a value shown; the whole is copied."""

_BASE = Qt.WindowType.Tool | Qt.WindowType.WindowStaysOnTopHint
_QUIET = Qt.WindowType.WindowDoesNotAcceptFocus


class TranscriptionPanel(QWidget):
    """``entered`` when the platform's number was written down; ``gone`` when the panel has closed."""

    entered = Signal(str, str)
    gone = Signal()
    touched = Signal()
    """Somebody works here: a sign of life for the program's own lock."""

    def __init__(
        self,
        platforms: Platforms,
        transcript: Transcript,
        *,
        orders: list[TranscriptionOrder],
        hotkeys: Hotkeys | None = None,
    ) -> None:
        super().__init__(None, _BASE)
        self.setAccessibleName("誊录")
        self.setObjectName("Content")
        self._platforms, self._transcript, self._orders = platforms, transcript, orders
        self.hotkeys = hotkeys or Hotkeys()
        self.passing = Passing(self)
        self.place = -1
        self._takes_keyboard = True
        self._put_together()
        self._connect()
        self._show_transcript(transcript)
        sizes = tokens().sizes
        self.resize(sizes.em * WIDTH_EM, min(sizes.em * HEIGHT_EM, self.screen().availableSize().height()))
        self._to_corner()

    # -- building ------------------------------------------------------------------------------------------------

    def _put_together(self) -> None:
        sizes = tokens().sizes
        self.name = elided("", "strong")
        self.which = QComboBox()
        self.which.setAccessibleName("平台的哪一页")
        self.which.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for order in self._orders:
            self.which.addItem(order.name)
        hide_if(len(self._orders) < 2, self.which)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("誊录进度")
        self.count = label("", "faint")
        self.state = label("", "small")
        self.group = elided("", "faint")
        self.box_name = label("", "lead", wrap=True)
        self.value = label("", "body", wrap=True)
        self.note = label("", "small", tone="warn", wrap=True)
        self.card = QFrame()
        self.card.setObjectName("Card")
        inside = column(self.state, self.group, self.box_name, self.value, self.note, gap=sizes.space_xs)
        inside.setContentsMargins(sizes.space_m, sizes.space_s, sizes.space_m, sizes.space_s)
        self.card.setLayout(inside)
        self.next_button = button("", "primary", icon_name="copy", on_click=self.copy_next)
        self.next_button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.back_button = button("上一栏", icon_name="arrow-up", on_click=self.copy_previous)
        self.done_button = button("填平台案号…", icon_name="check", on_click=self.finish)
        self.close_button = button("先停一下", on_click=self.close)
        self.advice = label("", "faint", wrap=True)
        self.table: SimpleTable[Box] = SimpleTable(
            "这一页的全部栏目",
            [
                Column(title="", text=self._mark, tone=self._tone, em=1.4),
                Column(title="平台栏名", text=lambda box: box.label, tone=self._tone, em=9),
                Column(title="内容", text=_content, tone=self._tone),
            ],
        )
        self.table.horizontalHeader().hide()
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        copying = QWidget()
        copying.setLayout(
            column(
                self.card,
                self.next_button,
                row(self.back_button, None, self.close_button, self.done_button),
                self.table,
                self.advice,
                gap=sizes.space_s,
            )
        )
        self.entering = EnteringStep(self._platforms)
        self.stack = QStackedWidget()
        self.stack.addWidget(copying)
        self.stack.addWidget(self.entering)
        head = column(self.name, row(self.progress, self.count), self.which, gap=sizes.space_xs)
        lines = column(head, self.stack, gap=sizes.space_s, margin=sizes.space_m)
        lines.setStretch(1, 1)
        self.setLayout(lines)

    def _connect(self) -> None:
        self.table.clicked.connect(lambda index: self.copy_at(index.row()))
        self.which.activated.connect(self._on_which)
        self.entering.written.connect(self._on_written)
        self.entering.back_asked.connect(self._back_to_copying)
        self.passing.taken_back.connect(self._on_taken_back)
        self.hotkeys.pressed.connect(self._on_hotkey)
        for keys, act in zip(WORDS, (self.copy_next, self.copy_previous), strict=True):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
            shortcut.activated.connect(act)

    def open(self) -> None:
        """Show the panel; with the key bound it leaves the keyboard where it is."""
        is_bound = self.hotkeys.bind()
        self._take_keyboard(takes=not is_bound)
        key = "在浏览器里按 F8" if is_bound else "按空格或 F8"
        words = f"{key} 复制下一栏，Ctrl+V 粘贴；Shift+F8 退回；点一行就复制那一行。"
        self.advice.setText(words + "号码显示遮住，复制的是全号，一分钟后清除。")

    def _take_keyboard(self, *, takes: bool) -> None:
        if self._takes_keyboard != takes:  # makes the window anew: only when it must be
            place, self._takes_keyboard = self.pos(), takes
            self.setWindowFlags(_BASE if takes else _BASE | _QUIET)
            self.move(place)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, not takes)
        self.show()
        if takes:
            self.activateWindow()
            self.next_button.setFocus()

    def _to_corner(self) -> None:
        room = self.screen().availableGeometry()
        gap = tokens().sizes.space_xl
        self.move(room.bottomRight() - QPoint(self.width() + gap, self.height() + gap))

    # -- content -------------------------------------------------------------------------------------------------

    @property
    def transcript(self) -> Transcript:
        """What is being copied."""
        return self._transcript

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The boxes of the page in front."""
        return self._transcript.boxes

    def _show_transcript(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self.setWindowTitle(f"誊录到 {transcript.platform.called()}")
        self.name.setText(transcript.name)
        self.place = transcript.start - 1
        self.table.source.show_lines(transcript.boxes)
        self._say(resumed=transcript.start > 0)

    def _mark(self, box: Box) -> str:
        at = self.boxes.index(box)
        if box.is_empty:
            return "－"
        return "✓" if at <= self.place else ""

    def _tone(self, box: Box) -> str:
        at = self.boxes.index(box)
        if box.is_empty:
            return "text_off"
        return "accent" if at == self.place else "text_faint" if at < self.place else ""

    def next_place(self) -> int:
        """The box the key copies now; -1 when all have been gone through."""
        rest = range(self.place + 1, len(self.boxes))
        return next((at for at in rest if not self.boxes[at].is_empty), -1)

    # -- copying -------------------------------------------------------------------------------------------------

    def copy_next(self) -> None:
        """Hand the next box over; after the last the number of the platform is asked for."""
        if self.stack.currentIndex() == 1:
            return
        at = self.next_place()
        if at < 0:
            self.finish()
        else:
            self.copy_at(at)

    def copy_previous(self) -> None:
        """Hand the box before over once more."""
        if self.stack.currentIndex() == 1:
            self._back_to_copying()
            return
        before = [at for at in range(max(0, self.place)) if not self.boxes[at].is_empty]
        if before:
            self.copy_at(before[-1])

    def copy_at(self, at: int) -> None:
        """Hand one box over; one that is empty only says so."""
        self.touched.emit()
        box = self.boxes[at]
        if box.is_empty:
            self.note.setText(f"“{box.label}”本机没有填，没有复制")
            self.note.show()
            return
        self.passing.put(box.text)
        self.place = at
        self._platforms.leave_at(self._transcript, at + 1)
        self._say()

    def _say(self, *, resumed: bool = False) -> None:
        filled = [at for at, box in enumerate(self.boxes) if not box.is_empty]
        done = sum(at <= self.place for at in filled)
        self.progress.setRange(0, max(1, len(filled)))
        self.progress.setValue(done)
        self.count.setText(f"{done} / {len(filled)}")
        box = self.boxes[self.place] if 0 <= self.place < len(self.boxes) else None
        if box is None or resumed:
            self._show_box(None, "接着上次停下的地方" if resumed else "还没有开始")
        else:
            self._show_box(box, "已复制，请到平台粘贴（Ctrl+V）")
        self.back_button.setEnabled(done > 1)
        self._say_next()
        self.table.source.layoutChanged.emit()
        if 0 <= self.place < len(self.boxes):
            self.table.scrollTo(self.table.source.index(min(self.place + 2, len(self.boxes) - 1), 0))

    def _show_box(self, box: Box | None, state: str) -> None:
        self.state.setText(state)
        self.group.setText(box.group if box else "")
        self.box_name.setText(box.label if box else self.transcript.order.name)
        self.value.setText(_content(box) if box else "在平台里点中第一栏，再按下面的键")
        self.note.setText(box.note if box else "")
        self.group.setVisible(bool(box and box.group))
        self.note.setVisible(bool(box and box.note))

    def _say_next(self) -> None:
        at = self.next_place()
        if at < 0:
            self.next_button.setText("都复制过了：填平台案号")
        else:
            skipped = [box.label for box in self.boxes[self.place + 1 : at]]
            self.next_button.setText(_short(f"复制：{self.boxes[at].label}", 18))
            if skipped and not self.note.isVisible():
                self.note.setText(_short(f"跳过没填的：{'、'.join(skipped)}", 60))
                self.note.show()

    def _on_taken_back(self) -> None:
        if 0 <= self.place < len(self.boxes):
            self.state.setText("已从剪贴板清除；要再用请点这一行")

    def _on_hotkey(self, number: int) -> None:
        if number == NEXT:
            self.copy_next()
        elif number == BACK:
            self.copy_previous()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        acts: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Space: self.copy_next,
            Qt.Key.Key_Down: self.copy_next,
            Qt.Key.Key_Up: self.copy_previous,
            Qt.Key.Key_Escape: self.close,
        }
        act = acts.get(event.key())
        if act is None or (self.stack.currentIndex() == 1 and event.key() != Qt.Key.Key_Escape):
            super().keyPressEvent(event)
        elif self.stack.currentIndex() == 1:
            self._back_to_copying()
        else:
            act()

    # -- another page of the platform ----------------------------------------------------------------------------

    def _on_which(self, at: int) -> None:
        order, record = self._orders[at], self._transcript.record
        register = record.definition.name
        begin = partial(self._platforms.begin, register, record.id, order)
        work.run(begin, then=self._show_transcript, failed=self._failed, owner=self)

    def _failed(self, error: AppError) -> None:
        self.note.setText(str(error))
        self.note.show()

    # -- the number ----------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Ask for the number the platform gave; here the panel needs the keyboard."""
        self.passing.take_back()
        self.entering.show_for(self._transcript)
        self.stack.setCurrentIndex(1)
        self._take_keyboard(takes=True)
        self.entering.focus_first()

    def _back_to_copying(self) -> None:
        self.stack.setCurrentIndex(0)
        self._take_keyboard(takes=not self.hotkeys.is_bound)

    def _on_written(self) -> None:
        self._platforms.leave_at(self._transcript, 0)
        record = self._transcript.record
        self.entered.emit(record.definition.name, record.id)
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.hotkeys.release()
        self.passing.take_back()
        super().closeEvent(event)
        self.gone.emit()


def _content(box: Box) -> str:
    return _short(" ".join(box.shown.split()), _SHOWN) or "（没填）"


def _short(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1] + "…"
