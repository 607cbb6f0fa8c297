"""The attachments of a record inside its form: tiles, adding by dialog, paste and drop, opening, renaming, removing.

A file is written, encrypted, as soon as it is taken in; the line that names it is saved with the form, or kept with its
draft. Reads and writes files only through the service, off the screen's thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.models.files import FileLine
from app.models.register import ChildSpec, Line
from app.ui.editors.base import Desk
from app.ui.files import sources as handed
from app.ui.files.acts import FileActs
from app.ui.files.details import Details
from app.ui.files.intake import Refusal, Taken
from app.ui.files.lines import line_of, tile_of, whole_size
from app.ui.files.looks import Looks
from app.ui.files.sources import Source
from app.ui.files.taking import Taking
from app.ui.files.tile import Tile
from app.ui.files.tiles import TilesView
from app.ui.files.viewer import ViewerWindow
from app.ui.files.words import size_words
from app.ui.look import tokens
from app.ui.registers.collection_panel import CollectionPanel, take_cursor
from app.ui.registers.form_findings import Place
from app.ui.registers.state import LineState, line_state_of
from app.ui.widgets import column, set_tone
from app.ui.widgets.enter_moves import ENTER
from app.ui.widgets.form_row import TONE, WEIGHT

if TYPE_CHECKING:
    from app.services.attachments import Attachments


LOOK_AGAIN_MS = 3_000
"""How soon a file that has come is noticed; looked at only while one is missing and the panel is in sight."""


class FilesPanel(CollectionPanel):
    """Tiles of the attachments and the acts with them; ``came`` names a file that can be opened now."""

    came = Signal(str)

    def __init__(self, child: ChildSpec, desk: Desk) -> None:
        super().__init__(child, desk)
        self._is_showing = False
        self._again = QTimer(self)
        self._again.setInterval(LOOK_AGAIN_MS)
        self._again.timeout.connect(self._look_again)
        self._looks = Looks(self.attachments, self, self._on_look)
        self.table: TilesView = TilesView(child.label)
        self.details = Details(self.definition, desk)
        self.panel = self.details.panel
        self.taking = Taking(_preparing(self.attachments, child.line))
        self.add_button = self.taking.add_button
        self.acts = FileActs()
        self._put_together()
        self._connect()
        self._show()

    @cached_property
    def attachments(self) -> Attachments:
        """The service; what it needs for pictures is read when the first form shows files, not at every start."""
        from app.services.attachments import Attachments

        return Attachments(self._desk.office)

    # ---- put together

    def _put_together(self) -> None:
        sizes = tokens().sizes
        self.frame = QFrame()
        self.frame.setObjectName("DropFrame")
        inside = QVBoxLayout(self.frame)
        inside.setContentsMargins(sizes.space_m, sizes.space_m, sizes.space_m, sizes.space_m)
        inside.setSpacing(sizes.space_s)
        for part in (self.table, self.acts, self.details, self.taking):
            inside.addWidget(part)
        self.setLayout(column(self.heading, self.note, self.frame, gap=sizes.space_s))
        self.setAcceptDrops(True)

    def _connect(self) -> None:
        self.table.opened.connect(self.open_marked)
        self.table.remove_asked.connect(self.remove)
        self.table.edit_asked.connect(self.edit)
        self.table.marked.connect(self._on_marked)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(
            lambda place: self.acts.popup(self.table.viewport().mapToGlobal(place))
        )
        self.acts.open_asked.connect(self.open_marked)
        self.acts.edit_asked.connect(self.edit)
        self.acts.remove_asked.connect(self.remove)
        self.taking.taken.connect(self._on_taken)
        self.taking.ended.connect(self._on_ended)
        self.details.done.connect(self._close_details)
        self.panel.edited.connect(self._on_edited)
        self.panel.left.connect(self._on_left)
        self.panel.reasoned.connect(self.reasoned)

    def add_action(self, act: QWidget) -> None:
        """A button for the marked file."""
        self.acts.add(act)

    def stops(self) -> Iterator[QWidget]:
        """What the cursor visits here."""
        yield self.note.reason
        yield self.table
        yield from self.panel.stops()
        yield self.details.done_button
        yield self.add_button
        yield self.taking.keep_position

    # ---- content

    def current(self) -> LineState | None:
        """The file that is marked."""
        key = self.table.current_key()
        return next((line for line in self._lines if line.id == key), None)

    def mark(self, at: int) -> None:
        """Mark the file that stands there."""
        self.table.mark_key(self._lines[at].id)

    def name_of(self, line: LineState) -> str:
        """Its file name."""
        return f"附件“{line.values.get('name') or '未命名'}”"

    def _show(self, *, mark: int = 0) -> None:
        self._is_showing = True
        self.table.show_tiles(sorted(map(self._tile, self._lines), key=lambda tile: not tile.is_picture))
        if 0 <= mark < len(self._lines):
            self.mark(mark)
        self._is_showing = False
        self._looks.ask([line_of(self.definition, line) for line in self._lines])
        self._on_marked()
        self._show_what_matters()

    def _show_what_matters(self) -> None:
        count = len(self._lines)
        size = size_words(whole_size(self.definition, self._lines))
        self.heading.note.setText("　".join(part for part in (f"共 {count} 个", size) if part) if count else "")
        self.table.setVisible(bool(count))
        self.acts.setVisible(bool(count))
        self.acts.show_for(can_edit=self.can_edit)
        if not count:
            self.details.hide()

    def _on_locked(self) -> None:
        self.panel.set_read_only(read_only=self._is_locked)
        self.taking.lock(is_locked=self._is_locked)
        self._mark_frame()
        self._show_what_matters()

    def _on_look(self, file: str) -> None:
        for line in self._lines:
            if line.values.get("file") == file:
                self.table.source.change(self._tile(line))
        if not self._looks.of(file).trouble:
            self.came.emit(file)
        self._wait_for_missing()

    def _wait_for_missing(self) -> None:
        if any(tile.trouble for tile in self.table.source.tiles):
            self._again.start()
        else:
            self._again.stop()

    def _look_again(self) -> None:
        if self.isVisible():
            self._looks.ask([line_of(self.definition, line) for line in self._lines])

    def _tile(self, line: LineState) -> Tile:
        tile = tile_of(self.definition, line, self._looks.of(str(line.values.get("file"))))
        found = [one.level for held in self.findings_of(line).values() for one in held]
        return replace(tile, tone=TONE[min(found, key=lambda level: WEIGHT[level])]) if found else tile

    # ---- taking in

    @property
    def is_busy(self) -> bool:
        """True while files are being taken in."""
        return self.taking.is_busy

    def add(self) -> None:
        """Choose files, several at once."""
        if self.can_edit:
            self.taking.choose()

    def _on_taken(self, line: FileLine) -> None:
        twin = next((one for one in self._lines if one.values.get("file") == line.file), None)
        if twin is not None:
            self.taking.say_twin(str(line.name), str(twin.values.get("name")))
        else:
            self.take(line_state_of(line))

    def _on_ended(self, refused: list[Refusal]) -> None:
        if self.taking.banners.banners():
            self.added.emit(self.taking)
        elif self._lines and self.isVisible():
            take_cursor(self.table)
        self.left.emit((self.child.name,))
        self.settled.emit(not refused)

    # ---- keys and drops

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste) and self.can_edit:
            self.taking.paste()
        elif event.key() in ENTER and self.taking.keep_position.hasFocus():
            self.focusNextChild()  # no stop on the way to 保存, but the way goes on from here
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.can_edit and handed.has_any(event.mimeData()):
            event.acceptProposedAction()
            self._mark_frame("accent")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark_frame()

    def _mark_frame(self, tone: str = "") -> None:
        """The frame is where files may be dropped; in one that is only read, nowhere."""
        set_tone(self.frame, tone if self.can_edit else "locked")

    def dropEvent(self, event: QDropEvent) -> None:
        self._mark_frame()
        event.setDropAction(Qt.DropAction.CopyAction)  # a move would let the other program delete its file
        event.accept()
        self.taking.take_mime(event.mimeData())

    # ---- one file

    def open_marked(self) -> None:
        """Look at the marked file; the others are the next and previous ones."""
        if self.current() is None:
            return
        keys = [tile.key for tile in self.table.source.tiles]
        lines = sorted(self._lines, key=lambda line: keys.index(line.id))
        at = keys.index(self.table.current_key())
        window = ViewerWindow(
            self.window(), self.attachments, [line_of(self.definition, line) for line in lines], at=at
        )
        window.want_file = self._desk.want_file
        self.came.connect(window.on_came)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.finished.connect(lambda _: take_cursor(self.table))
        window.open()

    def edit(self) -> None:
        """Name, kind, day and remark of the marked file."""
        if self.current() is None:
            return
        self.details.show()
        self._show_details()
        self.added.emit(self.details)
        self.details.take_cursor()

    def _close_details(self) -> None:
        self.details.hide()
        take_cursor(self.table)

    def _after_removal(self) -> None:
        take_cursor(self.table if self._lines else self.add_button)

    def _on_marked(self) -> None:
        if self._is_showing:
            return
        is_one = self.current() is not None
        self.acts.enable(is_one=is_one)
        if is_one:
            self._show_details()

    def _show_details(self) -> None:
        line = self.current()
        if line is not None:
            self.details.show_values(line.values, str(line.values.get("name") or ""))
            self.details.show_findings(self.findings_of(line), self._reasons)

    def _on_edited(self, name: str) -> None:
        line = self.current()
        if line is None:
            return
        line.values[name] = self.panel.editors[name].value()
        self.table.source.change(self._tile(line))
        self.edited.emit((self.child.name, line.id, name))

    def _on_left(self, name: str) -> None:
        line = self.current()
        if line is not None:
            self.left.emit((self.child.name, line.id, name))

    # ---- findings

    def _on_findings(self) -> None:
        for line in self._lines:
            self.table.source.change(self._tile(line))
        marked = self.current()
        if marked is not None:
            self.details.show_findings(self.findings_of(marked), self._reasons)

    def _show_place(self, place: Place) -> QWidget:
        if self.at(place[1]) >= 0:
            self.mark(self.at(place[1]))
        if len(place) < 3 or place[2] not in self.panel.rows:
            take_cursor(self.table)
            return self.table
        self.details.show()
        return self.panel.focus_field(place[2]) or self.table


def _preparing(attachments: Attachments, line: type[Line]) -> Callable[[Source, bool], Taken]:
    """Makes a line of a file, off the screen's thread: nothing of the panel in it, the panel may be gone by then."""

    def prepare(source: Source, keep_position: bool) -> Taken:
        body = source.path if source.path is not None else source.body()
        prepared = attachments.prepare(source.name, body, keep_position=keep_position)
        return Taken(attachments.line_for(line, prepared), prepared.notes)

    return prepare
