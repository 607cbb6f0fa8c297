"""What one subject (sync, backups, matters …) adds to the desk, and what it may ask of the desk in return.

A part wires one subject's services to its widgets. Desk and parts know each other only through this module.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from app.services.office import Office
from app.ui.shell.page import Command, Page

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.errors import AppError
    from app.models.store import Changes
    from app.services.syncing import Syncing
    from app.ui.keeping import Keeper
    from app.ui.pages.settings import Choice, Fact
    from app.ui.pages.workbench import Waiting
    from app.ui.registers.desk import RegisterDesk
    from app.ui.registers.record_form import FormAction, RecordForm
    from app.ui.shell.main_window import MainWindow


class Port(Protocol):
    """The desk as its parts see it."""

    @property
    def office(self) -> Office: ...

    @property
    def syncing(self) -> Syncing: ...

    @property
    def registers(self) -> RegisterDesk: ...

    @property
    def window(self) -> MainWindow:
        """There from ``start`` on; acts may ask for it, constructors may not."""

    @property
    def parts(self) -> Sequence[Part]:
        """Every part, for those that gather what the others add; there from ``start`` on."""

    @property
    def keeper(self) -> Keeper:
        """Keeps settings, makes backups when due; there from ``start`` on."""

    def go(self, key: str) -> None:
        """Open a page."""

    def open(self, register: str, record_id: str) -> None:
        """Open a record in its form."""

    def restore(self) -> None:
        """Leave for the restore wizard."""

    def changed(self) -> None:
        """Bring status bar and badges up to date."""

    def long(self, sentence: str, act: Callable[[], Any], said: Callable[[Any], str]) -> None:
        """Do something off the screen's thread: ``sentence`` at the start, ``said(result)`` at the end."""

    def failed(self, error: AppError) -> None:
        """Show what went wrong in the window."""


class Part:
    """One subject's pages, commands and the rest. Every answer is empty unless a part gives one."""

    live: frozenset[str] = frozenset()
    """Keys of its pages that are brought up to date, while open, whenever records change."""

    def __init__(self, port: Port) -> None:
        self.port = port
        self.office = port.office

    def pages(self) -> Sequence[Page]:
        """Places in the navigation, under the caption each names."""
        return ()

    def commands(self) -> Sequence[Command]:
        """What can be done from anywhere."""
        return ()

    def form_actions(self, register: str) -> Sequence[FormAction]:
        """Buttons of a register's form."""
        return ()

    def form_head(self, form: RecordForm) -> QWidget | None:
        """Something to stand above a register's form; None for nothing."""
        return None

    def waiting(self) -> Sequence[Waiting]:
        """Numbers for the first page; asked off the screen's thread."""
        return ()

    def badges(self) -> dict[str, int]:
        """Numbers beside pages in the navigation, by key; asked off the screen's thread."""
        return {}

    def facts(self) -> Sequence[Fact]:
        """Lines for the settings page."""
        return ()

    def choices(self) -> Sequence[Choice]:
        """Acts for the settings page."""
        return ()

    def start(self) -> None:
        """The window stands."""

    def records_changed(self, changes: Changes) -> None:
        """Records were saved here or came from the county; on the screen's thread."""

    def finish(self) -> None:
        """The window goes; the store is still open."""
