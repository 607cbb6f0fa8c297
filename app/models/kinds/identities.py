"""Kinds that identify or reach somebody: document numbers, credit codes, telephones. Doubted, rarely refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from app.models import credit_code, id_number, text
from app.models.kinds.base import Kind, SearchBy, text_of


class IdNumberKind(Kind):
    """Number of an identity document; digits that cannot be checked are a doubt, never a refusal."""

    name: ClassVar[str] = "id_number"
    search: ClassVar[SearchBy | None] = "text"
    masked: ClassVar[bool] = True
    example: ClassVar[str] = "11010519491231002X"

    def check(self, value: object) -> object:
        number = id_number.normalise(text_of(value))
        if not number:
            message = "不能为空"
            raise ValueError(message)
        if len(number) > 40 or "*" in number:
            message = "请填写完整的证件号码，最多 40 个字符"
            raise ValueError(message)
        return number

    def from_cell(self, cell: object) -> object:
        number, problem = id_number.from_excel(cell)  # type: ignore[arg-type]  # cells hold no other types
        if problem:
            raise ValueError(problem)
        return self.check(number)

    def mask(self, value: Any) -> str:
        return text.mask_id(str(value))


class CreditCodeKind(Kind):
    """统一社会信用代码 (GB 32100-2015)."""

    name: ClassVar[str] = "credit_code"
    search: ClassVar[SearchBy | None] = "text"
    example: ClassVar[str] = "91350100M000100Y43"

    def check(self, value: object) -> object:
        number = credit_code.normalise(text_of(value))
        if not number or len(number) > 30:
            message = "应为 18 位统一社会信用代码"
            raise ValueError(message)
        return number

    def doubts(self, value: Any) -> Iterator[str]:
        wrong = credit_code.shape_error(str(value))
        yield from (wrong,) if wrong else credit_code.doubts(str(value))


class PhoneKind(Kind):
    """A telephone number; odd ones are doubted."""

    name: ClassVar[str] = "phone"
    search: ClassVar[SearchBy | None] = "text"
    masked: ClassVar[bool] = True
    example: ClassVar[str] = "13800000000"

    def check(self, value: object) -> object:
        number = text.clean_phone(text_of(value))
        if not re.fullmatch(r"[0-9+\-/、,()转 ]{3,40}", number):
            message = "电话只能是数字，例如 13800000000 或 0571-12345678"
            raise ValueError(message)
        return number

    def doubts(self, value: Any) -> Iterator[str]:
        problem = text.phone_doubt(str(value))
        if problem:
            yield problem

    def mask(self, value: Any) -> str:
        return text.mask_phone(str(value))
