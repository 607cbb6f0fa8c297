"""What else can be done with the record in a form (print, decide, look at a paper), given to the form from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.ui.registers.record_form import RecordForm


@dataclass(frozen=True, slots=True)
class FormAction:
    """A button of the form; ``run`` is called with the form.

    With ``needs_saved`` unsaved content is saved first, and the act runs after that succeeded. With ``line`` (the name
    of a collection) the button stands at that table and a double click there runs it; ``form.chosen_line`` tells which.
    """

    title: str
    icon: str
    run: Callable[[RecordForm], object]
    shortcut: str = ""
    needs_saved: bool = True
    line: str = ""
