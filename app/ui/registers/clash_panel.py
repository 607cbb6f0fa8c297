"""Fields that two people changed at the same time, side by side, to be decided before the form can be saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QWidget

from app.ui.editors.raw import Raw
from app.ui.look import pixmap, tokens
from app.ui.registers.form_findings import Place
from app.ui.widgets import column, label, row, set_tone


@dataclass(frozen=True, slots=True)
class Clash:
    """One contested field: where, in words, what I wrote and what stands there now."""

    place: Place
    where: str
    mine: str
    theirs: str
    their_raw: Raw


class ClashPanel(QFrame):
    """``decided`` carries the clash and whether mine stays; ``left`` counts the fields not decided yet."""

    decided = Signal(object, bool)

    def __init__(self, who: str, clashes: Sequence[Clash]) -> None:
        super().__init__()
        self.setObjectName("Banner")
        set_tone(self, "warn")
        sizes = tokens().sizes
        picture = label()
        picture.setPixmap(pixmap("triangle-alert", sizes.icon_m, "warn", ratio=self.devicePixelRatioF()))
        title = label(f"{who}，与您填的不一样。请逐项选择，再保存", "strong", wrap=True)
        self.choices: list[tuple[Clash, QRadioButton, QRadioButton]] = []
        lines = column(gap=sizes.space_s)
        for one in clashes:
            lines.addWidget(self._choice(one))
        head = row(picture, gap=sizes.space_s + sizes.space_xs)
        head.setAlignment(picture, Qt.AlignmentFlag.AlignTop)
        head.addLayout(column(title, lines, gap=sizes.space_s), 1)
        head.setContentsMargins(sizes.space_m, sizes.space_s, sizes.space_m, sizes.space_s)
        self.setLayout(head)
        self.setAccessibleName("两边都改过的内容")

    def _choice(self, clash: Clash) -> QWidget:
        box = QWidget()
        mine = QRadioButton(f"用我的：{_short(clash.mine)}")
        theirs = QRadioButton(f"用对方的：{_short(clash.theirs)}")
        mine.setToolTip(clash.mine)
        theirs.setToolTip(clash.theirs)
        group = QButtonGroup(box)
        group.addButton(mine)
        group.addButton(theirs)
        mine.clicked.connect(lambda: self.decided.emit(clash, True))
        theirs.clicked.connect(lambda: self.decided.emit(clash, False))
        gap = tokens().sizes.space_l
        box.setLayout(column(label(clash.where, "soft"), row(mine, theirs, None, gap=gap), gap=0))
        self.choices.append((clash, mine, theirs))
        return box

    @property
    def left(self) -> int:
        """How many fields are left to decide."""
        return sum(not (mine.isChecked() or theirs.isChecked()) for _, mine, theirs in self.choices)

    def take_focus(self) -> None:
        """The cursor to the first field that is not decided."""
        for _, mine, theirs in self.choices:
            if not (mine.isChecked() or theirs.isChecked()):
                mine.setFocus(Qt.FocusReason.TabFocusReason)
                return


def _short(words: str) -> str:
    line = " ".join(words.split())
    return "（空）" if not line else line if len(line) <= 24 else f"{line[:23]}…"
