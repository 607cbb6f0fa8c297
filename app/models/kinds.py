"""Kinds of field: the unit of reuse of every register.

A kind owns how a value is read from the keyboard or a cell, checked, doubted, stored, sent, masked and shown. The
screen half (editor, delegate) is in ``app/ui``, keyed by :attr:`Kind.name`. Kinds know no register, table or widget.

A value has three forms: *value* (what Python code works with), *wire* (canonical JSON without floats; what the journal
hashes) and *SQL* (what the table holds, derived from wire by :func:`sql_of_wire`). Decoding never judges: what a kind
does not understand becomes :class:`Unreadable`, is shown as such and travels back untouched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, ClassVar, Literal

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from app.models import clock, credit_code, days, id_number, text
from app.models.codes import CodeList, code_list
from app.sync.canonical import Wire, canonical

SqlType = Literal["TEXT", "INTEGER", "BOOL", "JSON"]
SqlValue = None | int | str
SearchBy = Literal["name", "text"]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A stored value this program does not understand: kept, shown, never blanked."""

    raw: Wire

    def __str__(self) -> str:
        raw = self.raw if isinstance(self.raw, str) else canonical(self.raw)
        return f"‹无法识别：{raw}›"


class Kind:
    """Base of all kinds; a subclass overrides what differs from one line of text."""

    name: ClassVar[str] = "text"
    sql: ClassVar[SqlType] = "TEXT"
    search: ClassVar[SearchBy | None] = None
    masked: ClassVar[bool] = False
    example: ClassVar[str] = "示例"

    def check(self, value: object) -> object:
        """The normalised value. Raises ``ValueError`` with a sentence for what cannot be stored."""
        raise NotImplementedError

    def doubts(self, value: Any) -> Iterator[str]:  # noqa: ARG002 - most kinds never doubt
        """Sentences of doubt about an acceptable value; kept with a reason, never a refusal."""
        return iter(())

    def from_cell(self, cell: object) -> object:
        """The value typed into a spreadsheet cell; raises ``ValueError`` like :meth:`check`."""
        return self.check(_plain_cell(cell))

    def to_wire(self, value: Any) -> Wire:
        wire: Wire = value
        return wire

    def from_wire(self, wire: Wire) -> object:
        """Decode without judging; never raises."""
        return wire if isinstance(wire, str) else Unreadable(wire)

    def show(self, value: Any) -> str:
        return str(value)

    def mask(self, value: Any) -> str:
        """How the value looks outside the form being edited."""
        return self.show(value)

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._validate)

    def _validate(self, value: object) -> object:
        if isinstance(value, Unreadable):
            return value
        try:
            return self.check(value)
        except ValueError as error:
            raise PydanticCustomError("kind", "{sentence}", {"sentence": str(error)}) from error


def show_value(kind: Kind, value: object, *, masked: bool = False) -> str:
    """Text for people; empty for None, the raw value in quotes when unreadable."""
    if value is None:
        return ""
    if isinstance(value, Unreadable):
        return str(value)
    return kind.mask(value) if masked and kind.masked else kind.show(value)


def wire_value(kind: Kind, value: object) -> Wire:
    """Wire form of any field value, unreadable ones as they came."""
    if value is None:
        return None
    return value.raw if isinstance(value, Unreadable) else kind.to_wire(value)


def value_of_wire(kind: Kind, wire: Wire) -> object:
    """Field value of a wire form; total."""
    return None if wire is None else kind.from_wire(wire)


def sql_of_wire(wire: Wire) -> SqlValue:
    """What a column holds for a wire value: objects and sets as canonical JSON, flags as 0/1."""
    if isinstance(wire, bool):
        return int(wire)
    if isinstance(wire, (list, dict)):
        return canonical(wire)
    return wire


def wire_of_sql(kind: Kind, stored: SqlValue) -> Wire:
    """Inverse of :func:`sql_of_wire` for a column of this kind."""
    if kind.sql == "BOOL" and stored in (0, 1):
        return bool(stored)
    if kind.sql == "JSON" and isinstance(stored, str):
        try:
            decoded: Wire = json.loads(stored)
        except ValueError:
            return stored
        return decoded
    return stored


def _plain_cell(cell: object) -> object:
    """Spreadsheet numbers arrive as floats: whole ones become ``int`` text, everything else is left to the kind."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell)
    return cell


def _text_of(value: object) -> str:
    if not isinstance(value, str):
        message = "应为文字"
        raise ValueError(message)  # noqa: TRY004 - pydantic gathers ValueError only
    return value


@dataclass(frozen=True, slots=True)
class TextKind(Kind):
    """One line of text up to ``limit`` code points (not UTF-16 units)."""

    limit: int = 200

    def check(self, value: object) -> object:
        cleaned = text.clean(_text_of(value))
        if not cleaned:
            message = "不能为空"
            raise ValueError(message)
        if len(cleaned) > self.limit:
            message = f"最多 {self.limit} 个字，现有 {len(cleaned)} 个字"
            raise ValueError(message)
        return cleaned


class AddressKind(TextKind):
    """An address as written on papers; searched by any fragment."""

    name: ClassVar[str] = "address"
    search: ClassVar[SearchBy | None] = "text"
    example: ClassVar[str] = "××村三组 12 号"


class LongTextKind(TextKind):
    """Several paragraphs; line ends are kept."""

    name: ClassVar[str] = "long_text"

    def check(self, value: object) -> object:
        cleaned = text.clean_lines(_text_of(value))
        if not cleaned:
            message = "不能为空"
            raise ValueError(message)
        if len(cleaned) > self.limit:
            message = f"最多 {self.limit} 个字，现有 {len(cleaned)} 个字"
            raise ValueError(message)
        return cleaned


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

    def check(self, value: object) -> object:
        cleaned = text.clean_name(_text_of(value))
        if not cleaned:
            message = "不能为空"
            raise ValueError(message)
        if len(cleaned) > self.limit:
            message = f"最多 {self.limit} 个字，现有 {len(cleaned)} 个字"
            raise ValueError(message)
        return cleaned

    def doubts(self, value: Any) -> Iterator[str]:
        yield from text.name_doubts(str(value)) if self.of_person else ()


class IdNumberKind(Kind):
    """Number of an identity document; digits that cannot be checked are a doubt, never a refusal."""

    name: ClassVar[str] = "id_number"
    search: ClassVar[SearchBy | None] = "text"
    masked: ClassVar[bool] = True
    example: ClassVar[str] = "11010519491231002X"

    def check(self, value: object) -> object:
        number = id_number.normalise(_text_of(value))
        if not number:
            message = "不能为空"
            raise ValueError(message)
        if len(number) > 40 or "*" in number:
            message = "请填写完整的证件号码，最多 40 个字符"
            raise ValueError(message)
        return number

    def from_cell(self, cell: object) -> object:
        number, problem = id_number.from_excel(cell)  # type: ignore[arg-type]
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
        number = credit_code.normalise(_text_of(value))
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
        number = text.clean_phone(_text_of(value))
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


class DayKind(Kind):
    """A calendar day in Beijing."""

    name: ClassVar[str] = "day"
    example: ClassVar[str] = "2026-03-15"

    def check(self, value: object) -> object:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        return days.parse_day(value, today=clock.today())  # type: ignore[arg-type]

    def from_cell(self, cell: object) -> object:
        return self.check(cell)

    def to_wire(self, value: Any) -> Wire:
        return str(value.isoformat())

    def from_wire(self, wire: Wire) -> object:
        try:
            return date.fromisoformat(wire) if isinstance(wire, str) else Unreadable(wire)
        except ValueError:
            return Unreadable(wire)

    def show(self, value: Any) -> str:
        return days.show_day(value)


class MomentKind(Kind):
    """An instant, kept in UTC, shown as Beijing wall time to the minute."""

    name: ClassVar[str] = "moment"
    example: ClassVar[str] = "2026-03-15 14:30"

    def check(self, value: object) -> object:
        moment = value if isinstance(value, datetime) else clock.parse_moment(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=clock.BEIJING)
        return moment.astimezone(UTC).replace(second=0, microsecond=0)

    def from_cell(self, cell: object) -> object:
        return self.check(cell)

    def to_wire(self, value: Any) -> Wire:
        return str(value.strftime("%Y-%m-%dT%H:%MZ"))

    def from_wire(self, wire: Wire) -> object:
        try:
            return datetime.strptime(str(wire), "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
        except ValueError:
            return Unreadable(wire)

    def show(self, value: Any) -> str:
        return clock.show_moment(value)


@dataclass(frozen=True, slots=True)
class CodeKind(Kind):
    """One item of a code list; an unknown code is kept and shown raw."""

    list_name: str = ""
    name: ClassVar[str] = "code"

    @property
    def codes(self) -> CodeList:
        return code_list(self.list_name)

    def check(self, value: object) -> object:
        code = _text_of(value).strip()
        if code not in self.codes:
            message = f"“{code}”不在选项中，可填：{_choices(self.codes)}"
            raise ValueError(message)
        return code

    def from_cell(self, cell: object) -> object:
        typed = _text_of(_plain_cell(cell)).strip()
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
        parts = re.split(r"[、,，;；\s]+", str(_plain_cell(cell)).strip())
        return tuple(sorted({str(single.from_cell(part)) for part in parts if part}))

    def to_wire(self, value: Any) -> Wire:
        return sorted(value)

    def from_wire(self, wire: Wire) -> object:
        known = isinstance(wire, list) and all(item in self.codes for item in wire)
        return tuple(str(item) for item in wire) if known else Unreadable(wire)  # type: ignore[union-attr]

    def show(self, value: Any) -> str:
        return "、".join(self.codes.short_label(str(code)) for code in value)


def _choices(codes: CodeList) -> str:
    labels = [item.label for item in codes.items]
    return "、".join(labels[:8]) + (" 等" if len(labels) > 8 else "")


class MoneyKind(Kind):
    """Yuan as ``Decimal`` with at most two places; whole fen on the wire."""

    name: ClassVar[str] = "money"
    sql: ClassVar[SqlType] = "INTEGER"
    example: ClassVar[str] = "1250.50"

    def check(self, value: object) -> object:
        raw = value.replace(",", "").replace("，", "").replace("元", "").strip() if isinstance(value, str) else value
        try:
            amount = Decimal(str(raw))
        except InvalidOperation as error:
            message = "应为金额，例如 100.50"
            raise ValueError(message) from error
        if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")) or abs(amount) >= Decimal(10) ** 12:
            message = "金额最多两位小数，例如 100.50"
            raise ValueError(message)
        return amount.quantize(Decimal("0.01"))

    def from_cell(self, cell: object) -> object:
        return self.check(str(round(cell, 2)) if isinstance(cell, float) else _plain_cell(cell))

    def to_wire(self, value: Any) -> Wire:
        return int(value * 100)

    def from_wire(self, wire: Wire) -> object:
        is_fen = isinstance(wire, int) and not isinstance(wire, bool)
        return (Decimal(wire) / 100).quantize(Decimal("0.01")) if is_fen else Unreadable(wire)  # type: ignore[arg-type]

    def show(self, value: Any) -> str:
        return f"{value:,.2f}"


@dataclass(frozen=True, slots=True)
class CountKind(Kind):
    """A whole number from ``least`` to ``most``."""

    least: int = 0
    most: int = 10_000_000
    name: ClassVar[str] = "count"
    sql: ClassVar[SqlType] = "INTEGER"
    example: ClassVar[str] = "3"

    def check(self, value: object) -> object:
        if isinstance(value, bool):
            message = "应为整数"
            raise ValueError(message)  # noqa: TRY004 - pydantic gathers ValueError only
        try:
            number = int(str(value).strip())
        except ValueError as error:
            message = "应为整数，例如 3"
            raise ValueError(message) from error
        if not self.least <= number <= self.most:
            message = f"应在 {self.least} 到 {self.most} 之间"
            raise ValueError(message)
        return number

    def from_wire(self, wire: Wire) -> object:
        return wire if isinstance(wire, int) and not isinstance(wire, bool) else Unreadable(wire)


class FlagKind(Kind):
    """Yes or no."""

    name: ClassVar[str] = "flag"
    sql: ClassVar[SqlType] = "BOOL"
    example: ClassVar[str] = "是"

    _yes: ClassVar[frozenset[str]] = frozenset({"是", "有", "√", "1", "y", "yes", "true"})
    _no: ClassVar[frozenset[str]] = frozenset({"否", "无", "×", "0", "n", "no", "false"})

    def check(self, value: object) -> object:
        if isinstance(value, bool):
            return value
        message = "应为“是”或“否”"
        raise ValueError(message)

    def from_cell(self, cell: object) -> object:
        if isinstance(cell, bool):
            return cell
        typed = str(_plain_cell(cell)).strip().lower()
        if typed in self._yes or typed in self._no:
            return typed in self._yes
        message = f"“{typed}”应为“是”或“否”"
        raise ValueError(message)

    def from_wire(self, wire: Wire) -> object:
        return wire if isinstance(wire, bool) else Unreadable(wire)

    def show(self, value: Any) -> str:
        return "是" if value else "否"


@dataclass(frozen=True, slots=True)
class RefKind(Kind):
    """Id of a record of another register; the target may be absent and then shows as 未同步."""

    register: str = ""
    name: ClassVar[str] = "ref"

    def check(self, value: object) -> object:
        identifier = _text_of(value)
        if not re.fullmatch(r"[0-9a-f]{32}", identifier):
            message = "应从列表中选择"
            raise ValueError(message)
        return identifier


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


Text = Annotated[str, TextKind()]
ShortText = Annotated[str, TextKind(limit=60)]
LongText = Annotated[str, LongTextKind(limit=100_000)]
NumberText = Annotated[str, NumberTextKind(limit=60)]
Address = Annotated[str, AddressKind(limit=200)]
PersonName = Annotated[str, NameKind(limit=100)]
Name = Annotated[str, NameKind(limit=100, of_person=False)]
"""Name of an organisation, a place, a committee; or of a party that may be either."""
IdNumber = Annotated[str, IdNumberKind()]
CreditCode = Annotated[str, CreditCodeKind()]
Phone = Annotated[str, PhoneKind()]
Day = Annotated[date, DayKind()]
Moment = Annotated[datetime, MomentKind()]
Money = Annotated[Decimal, MoneyKind()]
Count = Annotated[int, CountKind()]
Flag = Annotated[bool, FlagKind()]
Frozen = Annotated[dict[str, str], FrozenKind()]


def coded(list_name: str) -> CodeKind:
    """Kind of one code of the list ``resources/codes/<list_name>.json``."""
    return CodeKind(list_name)


def coded_many(list_name: str) -> CodesKind:
    """Kind of a set of codes of one list."""
    return CodesKind(list_name)


def ref(register: str) -> RefKind:
    """Kind of a reference to a record of ``register``."""
    return RefKind(register)
