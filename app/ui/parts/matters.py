"""Matters on the desk: 我的事项, the strip on every matter's form, what waits for me on the first page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial

from PySide6.QtWidgets import QWidget

from app.models.registers.matter import matter_of
from app.services import matters
from app.services.matters import View
from app.ui.matters.acts import MatterActs
from app.ui.matters.page import MattersPage
from app.ui.matters.strip import MatterStrip
from app.ui.pages.workbench import Waiting
from app.ui.part import Part, Port
from app.ui.registers.record_form import RecordForm
from app.ui.shell.page import Command, LazyPage, Page

PAGE = "matters"


class MatterPart(Part):
    """Who holds what, and the acts that change it."""

    live = frozenset({PAGE})

    def __init__(self, port: Port) -> None:
        super().__init__(port)
        self.acts = MatterActs(self.office, lambda: port.window)

    @cached_property
    def page(self) -> MattersPage:
        """Made when first looked at."""
        return MattersPage(self.office, self.acts, self.port.open)

    def pages(self) -> Sequence[Page]:
        if not matters.kinds(self.office):
            return ()
        return (LazyPage(PAGE, "我的事项", "clipboard-list", "", lambda: self.page, lambda _: self.page.refresh()),)

    def commands(self) -> Sequence[Command]:
        return (
            Command(
                title="我的事项", icon="clipboard-list", shortcut="Ctrl+Shift+M", words="wdsx", run=self._go(View.MINE)
            ),
            Command(title="等我接收的事项", icon="inbox", words="dwjs", run=self._go(View.WAITING)),
        )

    def form_head(self, form: RecordForm) -> QWidget | None:
        if matter_of(form.definition) is None:
            return None
        strip = MatterStrip(self.office, self.acts, form)
        form.rested.connect(strip.follow)
        strip.follow(form.record)
        return strip

    def waiting(self) -> Sequence[Waiting]:
        count = partial(matters.count, self.office)
        soon = len(matters.due_soon(self.office))
        return (
            Waiting(name="等我接收", number=count(View.WAITING), icon="inbox", open=self._go(View.WAITING)),
            Waiting(name="我承办的到期提醒", number=soon, icon="clock", tone="danger", open=self._go(View.MINE)),
        )

    def badges(self) -> dict[str, int]:
        return {PAGE: matters.count(self.office, View.WAITING)}

    def _go(self, view: View) -> Callable[[], None]:
        def go() -> None:
            self.port.go(PAGE)
            self.page.show_view(view)

        return go
