"""The list of any register: search, filters, sorting, the record beside it, and what can be done with it.

Generic over the declaration. Reads off the screen's thread; opens, deletes and exports through what it is given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QStylePainter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.errors import AppError
from app.models.kinds import CodeKind
from app.models.policy import Act
from app.models.reading import Query
from app.models.register import Column, Definition, FieldSpec
from app.services.office import Office
from app.ui import work
from app.ui.look import tokens
from app.ui.registers.detail import DetailPane, Reading, read
from app.ui.registers.table_model import Index, RegisterModel, short_label
from app.ui.widgets import BannerArea, EmptyState, Flow, PageHeader, SearchBox, ask, button, dress_table, rule

SEARCH_AFTER_MS = 180
DETAIL_FROM_EM = 74
_DEFAULT_EM = 9
_FILTER_LETTERS = 6
_SEARCH_EM = (12.5, 22)
"""Width of the search field in a narrow and in a wide window: five filters stand beside it in one line at 150 %."""
_SEARCH_BESIDE_MANY_EM = 15.5
"""In a wide window, so that seven filters stand beside it in one line."""
_MANY_FILTERS = 6
_TIGHT = 0.6
"""How far below its wish a column of text may go before the last column gives way."""
_FEWEST = 3
_FIRM = frozenset(
    {
        "person_name", "id_number", "number_text", "credit_code", "code", "phone", "day", "moment", "money", "count",
        "flag",
    }
)  # fmt: skip
"""Kinds that are worth nothing when cut."""
_WIDTHS = {
    "address": 16,
    "text": 11,
    "credit_code": 12,
    "id_number": 9.5,
    "moment": 9,
    "money": 7,
    "phone": 6.5,
    "code": 6,
    "day": 5.5,
}


@dataclass(frozen=True, slots=True)
class ListActs:
    """What may be done with a list beyond opening: each is given the query in front; None where there is none."""

    import_file: Callable[[], object] | None = None
    export: Callable[[Query], object] | None = None
    template: Callable[[], object] | None = None
    print_list: Callable[[Query], object] | None = None
    history: Callable[[str], object] | None = None


class RegisterTable(QTableView):
    """Enter opens, Delete asks to delete, Home and End go to the ends."""

    opened = Signal(int)
    delete_asked = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place = self.currentIndex().row()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and place >= 0:
            self.opened.emit(place)
        elif event.key() == Qt.Key.Key_Delete and place >= 0:
            self.delete_asked.emit(place)
        else:
            super().keyPressEvent(event)


class FilterBox(QComboBox):
    """Narrows a list by one field; named after the field while it lets everything through."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        if self.currentIndex() <= 0:
            option.currentText = self._name  # type: ignore[attr-defined]  # the stubs lack it
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)


class EndDelegate(QStyledItemDelegate):
    """Shows the end of what is too long: addresses of one township differ there."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideLeft  # type: ignore[attr-defined]  # the stubs lack it


class ListPage(QWidget):
    """``open_asked`` carries a record's id, ``new_asked`` nothing."""

    open_asked = Signal(str)
    new_asked = Signal()

    def __init__(self, office: Office, definition: Definition, acts: ListActs, *, icon_name: str) -> None:
        super().__init__()
        self.setAccessibleName(f"{definition.label}列表")
        self.definition = definition
        self._office, self._acts, self._icon = office, acts, icon_name
        self._sort = definition.sort
        self._asked = 0
        self._wanted = ""
        self._was_opened = False
        self.model = RegisterModel(definition, lambda keys: office.reader.page(definition.name, keys))
        self.banners = BannerArea()
        self.search = SearchBox(self._searched_words(), page=self)
        self.filters = {name: self._filter(definition.column(name)) for name in definition.filters}
        self.header = PageHeader(definition.label, "", *self._buttons())
        self.table = self._table()
        self.detail = DetailPane(office.reveal)
        self.stack = QStackedWidget()
        self.empty = QWidget()
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(SEARCH_AFTER_MS)
        self._put_together()
        self._connect()

    # ---- building

    def _searched_words(self) -> str:
        definition = self.definition
        through = [definition.field(name) for name in definition.found_by]
        labels = [short_label(spec.label) for spec in (*through, *definition.fields) if spec.search or spec in through]
        labels = list(dict.fromkeys(labels))
        return f"查找{'、'.join(labels[:3])}" if labels else f"查找{self.definition.label}"

    def _buttons(self) -> list[QPushButton]:
        name, office, acts = self.definition.name, self._office, self._acts
        made: list[QPushButton] = []
        self.new_button = button(f"新增{self.definition.label}", "primary", icon_name="plus", on_click=self._new)
        if office.may(Act.WRITE, name):
            made.append(self.new_button)
        choices: list[tuple[str, str, Callable[[], object] | None, Act]] = [
            ("导入", "upload", acts.import_file, Act.IMPORT),
            ("导出", "download", self._with_query(acts.export), Act.EXPORT),
            ("模板", "file-spreadsheet", acts.template, Act.READ),
            ("打印", "printer", self._with_query(acts.print_list), Act.PRINT),
        ]
        self.act_buttons: dict[str, QPushButton] = {}
        for words, icon_name, act, needs in choices:
            if act is not None and office.may(needs, name):
                press = button(words, icon_name=icon_name, on_click=act)
                self.act_buttons[words] = press
                made.append(press)
        return made

    def _with_query(self, act: Callable[[Query], object] | None) -> Callable[[], object] | None:
        return None if act is None else lambda: act(self.query())

    def _filter(self, spec: FieldSpec | Column) -> QComboBox:
        box = FilterBox(short_label(spec.label))
        box.setAccessibleName(f"按{spec.label}筛选")
        box.addItem(f"{short_label(spec.label)}：全部", "")
        if isinstance(spec, FieldSpec) and isinstance(spec.kind, CodeKind):
            for item in spec.kind.codes.offered:
                box.addItem(item.short_label, item.code)
        elif isinstance(spec, Column):
            for value in spec.choices:
                box.addItem(value, value)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        letters = 2 * len(short_label(spec.label))  # Qt counts in Latin letters
        box.setMinimumContentsLength(max(letters, _FILTER_LETTERS))
        box.setMaxVisibleItems(16)
        return box

    def _table(self) -> RegisterTable:
        table = RegisterTable()
        dress_table(table)
        table.setAccessibleName(f"{self.definition.label}列表")
        table.setModel(self.model)
        header = table.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(tokens().sizes.em * 3)
        self._from_the_right = EndDelegate(table)
        for place, name in enumerate(self.definition.columns):
            spec = self.definition.column(name)
            if isinstance(spec, FieldSpec) and spec.kind.name == "address":
                table.setItemDelegateForColumn(place, self._from_the_right)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return table

    def _fit_columns(self) -> None:
        """As many columns as have room, in their order: numbers and days whole, texts share what is left."""
        room, em = self.table.viewport().width(), tokens().sizes.em
        specs = [self.definition.column(name) for name in self.definition.columns]
        firm = [0 if _gives_way(spec) else round(self._wish(spec) * em) for spec in specs]
        soft = [round(self._wish(spec) * em) if _gives_way(spec) else 0 for spec in specs]
        shown = len(specs)
        while shown > _FEWEST and sum(firm[:shown]) + sum(soft[:shown]) * _TIGHT > room:
            shown -= 1
        share = max(_TIGHT, (room - sum(firm[:shown])) / max(1, sum(soft[:shown])))
        for place in range(len(specs)):
            self.table.setColumnHidden(place, place >= shown)
            if place < shown:
                self.table.setColumnWidth(place, firm[place] or int(soft[place] * share))

    def _wish(self, spec: FieldSpec | Column) -> float:
        """Width in characters, the heading and the cell's edges included."""
        return max(float(spec.width) or self._usual_width(spec), len(short_label(spec.label))) + 1.6

    @staticmethod
    def _usual_width(spec: FieldSpec | Column) -> float:
        return _WIDTHS.get(spec.kind.name, _DEFAULT_EM) if isinstance(spec, FieldSpec) else _DEFAULT_EM

    def _put_together(self) -> None:
        sizes = tokens().sizes
        tools = Flow(self.search, *self.filters.values(), gap=sizes.space_s) if self.filters else self.search
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        self.body = QFrame()
        self.body.setObjectName("Card")
        halves = QHBoxLayout(self.body)
        halves.setContentsMargins(0, 0, 0, 0)
        halves.setSpacing(0)
        halves.addWidget(self.stack, 1)
        self.edge = rule(upright=True)
        halves.addWidget(self.edge)
        halves.addWidget(self.detail)
        self.detail.setFixedWidth(sizes.em * 22)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(sizes.space_xl, sizes.space_l, sizes.space_xl, sizes.space_m)
        lines.setSpacing(sizes.space_m)
        lines.addWidget(self.header)
        lines.addWidget(self.banners)
        lines.addWidget(tools)
        lines.addWidget(self.body, 1)

    def _connect(self) -> None:
        self._wait.timeout.connect(self.reload)
        self.search.searched.connect(lambda _: self._wait.start())
        self.search.left_down.connect(self._to_table)
        for box in self.filters.values():
            box.currentIndexChanged.connect(lambda _: self.reload())
        self.table.opened.connect(self._open_place)
        self.table.doubleClicked.connect(lambda index: self._open_place(index.row()))
        self.table.delete_asked.connect(self._delete_place)
        self.table.selectionModel().currentRowChanged.connect(self._on_row)
        self.table.horizontalHeader().sectionClicked.connect(self._sort_by)
        for keys, act in (("Ctrl+H", self._history), ("Ctrl+N", self._new)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    # ---- content

    def query(self) -> Query:
        """What the list in front asks for."""
        chosen = {name: str(box.currentData()) for name, box in self.filters.items() if box.currentData()}
        return Query(self.definition.name, self.search.text(), chosen, self._sort)

    def refresh(self) -> None:
        """Called at every opening of the page; the table then gets the keyboard."""
        self._was_opened = True
        self.fill_filters()
        self.reload()

    def reload(self, select: str = "") -> None:
        """Ask for the list again; the marked record stays marked, or ``select`` becomes it."""
        self._asked += 1
        asked, query = self._asked, self.query()
        self._wanted = select or self.current_id()
        office = self._office

        def show(keys: list[int]) -> None:
            if asked == self._asked:
                self._show_keys(keys, query)

        work.run(lambda: office.reader.keys(query), then=show, owner=self)

    def current_id(self) -> str:
        """The marked record, "" when none is."""
        return self.model.id_at(self.table.currentIndex().row())

    def mark(self, record_id: str) -> None:
        """Reload and mark this record (after a save)."""
        self.reload(record_id)

    def _show_keys(self, keys: list[int], query: Query) -> None:
        near = max(0, self.table.currentIndex().row())
        self.model.show_keys(keys)
        narrowed = bool(query.text.strip() or query.filters)
        self.header.set_subtitle(f"{'找到' if narrowed else '共'} {len(keys):,} 条")
        if keys:
            self.stack.setCurrentWidget(self.table)
            self._show_detail()
            self.model.row_at(near)
            self.table.selectRow(max(0, self.model.place_of(self._wanted, near=near)))
            self._fit_columns()
            if self.isVisible() and (self.new_button.hasFocus() or (self._was_opened and not self._is_typing())):
                self.table.setFocus()
        else:
            self._show_empty(narrowed=narrowed)
            self.detail.show_nothing()
            self._show_detail()
        self._was_opened = False
        self._show_sort()

    def _is_typing(self) -> bool:
        """True when the cursor stands in a field, here or elsewhere: nobody takes it away."""
        return isinstance(QApplication.focusWidget(), QLineEdit | QComboBox)

    def _show_empty(self, *, narrowed: bool) -> None:
        name = self.definition.label
        if narrowed:
            clear = button("清除查找和筛选", on_click=self.clear_query)
            state = EmptyState(
                "search", f"没有符合条件的{name}", "换个写法试试：姓名、拼音首字母、号码的一段都可以。", clear
            )
        else:
            actions = (
                [self._twin(f"新增{name}", self._new)] if self._office.may(Act.WRITE, self.definition.name) else []
            )
            if self._acts.import_file is not None and self._office.may(Act.IMPORT, self.definition.name):
                actions.append(self._twin("从 Excel 导入", self._acts.import_file))
            state = EmptyState(self._icon, f"还没有{name}", "从第一条开始，或者把现有的台账导入进来。", *actions)
        self.stack.removeWidget(self.empty)
        self.empty.deleteLater()
        self.empty = state
        self.stack.addWidget(state)
        self.stack.setCurrentWidget(state)

    @staticmethod
    def _twin(words: str, act: Callable[[], object]) -> QPushButton:
        return button(words, on_click=act)

    def clear_query(self) -> None:
        """Show everything again."""
        for box in self.filters.values():
            box.blockSignals(True)
            box.setCurrentIndex(0)
            box.blockSignals(False)
        self.search.clear()
        self.reload()

    def fill_filters(self) -> None:
        """References to short registers by title, codes in force, holders as they occur; anew at each opening."""
        for name, box in self.filters.items():
            spec = self.definition.column(name)
            if not isinstance(spec, FieldSpec):
                continue
            offered = self._offered(spec)
            if offered is None:
                continue
            chosen = box.currentData()
            box.blockSignals(True)
            while box.count() > 1:
                box.removeItem(1)
            for value, words in offered:
                box.addItem(words, value)
            box.setCurrentIndex(max(0, box.findData(chosen)))
            box.blockSignals(False)

    def _offered(self, spec: FieldSpec) -> list[tuple[str, str]] | None:
        """Values and words of a filter that changes with what is stored; None for one that does not."""
        reader = self._office.reader
        if spec.target is not None:
            return reader.choices(spec.target)
        if isinstance(spec.kind, CodeKind):
            return [(item.code, item.short_label) for item in spec.kind.codes.offered]
        if spec.kind.name == "holder":
            return [(one, spec.kind.show(one)) for one in reader.commonest(self.definition.name, spec.name, limit=60)]
        return None

    # ---- acts

    def _on_row(self, current: QModelIndex, _previous: QModelIndex) -> None:
        record_id = self.model.id_at(current.row())
        if not record_id or self.detail.isHidden():
            return
        office, name = self._office, self.definition.name

        def load() -> Reading | None:
            record = office.reader.get(name, record_id)
            return read(office, record) if record else None

        def show(reading: Reading | None) -> None:
            if reading is not None and reading.record_id == self.current_id():
                self.detail.show_reading(reading)

        work.run(load, then=show, owner=self)

    def _sort_by(self, place: int) -> None:
        name = self.definition.columns[place]
        self._sort = f"-{name}" if self._sort == name else name
        self.reload()

    def _show_sort(self) -> None:
        name = self._sort.lstrip("-")
        place = self.definition.columns.index(name) if name in self.definition.columns else -1
        order = Qt.SortOrder.DescendingOrder if self._sort.startswith("-") else Qt.SortOrder.AscendingOrder
        self.table.horizontalHeader().setSortIndicator(place, order)

    def _to_table(self) -> None:
        if self.stack.currentWidget() is self.table:
            self.table.setFocus()

    def _open_place(self, place: int) -> None:
        record_id = self.model.id_at(place)
        if record_id:
            self.open_asked.emit(record_id)

    def _new(self) -> None:
        if self._office.may(Act.WRITE, self.definition.name):
            self.new_asked.emit()

    def _history(self) -> None:
        if self._acts.history is not None and self.current_id():
            self._acts.history(self.current_id())

    def _delete_place(self, place: int) -> None:
        row, name = self.model.row_at(place), self.definition.name
        if row is None or not self._office.may(Act.DELETE, name):
            return
        title = self._office.reader.titles(name, [row.id]).get(row.id, "")
        reason = ask(
            self,
            f"删除{self.definition.label}“{title}”？",
            "删除后不再出现在列表里，历史仍然保留，也可以恢复。",
            confirm="删除",
            reason_label="原因（必填）",
        )
        if reason is not None:
            office = self._office
            work.run(
                lambda: office.delete(name, row.id, reason=reason),
                then=lambda _: self.reload(),
                failed=self._failed,
                owner=self,
            )

    def _failed(self, error: AppError) -> None:
        self.banners.show_error(error)

    # ---- room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fit_columns)
        has_room = self.width() >= tokens().sizes.em * DETAIL_FROM_EM
        wide = _SEARCH_BESIDE_MANY_EM if len(self.filters) > _MANY_FILTERS else _SEARCH_EM[True]
        self.search.setFixedWidth(round(tokens().sizes.em * (wide if has_room else _SEARCH_EM[False])))
        self._show_detail()

    def _show_detail(self) -> None:
        """The record beside the list: where there is room for it, and a record."""
        has_room = self.width() >= tokens().sizes.em * DETAIL_FROM_EM
        for part in (self.edge, self.detail):
            part.setVisible(has_room and self.stack.currentWidget() is self.table)

    def sizeHint(self) -> QSize:
        sizes = tokens().sizes
        return QSize(sizes.em * 80, sizes.em * 44)


def _gives_way(spec: FieldSpec | Column) -> bool:
    """True for texts, which may end in …; numbers and days may not."""
    return not (isinstance(spec, FieldSpec) and spec.kind.name in _FIRM)
