"""What one box of the platform's form is: its name there, which lines of ours, how it is written, how much fits."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QWidget

from app.models.codes import code_list
from app.models.registers.platform import TranscriptionStep
from app.services.transcribing import Source
from app.ui.look import tokens
from app.ui.widgets import FormRow, column, row

_FORMS = "value_form"


class StepPanel(QWidget):
    """``changed`` carries the step as it is now written."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("这一栏")
        self._step: TranscriptionStep | None = None
        self._variants: list[Source] = []
        self._is_setting = False
        sizes = tokens().sizes
        self.label_edit = QLineEdit()
        self.which = QComboBox()
        self.form = QComboBox()
        self.fixed = QLineEdit()
        self.most = QLineEdit()
        self.most.setPlaceholderText("不限")
        self.most.setMaximumWidth(sizes.em * 6)
        for box in (self.which, self.form):
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.which_row = FormRow("哪几个", self.which, side="top")
        self.form_row = FormRow("写法", self.form, side="top")
        self.fixed_row = FormRow("固定文字", self.fixed, side="top")
        name = FormRow("平台栏名", self.label_edit, side="top")
        line = row(name, self.which_row, self.form_row, self.fixed_row, FormRow("平台限字", self.most, side="top"),
                   gap=sizes.space_m)  # fmt: skip
        self.setLayout(column(line))
        self.label_edit.textEdited.connect(lambda _: self._edited())
        self.fixed.textEdited.connect(lambda _: self._edited())
        self.most.textEdited.connect(lambda _: self._edited())
        self.which.activated.connect(lambda _: self._edited())
        self.form.activated.connect(lambda _: self._edited())

    def show_step(self, step: TranscriptionStep | None, variants: list[Source]) -> None:
        """Show a step; ``variants`` are the sources of the same field of other lines."""
        self._is_setting = True
        self._step, self._variants = step, variants
        self.setEnabled(step is not None)
        is_fixed = step is not None and step.form == "fixed"
        self.label_edit.setText(step.label if step else "")
        self.fixed.setText(step.fixed or "" if step else "")
        self.most.setText(str(step.most) if step and isinstance(step.most, int) else "")
        self.which.clear()
        for source in variants:
            self.which.addItem(source.group.partition("（")[2].rstrip("）") or source.group, source.path)
        self.form.clear()
        source_now = next((one for one in variants if step and one.path == step.source), None)
        codes = code_list(_FORMS)
        for form in source_now.forms if source_now else ():
            self.form.addItem(codes.label(form), form)
        if step:
            self.which.setCurrentIndex(self.which.findData(step.source))
            self.form.setCurrentIndex(self.form.findData(step.form))
        self.which_row.setVisible(len(variants) > 1)
        self.form_row.setVisible(not is_fixed)
        self.fixed_row.setVisible(is_fixed)
        self._is_setting = False

    def _edited(self) -> None:
        if self._is_setting or self._step is None:
            return
        step, most = self._step, self.most.text().strip()
        path = str(self.which.currentData() or step.source)
        what = next((one.what for one in self._variants if one.path == path), step.what)
        is_fixed = step.form == "fixed"
        self._step = step.model_copy(
            update={
                "label": self.label_edit.text(),
                "source": path,
                "what": what[:60],
                "form": "fixed" if is_fixed else str(self.form.currentData() or step.form),
                "fixed": (self.fixed.text() or None) if is_fixed else None,
                "most": int(most) if most.isdecimal() and int(most) else None,
            }
        )
        self.changed.emit(self._step)
