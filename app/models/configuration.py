"""The configuration of a township, read from what is stored: what its county said and what it added itself.

The county's entries are folded from the journal's stream ``config`` (their author was proved when they came,
:mod:`app.sync.page`); the township's codes are records. Reading never refuses: an entry this program does not
understand is kept, left out, and told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from app.errors import UserError
from app.models import clock, in_force, journal, settings
from app.models.clocks_list import shipped_clocks
from app.models.codes import COUNTY, TOWNSHIP, CodeList, code_list, code_list_names, open_list_names
from app.models.database import Connection
from app.models.holidays import read_arrangement
from app.models.in_force import Overlay, ToldSetting
from app.models.periods import Period
from app.models.registry import Registry
from app.models.store import Changes, Store
from app.sync.authority import is_county
from app.sync.canonical import Wire
from app.sync.countywide import (
    CLOCK,
    CODE,
    COUNTY_CODES,
    LONGEST,
    SETTING,
    TOWNSHIP_CODES,
    UNITS,
    YEAR,
    entry_name,
)
from app.sync.merge import RecordState, fold
from app.sync.streams import CONFIG

LOCAL_CODE = "local_code"
_FAR = date.max


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing the county set, in plain words. ``since`` is its first day (None: since ``at``, when it was said)."""

    name: str
    subject: str
    what: str
    basis: str
    at: str
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """What applies besides what ships, what of it the county set, and sentences about what was left out."""

    overlay: Overlay
    entries: tuple[Entry, ...]
    problems: tuple[str, ...]


@dataclass(slots=True)
class _Reading:
    """What is gathered while reading."""

    today: date
    added: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    ranked: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    retired: dict[str, set[str]] = field(default_factory=dict)
    clocks: dict[str, dict[str, Any]] = field(default_factory=dict)
    years: list[Mapping[str, Any]] = field(default_factory=list)
    settings: dict[str, ToldSetting] = field(default_factory=dict)

    def overlay(self) -> Overlay:
        lists = {*self.added, *self.ranked, *self.retired}
        return Overlay(
            codes={
                name: {
                    "items": self.added.get(name, []),
                    "first": [code for _, code in sorted(self.ranked.get(name, []))],
                    "retired": sorted(self.retired.get(name, ())),
                }
                for name in lists
            },
            clocks=self.clocks,
            years=tuple(self.years),
            settings=self.settings,
        )


def read(registry: Registry, conn: Connection, today: date) -> Configuration:
    """The configuration as stored on this PC, for this day; never raises for what it holds."""
    reading, entries, problems = _Reading(today), [], []
    for state, at in _said(conn):
        understood = _READ.get(state.register)
        if understood is None:
            problems.append(f"县配置“{_name(state)}”是这个版本的程序还不认识的，没有采用（升级程序后自动生效）")
            continue
        try:
            entry = _dated(understood(reading, state.values, withdrawn=state.is_deleted), state, at)
        except (UserError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
            problems.append(f"县配置“{_name(state)}”读不懂，没有采用：{error}")
            continue
        if not state.is_deleted:
            entries.append(entry)
    if registry.find(LOCAL_CODE) is not None:
        problems += _local_codes(reading, conn)
    return Configuration(reading.overlay(), tuple(sorted(entries, key=lambda one: one.name)), tuple(problems))


def bring_into_force(store: Store) -> None:
    """Let the store's configuration apply from now on, and again whenever it changes."""
    in_force.open_with(store, read(store.registry, store.conn, clock.today()).overlay)
    if not any(isinstance(one, _Following) for one in store.listeners):
        store.listeners.insert(0, _Following(store))


def concerns(changes: Changes) -> bool:
    """True when the changes touch the configuration."""
    return any(changes.touches(name) for name in (*_READ, LOCAL_CODE))


@dataclass(frozen=True, slots=True)
class _Following:
    """Reads the configuration again after a write or a pull that touched it, before any screen hears of the change."""

    store: Store

    def __call__(self, changes: Changes) -> None:
        if concerns(changes):
            store = self.store
            in_force.change(store, read(store.registry, store.conn, clock.today()).overlay)


def _said(conn: Connection) -> Iterator[tuple[RecordState, str]]:
    """The county's entries with the instant they were last said."""
    numbered = journal.select(conn, "stream = ? AND seq > 0", (CONFIG,))
    forgotten = journal.select(conn, "seq IS NULL AND stream = ?", (CONFIG,))  # each by an index of its own
    ops = sorted((op for op in (*numbered, *forgotten) if is_county(op.device)), key=lambda op: op.record_id)
    for _, group in groupby(ops, key=lambda op: op.record_id):
        told = list(group)
        state = fold(told)
        if state is not None and state.is_created:
            yield state, max(op.at for op in told)


def _name(state: RecordState) -> str:
    return entry_name(state.register, state.values)


def _dated(entry: Entry, state: RecordState, at: str) -> Entry:
    values = state.values
    return Entry(
        _name(state),
        entry.subject,
        entry.what,
        str(values.get("basis", "")),
        at,
        _day(values.get("from_on")),
    )


def _entry(subject: str, what: str) -> Entry:
    return Entry("", subject, what, "", "")


def _day(value: Wire) -> date | None:
    return date.fromisoformat(str(value)) if value is not None else None


def _wrong(sentence: str) -> ValueError:
    return ValueError(sentence)


def _code(reading: _Reading, said: Mapping[str, Wire], *, withdrawn: bool) -> Entry:
    list_name, code = str(said.get("list")), str(said.get("code"))
    if list_name not in code_list_names():
        raise _wrong(f"没有代码表“{list_name}”")
    shipped = code_list(list_name, overlay={})
    begins, ends = _day(said.get("from_on")) or date.min, _day(said.get("until_on")) or _FAR
    rank = said.get("order")
    if code in shipped:
        words = f"“{shipped.label(code)}”"
        if not withdrawn and ends < reading.today:
            reading.retired.setdefault(list_name, set()).add(code)
    else:
        words = f"增加“{said.get('label')}”，统计时算作“{shipped.label(str(said.get('standard')))}”"
        is_offered = not withdrawn and begins <= reading.today <= ends
        _add(reading, shipped, _item(said, code, COUNTY, is_offered=is_offered), COUNTY_CODES)
    if isinstance(rank, int) and not withdrawn:
        reading.ranked.setdefault(list_name, []).append((rank, code))
        words += "，排在前面"
    if ends != _FAR:
        words += f"，{ends} 后不再选用"
    return _entry(shipped.title, words)


def _item(said: Mapping[str, Any], code: str, origin: str, *, is_offered: bool) -> dict[str, Any]:
    return {
        "code": code,
        "label": said.get("label"),
        "standard": said.get("standard"),
        "origin": origin,
        "retired": not is_offered,
        "note": str(said.get("basis") or ""),
    }


def _add(reading: _Reading, shipped: CodeList, item: dict[str, Any], beginning: str) -> None:
    """An added item; raises ``ValueError`` for one that would stand for nothing or hide another."""
    if shipped.name not in open_list_names():
        raise _wrong(f"“{shipped.title}”不能增加")
    if not isinstance(item["label"], str) or not item["label"].strip():
        raise _wrong("没有名称")
    if not item["code"].startswith(beginning):
        raise _wrong(f"代码“{item['code']}”应以 {beginning} 开头")
    if item["standard"] not in shipped:
        raise _wrong(f"没有可以归入的标准代码“{item['standard']}”")
    reading.added.setdefault(shipped.name, []).append(item)


def _clock(reading: _Reading, said: Mapping[str, Wire], *, withdrawn: bool) -> Entry:
    default = shipped_clocks().get(str(said.get("clock")))
    if default is None:
        raise _wrong(f"没有期限“{said.get('clock')}”")
    length, unit = said.get("length"), str(said.get("unit") or default.period.unit)
    if not isinstance(length, int) or unit not in (("hours",) if default.period.hours else UNITS):
        raise _wrong("长度或单位不对")
    if not 0 < length <= LONGEST[unit]:
        raise _wrong(f"长度 {length} 不在 1 至 {LONGEST[unit]} 之间")
    period = Period(**{unit: length})
    if default.counts_before and period.working_days:
        raise _wrong("倒着算的期限不能用工作日")
    basis = str(said.get("basis") or "")
    told: dict[str, Any] = {"length": length, "unit": unit, "law": f"县里设定：{basis}"}
    if isinstance(said.get("rolls"), bool):
        told["rolls"] = said["rolls"]
    if said.get("from_on") is not None:
        told["since"] = _day(said["from_on"])
    if not withdrawn:
        reading.clocks[default.name] = told
    return _entry("期限", f"{default.title} {period}（原为 {default.period}）")


def _year(reading: _Reading, said: Mapping[str, Wire], *, withdrawn: bool) -> Entry:
    raw = said.get("arrangement")
    if not isinstance(raw, dict):
        raise _wrong("没有放假安排")
    known = read_arrangement({**raw, "source": str(said.get("basis") or "")})
    if not withdrawn:
        reading.years.append({**raw, "source": known.source})
    return _entry("放假安排", f"{known.year} 年：放假 {len(known.holidays)} 天，周末上班 {len(known.working)} 天")


def _setting(reading: _Reading, said: Mapping[str, Wire], *, withdrawn: bool) -> Entry:
    declared = settings.by_name(str(said.get("name")))
    if not declared.by_county:
        raise _wrong(f"“{declared.label}”不由县里设定")
    value, is_locked = declared.check(str(said.get("value"))), said.get("is_locked") is True
    if not withdrawn:
        reading.settings[declared.name] = ToldSetting(value, is_locked, str(said.get("basis") or ""))
    how = "本机不能改" if is_locked else "本机可以另设"
    return _entry("设置", f"{declared.label} {value} {declared.unit}（{how}）")


_READ: Mapping[str, Callable[..., Entry]] = {CODE: _code, CLOCK: _clock, YEAR: _year, SETTING: _setting}


def _local_codes(reading: _Reading, conn: Connection) -> Iterator[str]:
    """The township's own codes, deleted ones too: what was entered with them is still read."""
    rows = conn.execute("SELECT code, label, standard, is_active, deleted FROM local_code ORDER BY n").fetchall()
    for code, label, standard, is_active, is_deleted in rows:
        list_name, _, counted_as = str(standard).partition("/")
        said = {"label": label, "standard": counted_as}
        try:
            if list_name not in open_list_names():
                raise _wrong(f"没有可以增加的代码表“{list_name}”")
            item = _item(said, str(code), TOWNSHIP, is_offered=bool(is_active) and not is_deleted)
            _add(reading, code_list(list_name, overlay={}), item, TOWNSHIP_CODES)
        except ValueError as error:
            yield f"本镇代码“{label}”没有采用：{error}"
