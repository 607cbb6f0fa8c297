"""A county's own codes, periods, days off and settings as a file, checked before anything of it reaches a PC.

The file is JSON: ``{"basis": …, "codes": […], "clocks": […], "years": […], "settings": […]}``; ``basis`` is the
document that gives the right, once for the file or for each entry. What is wrong is said entry by entry, and then
nothing of the file is taken. The lists and periods it may speak of are those shipped beside this program.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.errors import Finding, Level, UserError
from app.resources import resource_path
from app.sync.canonical import Wire, parsed
from app.sync.countywide import (
    CLOCK,
    CODE,
    COUNTY_CODES,
    FIELDS,
    LONGEST,
    PARTS,
    SETTABLE,
    SETTING,
    UNITS,
    YEAR,
    entry_name,
)

_MOST = 2_000
_FILE_NAMES = {"from": "from_on", "until": "until_on", "locked": "is_locked"}
_SHORT_TEXT = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing the county says; ``values`` are wire values by field."""

    register: str
    values: Mapping[str, Wire]

    @property
    def name(self) -> str:
        """What people call it."""
        return entry_name(self.register, self.values)


class _WrongError(ValueError):
    """An entry that cannot be taken: the sentence says why."""


def read_overlay(path: Path) -> list[Wanted]:
    """The entries of a county's file. Raises ``UserError`` with a finding for each entry that will not do."""
    try:
        content = parsed(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise UserError(
            f"配置文件读不懂：{path.name}（{error}）", "应为 JSON 文件；用 config example 看样子"
        ) from error
    return check_overlay(content)


def check_overlay(content: object) -> list[Wanted]:
    """The entries of a file's content; raises ``UserError`` like :func:`read_overlay`."""
    if not isinstance(content, dict):
        sentence = "配置文件最外层应为一个对象"
        raise UserError(sentence, "用 config example 看样子")
    wanted: list[Wanted] = []
    findings: list[Finding] = []
    strange = sorted(set(content) - {"basis", *PARTS.values()})
    if strange:
        findings.append(_finding(f"没有“{strange[0]}”这一部分", f"可用：{'、'.join(PARTS.values())}"))
    for register, part in PARTS.items():
        for number, raw in enumerate(content.get(part) or (), 1):
            try:
                wanted.append(Wanted(register, _values(register, raw, basis=str(content.get("basis") or ""))))
            except _WrongError as error:
                findings.append(_finding(f"{part} 第 {number} 项：{error}"))
    names = [one.name for one in wanted]
    findings += [_finding(f"{name} 写了两次") for name in sorted({name for name in names if names.count(name) > 1})]
    if not findings and not 0 < len(wanted) <= _MOST:
        findings.append(_finding(f"文件里有 {len(wanted)} 项，应为 1 至 {_MOST} 项"))
    if findings:
        raise UserError(f"配置文件有 {len(findings)} 处问题，没有发布任何内容", findings=findings)
    return wanted


def _finding(sentence: str, next_step: str = "") -> Finding:
    return Finding((), sentence, Level.STOP, next_step)


def _values(register: str, raw: object, *, basis: str) -> dict[str, Wire]:
    if not isinstance(raw, dict):
        message = "应为一个对象"
        raise _WrongError(message)
    given = dict(raw)
    if register == YEAR:
        given = {"year": raw.get("year"), "arrangement": raw, "basis": raw.get("source")}
    named = {_FILE_NAMES.get(name, name): value for name, value in given.items() if value is not None}
    named.setdefault("basis", basis)
    unknown = sorted(set(named) - set(FIELDS[register]))
    if unknown:
        message = f"没有“{unknown[0]}”这一栏"
        raise _WrongError(message)
    if not str(named["basis"]).strip():
        message = "没有写依据（basis）"
        raise _WrongError(message)
    _CHECKS[register](named)
    return {name: named[name] for name in FIELDS[register] if name in named}


def _check_code(said: dict[str, Any]) -> None:
    shipped = _lists().get(_text(said, "list"))
    if shipped is None:
        message = f"没有代码表“{said.get('list')}”"
        raise _WrongError(message)
    code = _text(said, "code")
    for name in ("from_on", "until_on"):
        _day(said.get(name), name)
    if "order" in said and (type(said["order"]) is not int or said["order"] < 0):
        message = "order 应为 0 或以上的整数"
        raise _WrongError(message)
    if code in shipped.codes:
        if "label" in said or "standard" in said:
            message = f"“{code}”是国家（程序自带）代码，名称和含义不能改；只能定 order、from、until"
            raise _WrongError(message)
        return
    _check_new_code(said, shipped, code)


def _check_new_code(said: Mapping[str, Any], shipped: _List, code: str) -> None:
    if not shipped.is_open:
        message = f"“{said['list']}”的每一项程序都要用到，不能加"
        raise _WrongError(message)
    if not code.startswith(COUNTY_CODES) or not code.isascii() or len(code) <= len(COUNTY_CODES):
        message = f"新代码“{code}”要以 {COUNTY_CODES} 开头，后接字母或数字"
        raise _WrongError(message)
    label = _text(said, "label")
    if label in shipped.labels:
        message = f"“{label}”已在表里"
        raise _WrongError(message)
    if _text(said, "standard") not in shipped.codes:
        message = f"对应的标准代码“{said['standard']}”不在表里"
        raise _WrongError(message)


def _check_clock(said: dict[str, Any]) -> None:
    name = _text(said, "clock")
    unit = _clocks().get(name)
    if unit is None:
        message = f"没有期限“{name}”"
        raise _WrongError(message)
    length = said.get("length")
    allowed = (unit,) if unit == "hours" else UNITS
    given = said.get("unit", unit)
    if given not in allowed:
        message = f"unit 应为 {'、'.join(allowed)} 之一"
        raise _WrongError(message)
    if type(length) is not int or not 0 < length <= LONGEST[given]:
        message = f"length 应为 1 至 {LONGEST[given]} 的整数"
        raise _WrongError(message)
    if not isinstance(said.get("rolls", False), bool):
        message = "rolls 应为 true 或 false"
        raise _WrongError(message)
    _day(said.get("from_on"), "from")


def _check_year(said: dict[str, Any]) -> None:
    raw = said["arrangement"]
    try:
        off = [(date.fromisoformat(block["from"]), date.fromisoformat(block["to"])) for block in raw["holidays"]]
        working = [date.fromisoformat(day) for day in raw.get("working", ())]
        named = all(str(block["name"]).strip() for block in raw["holidays"])
    except (KeyError, TypeError, ValueError) as error:
        message = f"放假安排读不懂：{error}"
        raise _WrongError(message) from error
    days = [*(day for block in off for day in block), *working]
    if not named or not off or any(day.year != said["year"] for day in days):
        message = "放假安排要有节日名称，日期都在这一年"
        raise _WrongError(message)
    if any(first > last for first, last in off) or any(a <= day <= b for a, b in off for day in working):
        message = "放假安排前后矛盾：起止颠倒，或同一天既放假又上班"
        raise _WrongError(message)


def _check_setting(said: dict[str, Any]) -> None:
    if _text(said, "name") not in SETTABLE:
        message = f"“{said.get('name')}”不能由县里设；可设：{'、'.join(SETTABLE)}"
        raise _WrongError(message)
    said["value"] = str(said.get("value", "")).strip()
    if not said["value"].isdecimal():
        message = "value 应为整数"
        raise _WrongError(message)
    if not isinstance(said.setdefault("is_locked", False), bool):
        message = "locked 应为 true 或 false"
        raise _WrongError(message)


_CHECKS: Mapping[str, Callable[[dict[str, Any]], None]] = {
    CODE: _check_code,
    CLOCK: _check_clock,
    YEAR: _check_year,
    SETTING: _check_setting,
}


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > _SHORT_TEXT:
        message = f"没有写 {name}，或太长"
        raise _WrongError(message)
    return value


def _day(value: object, name: str) -> None:
    try:
        if value is not None:
            date.fromisoformat(str(value))
    except ValueError:
        message = f"{name}“{value}”不是日期，应如 2027-01-01"
        raise _WrongError(message) from None


@dataclass(frozen=True, slots=True)
class _List:
    """What of a shipped code list is asked here."""

    codes: frozenset[str]
    labels: frozenset[str]
    is_open: bool


@cache
def _lists() -> Mapping[str, _List]:
    return {path.stem: _list(path) for path in resource_path("codes").glob("*.json")}


def _list(path: Path) -> _List:
    raw = json.loads(path.read_text(encoding="utf-8"))
    codes, labels = zip(*((item["code"], item["label"]) for item in raw["items"]), strict=True)
    return _List(frozenset(codes), frozenset(labels), bool(raw.get("open")))


@cache
def _clocks() -> Mapping[str, str]:
    raw = json.loads(resource_path("clocks/clocks.json").read_text(encoding="utf-8"))
    return {one["name"]: one["unit"] for one in raw["clocks"]}


def example() -> Iterator[str]:
    """Lines of a file that passes, to be changed and used."""
    content = {
        "basis": "××县平安建设领导小组办公室 2026〕1号",
        "codes": [
            {"list": "dispute_category", "code": "C-road", "label": "村道通行", "standard": "neighbour", "order": 1},
            {"list": "dispute_category", "code": "business", "until": "2026-12-31"},
        ],
        "clocks": [{"clock": "hazard_rectification", "length": 10, "unit": "days", "from": "2026-12-01"}],
        "years": [
            {
                "year": 2027,
                "source": "国务院办公厅关于2027年部分节假日安排的通知",
                "holidays": [{"name": "元旦", "from": "2027-01-01", "to": "2027-01-03"}],
                "working": [],
            }
        ],
        "settings": [{"name": "idle_lock_minutes", "value": 5, "locked": True}],
    }
    yield from json.dumps(content, ensure_ascii=False, indent=2).splitlines()
