"""Kinds that choose from a code list: one code, or a set of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from app.models.codes import CodeItem, CodeList, code_list, open_list_names
from app.models.kinds.base import Kind, SqlType, Unreadable, plain_cell, text_of
from app.sync.canonical import Wire


@dataclass(frozen=True, slots=True)
class CodeKind(Kind):
    """One item of a code list; an unknown code is kept and shown raw."""

    list_name: str = ""
    name: ClassVar[str] = "code"

    @property
    def codes(self) -> CodeList:
        return code_list(self.list_name)

    def check(self, value: object) -> object:
        code = text_of(value).strip()
        if code not in self.codes:
            message = f"“{code}”不在选项中，可填：{_choices(self.codes)}"
            raise ValueError(message)
        return code

    def from_cell(self, cell: object) -> object:
        typed = text_of(plain_cell(cell)).strip()
        found = self.codes.find(typed)
        if found is None:
            message = f"“{typed}”不在选项中，可填：{_choices(self.codes)}"
            raise ValueError(message)
        return found

    def from_wire(self, wire: Wire) -> object:
        return wire if isinstance(wire, str) and wire in self.codes else Unreadable(wire)

    def show(self, value: Any) -> str:
        return self.codes.short_label(str(value))


class CodesKind(CodeKind):
    """Several items of a code list: a set, merged as a set."""

    name: ClassVar[str] = "codes"
    sql: ClassVar[SqlType] = "JSON"

    def check(self, value: object) -> object:
        if not isinstance(value, (tuple, list, set, frozenset)):
            message = "应为若干选项"
            raise ValueError(message)  # noqa: TRY004 - pydantic gathers ValueError only
        single = CodeKind(self.list_name)
        return tuple(sorted({str(single.check(item)) for item in value}))

    def from_cell(self, cell: object) -> object:
        single = CodeKind(self.list_name)
        parts = re.split(r"[、,，;；\s]+", str(plain_cell(cell)).strip())
        return tuple(sorted({str(single.from_cell(part)) for part in parts if part}))

    def to_wire(self, value: Any) -> Wire:
        return sorted(value)

    def from_wire(self, wire: Wire) -> object:
        if not isinstance(wire, list) or any(item not in self.codes for item in wire):
            return Unreadable(wire)
        return tuple(str(item) for item in wire)

    def show(self, value: Any) -> str:
        return "、".join(self.codes.short_label(str(code)) for code in value)


class StandardKind(CodeKind):
    """A shipped code of any list that may be added to, as ``list/code``: what an addition of the township counts as."""

    @property
    def codes(self) -> CodeList:
        return _standards()


@cache
def _standards() -> CodeList:
    items = (
        CodeItem(f"{name}/{item.code}", f"{codes.title} · {item.label}")
        for name in open_list_names()
        for codes in (code_list(name, overlay={}),)
        for item in codes.offered
    )
    return CodeList("standard", "可以增加的代码", "程序自带的代码表", "", tuple(items))


def _choices(codes: CodeList) -> str:
    labels = [item.label for item in codes.items]
    return "、".join(labels[:8]) + (" 等" if len(labels) > 8 else "")
