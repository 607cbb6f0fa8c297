"""A value beside others it differs from: what stands only here is marked, so that one digit in eighteen is seen."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.ui.look import tokens
from app.ui.widgets.parts import label

ALIKE_FROM = 0.3
"""Values less alike than this are simply different: marking all of both would say nothing."""


def own_parts(value: str, others: Sequence[str]) -> list[tuple[str, bool]]:
    """The value in pieces, each with whether it stands in none of the others at that place."""
    is_own = [False] * len(value)
    for other in others:
        matcher = SequenceMatcher(None, value, other, autojunk=False)
        if matcher.ratio() < ALIKE_FROM:
            continue
        for what, start, end, _, _ in matcher.get_opcodes():
            if what != "equal":
                is_own[start:end] = [True] * (end - start)
    parts: list[tuple[str, bool]] = []
    for character, own in zip(value, is_own, strict=True):
        if parts and parts[-1][1] == own:
            parts[-1] = (parts[-1][0] + character, own)
        else:
            parts.append((character, own))
    return parts


class MarkedLabel(QLabel):
    """Shows ``value`` with its own parts marked; ``text()`` is the value itself, for people who hear it."""

    def __init__(self, value: str, others: Sequence[str]) -> None:
        super().__init__()
        self._value = value
        plain = label(value, "lead", wrap=True)
        self.setProperty("role", "lead")
        self.setWordWrap(True)
        self.setSizePolicy(plain.sizePolicy())
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setAccessibleName(value)
        ground = tokens().colours.warn_line
        pieces = (
            f'<span style="background-color:{ground}">{escape(part)}</span>' if own else escape(part)
            for part, own in own_parts(value, others)
        )
        self.setText("".join(pieces).replace("\n", "<br>"))

    def text(self) -> str:
        return self._value
