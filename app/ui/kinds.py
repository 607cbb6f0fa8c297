"""The screen half of the kinds: which editor each kind of field gets. A new kind needs one line here.

A test holds the names equal to those of ``app.models.kinds``. Nothing here knows a register.
"""

from __future__ import annotations

from app.models.register import FieldSpec
from app.ui.editors.base import Desk, Editor
from app.ui.editors.choice import CodeEditor, CodesEditor, FlagEditor
from app.ui.editors.days import DayEditor, MomentEditor
from app.ui.editors.lines import FrozenEditor, IdNumberEditor, LineEditor, LongTextEditor, MoneyEditor
from app.ui.editors.refs import RefEditor

EDITORS: dict[str, type[Editor]] = {
    "text": LineEditor,
    "address": LineEditor,
    "long_text": LongTextEditor,
    "number_text": LineEditor,
    "person_name": LineEditor,
    "id_number": IdNumberEditor,
    "credit_code": LineEditor,
    "phone": LineEditor,
    "day": DayEditor,
    "moment": MomentEditor,
    "code": CodeEditor,
    "codes": CodesEditor,
    "money": MoneyEditor,
    "area": LineEditor,
    "count": LineEditor,
    "flag": FlagEditor,
    "ref": RefEditor,
    "file": LineEditor,
    "frozen": FrozenEditor,
    "holder": LineEditor,
}


def make_editor(spec: FieldSpec, desk: Desk) -> Editor:
    """An empty editor for a field, by the name of its kind."""
    editor = EDITORS[spec.kind.name](spec, desk)
    if spec.read_only:
        editor.set_read_only(read_only=True)
    editor.widget.setAccessibleName(spec.label)
    return editor


__all__ = ["EDITORS", "Desk", "Editor", "make_editor"]
