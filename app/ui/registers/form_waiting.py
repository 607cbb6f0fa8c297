"""Saving and leaving wait while a collection still makes lines (files are being taken in), then go on by themselves."""

from __future__ import annotations

from collections.abc import Callable, Collection

from app.ui.registers.collection_panel import CollectionPanel


class Waiting:
    """Holds the last act that was asked for until every collection has settled."""

    def __init__(self, panels: Collection[CollectionPanel]) -> None:
        self._panels = panels
        self._act: Callable[[], object] | None = None
        for panel in panels:
            panel.settled.connect(self._on_settled)

    @property
    def is_busy(self) -> bool:
        """True while something is under way."""
        return any(panel.is_busy for panel in self._panels)

    @property
    def is_holding(self) -> bool:
        """True while an act waits."""
        return self._act is not None

    def hold(self, act: Callable[[], object]) -> bool:
        """Keep the act for later and say True; False when there is nothing to wait for."""
        if self.is_busy:
            self._act = act
        return self.is_busy

    def _on_settled(self, is_whole: bool) -> None:
        """Go on; not when something was refused: then the person first reads what."""
        if self.is_busy:
            return
        act, self._act = self._act, None
        if act is not None and is_whole:
            act()
