"""Statistics on the desk: the page, its table to Excel or paper."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial

from app.services import statistics
from app.services.statistics import Ask
from app.ui import work
from app.ui.pages.statistics import StatisticsPage
from app.ui.papers import PaperWindow
from app.ui.part import Part
from app.ui.saving import XLSX, save_made
from app.ui.shell.page import LazyPage, Page

PAGE = "statistics"


class StatisticsPart(Part):
    """Tables of numbers over any register."""

    live = frozenset({PAGE})

    @cached_property
    def page(self) -> StatisticsPage:
        """Made when first looked at."""
        return StatisticsPage(self.office, export=self._export, show_paper=self._show_paper)

    def pages(self) -> Sequence[Page]:
        return (LazyPage(PAGE, "统计", "table-2", "", lambda: self.page, lambda _: self.page.refresh()),)

    def _export(self, ask: Ask) -> None:
        save_made(self.port.window, f"{self._name(ask)}.xlsx", XLSX, partial(statistics.xlsx, self.office, ask))

    def _show_paper(self, ask: Ask) -> None:
        name = self._name(ask)

        def show(body: bytes) -> None:
            PaperWindow(self.port.window, body, title=name, file_name=f"{name}.pdf").open()

        work.run(partial(statistics.pdf, self.office, ask), then=show, failed=self.port.failed, owner=self.port.window)

    def _name(self, ask: Ask) -> str:
        return f"{self.office.registry.get(ask.register).label}统计"
