"""The desk of one signed-in user: the parts put together in the main window, from signing in to signing out.

Wires and holds no rule; what each subject shows and does is its part's (:mod:`app.ui.parts`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.errors import AppError
from app.models import settings
from app.models.codes import code_list
from app.models.policy import Act
from app.models.store import Changes
from app.services import parameters, setup, syncing
from app.services.office import Office
from app.services.practising import PASSWORD as PRACTICE_PASSWORD
from app.services.syncing import Syncing
from app.sync.agent import SyncStatus
from app.ui import work
from app.ui.keeping import Keeper
from app.ui.pages.workbench import Workbench
from app.ui.part import Part
from app.ui.parts import PARTS
from app.ui.parts.sync import sync_view
from app.ui.parts.workbench import WorkbenchPart
from app.ui.register_acts import register_acts
from app.ui.registers.desk import RegisterDesk
from app.ui.registers.places import GROUPS
from app.ui.registers.record_form import FormAction
from app.ui.shell.command_palette import Hit
from app.ui.shell.main_window import Identity, MainWindow
from app.ui.shell.page import Page
from app.ui.shell.status import SyncView

_REFRESH_MS = 30_000
_MOST_HITS = 30


class Desk(QObject):
    """Everything that lives between signing in and signing out; the :class:`app.ui.part.Port` of its parts."""

    _status_changed = Signal(object)
    _records_changed = Signal(object)
    _trouble = Signal(object)
    restore_asked = Signal()

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self.syncing = Syncing(office, self._status_changed.emit)
        self.parts: tuple[Part, ...] = ()
        self.window: MainWindow
        self.registers = RegisterDesk(office, register_acts(office, lambda: self.window, self._form_actions))
        self.registers.editing.want_file = self.syncing.want_file
        self.parts = tuple(part(self) for part in PARTS)
        self.registers.heads = [part.form_head for part in self.parts]
        self.window = self._main_window()
        self.keeper = Keeper(office, self.workbench.banners, self.window, self.changed)
        self.registers.set_window(self.window)
        self._status_changed.connect(self._on_status)
        self._records_changed.connect(self._on_records)
        office.store.listeners.append(self._records_changed.emit)
        self._trouble.connect(self.window.show_problem)
        office.on_trouble = self._trouble.emit
        self._told = syncing.identity_note(office)
        self._is_closed = False
        self._tick = QTimer(self)
        self._tick.setInterval(_REFRESH_MS)
        self._tick.timeout.connect(self.changed)

    @property
    def workbench(self) -> Workbench:
        """The first page."""
        return next(part.page for part in self.parts if isinstance(part, WorkbenchPart))

    def start(self) -> None:
        """Open the first page, begin to sync, finish the index, offer what was not saved last time."""
        self.window.show_pages()
        if not self.office.is_practice:
            self.syncing.start()
        self._tick.start()
        self.changed()
        work.run(self.office.store.index_rest, owner=self)
        self.registers.offer_drafts()
        self.keeper.start()
        for part in self.parts:
            part.start()

    def close(self) -> None:
        """Stop everything and close the store; what stands in editors is kept as drafts."""
        self._tick.stop()
        self._is_closed = True
        for part in self.parts:
            part.finish()
        self.registers.keep_drafts()
        self.syncing.stop()
        if self._records_changed.emit in self.office.store.listeners:
            self.office.store.listeners.remove(self._records_changed.emit)
        work.cancel_all()
        work.pool().waitForDone(5_000)
        self.keeper.finish()
        self.office.store.close()

    # -- what parts may ask --------------------------------------------------------------------------------------

    def go(self, key: str) -> None:
        """Open a page."""
        self.window.open_page(key)

    def open(self, register: str, record_id: str) -> None:
        """Open a record in its form."""
        self.registers.open(register, record_id)

    def restore(self) -> None:
        """Leave for the restore wizard."""
        self.restore_asked.emit()

    def changed(self) -> None:
        """Bring the status bar and the badges up to date."""
        work.run(self._view, then=self._on_view, owner=self.window)  # what shows it may go before the desk does

    def long(self, sentence: str, act: Callable[[], Any], said: Callable[[Any], str]) -> None:
        """Do something off the screen's thread, with a sentence before and after."""

        def tell(result: object) -> None:
            self.window.toast(said(result))

        self.window.toast(sentence)
        work.run(act, then=tell, failed=self.failed, owner=self.window)

    def failed(self, error: AppError) -> None:
        """Show what went wrong."""
        self.window.show_problem(error)

    # -- the window ----------------------------------------------------------------------------------------------

    def _main_window(self) -> MainWindow:
        office = self.office
        notice = f"练习模式：这里的人和事都是编的，随便试。锁屏密码 {PRACTICE_PASSWORD}" if office.is_practice else ""
        identity = Identity(
            township=office.township_name,
            office="",
            user=office.user.name,
            role=code_list("account_role").short_label(office.user.role),
            is_practice=office.is_practice,
            notice=notice,
        )
        return MainWindow(
            self._pages(),
            identity,
            providers=(self._find,),
            commands=[one for part in self.parts for one in part.commands()],
            unlock=lambda password: setup.check_password(office, password),
            idle_minutes=parameters.number(office, settings.IDLE_LOCK),
        )

    def _pages(self) -> list[Page]:
        """Registers, then parts, under each caption; a caption nobody knows comes last."""
        pages: list[Page] = [*self.registers.pages(), *(one for part in self.parts for one in part.pages())]
        return sorted(pages, key=lambda page: GROUPS.index(page.group) if page.group in GROUPS else len(GROUPS))

    def _form_actions(self, register: str) -> Sequence[FormAction]:
        return [one for part in self.parts for one in part.form_actions(register)]

    def _find(self, text: str) -> Sequence[Hit]:
        reader, registry = self.office.reader, self.office.registry
        hits: list[Hit] = []
        for one in reader.search(text, cap=_MOST_HITS):
            definition = registry.find(one.register)
            record = reader.get(one.register, one.id)
            if definition is None or record is None or not self.office.may(Act.READ, one.register):
                continue
            hits.append(
                Hit(
                    group=definition.label,
                    title=record.spoken_title(reader),
                    facts=record.subtitle(),
                    icon=self.registers.icon(one.register),
                    open=partial(self.open, one.register, one.id),
                )
            )
        return hits

    # -- what happens elsewhere ----------------------------------------------------------------------------------

    def _on_status(self, status: SyncStatus) -> None:
        if status.note != self._told:
            self._told = status.note
            self.keeper.tell_identity(status.note)
        self.changed()

    def _on_records(self, changes: Changes) -> None:
        if self._is_closed:
            return  # said before the desk closed, heard after
        self.registers.records_changed(changes)
        for part in self.parts:
            part.records_changed(changes)
        if any(self.window.current_key() in part.live for part in self.parts):
            self.window.refresh_current()
        self.changed()

    def _view(self) -> tuple[SyncView, dict[str, int]]:
        badges: dict[str, int] = {}
        for part in self.parts:
            badges |= part.badges()
        return sync_view(self), badges

    def _on_view(self, shown: tuple[SyncView, dict[str, int]]) -> None:
        view, badges = shown
        self.window.show_status(view)
        for key, number in badges.items():
            self.window.set_badge(key, number)
