"""Grounds for content: a card, a tile with a number, a section heading."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractButton, QFrame, QLayout, QPushButton, QSizePolicy, QWidget

from app.ui.look import Tone, pixmap, tokens
from app.ui.widgets.parts import column, label, row


class Card(QFrame):
    """A white ground with a hairline; ``body`` is the column to put things in."""

    def __init__(self, title: str = "", *actions: QAbstractButton, tight: bool = False) -> None:
        super().__init__()
        self.setObjectName("Card")
        sizes = tokens().sizes
        self.body = column(gap=sizes.space_s, margin=sizes.space_s if tight else sizes.space_l)
        self.heading = SectionHeading(title, *actions) if title else None
        if self.heading is not None:
            self.body.addWidget(self.heading)
        self.setLayout(self.body)
        self.setAccessibleName(title)


class SectionHeading(QWidget):
    """The name of a part of a page, a quiet note beside it and its actions at the right."""

    def __init__(self, title: str, *actions: QAbstractButton, note: str = "") -> None:
        super().__init__()
        self.note = label(note, "faint")
        line = row(label(title, "lead"), self.note, None, *actions)
        self.setLayout(line)
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)


class FramedButton(QPushButton):
    """A button whose content is a layout of labels; takes its size from that layout."""

    def __init__(self, content: QLayout, *, name: str, words: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setAutoDefault(True)
        self.setLayout(content)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        content = self.layout()
        return content.sizeHint() if content is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        content = self.layout()
        return content.minimumSize() if content is not None else super().minimumSizeHint()


class StatTile(FramedButton):
    """A number with its name, e.g. 3 / 待核; pressing it opens what it counts."""

    def __init__(self, name: str, number: int, *, icon_name: str, tone: Tone = "text_faint") -> None:
        sizes = tokens().sizes
        self.number = label(f"{number:,}", "title")
        self.number.setProperty("tone", tone if number and tone in ("danger", "warn", "ok", "accent") else "")
        picture = label()
        picture.setPixmap(pixmap(icon_name, sizes.icon, "text_faint", ratio=2.0))
        line = row(picture, label(name, "soft"), None, self.number)
        line.setContentsMargins(sizes.space_l, sizes.space_s, sizes.space_l, sizes.space_s)
        super().__init__(line, name="StatTile", words=f"{name} {number}")
