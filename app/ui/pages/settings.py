"""设置: what this PC is, joining a county, adding a PC, the recovery sheet, the check-up. Few things, each in words.

Calls what it is given; it moves no data itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.errors import AppError
from app.ui import work
from app.ui.look import tokens
from app.ui.widgets import BannerArea, Card, EnterMoves, FormRow, PageHeader, Veil, button, column, label, row


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line about this PC: what, and how it stands; ``can_copy`` for what people read out on the telephone."""

    name: str
    value: str
    can_copy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something that can be done here: a sentence what it is for, and a button; no button when the role may not."""

    title: str
    sentence: str
    words: str
    run: Callable[[], object] | None = None


class SettingsPage(QWidget):
    """``facts`` is asked at every refresh; ``choices`` stand as cards below."""

    def __init__(
        self, facts: Callable[[], Sequence[Fact]], choices: Sequence[Choice], parameters: QWidget | None = None
    ) -> None:
        super().__init__()
        self.setAccessibleName("设置")
        self._facts = facts
        sizes = tokens().sizes
        self.banners = BannerArea()
        self.about = Card("本机")
        self._shown = QWidget()
        self.about.body.addWidget(self._shown)
        self.buttons: dict[str, QPushButton] = {}
        cards: list[QWidget] = [parameters] if parameters is not None else []
        cards += [self._card(choice) for choice in choices]
        inside = QWidget()
        inside.setLayout(
            column(PageHeader("设置"), self.banners, self.about, *cards, None, gap=sizes.space_m, margin=sizes.space_xl)
        )
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _card(self, choice: Choice) -> Card:
        card = Card(choice.title)
        press = button(choice.words, on_click=choice.run)
        press.setVisible(choice.run is not None)
        self.buttons[choice.title] = press
        sentence = label(choice.sentence, "body", wrap=True)
        card.body.addLayout(row(sentence, press, gap=tokens().sizes.space_l))
        return card

    def refresh(self) -> None:
        """Ask for the facts again."""
        work.run(self._facts, then=self._show, owner=self)

    def _show(self, facts: Sequence[Fact]) -> None:
        lines = []
        for fact in facts:
            name = label(fact.name, "faint")
            name.setMinimumWidth(tokens().sizes.em * 8)
            lines.append(row(name, label(fact.value, "body", copy=fact.can_copy), None))
        old, self._shown = self._shown, QWidget()
        self._shown.setLayout(column(*lines, gap=tokens().sizes.space_xs))
        self.about.body.replaceWidget(old, self._shown)
        self._shown.show()
        old.hide()
        old.deleteLater()


class CodeDialog(QDialog):
    """Asks for one code and hands it to ``use`` off the screen's thread; closes when that succeeded."""

    def __init__(
        self, parent: QWidget | None, *, title: str, sentence: str, field: str, words: str, use: Callable[[str], object]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        sizes = tokens().sizes
        self._use = use
        self.banners = BannerArea()
        self.code = QLineEdit()
        self.go_button = button(words, "primary", on_click=self.go_on)
        self.cancel_button = button("取消", on_click=self.reject)
        self.setLayout(
            column(
                self.banners,
                label(sentence, "body", wrap=True),
                FormRow(field, self.code, side="top"),
                row(None, self.cancel_button, self.go_button),
                gap=sizes.space_m,
                margin=sizes.space_l,
            )
        )
        self.setMinimumWidth(sizes.em * 48)  # an enrolment code of 76 characters is seen whole
        self.veil = Veil(self)
        self._enter = EnterMoves(self)
        self._enter.finished.connect(self.go_on)

    def go_on(self) -> None:
        """Use the code as typed, without blanks."""
        typed = "".join(self.code.text().split())
        if not typed:
            self.code.setFocus()
            return
        job = work.run(lambda: self._use(typed), then=lambda _: self.accept(), failed=self._refused, owner=self)
        self.veil.follow(job, "正在联系县服务器…")

    def _refused(self, error: AppError) -> None:
        self.veil.lift()
        self.banners.show_error(error)
        self.code.selectAll()
        self.code.setFocus()


class ShownCode(QDialog):
    """Shows one code in large letters, to be read out or copied."""

    def __init__(self, parent: QWidget | None, *, title: str, code: str, sentence: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        sizes = tokens().sizes
        shown = label(code, "title", copy=True)
        shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.code = shown
        close = button("好了", "primary", on_click=self.accept)
        self.setLayout(
            column(
                shown, label(sentence, "body", wrap=True), row(None, close), gap=sizes.space_l, margin=sizes.space_xl
            )
        )
        self.setMinimumWidth(sizes.em * 34)
