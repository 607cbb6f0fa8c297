"""待核 on the desk: its page, its number in the navigation and on the first page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial

from app.ui.conflicts import ConflictPage
from app.ui.pages.workbench import Waiting
from app.ui.part import Part
from app.ui.shell.page import LazyPage, Page

PAGE = "conflicts"


class ConflictPart(Part):
    """What two people changed at once waits here for somebody's decision."""

    live = frozenset({PAGE})

    @cached_property
    def page(self) -> ConflictPage:
        """Made when first looked at."""
        return ConflictPage(self.office, self.port.open)

    def pages(self) -> Sequence[Page]:
        return (LazyPage(PAGE, "待核", "git-compare", "办理", lambda: self.page, lambda _: self.page.refresh()),)

    def waiting(self) -> Sequence[Waiting]:
        number = self.office.conflict_count()
        return (Waiting(name="待核", number=number, icon="git-compare", open=partial(self.port.go, PAGE)),)

    def badges(self) -> dict[str, int]:
        return {PAGE: self.office.conflict_count()}
