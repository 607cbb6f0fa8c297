"""The card with this PC's settings: one line per declared setting, kept as soon as it is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QSpinBox, QWidget

from app.models.settings import Setting
from app.ui.look import tokens
from app.ui.widgets.card import Card
from app.ui.widgets.parts import button, label, row

Keep = Callable[[Setting, str], object]


class ParametersCard(Card):
    """``keep(setting, text)`` stores a value; without it (a role that may not) the lines only show.

    ``locks`` are sentences why a setting cannot be changed here; its line says so in place of what it is for.
    """

    def __init__(
        self,
        settings: Sequence[Setting],
        now: Mapping[str, str],
        keep: Keep | None,
        locks: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__("本机设置")
        self._keep = keep
        self._now = dict(now)
        self._settings = tuple(settings)
        self._lines: dict[str, QWidget] = {}
        self.editors: dict[str, QLineEdit | QSpinBox] = {}
        self.sentences: dict[str, QLabel] = {}
        for setting in settings:
            editor = self._editor(setting, now[setting.name])
            editor.setEnabled(keep is not None)
            self._lines[setting.name] = editor
            name = label(setting.label, "body")
            name.setFixedWidth(tokens().sizes.em * 9)
            line = row(name, editor, gap=tokens().sizes.space_m)
            sentence = self.sentences[setting.name] = label(setting.sentence, "small", wrap=True)
            line.addWidget(sentence, 1)
            self.body.addLayout(line)
        self.show_values(now, locks or {})

    def show_values(self, now: Mapping[str, str], locks: Mapping[str, str]) -> None:
        """Bring the lines up to date; the reason of a lock stands in place of what the setting is for."""
        for setting in self._settings:
            lock = locks.get(setting.name, "")
            self._lines[setting.name].setEnabled(self._keep is not None and not lock)
            self.sentences[setting.name].setText(lock or setting.sentence)
            self._now[setting.name] = now[setting.name]
            editor = self.editors[setting.name]
            if isinstance(editor, QSpinBox):
                editor.setValue(int(now[setting.name]))
            else:
                editor.setText(now[setting.name])

    def _editor(self, setting: Setting, now: str) -> QWidget:
        if setting.kind == "folder":
            return self._folder(setting, now)
        editor = QSpinBox()
        editor.setRange(setting.least, setting.most)
        editor.setSuffix(f" {setting.unit}")
        editor.setValue(int(now))
        editor.setAccessibleName(setting.label)
        editor.setFixedWidth(tokens().sizes.em * 8)
        editor.editingFinished.connect(lambda: self._changed(setting, str(editor.value())))
        self.editors[setting.name] = editor
        return editor

    def _folder(self, setting: Setting, now: str) -> QWidget:
        shown = QLineEdit(now)
        shown.setReadOnly(True)
        shown.setPlaceholderText("没有设置")
        shown.setAccessibleName(setting.label)
        self.editors[setting.name] = shown
        both = QWidget()
        choose = button("选择…", on_click=lambda: self._choose(setting, shown))
        clear = button("清除", "quiet", on_click=lambda: self._changed(setting, "", shown))
        line = row(shown, choose, clear, gap=tokens().sizes.space_s)
        line.setStretch(0, 1)
        both.setLayout(line)
        both.setFixedWidth(tokens().sizes.em * 28)
        return both

    def _choose(self, setting: Setting, shown: QLineEdit) -> None:
        chosen = QFileDialog.getExistingDirectory(self, setting.label, shown.text())
        if chosen:
            self._changed(setting, chosen, shown)

    def _changed(self, setting: Setting, text: str, shown: QLineEdit | None = None) -> None:
        if shown is not None:
            shown.setText(text)
        if self._keep is not None and text != self._now.get(setting.name):  # leaving a field is no change
            self._now[setting.name] = text
            self._keep(setting, text)
