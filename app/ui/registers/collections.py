"""Which panel shows a collection of lines in its parent's form. A collection shown otherwise needs one line here."""

from __future__ import annotations

from app.models.files import FileLine
from app.models.register import ChildSpec
from app.ui.editors.base import Desk
from app.ui.files.panel import FilesPanel
from app.ui.registers.collection_panel import CollectionPanel
from app.ui.registers.lines_panel import LinesPanel

PANELS: tuple[tuple[type, type[CollectionPanel]], ...] = ((FileLine, FilesPanel),)
"""Lines of this class (or made from it) → their panel; everything else is a table."""


def panel_for(child: ChildSpec, desk: Desk) -> CollectionPanel:
    """The panel of a collection: a table with the fields of the marked line, unless its lines say otherwise."""
    made = next((panel for lines, panel in PANELS if issubclass(child.line, lines)), LinesPanel)
    return made(child, desk)
