"""Every register's place in the window: its list, the forms opened from it, drafts offered again, history.

Generic over the registry. What else can be done with a register or a record comes in as acts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from app.models import configuration
from app.models.drafts import Draft
from app.models.policy import Act
from app.models.reading import Query
from app.models.register import Definition, Record
from app.models.store import Changes
from app.services.office import Office
from app.ui import work
from app.ui.editors.base import Desk
from app.ui.editors.usual import usual_codes
from app.ui.look import tokens
from app.ui.registers.drafts_dialog import DraftsDialog
from app.ui.registers.history_dialog import HistoryDialog
from app.ui.registers.list_page import ListActs, ListPage
from app.ui.registers.picker import RecordPicker
from app.ui.registers.places import OWN_PAGES, PLACES, place_of
from app.ui.registers.record_form import FormAction, RecordForm
from app.ui.shell.main_window import MainWindow
from app.ui.shell.page import LazyPage


@dataclass(frozen=True, slots=True)
class RegisterActs:
    """What other parts add to registers: acts of lists and, given the register, of its form."""

    import_file: Callable[[str], object] | None = None
    export: Callable[[Query], object] | None = None
    template: Callable[[str], object] | None = None
    print_list: Callable[[Query], object] | None = None
    of_form: Callable[[str], Sequence[FormAction]] = lambda _: ()


class RegisterHost(QStackedWidget):
    """The list of one register, and in front of it the form that is open."""

    def __init__(self, page: ListPage) -> None:
        super().__init__()
        self.page = page
        self.addWidget(page)

    @property
    def form(self) -> RecordForm | None:
        """The open form, if any."""
        front = self.currentWidget()
        return front if isinstance(front, RecordForm) else None

    def show_form(self, form: RecordForm) -> None:
        """Put a form in front."""
        self.addWidget(form)
        self.setCurrentWidget(form)

    def back_to_list(self) -> None:
        """Take the form away."""
        form = self.form
        if form is not None:
            self.setCurrentWidget(self.page)
            self.removeWidget(form)
            form.deleteLater()
            self.page.table.setFocus()


class RegisterDesk:
    """All registers of the office for one window."""

    def __init__(self, office: Office, acts: RegisterActs) -> None:
        self.office = office
        self._acts = acts
        self._hosts: dict[str, RegisterHost] = {}
        self._window: MainWindow | None = None
        self.heads: Sequence[Callable[[RecordForm], QWidget | None]] = ()
        self.editing = Desk(office, create=self._create_within, pick=self._pick_within)

    def set_window(self, window: MainWindow) -> None:
        """The window pages are opened in."""
        self._window = window
        office = self.office
        work.run(lambda: usual_codes(office.registry, office.reader), then=self.editing.usual.update, owner=window)

    # -- pages ---------------------------------------------------------------------------------------------------

    def pages(self) -> list[LazyPage]:
        """Pages of every register the account may read, those with a place of their own first."""
        known = [name for name in PLACES if self.office.registry.find(name) is not None]
        others = [definition.name for definition in self.office.registry if definition.name not in PLACES]
        return [
            LazyPage(name, self._definition(name).label, self.icon(name), place_of(name).group, *self._build(name))
            for name in (*known, *others)
            if self.office.may(Act.READ, name) and name not in OWN_PAGES
        ]

    def icon(self, name: str) -> str:
        """Icon of a register."""
        return place_of(name).icon

    def host(self, name: str) -> RegisterHost:
        """List and form of a register; made when first needed."""
        if name not in self._hosts:
            definition = self._definition(name)
            page = ListPage(self.office, definition, self._list_acts(definition), icon_name=self.icon(name))
            page.open_asked.connect(partial(self.open, name))
            page.new_asked.connect(partial(self.new, name))
            self._hosts[name] = RegisterHost(page)
        return self._hosts[name]

    def _build(self, name: str) -> tuple[Callable[[], QWidget], Callable[[QWidget], object]]:
        return lambda: self.host(name), lambda _: self.host(name).page.refresh()

    def _definition(self, name: str) -> Definition:
        return self.office.registry.get(name)

    def _list_acts(self, definition: Definition) -> ListActs:
        acts, name = self._acts, definition.name
        return ListActs(
            import_file=partial(acts.import_file, name) if acts.import_file else None,
            export=acts.export,
            template=partial(acts.template, name) if acts.template else None,
            print_list=acts.print_list,
            history=partial(self.show_history, name),
        )

    # -- records -------------------------------------------------------------------------------------------------

    def new(self, name: str) -> RecordForm | None:
        """Open an empty form of a register."""
        return self._show_form(name, None, None) if self.office.may(Act.WRITE, name) else None

    def open(self, name: str, record_id: str) -> RecordForm | None:
        """Open a record; a sentence when it is not there (deleted, or not synced yet)."""
        record = self.office.reader.get(name, record_id)
        if record is None:
            if self._window is not None:
                self._window.toast("这条记录已被删除，或还没有同步到本机")
            return None
        draft = next((one for one in self.office.drafts() if one.record_id == record_id and not one.note), None)
        return self._show_form(name, record, draft)

    def open_draft(self, draft: Draft) -> RecordForm | None:
        """Go on with what stood in an editor, or with what the county refused, in the record it belongs to."""
        name, record_id = self.office.draft_place(draft)
        record = self.office.reader.get(name, record_id)
        if record is None and name != draft.register:
            self._tell("这一行所属的记录不在本机，或也被退回了，请先处理那一条")
            return None
        return self._show_form(name, record, draft)

    def show_history(self, name: str, record_id: str) -> None:
        """Who changed a record, and how."""
        title = self.office.reader.titles(name, [record_id]).get(record_id, "")
        HistoryDialog(self._window, self.office, record_id=record_id, title=title).open()

    def _show_form(self, name: str, record: Record | None, draft: Draft | None) -> RecordForm | None:
        host = self.host(name)
        if self._window is not None:
            self._window.open_page(name)
        open_form = host.form
        if open_form is not None:
            if record is not None and open_form.record_id == record.id:
                return open_form
            open_form.keep_draft()
            host.back_to_list()
        form = RecordForm(self._definition(name), self.editing, record, draft=draft, actions=self._acts.of_form(name))
        form.saved.connect(lambda saved: host.page.mark(saved.id))
        form.closed.connect(host.back_to_list)
        form.history_asked.connect(partial(self.show_history, name))
        form.told.connect(self._tell)
        for head in self.heads:
            form.add_head(head(form))
        host.show_form(form)
        form.focus_first()
        return form

    def _tell(self, sentence: str) -> None:
        if self._window is not None:
            self._window.toast(sentence)

    def _create_within(self, name: str, typed: str, asking: QWidget, chosen: Callable[[str], None]) -> None:
        """A small form in a dialog, for a record that another form refers to."""
        dialog = QDialog(asking.window())
        dialog.setWindowTitle(f"新增{self._definition(name).label}")
        form = RecordForm(self._definition(name), self.editing, None, typed=typed)
        form.stand_alone()
        lines = QVBoxLayout(dialog)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addWidget(form)
        sizes = tokens().sizes
        dialog.resize(sizes.em * 52, sizes.em * 38)

        def saved(record: Record) -> None:
            chosen(record.id)
            dialog.accept()

        form.saved.connect(saved)
        form.closed.connect(dialog.reject)
        dialog.open()
        form.focus_first()

    def _pick_within(self, name: str, typed: str, asking: QWidget, chosen: Callable[[str], None]) -> None:
        """The list of a register in a dialog, to choose the record another form refers to."""
        picker = RecordPicker(asking, self.office, self._definition(name), typed=typed, icon_name=self.icon(name))
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker.chosen.connect(chosen)
        picker.new_asked.connect(lambda words: self._create_within(name, words, asking, chosen))
        picker.open()

    # -- what happens elsewhere ----------------------------------------------------------------------------------

    def records_changed(self, changes: Changes) -> None:
        """Reload the lists in sight that show what changed; forms look for themselves when they save."""
        if configuration.concerns(changes):
            self._words_changed()
        related = self._related(name for name, _ in changes.records)
        for name, host in self._hosts.items():
            if name in related and host.isVisible():
                host.page.reload()
            if host.form is not None and (name, host.form.record_id) in changes.records:
                stored = self.office.reader.get(name, host.form.record_id)
                if stored is not None:
                    host.form.show_stored(stored)

    def _words_changed(self) -> None:
        """Codes read otherwise now: lists in sight are drawn anew, the others when they are opened."""
        for host in self._hosts.values():
            host.page.fill_filters()
            if host.isVisible():
                host.page.reload()

    def _related(self, names: Iterable[str]) -> set[str]:
        """The registers named, and those whose lists show them."""
        changed = set(names)
        for definition in self.office.registry:
            parts = [definition, *(child.line.definition for child in definition.children)]
            shown = {spec.target for part in parts for spec in part.fields}
            if changed & (shown | {column.refers for column in definition.computed}):
                changed.add(definition.name)
        return changed

    def offer_drafts(self) -> None:
        """Say that unsaved content waits, when it does."""
        work.run(self.office.drafts, then=self._on_drafts, owner=self._window)

    def _on_drafts(self, found: list[Draft]) -> None:
        if found and self._window is not None:
            self._window.toast(f"有 {len(found)} 份上次没有保存的内容", ("看一看", partial(self.show_drafts, found)))

    def show_drafts(self, found: list[Draft] | None = None) -> None:
        """List the drafts; each can be gone on with or thrown away."""
        dialog = DraftsDialog(self._window, self.office, found if found is not None else self.office.drafts())
        dialog.chosen.connect(self.open_draft)
        dialog.open()

    def keep_drafts(self) -> None:
        """Keep what stands in open forms; the window closes."""
        for host in self._hosts.values():
            if host.form is not None:
                host.form.keep_draft()
