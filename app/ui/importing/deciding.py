"""The decisions beside the preview: twins, doubts, columns and words nobody knows, the village of the whole file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from app.exchange.fields import importable
from app.exchange.plan import AS_WRITTEN, ImportChoices, ImportPlan, OnTwin, UnknownWord
from app.exchange.rows import Decisions
from app.models.kinds import CodeKind
from app.models.reading import Reader
from app.models.register import FieldSpec
from app.ui.look import tokens
from app.ui.widgets import FormRow, ScrollPage, SectionHeading, column, label

_TWINS = (
    (OnTwin.SKIP, "跳过，不改动已有的"),
    (OnTwin.FILL, "只补已有登记的空白栏"),
    (OnTwin.COMPARE, "跳过，在报告里列出差异"),
)
_LEAVE_OUT = "不导入"
_AS_WRONG = "按有误处理"
_EMPTY = "留空"
_MOST_WORDS = 12
_FEW = 500

Option = tuple[str, Any]


class DecidingPanel(QWidget):
    """``choices_changed``: the counts change; ``decisions_changed``: the file has to be looked through again."""

    choices_changed = Signal()
    decisions_changed = Signal()

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self._reader = reader
        self._columns: dict[str, str | None] = {}
        self._words: dict[tuple[str, str], str | None] = {}
        self._everywhere: dict[str, str] = {}
        sizes = tokens().sizes
        self.twins = QComboBox()
        self.twins.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.twins.setMinimumContentsLength(8)
        self.twins.setAccessibleName("表中的人已经登记过时")
        for value, words in _TWINS:
            self.twins.addItem(words, value)
        self.takes_doubts = QCheckBox("有疑点的也导入")
        self.takes_doubts.setChecked(True)
        self.reason = QLineEdit(AS_WRITTEN)
        self.reason.setAccessibleName("有疑点也导入的原因")
        self.keeps_partial = QCheckBox("看不懂的格子先留空")
        self._asked = QVBoxLayout()
        self._asked.setSpacing(sizes.space_s)
        inner = column(
            SectionHeading("怎样导入"),
            FormRow("已经登记过的", self.twins, side="top"),
            self.takes_doubts,
            FormRow("原因", self.reason, side="top", note="记入每条有疑点的登记的历史"),
            self.keeps_partial,
            label("其余照常导入，原值留在报告里", "faint", wrap=True),
            sizes.space_s,
            self._asked,
            None,
        )
        inner.setContentsMargins(0, 0, sizes.space_s, 0)
        self.setLayout(column(ScrollPage(inner)))
        self.twins.currentIndexChanged.connect(lambda _: self.choices_changed.emit())
        self.takes_doubts.toggled.connect(self._on_doubts)
        self.keeps_partial.toggled.connect(lambda _: self.choices_changed.emit())

    def choices(self) -> ImportChoices:
        """What is decided for the whole import."""
        reason = self.reason.text().strip() or AS_WRITTEN
        return ImportChoices(
            OnTwin(self.twins.currentData()),
            reason if self.takes_doubts.isChecked() else "",
            self.keeps_partial.isChecked(),
        )

    def decisions(self) -> Decisions:
        """What is decided about columns and words."""
        return Decisions(dict(self._columns), dict(self._words), dict(self._everywhere))

    def forget(self) -> None:
        """Begin anew with another file."""
        self._columns, self._words, self._everywhere = {}, {}, {}

    def ask_about(self, plan: ImportPlan) -> None:
        """Put up the questions a plan leaves open, with the answers given before."""
        while self._asked.count():
            widget = self._asked.takeAt(0).widget()
            widget.hide()
            widget.deleteLater()
        for made in (*self._village(plan), *self._unknown_words(plan), *self._unknown_columns(plan)):
            self._asked.addWidget(made)

    # -- questions ---------------------------------------------------------------------------------------------------

    def _village(self, plan: ImportPlan) -> list[QWidget]:
        mapped = {spec.name for sheet in plan.sheets for spec in sheet.header.fields.values()}
        asked: list[QWidget] = []
        for spec in plan.definition.fields:
            if spec.target != "place" or spec.name in mapped or spec.read_only or spec.target == plan.definition.name:
                continue
            options: list[Option] = [("不填", "")]
            options += [(title, record_id) for record_id, title in self._reader.choices("place", limit=_FEW)]
            box = self._box(options, self._everywhere.get(spec.name, ""), f"{spec.label}（整表）")
            box.activated.connect(lambda _, name=spec.name, box=box: self._on_everywhere(name, box))
            asked.append(FormRow(spec.label, box, side="top", note="表里没有这一列，可以给整张表统一填上"))
        return [SectionHeading("表里没写的"), *asked] if asked else []

    def _unknown_words(self, plan: ImportPlan) -> list[QWidget]:
        decided = [UnknownWord(_spec_of(plan, name), text, 0) for name, text in self._words]
        words = [*decided, *plan.words]
        if not words:
            return []
        made: list[QWidget] = [SectionHeading("看不懂的词")]
        for word in words[:_MOST_WORDS]:
            key = (word.spec.name, word.text)
            options: list[Option] = [(_AS_WRONG, _AS_WRONG), (_EMPTY, None), *self._answers(word.spec)]
            box = self._box(options, self._words.get(key, _AS_WRONG), f"{word.spec.label}“{word.text}”")
            box.activated.connect(lambda _, key=key, box=box: self._on_word(key, box))
            places = f"（{word.count:,} 处）" if word.count else ""
            made.append(FormRow(f"{word.spec.label}“{word.text[:14]}”{places}", box, side="top"))
        if len(words) > _MOST_WORDS:
            made.append(label(f"还有 {len(words) - _MOST_WORDS} 个词，先处理上面的", "faint", wrap=True))
        return made

    def _answers(self, spec: FieldSpec) -> Sequence[Option]:
        if isinstance(spec.kind, CodeKind):
            return [(item.short_label, item.code) for item in spec.kind.codes.offered]
        if spec.target and self._reader.count(spec.target) <= _FEW:
            return [(title, record_id) for record_id, title in self._reader.choices(spec.target, limit=_FEW)]
        return []

    def _unknown_columns(self, plan: ImportPlan) -> list[QWidget]:
        used = {spec.name for sheet in plan.sheets for spec in sheet.header.fields.values()}
        free: list[Option] = [(spec.label, spec.name) for spec in importable(plan.definition) if spec.name not in used]
        decided = [heading for heading, name in self._columns.items() if name]
        open_ones = [(column.heading, column.why, column.samples) for column in plan.unknown_columns if column.heading]
        asked = [(heading, "", ()) for heading in decided if heading not in {one[0] for one in open_ones}]
        if not asked and not open_ones:
            return []
        made: list[QWidget] = [SectionHeading("不导入的列"), label("原样留在导入报告里", "faint", wrap=True)]
        for heading, why, samples in (*asked, *open_ones):
            chosen = self._columns.get(heading)
            options: list[Option] = [(_LEAVE_OUT, None), *free]
            if chosen and chosen not in {value for _, value in free}:
                options.append((plan.definition.field(chosen).label, chosen))
            box = self._box(options, chosen, f"“{heading}”列")
            box.activated.connect(lambda _, heading=heading, box=box: self._on_column(heading, box))
            note = "；".join(part for part in (why, f"例如 {'、'.join(samples)}" if samples else "") if part)
            made.append(FormRow(f"“{' '.join(heading.split())}”", box, side="top", note=note))
        return made

    @staticmethod
    def _box(options: Sequence[Option], chosen: object, name: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        for words, value in options:
            box.addItem(words, value)
        values = [value for _, value in options]
        box.setCurrentIndex(values.index(chosen) if chosen in values else 0)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMaxVisibleItems(16)
        return box

    # -- answers -----------------------------------------------------------------------------------------------------

    def _on_doubts(self, takes: bool) -> None:
        self.reason.setEnabled(takes)
        self.choices_changed.emit()

    def _on_everywhere(self, name: str, box: QComboBox) -> None:
        self._everywhere.pop(name, None)
        if box.currentData():
            self._everywhere[name] = str(box.currentData())
        self.decisions_changed.emit()

    def _on_word(self, key: tuple[str, str], box: QComboBox) -> None:
        self._words.pop(key, None)
        if box.currentData() != _AS_WRONG:
            self._words[key] = box.currentData()
        self.decisions_changed.emit()

    def _on_column(self, heading: str, box: QComboBox) -> None:
        self._columns[heading] = box.currentData()
        self.decisions_changed.emit()


def _spec_of(plan: ImportPlan, name: str) -> FieldSpec:
    parts = (plan.definition, *(child.line.definition for child in plan.definition.children))
    return next(part.by_name[name] for part in parts if name in part.by_name)
