"""Which panel shows a collection of lines in its parent's form. A collection shown otherwise needs one line here."""

from __future__ import annotations

from app.models.register import ChildSpec
from app.ui.editors.base import Desk
from app.ui.registers.collection_panel import CollectionPanel
from app.ui.registers.lines_panel import LinesPanel


def panel_for(child: ChildSpec, desk: Desk) -> CollectionPanel:
    """The panel of a collection: a table with the fields of the marked line, unless its lines say otherwise."""
    return LinesPanel(child, desk)
