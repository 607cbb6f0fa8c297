"""Editors of codes and flags: type a code, a word, another word for it or pinyin initials; or open the list."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget

from app.models.codes import CodeItem, CodeList
from app.models.kinds import CodeKind
from app.models.names import name_keys, query_key
from app.models.register import FieldSpec
from app.ui.editors.base import Desk, Editor
from app.ui.editors.raw import UNREADABLE, Raw, shown
from app.ui.editors.suggest import SuggestBox, Suggestion
from app.ui.editors.usual import LONG_LIST
from app.ui.widgets import Flow, set_tone


@cache
def _keys(label: str) -> frozenset[str]:
    return name_keys(label)


def matching(items: tuple[CodeItem, ...], typed: str) -> list[CodeItem]:
    """Items meant by what was typed so far: the same first, then beginnings, then words and initials inside."""
    wanted = query_key(typed)
    if not wanted:
        return list(items)
    ranked: list[tuple[int, int, CodeItem]] = []
    for place, item in enumerate(items):
        rank = min((_rank(word, wanted) for word in item.words()), default=9)
        if rank < 9:
            ranked.append((rank, place, item))
    return [item for _, _, item in sorted(ranked, key=lambda one: one[:2])]


def _rank(word: str, wanted: str) -> int:
    folded = query_key(word)
    if folded == wanted:
        return 0
    if folded.startswith(wanted):
        return 1
    if wanted in folded:
        return 2
    return 3 if any(key.startswith(wanted) for key in _keys(word)) else 9


class CodeEditor(Editor):
    """One code; text that means none of the codes stays as typed and is refused at saving with the choices."""

    def __init__(self, spec: FieldSpec, desk: Desk) -> None:
        super().__init__(spec, desk)
        self.box = SuggestBox()
        self._code: Raw = None
        self._shown = ""
        self.box.asked.connect(self._offer)
        self.box.chosen.connect(self._on_chosen)
        self.box.committed.connect(self._on_committed)
        self.box.textChanged.connect(lambda _text: self.changed.emit())

    @property
    def widget(self) -> QWidget:
        """The line."""
        return self.box

    @property
    def codes(self) -> CodeList:
        """The list this field chooses from."""
        kind = self.spec.kind
        assert isinstance(kind, CodeKind)  # noqa: S101 - the kinds of this editor are fixed in app.ui.kinds
        return kind.codes

    def value(self) -> Raw:
        """The code; what was typed where it means none."""
        text = self.box.text()
        if text == self._shown:
            return self._code
        return (self.codes.find(text) or text) if text.strip() else None

    def set_value(self, value: object) -> None:
        """Show the word of a code; an unknown code as it is."""
        self._code = self._raw(value)
        if isinstance(self._code, str) and self._code not in self.codes:
            self._code = self.codes.find(self._code) or self._code
        self._shown = self._word(self._code)
        self.box.setText(self._shown)
        self.box.setCursorPosition(0)

    def set_read_only(self, *, read_only: bool) -> None:
        """No list."""
        self.box.setReadOnly(read_only)

    def items(self) -> tuple[CodeItem, ...]:
        """What is offered, the most used first in long lists."""
        offered = self.codes.offered
        usual = self.desk.usual.get(self.codes.name, ())
        if len(offered) <= LONG_LIST or not usual:
            return offered
        rank = {code: place for place, code in enumerate(usual)}
        return tuple(sorted(offered, key=lambda item: rank.get(item.code, len(rank))))

    def _word(self, raw: Raw) -> str:
        return self.codes.label(raw) if isinstance(raw, str) else shown(self.spec.kind, raw)

    def _offer(self, typed: str) -> None:
        found = matching(self.items(), typed)
        lines = [Suggestion(item.code, item.label, _other_words(item)) for item in found]
        current = next((place for place, item in enumerate(found) if item.code == self._code), -1)
        self.box.offer(lines, mark=0 if typed.strip() else current)

    def _on_chosen(self, line: Suggestion) -> None:
        if line.key != self._code or self.box.text() != self._shown:
            self._code, self._shown = line.key, self._word(line.key)
            self.box.setText(self._shown)
            self.changed.emit()

    def _on_committed(self, _by_key: bool) -> None:
        raw = self.value()
        if isinstance(raw, str) and raw in self.codes and self.box.text() != self._word(raw):
            self._code, self._shown = raw, self._word(raw)
            self.box.setText(self._shown)
        self.left.emit()


def _other_words(item: CodeItem) -> str:
    return item.code if item.code.isdigit() else ""


class CodesEditor(Editor):
    """Several codes of one list, as check boxes."""

    def __init__(self, spec: FieldSpec, desk: Desk) -> None:
        super().__init__(spec, desk)
        kind = spec.kind
        assert isinstance(kind, CodeKind)  # noqa: S101 - the kinds of this editor are fixed in app.ui.kinds
        self._given: Raw = None
        self._unknown: list[str] = []
        self.boxes = {item.code: QCheckBox(item.short_label) for item in kind.codes.offered}
        self._flow = Flow(*self.boxes.values())
        self._flow.setFocusProxy(next(iter(self.boxes.values()), None))  # type: ignore[arg-type]  # None is "no proxy"
        self._is_setting = False
        for box in self.boxes.values():
            box.toggled.connect(self._on_toggled)

    @property
    def widget(self) -> QWidget:
        """All boxes, in lines."""
        return self._flow

    def stops(self) -> list[QWidget]:
        """Each box."""
        return list(self.boxes.values())

    @property
    def wants_width(self) -> bool:
        """Many boxes need room."""
        return True

    def value(self) -> Raw:
        """The codes that are on, those this program does not offer among them."""
        chosen = sorted([*self._unknown, *(code for code, box in self.boxes.items() if box.isChecked())])
        if isinstance(self._given, dict) and not chosen:
            return self._given
        return chosen or None

    def set_value(self, value: object) -> None:
        """Turn on what the value holds."""
        self._given = self._raw(value)
        given = self._given if isinstance(self._given, list) else []
        self._unknown = [code for code in given if code not in self.boxes]
        self._is_setting = True
        for code, box in self.boxes.items():
            box.setChecked(code in given)
        self._is_setting = False

    def set_read_only(self, *, read_only: bool) -> None:
        """No box can be changed."""
        for box in self.boxes.values():
            box.setEnabled(not read_only)

    def _on_toggled(self) -> None:
        if not self._is_setting:
            self._given = None
            self.changed.emit()
            self.left.emit()


class FlagEditor(Editor):
    """Yes or no; Space turns it."""

    def __init__(self, spec: FieldSpec, desk: Desk) -> None:
        super().__init__(spec, desk)
        self.box = QCheckBox()
        self._given: Raw = None
        self.box.checkStateChanged.connect(self._on_turned)
        self._is_setting = False

    @property
    def widget(self) -> QWidget:
        """The box."""
        return self.box

    def value(self) -> Raw:
        """True or False; what was given while nobody turned it."""
        return self._given

    def set_value(self, value: object) -> None:
        """Show yes, no, or not known."""
        self._given = self._raw(value)
        self._is_setting = True
        if isinstance(self._given, bool):
            self.box.setTristate(False)
            self.box.setChecked(self._given)
        else:
            self.box.setCheckState(Qt.CheckState.PartiallyChecked)
        self._is_setting = False
        self._say()

    def set_read_only(self, *, read_only: bool) -> None:
        """Cannot be turned."""
        self.box.setEnabled(not read_only)

    def mark(self, tone: str, words: str = "") -> None:
        """Colour the word."""
        set_tone(self.box, tone)
        self.box.setAccessibleDescription(words)

    def _on_turned(self, state: Qt.CheckState) -> None:
        if self._is_setting:
            return
        self._given = state != Qt.CheckState.Unchecked
        self.box.setTristate(False)
        self._say()
        self.changed.emit()
        self.left.emit()

    def _say(self) -> None:
        words = {True: "是", False: "否"}
        if isinstance(self._given, dict):
            self.box.setText(str(self._given.get(UNREADABLE)))
        else:
            self.box.setText(words[self._given] if isinstance(self._given, bool) else "未填")
