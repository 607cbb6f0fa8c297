"""Writing down that a matter stands in a platform: the number it was given and the day."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.errors import AppError
from app.models import clock, days
from app.services.platforms import Platforms, Transcript
from app.ui import work
from app.ui.look import tokens
from app.ui.widgets import EnterMoves, FormRow, button, column, label, row, set_tone


class EnteringStep(QWidget):
    """``written`` once it is stored; ``back_asked`` to go on copying. A doubt is told once, the second press saves."""

    written = Signal()
    back_asked = Signal()

    def __init__(self, platforms: Platforms) -> None:
        super().__init__()
        self.setAccessibleName("平台案号")
        self._platforms = platforms
        self._transcript: Transcript | None = None
        self._told: tuple[str, ...] = ()
        sizes = tokens().sizes
        self.head = label("", "lead", wrap=True)
        self.number = QLineEdit()
        self.number.setPlaceholderText("平台还没给案号就空着")
        self.on = QLineEdit()
        self.message = label("", "small", wrap=True)
        self.save_button = button("记下", "primary", icon_name="check", on_click=self.save)
        self.back_button = button("回去接着复制", on_click=self.back_asked.emit)
        lines = column(
            self.head,
            label("记下以后，这一件就不在“未录平台”里了。", "faint", wrap=True),
            FormRow("平台案号", self.number, side="top"),
            FormRow("录入日期", self.on, side="top"),
            self.message,
            row(self.back_button, None, self.save_button),
            None,
            gap=sizes.space_s,
        )
        self.setLayout(lines)
        self._enter = EnterMoves(self)
        self._enter.finished.connect(self.save_button.setFocus)

    def show_for(self, transcript: Transcript) -> None:
        """Begin for one matter."""
        self._transcript, self._told = transcript, ()
        self.head.setText(f"已录入 {transcript.platform.name}？")
        self.number.clear()
        self.on.setText(days.show_day(clock.today()))
        self._say("")

    def focus_first(self) -> None:
        """The cursor to the number."""
        self.number.setFocus(Qt.FocusReason.TabFocusReason)

    def save(self) -> None:
        """Write it down; what is odd is said first."""
        transcript = self._transcript
        if transcript is None:
            return
        try:
            on = days.parse_day(self.on.text(), today=clock.today())
        except ValueError as error:
            self._say(str(error))
            self.on.setFocus()
            return
        number, platform, record = self.number.text().strip(), transcript.platform, transcript.record
        register, service, told = record.definition.name, self._platforms, self._told

        def write() -> list[str]:
            doubts = service.doubts(platform, register, record.id, number)
            if doubts and tuple(doubts) != told:
                return doubts
            service.enter(register, record.id, platform, number=number, on=on)
            return []

        self.save_button.setEnabled(False)
        work.run(write, then=self._on_written, failed=self._failed, owner=self)

    def _on_written(self, doubts: list[str]) -> None:
        self.save_button.setEnabled(True)
        if doubts:
            self._told = tuple(doubts)
            self._say("；".join(doubts) + "。核对无误就再按一次“记下”。", "warn")
            self.save_button.setFocus()
        else:
            self.written.emit()

    def _failed(self, error: AppError) -> None:
        self.save_button.setEnabled(True)
        self._say(str(error))

    def _say(self, words: str, tone: str = "danger") -> None:
        self.message.setText(words)
        set_tone(self.message, tone)
        self.message.setVisible(bool(words))
