"""Which parts of a declaration travel in tables, and which of its fields name a record there."""

from __future__ import annotations

from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from app.exchange.references import NUMBERED
from app.exchange.twins import sameness_of
from app.models.register import ChildSpec, Definition, FieldSpec, Record


def importable(definition: Definition) -> tuple[FieldSpec, ...]:
    """Fields a person fills in."""
    return tuple(spec for spec in definition.fields if not spec.read_only and spec.kind.name != "frozen")


def importable_children(definition: Definition) -> tuple[ChildSpec, ...]:
    """Collections of lines a person can fill in: not papers printed here, nor attachments, which need their file."""
    return tuple(child for child in definition.children if _is_typed(child.line.definition))


def _is_typed(line: Definition) -> bool:
    typed = importable(line)
    return bool(typed) and all(spec in typed for spec in line.fields if spec.required)


def naming_fields(definition: Definition) -> tuple[FieldSpec, ...]:
    """Fields whose value names a record in a sheet of its lines."""
    strong, fields = sameness_of(definition).strong, importable(definition)
    named = [spec for spec in fields if spec.kind.name in NUMBERED or spec.name in strong]
    first = next((spec for spec in fields if spec.required and spec.kind.sql == "TEXT"), None)
    return tuple(dict.fromkeys([*named, *([first] if first else [])]))


def owner_words(definition: Definition) -> tuple[str, ...]:
    """Headings that name the parent in a sheet of lines."""
    labels = [spec.label for spec in naming_fields(definition)]
    return (*(f"所属{label}" for label in labels), f"所属{definition.label}", *labels)


def exportable(definition: Definition) -> tuple[FieldSpec, ...]:
    """Fields that say something in a table: the id of a stored file does not, its name and size stand beside it."""
    return tuple(spec for spec in definition.fields if spec.kind.name != "file")


@cache
def may_be_none(cls: type[Record]) -> tuple[str, ...]:
    """Fields that may stay empty: an absent cell means nothing is known, not the default a form proposes."""
    hints = get_type_hints(cls, include_extras=True)
    names = (spec.name for spec in cls.definition.fields if not spec.required)
    return tuple(name for name in names if _is_optional(hints[name]))


def _is_optional(hint: Any) -> bool:
    return get_origin(hint) in (Union, UnionType) and NoneType in get_args(hint)
