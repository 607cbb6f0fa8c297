"""What stands in an editor, as JSON: the form that drafts keep, that two states are compared in, and that kinds check.

Knows no widget and judges nothing: raw text that no kind accepts is kept as it was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.models.kinds import Kind, Unreadable, show_value

Raw = bool | str | list[Any] | dict[str, Any] | None
UNREADABLE = "$unreadable"


def raw_of(kind: Kind, value: object) -> Raw:
    """The raw form of a field's value: texts and codes as they are, days, moments, money and counts as people type."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Unreadable):
        return {UNREADABLE: value.raw}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple | set | frozenset):
        return sorted(str(item) for item in value)
    return kind.show(value)


def value_of_raw(raw: Raw) -> object:
    """What a record's class is given for raw content; unreadable values come back as they were."""
    if isinstance(raw, dict) and set(raw) == {UNREADABLE}:
        return Unreadable(raw[UNREADABLE])
    return raw


def shown(kind: Kind, raw: Raw) -> str:
    """Raw content as text for a line or a table of lines; codes by their words."""
    if raw is None:
        return ""
    if isinstance(raw, dict):
        return show_value(kind, value_of_raw(raw))
    if isinstance(raw, str) and kind.name not in {"code", "codes", "holder"}:
        return raw
    return kind.show(raw)
