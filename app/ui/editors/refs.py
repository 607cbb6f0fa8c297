"""The editor of a reference: type a name, pinyin or number of a record of another register, or pick it from its list.

Short registers (places, committees) offer everything before a word is typed; all are searched off the screen's thread.
A target this PC does not have shows as 未同步 and stays.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.models.policy import Act
from app.models.reading import MISSING
from app.models.register import FieldSpec
from app.ui import work
from app.ui.editors.base import Desk, Editor
from app.ui.editors.choices import SHORT, Choice, choices_of, facts_of
from app.ui.editors.raw import Raw, shown
from app.ui.editors.suggest import SuggestBox, Suggestion

NEW = "$new"
CAP = 12
_WEIGHED = 60
"""So many are found before the best of them are offered."""


class RefEditor(Editor):
    """Holds the id of a record; shows its title, and its masked facts while the cursor is elsewhere."""

    def __init__(self, spec: FieldSpec, desk: Desk) -> None:
        super().__init__(spec, desk)
        self.target = spec.target or ""
        self.box = SuggestBox()
        self.box.setPlaceholderText("姓名、拼音首字母或号码" if self.target == "person" else "")
        self._id: Raw = None
        self._shown = ""
        self._asked = 0
        self.box.asked.connect(self._on_asked)
        self.box.chosen.connect(self._on_chosen)
        self.box.committed.connect(self._on_committed)
        self.box.textChanged.connect(lambda _text: self.changed.emit())
        shortcut = QShortcut(QKeySequence("F4"), self.box)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(self.open_picker)

    @property
    def widget(self) -> QWidget:
        """The line."""
        return self.box

    def value(self) -> Raw:
        """The id; text that stands for no record as it was typed."""
        text = self.box.text()
        if text == self._shown:
            return self._id
        return text if text.strip() else None

    def set_value(self, value: object) -> None:
        """Show the record with this id."""
        self._id = self._raw(value)
        self._shown, facts = self._words()
        self.box.setText(self._shown)
        self.box.setCursorPosition(0)
        self.box.set_facts(facts)

    def set_read_only(self, *, read_only: bool) -> None:
        """No list, no picking."""
        self.box.setReadOnly(read_only)

    def open_picker(self) -> None:
        """The list of the other register, to search and look (F4)."""
        if self.desk.pick is not None and not self.box.isReadOnly():
            self.box.close_list()
            typed = self.box.text() if self.box.text() != self._shown else ""
            self.desk.pick(self.target, typed, self.box, self.choose)

    def choose(self, record_id: str) -> None:
        """Take a record, as a click on it does."""
        self._id = record_id
        self._shown, facts = self._words()
        self.box.setText(self._shown)
        self.box.set_facts(facts)
        self.changed.emit()
        self.left.emit()

    # ---- inside

    def _words(self) -> tuple[str, str]:
        if not isinstance(self._id, str):
            return shown(self.spec.kind, self._id), ""
        reader = self.desk.office.reader
        record = reader.get(self.target, self._id)
        if record is not None:
            return record.title(), facts_of(reader, record)
        title = reader.titles(self.target, [self._id]).get(self._id)
        return (title, "已删除") if title else (MISSING, "")

    def _on_asked(self, typed: str) -> None:
        self._asked += 1
        asked = self._asked
        work.run(
            lambda: _meant(self.desk, self.target, typed),
            then=lambda found: self._offer(asked, typed, found),
            owner=self.box,
        )

    def _offer(self, asked: int, typed: str, found: Sequence[Choice]) -> None:
        if asked != self._asked:
            return
        lines = [Suggestion(one.id, one.title, one.facts) for one in found]
        if typed.strip() and self._may_create():
            label = self.desk.office.registry.get(self.target).label
            lines.append(Suggestion(NEW, f"新建{label}“{typed.strip()}”", is_act=True))
        current = next((place for place, line in enumerate(lines) if line.key == self._id), -1)
        mark = (0 if found else -1) if typed.strip() else current
        self.box.offer(lines, mark=mark)

    def _may_create(self) -> bool:
        return self.desk.create is not None and self.desk.office.may(Act.WRITE, self.target)

    def _on_chosen(self, line: Suggestion) -> None:
        if line.key == NEW:
            if self.desk.create is not None:
                self.desk.create(self.target, self.box.text().strip(), self.box, self.choose)
        else:
            self.choose(line.key)

    def _on_committed(self, by_key: bool) -> None:
        self._asked += 1
        typed = self.value()
        if isinstance(typed, str) and typed != self._id:
            self._settle(typed, by_key=by_key)
        self.left.emit()

    def _settle(self, typed: str, *, by_key: bool) -> None:
        """The cursor left before anything was offered: take the one of this name, or after a key the only one meant."""
        found = _meant(self.desk, self.target, typed)
        same = [one for one in found if one.title == typed.strip()] or (found if by_key else [])
        if len(same) == 1:
            self.choose(same[0].id)


def _meant(desk: Desk, target: str, typed: str) -> list[Choice]:
    """What may be meant by this text; without a text everything of a short register."""
    reader = desk.office.reader
    if not typed.strip():
        return choices_of(reader, target) if reader.count(target) <= SHORT else []
    ranks = {hit.id: hit.rank for hit in reader.search(typed, registers=[target], cap=_WEIGHED)}
    names = reader.titles(target, list(ranks))
    # Of those found alike the shorter name: ××镇's committee before those of its villages.
    best = sorted(ranks, key=lambda one: (ranks[one], len(names.get(one, ""))))[:CAP]
    records = [reader.get(target, one) for one in best]
    return [Choice(one.id, one.title(), facts_of(reader, one)) for one in records if one is not None]
