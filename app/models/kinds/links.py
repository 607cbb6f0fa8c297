"""Kinds that point or stand for others: references, stored files, and particulars frozen at signing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from app.models.kinds.base import Kind, SqlType, Unreadable, text_of
from app.sync.canonical import Wire


@dataclass(frozen=True, slots=True)
class RefKind(Kind):
    """Id of a record of another register; the target may be absent and then shows as 未同步."""

    register: str = ""
    name: ClassVar[str] = "ref"

    def check(self, value: object) -> object:
        identifier = text_of(value)
        if not re.fullmatch(r"[0-9a-f]{32}", identifier):
            message = "应从列表中选择"
            raise ValueError(message)
        return identifier


class FileKind(Kind):
    """Id of an encrypted file (:mod:`app.models.blobs`); the file itself may not have come to this PC yet."""

    name: ClassVar[str] = "file"
    names_blob: ClassVar[bool] = True

    def check(self, value: object) -> object:
        identifier = text_of(value)
        if not re.fullmatch(r"[0-9a-f]{64}", identifier):
            message = "应为本程序存下的文件"
            raise ValueError(message)
        return identifier

    def show(self, value: Any) -> str:
        return f"文件 {str(value)[:8]}"


class FrozenKind(Kind):
    """Particulars as they stood at signing: an object of texts, kept whole, never edited."""

    name: ClassVar[str] = "frozen"
    sql: ClassVar[SqlType] = "JSON"

    def check(self, value: object) -> object:
        if not isinstance(value, Mapping) or not all(isinstance(item, str) for item in value.values()):
            message = "应为固定下来的文字项"
            raise ValueError(message)
        return dict(value)

    def to_wire(self, value: Any) -> Wire:
        return dict(value)

    def from_wire(self, wire: Wire) -> object:
        return dict(wire) if isinstance(wire, dict) else Unreadable(wire)

    def show(self, value: Any) -> str:
        return "；".join(f"{key}：{item}" for key, item in value.items())
