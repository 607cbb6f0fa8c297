"""The small pieces every page is made of: labels, buttons, rules, tones. Make them here, so they all look alike."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.look import Tone, icon, tokens

Role = Literal["body", "display", "title", "lead", "strong", "soft", "faint", "small", "caption", "key"]
Kind = Literal["plain", "primary", "danger", "quiet", "link", "small", "chip", "entry"]
ICON_TONE: dict[Kind, Tone] = {"primary": "on_accent", "danger": "danger", "link": "accent"}


def set_tone(widget: QWidget, tone: str) -> None:
    """Change the meaning a widget's colour carries (``danger``, ``warn``, ``ok``, ``accent`` or empty)."""
    if widget.property("tone") == tone:
        return
    widget.setProperty("tone", tone)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def hide_if(condition: bool, *widgets: QWidget) -> None:
    """Hide while a page is put together. ``setVisible(True)`` there would flash a parentless widget as a window."""
    if condition:
        for widget in widgets:
            widget.hide()


def label(text: str = "", role: Role = "body", *, tone: str = "", wrap: bool = False, copy: bool = False) -> QLabel:
    """A text; ``wrap`` lets it break into lines, ``copy`` lets the user mark it with the mouse."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setProperty("tone", tone)
    made.setWordWrap(wrap)
    if wrap:
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    if copy:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


class ElidedLabel(QLabel):
    """One line that ends with … where the room ends; the tooltip has it whole."""

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(super().sizeHint().width(), tokens().sizes.em * 4), super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), int((self.alignment() | Qt.AlignmentFlag.AlignVCenter).value), words)


def elided(text: str = "", role: Role = "body") -> ElidedLabel:
    """A one-line text that may be longer than its place."""
    made = ElidedLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setText(text)
    return made


def beside_words() -> QSize:
    """The icon size for a button with words: the icon and a small gap."""
    sizes = tokens().sizes
    return QSize(sizes.icon + sizes.space_xs - 1, sizes.icon)


def when_pressed(made: QAbstractButton, act: Callable[[], object]) -> None:
    """Call ``act`` at every press, without the checked state Qt would hand to a function that takes an argument."""
    made.clicked.connect(partial(_press, act))


def _press(act: Callable[[], object], _checked: bool = False) -> None:
    act()


def set_hint(made: QAbstractButton, shortcut: str) -> None:
    """Give a button its key and say the key in its tooltip."""
    made.setShortcut(QKeySequence(shortcut))
    native = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    made.setToolTip(f"{made.accessibleName()}（{native}）")


def button(
    text: str,
    kind: Kind = "plain",
    *,
    icon_name: str = "",
    on_click: Callable[[], object] | None = None,
    shortcut: str = "",
) -> QPushButton:
    """A button with words; Enter and Space both press it."""
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setAccessibleName(text)
    made.setAutoDefault(True)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    made.setCursor(Qt.CursorShape.PointingHandCursor if kind == "link" else Qt.CursorShape.ArrowCursor)
    if icon_name:
        made.setIcon(icon(icon_name, ICON_TONE.get(kind, "text_soft")))
        made.setIconSize(beside_words())
    if shortcut:
        set_hint(made, shortcut)
    if on_click is not None:
        when_pressed(made, on_click)
    return made


def icon_button(
    name: str, words: str, *, on_click: Callable[[], object] | None = None, shortcut: str = "", quiet: bool = True
) -> QToolButton:
    """A button with a picture only; ``words`` are its tooltip and what a screen reader says."""
    made = QToolButton()
    made.setProperty("kind", "quiet" if quiet else "plain")
    made.setIcon(icon(name))
    side = tokens().sizes.icon_m
    made.setIconSize(QSize(side, side))
    made.setAccessibleName(words)
    made.setToolTip(words)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if shortcut:
        set_hint(made, shortcut)
    if on_click is not None:
        when_pressed(made, on_click)
    return made


def pill(text: str, tone: str = "") -> QLabel:
    """A short state in a rounded ground, e.g. ``待补`` or ``已生效``."""
    made = label(text)
    made.setObjectName("Pill")
    made.setProperty("tone", tone)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return made


def rule(*, upright: bool = False) -> QFrame:
    """A hairline between two parts."""
    made = QFrame()
    made.setObjectName("Rule")
    if upright:
        made.setFixedWidth(tokens().sizes.hair)
    else:
        made.setFixedHeight(tokens().sizes.hair)
    return made


def _fill(layout: QBoxLayout, children: tuple[QWidget | QBoxLayout | int | None, ...]) -> None:
    for child in children:
        if child is None:
            layout.addStretch(1)
        elif isinstance(child, int):
            layout.addSpacing(child)
        elif isinstance(child, QWidget):
            layout.addWidget(child)
        else:
            layout.addLayout(child)


def row(*children: QWidget | QBoxLayout | int | None, gap: int | None = None, margin: int = 0) -> QHBoxLayout:
    """Side by side; a number is a space in pixels, None takes what is left over."""
    layout = QHBoxLayout()
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(tokens().sizes.space_s if gap is None else gap)
    _fill(layout, children)
    return layout


def column(*children: QWidget | QBoxLayout | int | None, gap: int | None = None, margin: int = 0) -> QVBoxLayout:
    """One under the other; a number is a space in pixels, None takes what is left over."""
    layout = QVBoxLayout()
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(tokens().sizes.space_s if gap is None else gap)
    _fill(layout, children)
    return layout
