"""What a table leaves out and the row itself says: birth day and sex stand in the number of an identity card.

One function per register that has something to add. It only fills what is empty and never changes what was written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from app.models import clock, id_number

Values = dict[str, Any]


def complete(register: str, values: Values) -> tuple[str, ...]:
    """Fill what follows from other cells; returns the names of the fields filled."""
    step = _STEPS.get(register)
    return step(values) if step else ()


def _person(values: Values) -> tuple[str, ...]:
    number = values.get("id_number")
    if not isinstance(number, str):
        return ()
    if values.get("document_kind") is None and id_number.shape_error(number) is None:
        values["document_kind"] = id_number.RESIDENT
    kind = values.get("document_kind") or id_number.RESIDENT
    facts = id_number.inspect(number, kind, today=clock.today())
    if facts.doubts:
        return ()  # a number that is itself in doubt tells nothing for certain
    filled = [("birth_on", facts.birth_on), ("sex", facts.sex)]
    done = [(name, value) for name, value in filled if value is not None and values.get(name) is None]
    values.update(done)
    return tuple(name for name, _ in done)


_STEPS: Final[Mapping[str, Callable[[Values], tuple[str, ...]]]] = {"person": _person}
