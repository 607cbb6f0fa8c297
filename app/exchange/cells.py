"""One cell of a table: its value, or a sentence with what stood there and what to do.

The kinds read; this module adds what only tables have: words for “nothing”, 同上, cells a spreadsheet has turned into
something else, references by name, and the user's own decisions about words nobody knows. No rows and no records here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final

from app.errors import UserError
from app.exchange.references import References
from app.exchange.sheets import Cell, raw_text
from app.models.register import FieldSpec

Words = Mapping[tuple[str, str], str | None]
"""(field, text in the file) → wire value the user chose for it; None leaves the cell empty."""

_NOTHING: Final = frozenset(
    "/ \\ - -- — —— – * 无 暂无 没有 不详 未知 空 不清楚 n/a na null none".split()  # noqa: SIM905 - reads better
)
_LONGEST_NOTHING: Final = max(map(len, _NOTHING))
_KEEPS_WORDS: Final = frozenset({"code", "codes", "flag", "long_text", "text"})
"""Kinds for which 无 or 未知 may be an answer: they are asked first."""
_TEXTUAL: Final = frozenset({"text", "long_text", "number_text", "person_name", "address", "phone", "credit_code"})
_SAME: Final = frozenset({"同上", "同前", "〃", "″", "同"})

_ADVICE: Final[Mapping[str, str]] = {
    "day": "请写成 2024-03-15、2024年3月15日 或 20240315",
    "moment": "请写成 2026-03-15 14:30",
    "id_number": "请对照证件改正这一格，列的格式设为“文本”",
    "phone": "请改成一个电话号码，多余的写到别的列",
    "code": "请改成选项中的一个，或在预览里为这个词指定选项",
    "codes": "请改成选项，几个之间用顿号隔开",
    "flag": "请填“是”或“否”",
    "ref": "请先登记它，或改成登记里的写法；也可在预览里为这个词指定",
    "money": "请只写数字，单位为元",
    "area": "请只写数字，单位为平方米",
    "count": "请只写整数",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell could not be read."""

    sentence: str
    next_step: str
    is_word: bool = False
    """True when deciding about the word once would settle every cell that holds it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a cell: a value (None for an empty one), a problem, or a value with a remark."""

    value: object = None
    problem: Problem | None = None
    remark: str = ""
    is_by_above: bool = False
    """True when the value came from the cell above, so that the next 同上 may mean another."""


def read_cell(spec: FieldSpec, cell: Cell, *, above: Cell, words: Words, references: References) -> Reading:
    """Read the cell of a field; ``above`` is the cell over it, for 同上. Never raises."""
    text = (cell if isinstance(cell, str) else raw_text(cell)).strip()
    if not text:
        return Reading()
    if words and (spec.name, text) in words:
        wire = words[spec.name, text]
        return Reading() if wire is None else Reading(spec.kind.from_wire(wire))
    if text in _SAME:
        return _same(spec, above, words=words, references=references)
    is_nothing = len(text) <= _LONGEST_NOTHING and text.casefold() in _NOTHING
    nothing = Reading(remark=f"“{text}”按没有填写处理")
    if is_nothing and spec.kind.name not in _KEEPS_WORDS:
        return nothing
    try:
        return Reading(_value(spec, cell, text, references))
    except ValueError as error:
        return nothing if is_nothing else Reading(problem=_problem(spec, error))


def is_same_as_above(cell: Cell) -> bool:
    """True for 同上 and its like, which mean what stands in the cell above."""
    return isinstance(cell, str) and cell.strip() in _SAME


def _same(spec: FieldSpec, above: Cell, *, words: Words, references: References) -> Reading:
    if raw_text(above).strip() in ("", *_SAME):
        problem = Problem("写的是“同上”，但上一行这一格没有内容", "请填写完整内容")
        return Reading(problem=problem, is_by_above=True)
    found = read_cell(spec, above, above=None, words=words, references=references)
    remark = "" if found.problem else f"“同上”按上一行的“{raw_text(above).strip()[:20]}”填入"
    return Reading(found.value, found.problem, remark, is_by_above=True)


def _value(spec: FieldSpec, cell: Cell, text: str, references: References) -> object:
    if spec.target is not None:
        return references.resolve(spec, text)
    if spec.kind.name == "id_number" and not isinstance(cell, (str, int, float)):
        message = "这一格不是号码"
        raise ValueError(message)
    if spec.kind.name in _TEXTUAL:
        return spec.kind.from_cell(_as_text(cell, text))
    if isinstance(cell, (time, timedelta)):
        message = f"“{text}”只有时间，没有日期"
        raise ValueError(message)  # noqa: TRY004 - a kind's refusal is a ValueError
    return spec.kind.from_cell(cell)


def _as_text(cell: Cell, text: str) -> str:
    """Text of a text column; a spreadsheet that made 3-1 into a day is told so."""
    if isinstance(cell, (date, time, timedelta)):
        message = f"Excel 把这一格变成了日期或时间（{text}）"
        raise ValueError(message)  # noqa: TRY004 - a kind's refusal is a ValueError
    if isinstance(cell, float) and not cell.is_integer():
        return repr(cell)
    return cell if isinstance(cell, str) else text


def _problem(spec: FieldSpec, error: ValueError) -> Problem:
    is_word = spec.kind.name in ("code", "ref")
    if isinstance(error, UserError):
        return Problem(error.sentence, error.next_step or _ADVICE.get(spec.kind.name, ""), is_word)
    advice = _ADVICE.get(spec.kind.name, "请改正这一格")
    sentence = str(error)
    if sentence.startswith("Excel 把"):
        advice = "请把这一列设为“文本”格式后重新填写"
    elif re.search(r"请(?:把|将|改|核对)", sentence):
        advice = ""  # the sentence already says what to do
    return Problem(sentence, advice, is_word)
