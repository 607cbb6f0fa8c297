"""Comparing with what a platform gave out, and filling in the numbers it tells; nothing of ours is ever overwritten.

Blocks: call it off the screen's thread. No Qt, no SQL; the pairing itself is :mod:`app.exchange.comparing`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from app.errors import UserError
from app.exchange import comparing
from app.exchange.book import Book
from app.exchange.comparing import OURS, Comparison, Difference, Finder, Ours, Pair, Row
from app.exchange.plan import Cancelled, Progress, never, silent
from app.exchange.sheets import read_workbook
from app.models import clock, platforms
from app.models.history import Kept
from app.models.platforms import NAMES
from app.models.policy import Act
from app.models.reading import Reader
from app.models.register import Definition, new_id
from app.models.registers.platform import DAYS, Platform
from app.models.store import Priority, set_meta
from app.models.unit import UnitOfWork
from app.services.office import Office
from app.services.platforms import with_entry
from app.services.transcribing import words_of

_COLUMNS: Final = "platform_columns"
"""Local: what a person said of the headings of a platform's table."""

_AT_ONCE: Final = 60


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in; ``left`` says by title why a record was not."""

    act_id: str
    count: int
    left: tuple[tuple[str, str], ...]


class PlatformComparing:
    """Use cases of one signed-in user for one platform and register."""

    def __init__(self, office: Office, platform: Platform, register: str) -> None:
        self.office, self.platform, self.register = office, platform, register
        self.definition = office.registry.get(register)

    # -- columns -------------------------------------------------------------------------------------------------

    def decided(self) -> dict[str, str]:
        """What was said of this platform's headings on this PC."""
        return dict(json.loads(self.office.store.meta(_COLUMNS, "{}")).get(self._key, {}))

    def decide(self, decided: Mapping[str, str]) -> None:
        """Keep it for the next table of this platform."""
        kept = json.loads(self.office.store.meta(_COLUMNS, "{}"))
        kept[self._key] = {**kept.get(self._key, {}), **decided}
        text = json.dumps(kept, ensure_ascii=False)
        self.office.store.submit(lambda conn: set_meta(conn, _COLUMNS, text)).result()

    def meanings(self) -> list[tuple[str, str]]:
        """What a column may mean, with its name for people."""
        fields = [(spec.name, spec.label) for spec in self.definition.fields if not spec.read_only]
        return [*OURS.items(), *fields]

    # -- comparing -----------------------------------------------------------------------------------------------

    def compare(self, path: Path, *, progress: Progress = silent, cancelled: Cancelled = never) -> Comparison:
        """Read a platform's table and compare it; writes nothing. Raises ``UserError`` for a file of no use."""
        self.office.require(Act.READ, self.register)
        workbook = read_workbook(path)
        layout = comparing.find_layout(workbook, self.definition, self.decided())
        rows = comparing.rows_of(layout, named=NAMES[self.register], day=DAYS[self.register])
        if not rows:
            sentence = f"“{path.name}”的表头下面没有可以比对的行"
            raise UserError(sentence, "请核对选的是不是有内容的那一份，或指定哪一列是案号")
        reader, words = self.office.reader, words_of(self.platform)

        def differences(record_id: str, row: Row) -> tuple[Difference, ...]:
            record = reader.get(self.register, record_id)
            return tuple(comparing.differing(reader, record, row, words)) if record is not None else ()

        return comparing.compare(
            layout, rows, Finder(self._ours()), differences, progress=progress, cancelled=cancelled
        )

    def _ours(self) -> Iterator[Ours]:
        office, register = self.office, self.register
        entries = {one.record_id: one for one in platforms.standing(office.store.conn, register, self.platform.id)}
        due = {one.id for one in platforms.lacking(office.store.conn, self.definition, self.platform.id)}
        named, day = NAMES[register], DAYS[register]
        has_code = "matter_code" in self.definition.by_name
        fields = [named, day, *(["matter_code"] if has_code else [])]
        target = self.definition.field(named).target
        found = list(office.reader.values(register, fields))
        names = office.reader.titles(target, [str(wires[0]) for _, _, wires in found]) if target else {}
        for record_id, title, wires in found:
            entry = entries.get(record_id)
            called = names.get(str(wires[0]), "") if target else str(wires[0] or title)
            yield Ours(
                id=record_id,
                title=called,
                number=entry.number if entry else "",
                code=str(wires[2] or "") if has_code else "",
                on=_day(wires[1]),
                has_entry=entry is not None,
                is_due=record_id in due,
            )

    # -- filling in ----------------------------------------------------------------------------------------------

    def fill(self, pairs: Sequence[Pair], *, progress: Progress = silent) -> Filled:
        """Write the platform's numbers into our records: one act, taken back as one; other values stay as they are.

        In slices, so that saves of the user go first meanwhile.
        """
        self.office.require(Act.WRITE, self.register)
        act_id, left, count = new_id(), [], 0
        for start in range(0, len(pairs), _AT_ONCE):
            part = pairs[start : start + _AT_ONCE]
            written, refused = self.office.store.write(
                self.office.user.id, partial(self._fill, pairs=part), act_id=act_id, priority=Priority.BACKGROUND
            )
            count += written
            left += refused
            progress(start + len(part), len(pairs), "正在补入案号")
        return Filled(act_id, count, tuple(left))

    def _fill(self, unit: UnitOfWork, pairs: Sequence[Pair]) -> tuple[int, list[tuple[str, str]]]:
        reader, left, count = Reader(self.office.registry, unit.conn), [], 0
        for pair in pairs:
            record = reader.get(self.register, pair.ours.id)
            if record is None:
                left.append((pair.ours.title, "已被删除"))
                continue
            row, by = pair.row, self.office.user.name
            try:
                filled = with_entry(record, self.platform, number=row.number, on=row.entered_on or clock.today(), by=by)
            except UserError as error:
                left.append((pair.ours.title, error.sentence))
                continue
            count += unit.save(filled, reason="按平台导出表补入案号")
        return count, left

    def undo(self, filled: Filled) -> list[Kept]:
        """Take the filling back; lists what somebody has changed since."""
        return self.office.undo(filled.act_id, reason="撤销按平台导出表补入的案号")

    # -- the report ----------------------------------------------------------------------------------------------

    def report_xlsx(self, comparison: Comparison) -> bytes:
        """The four groups as a workbook, numbers masked; journalled as an export."""
        body = _report(self.platform, self.definition, comparison)
        self.office.store.write(
            self.office.user.id,
            lambda unit: unit.record_access(
                "export",
                register=self.register,
                record_id=new_id(),
                detail={"platform": self.platform.name, "masked": True, "what": "comparison"},
            ),
        )
        return body

    @property
    def _key(self) -> str:
        return f"{self.platform.id}:{self.register}"


def _day(wire: object) -> date | None:
    try:
        return date.fromisoformat(wire) if isinstance(wire, str) else None
    except ValueError:
        return None


def _report(platform: Platform, definition: Definition, found: Comparison) -> bytes:
    with Book(title=f"{platform.name}比对结果") as book:
        page = book.sheet("汇总")
        page.set_column(0, 0, 24)
        page.set_column(1, 1, 80)
        labels = {**OURS, **{spec.name: spec.label for spec in definition.fields}}
        facts = [("平台", platform.name), ("登记", definition.label), ("结果", found.sentence)]
        facts.append(("日期范围", f"{found.first} 至 {found.last}" if found.first else "表里没有日期，按全部比对"))
        facts += [(one.place, labels.get(one.meaning, "没有比对")) for one in found.layout.columns]
        for row, (name, text) in enumerate(facts):
            book.put(page, row, 0, name, "head")
            book.put(page, row, 1, text, "note")
        _sheet(book, "有差异", ("案号", "名称", "栏目", "本机", "平台", "按什么对上"), _differences(found))
        there = (
            (str(row.row), row.number, row.name, str(row.on or "")) for row in (*found.only_there, *found.repeated)
        )
        _sheet(book, "平台有本机没有", ("表中行号", "案号", "名称", "日期"), there)
        _sheet(book, "本机有平台没有", ("本机案号", "事项码", "名称", "日期", "本机记着"), _only_here(found))
        same = ((pair.row.number, pair.ours.title, pair.how) for pair in found.same)
        _sheet(book, "一致", ("案号", "名称", "按什么对上"), same)
    return book.bytes


def _differences(found: Comparison) -> Iterator[tuple[str, ...]]:
    for pair in (*found.different, *found.suggested):
        for one in pair.differences or (Difference("（没有差异）", "", ""),):
            yield pair.row.number, pair.ours.title, one.label, one.ours, one.theirs, pair.how


def _only_here(found: Comparison) -> Iterator[tuple[str, ...]]:
    for one in found.only_here:
        yield one.number, one.code, one.title, str(one.on or ""), "已录" if one.has_entry else "未录"


def _sheet(book: Book, name: str, labels: Sequence[str], rows: Iterator[tuple[str, ...]]) -> None:
    page = book.sheet(name)
    book.head(page, 0, labels)
    page.set_column(0, len(labels) - 1, 20)
    for number, row in enumerate(rows, start=1):
        for place, text in enumerate(row):
            book.put(page, number, place, text)
