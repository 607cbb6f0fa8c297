"""外部平台: the systems of province and ministry in which every matter must be entered again, and in which order.

Which platforms there are, how their forms run and what they call things differs from province to province and from year
to year: all of it is data made in the program. No form of any platform is shipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final

from app.errors import Finding, Level
from app.models.kinds import (
    Count,
    Day,
    LongText,
    Name,
    NumberText,
    ShortText,
    Text,
    coded,
    coded_many,
    ref,
    wire_value,
)
from app.models.register import Column, FieldSpec, Line, Lookup, Reach, Record, Section, children, field
from app.models.registers.basis import OFFICE
from app.sync.canonical import Wire

PlatformRef = Annotated[str, ref("platform")]
PlatformState = Annotated[str, coded("platform_state")]
PlatformRegister = Annotated[str, coded("platform_register")]
PlatformRegisters = Annotated[tuple[str, ...], coded_many("platform_register")]
ValueForm = Annotated[str, coded("value_form")]

IN_USE: Final = "in_use"
DAYS: Final = {"dispute": "accepted_on", "hazard": "found_on", "residence": "registered_on"}
"""Registers that are entered in platforms, each with the day from which it should be."""

ENTRIES: Final = "platform_entries"
"""Name of the collection every such register keeps its numbers in."""

MISSING, ENTERED = "未录平台", "已录平台"


class PlatformWord(Line, table="platform_word", label="用词对照", reach=Reach.COUNTY, basis=OFFICE):
    """What the platform calls one choice of ours; made on a screen of its own, where our words stand ready."""

    list_name: ShortText = field("选项表", read_only=True)
    code: ShortText = field("代码", read_only=True)
    subject: ShortText = field("栏目", read_only=True, width=9)
    ours: Text = field("本机用词", read_only=True, width=14)
    word: Text = field("平台用词", read_only=True, width=14)

    columns = ("subject", "ours", "word")


class Platform(Record, table="platform", label="外部平台", stream="office", reach=Reach.COUNTY, basis=OFFICE):
    """A system of somebody else in which matters must be entered again."""

    name: Name = field("平台名称", width=16, hint="例如 省综治平台、人民调解信息平台")
    short_name: ShortText | None = field("简称", default=None, width=8, hint="列表里用的短名字")
    registers: PlatformRegisters = field("要录的登记", hint="哪几种登记要再录到这个平台")
    since: Day | None = field("从哪天起录", default=None, hint="这一天以前的事项不算“未录”；不填就是全部")
    example: NumberText | None = field(
        "案号例子", default=None, search=False, hint="抄一个平台给的真案号，以后抄错位数会提醒"
    )
    state: PlatformState = field("使用情况", default=IN_USE, width=4)
    remark: LongText | None = field("备注", default=None, hint="网址、谁有账号、几日前要录完")
    words: tuple[PlatformWord, ...] = children("用词对照", default=())

    columns = ("name", "short_name", "registers", "since", "state")
    filters = ("state",)
    layout = (
        Section("平台", ("name", "short_name", "registers", "state")),
        Section("要求", ("since", "example", "remark")),
    )

    def called(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name


class TranscriptionStep(Line, table="transcription_step", label="誊录栏目", reach=Reach.COUNTY, basis=OFFICE):
    """One box of the platform's form: what it is called there, and what of ours goes into it."""

    label: ShortText = field("平台栏名", read_only=True, width=12)
    source: ShortText = field("来源", read_only=True)
    what: ShortText = field("填本机的", read_only=True, width=14)
    form: ValueForm = field("写法", default="shown", read_only=True, width=8)
    fixed: LongText | None = field("固定文字", default=None, read_only=True, search=False)
    most: Count | None = field("平台限字", default=None, read_only=True)

    columns = ("label", "what", "form", "most")


class TranscriptionOrder(
    Record, table="transcription_order", label="誊录顺序", stream="office", reach=Reach.COUNTY, basis=OFFICE
):
    """The boxes of one form of a platform, from top to bottom."""

    name: Name = field("名称", width=14, hint="例如 登记受理页、结案页")
    platform: PlatformRef = field("外部平台", width=12)
    for_register: PlatformRegister = field("登记", width=6)
    steps: tuple[TranscriptionStep, ...] = children("誊录栏目", default=())

    columns = ("name", "platform", "for_register")
    filters = ("platform", "for_register")


class PlatformEntry(Line, table="platform_entry", label="外部平台", reach=Reach.COUNTY, basis=OFFICE):
    """That a matter stands in a platform: its number there and the day. Base of one line for each register."""

    platform: PlatformRef = field("外部平台", width=12)
    number: NumberText | None = field("平台案号", default=None, width=14, hint="平台给的编号；还没给的先空着")
    entered_on: Day = field("录入日期", starts_today=True)
    entered_by: ShortText | None = field("录入人", default=None, width=7)

    columns = ("platform", "number", "entered_on", "entered_by")


def platform_column(register: str) -> Column:
    """Whether a matter stands in every platform in which it must be: one of two words, empty where none asks for it."""

    def state(record: Any, lookup: Lookup) -> str:
        expected = expected_platforms(record, lookup)
        if not expected:
            return ""
        return MISSING if missing_platforms(record, lookup) else ENTERED

    expected_sql = f"SELECT 1 FROM platform p WHERE {expects(register)}"
    sql = (
        f"CASE WHEN NOT EXISTS ({expected_sql}) THEN ''"
        f" WHEN EXISTS ({expected_sql} AND {lacks(register)}) THEN '{MISSING}' ELSE '{ENTERED}' END"
    )
    return Column("on_platforms", "平台誊录", sql, state, 5, refers="platform", choices=(MISSING, ENTERED))


def expects(register: str) -> str:
    """SQL: the platform ``p`` wants the record ``t`` of this register."""
    day = DAYS[register]
    return (
        f"p.deleted = 0 AND p.state = '{IN_USE}' AND instr(p.registers, '\"{register}\"') > 0"
        f" AND (typeof(p.since) <> 'text' OR typeof(t.{day}) <> 'text' OR t.{day} >= p.since)"
    )


def lacks(register: str) -> str:
    """SQL: the record ``t`` has no entry in the platform ``p``."""
    entry = entry_table(register)
    return f"NOT EXISTS (SELECT 1 FROM {entry} e WHERE e.parent = t.id AND e.deleted = 0 AND e.platform = p.id)"


def entry_table(register: str) -> str:
    """The line in which a register keeps its numbers."""
    return f"{register}_platform_entry"


def expected_platforms(record: Record, lookup: Lookup) -> list[Record]:
    """Platforms in use in which a record must stand; the same as :func:`expects`."""
    register = record.definition.name
    day = _wire(record, DAYS[register])
    found = (lookup.get("platform", one) for one in lookup.find("platform", "state", IN_USE))
    return [one for one in found if one is not None and _wants(one, register, day)]


def missing_platforms(record: Record, lookup: Lookup) -> list[Record]:
    """Those of them in which it does not stand yet; the same as :func:`lacks`."""
    there = {one.platform for one in getattr(record, ENTRIES)}
    return [one for one in expected_platforms(record, lookup) if one.id not in there]


def _wants(platform: Record, register: str, day: Wire) -> bool:
    registers, since = _wire(platform, "registers"), _wire(platform, "since")
    if not isinstance(registers, list) or register not in registers:
        return False
    return not isinstance(since, str) or not isinstance(day, str) or day >= since


def _wire(record: Record, name: str) -> Wire:
    spec: FieldSpec = record.definition.field(name)
    return wire_value(spec.kind, getattr(record, name))


def entered_once(record: Any) -> Iterator[Finding]:
    """A matter has one number in a platform: twice is a slip, or two people who did the same work."""
    seen: set[str] = set()
    for place, entry in enumerate(getattr(record, ENTRIES)):
        if entry.platform in seen:
            words = "同一个平台登记了两次"
            yield Finding((ENTRIES, place, "platform"), words, Level.DOUBT, "请核对；确有两个案号的写明原因")
        seen.add(entry.platform)
