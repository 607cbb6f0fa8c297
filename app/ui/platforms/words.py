"""平台用词: what the platform calls each of our choices, list by list. An empty word means that it says what we say."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QWidget

from app.errors import AppError
from app.models.registers.platform import Platform
from app.services.platforms import Platforms
from app.services.transcribing import words_of
from app.ui import work
from app.ui.look import tokens
from app.ui.widgets import BannerArea, EnterMoves, FormRow, ScrollPage, button, column, label, row

Key = tuple[str, str]


class WordsWindow(QDialog):
    """One list in front at a time; everything is kept together. ``saved`` afterwards."""

    saved = Signal()

    def __init__(self, parent: QWidget | None, platforms: Platforms, platform: Platform, register: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"平台用词：{platform.name}")
        self.setAccessibleName(self.windowTitle())
        self._platforms, self._platform = platforms, platform
        self._lists = platforms.lists_of(register)
        self._typed: dict[Key, str] = dict(words_of(platform))
        self.edits: dict[Key, QLineEdit] = {}
        sizes = tokens().sizes
        self.which = QComboBox()
        self.which.setAccessibleName("哪一栏")
        for name, (subject, kind) in self._lists.items():
            self.which.addItem(subject, name)
            self.which.setItemData(self.which.count() - 1, kind.codes.title, Qt.ItemDataRole.ToolTipRole)
        self.which.activated.connect(lambda _: self._show_list())
        self.banners = BannerArea()
        self.place = ScrollPage(column(QWidget(), None))
        self.save_button = button("保存", "primary", icon_name="save", on_click=self.save)
        cancel = button("取消", on_click=self.reject)
        words = "平台下拉框里的词和本机不一样的，在右边写上平台的词；一样的空着。誊录时复制平台的词，比对时也按它认。"
        self._lines = column(
            label(words, "soft", wrap=True),
            FormRow("哪一栏", self.which),
            self.banners,
            self.place,
            row(None, cancel, self.save_button),
            gap=sizes.space_m,
            margin=sizes.space_l,
        )
        self._lines.setStretch(3, 1)
        self.setLayout(self._lines)
        self.resize(sizes.em * 42, sizes.em * 40)
        self._enter = EnterMoves(self)
        self._enter.finished.connect(self.save_button.setFocus)
        self._show_list()

    def _show_list(self) -> None:
        self._gather()
        name = str(self.which.currentData() or "")
        self.edits = {}
        rows: list[QWidget] = []
        if name:
            for item in self._lists[name][1].codes.offered:
                edit = QLineEdit(self._typed.get((name, item.code), ""))
                edit.setPlaceholderText(item.label)
                self.edits[name, item.code] = edit
                rows.append(FormRow(item.label, edit))
        old, self.place = self.place, ScrollPage(column(*rows, None))
        self._lines.replaceWidget(old, self.place)
        self.place.show()
        old.hide()
        old.deleteLater()
        if rows:
            next(iter(self.edits.values())).setFocus()

    def _gather(self) -> None:
        for key, edit in self.edits.items():
            self._typed[key] = edit.text().strip()

    def save(self) -> None:
        """Keep all words of the platform."""
        self._gather()
        given = {
            (name, item.code): (subject, item.label, self._typed.get((name, item.code), ""))
            for name, (subject, kind) in self._lists.items()
            for item in kind.codes.offered
        }
        self.save_button.setEnabled(False)
        platforms, platform = self._platforms, self._platform
        work.run(lambda: platforms.save_words(platform, given), then=self._on_saved, failed=self._failed, owner=self)

    def _on_saved(self, _changed: bool) -> None:
        self.saved.emit()
        self.accept()

    def _failed(self, error: AppError) -> None:
        self.save_button.setEnabled(True)
        self.banners.show_error(error)
