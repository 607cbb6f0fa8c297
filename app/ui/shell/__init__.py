"""The window around all pages."""

from app.ui.shell.command_palette import CommandPalette, Hit, Provider
from app.ui.shell.main_window import Identity, MainWindow
from app.ui.shell.page import Command, LazyPage, Page
from app.ui.shell.status import ItemState, StatusText, SyncItem, SyncView, status_sentence

__all__ = [
    "Command",
    "CommandPalette",
    "Hit",
    "Identity",
    "ItemState",
    "LazyPage",
    "MainWindow",
    "Page",
    "Provider",
    "StatusText",
    "SyncItem",
    "SyncView",
    "status_sentence",
]
