"""The head of a page: its name, one quiet line under it, and what can be done here."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from app.ui.look import tokens
from app.ui.widgets.action_row import ActionRow
from app.ui.widgets.parts import column, elided, hide_if, label


class PageHeader(QWidget):
    """``PageHeader("人口", "共 2,000 人", new_button, import_button)``; the first action is the page's main one."""

    def __init__(self, title: str, subtitle: str = "", *actions: QPushButton) -> None:
        super().__init__()
        self.title = label(title, "title")
        self.subtitle = elided(subtitle, "faint")
        hide_if(not subtitle, self.subtitle)
        self.action_row = ActionRow(*actions)
        self.setAccessibleName(title)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(tokens().sizes.space_l)
        line.addLayout(column(self.title, self.subtitle, gap=0), 1)
        line.addWidget(self.action_row, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_subtitle(self, text: str) -> None:
        """Change the quiet line; empty hides it."""
        self.subtitle.setText(text)
        self.subtitle.setVisible(bool(text))
