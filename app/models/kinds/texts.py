"""Kinds of text: one line, prose, addresses, numbers that are text, names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from app.models import text
from app.models.kinds.base import Kind, SearchBy, text_of


@dataclass(frozen=True, slots=True)
class TextKind(Kind):
    """One line of text up to ``limit`` code points (not UTF-16 units)."""

    limit: int = 200

    def check(self, value: object) -> object:
        cleaned = self.cleaned(text_of(value))
        if not cleaned:
            message = "不能为空"
            raise ValueError(message)
        if len(cleaned) > self.limit:
            message = f"最多 {self.limit} 个字，现有 {len(cleaned)} 个字"
            raise ValueError(message)
        return cleaned

    def cleaned(self, typed: str) -> str:
        """The text as it is kept."""
        return text.clean(typed)


class AddressKind(TextKind):
    """An address as written on papers; searched by any fragment."""

    name: ClassVar[str] = "address"
    search: ClassVar[SearchBy | None] = "text"
    example: ClassVar[str] = "××村三组 12 号"


class LongTextKind(TextKind):
    """Several paragraphs; line ends are kept."""

    name: ClassVar[str] = "long_text"

    def cleaned(self, typed: str) -> str:
        return text.clean_lines(typed)


class NumberTextKind(TextKind):
    """A number that is text (户号, 编号, 卷号): never calculated with, searched by fragment."""

    name: ClassVar[str] = "number_text"
    search: ClassVar[SearchBy | None] = "text"
    example: ClassVar[str] = "001"


@dataclass(frozen=True, slots=True)
class NameKind(TextKind):
    """Name of a person, or of a thing; any script, counted in code points, indexed by pinyin."""

    of_person: bool = True

    name: ClassVar[str] = "person_name"
    search: ClassVar[SearchBy | None] = "name"
    example: ClassVar[str] = "张三"

    def cleaned(self, typed: str) -> str:
        return text.clean_name(typed)

    def doubts(self, value: Any) -> Iterator[str]:
        yield from text.name_doubts(str(value)) if self.of_person else ()
