"""What the main window asks of a page; pages know nothing of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from PySide6.QtWidgets import QWidget

UNLISTED: Final = "设置里"
"""The caption of pages seldom needed: not in the navigation, but on the settings page and in Ctrl+K."""


class Page(Protocol):
    """A place in the navigation; its widget is built when it is first opened."""

    @property
    def key(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def icon(self) -> str: ...

    @property
    def group(self) -> str:
        """The caption in the navigation it stands under; empty for none."""

    def build(self) -> QWidget:
        """Make the widget; called once."""

    def refresh(self) -> None:
        """Show what is true now; called at every opening, after ``build``."""


@dataclass(slots=True)
class LazyPage:
    """A page from two functions: one makes the widget, one brings it up to date."""

    key: str
    title: str
    icon: str
    group: str = ""
    make: Callable[[], QWidget] = QWidget
    reload: Callable[[QWidget], object] | None = None
    widget: QWidget | None = field(default=None, init=False)

    def build(self) -> QWidget:
        """Make the widget."""
        self.widget = self.make()
        return self.widget

    def refresh(self) -> None:
        """Bring it up to date."""
        if self.reload is not None and self.widget is not None:
            self.reload(self.widget)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something the user can do from anywhere: by its key, in Ctrl+K, and listed under F1.

    ``words`` are further words it is found by, such as pinyin initials (``djjf``).
    """

    title: str
    run: Callable[[], object]
    icon: str = "arrow-right"
    shortcut: str = ""
    words: str = ""
    group: str = "操作"
