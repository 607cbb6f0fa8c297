"""隐患: found, a demand with a day, rectified, rechecked, closed; or handed over to the department that may order.

Things and places only. A township judges 初判 and advises; it orders and punishes nobody. Who reported a hazard is not
asked: a report needs no name.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from app.errors import Finding, Level
from app.models.clocks_list import clock_called
from app.models.files import FileLine
from app.models.kinds import (
    Address,
    Day,
    HeldBy,
    LongText,
    Name,
    NumberText,
    PersonName,
    Phone,
    ShortText,
    Text,
    coded,
    ref,
)
from app.models.register import Column, Line, Lookup, Reach, Record, Section, Stage, children, field
from app.models.registers.basis import HAZARD, STAFF
from app.models.registers.house import HouseRef
from app.models.registers.matter import Handover, Matter, Question, Reminder, declare, with_code
from app.models.registers.place import PlaceRef
from app.models.registers.platform import PlatformEntry, entered_once, platform_column

OrganisationRef = Annotated[str, ref("organisation")]
PatrolRef = Annotated[str, ref("patrol")]
HazardKind = Annotated[str, coded("hazard_kind")]
HazardLevel = Annotated[str, coded("hazard_level")]
HazardSource = Annotated[str, coded("hazard_source")]
RecheckResult = Annotated[str, coded("recheck_result")]

PASSED, FAILED = "passed", "failed"
CLOSED, HANDED, TO_RECHECK, AGAIN, RUNNING, FOUND = "已销号", "已移交", "待复查", "再整改", "整改中", "待定期限"
STAGES = (FOUND, RUNNING, TO_RECHECK, AGAIN, CLOSED, HANDED)


class Recheck(Line, table="hazard_recheck", label="复查", reach=Reach.COUNTY, basis=HAZARD):
    """Somebody looked again: closed, or to be rectified once more."""

    checked_on: Day = field("复查日期", starts_today=True)
    checked_by: PersonName | None = field("复查人", default=None, search=False, basis=STAFF)
    result: RecheckResult = field("复查结论", width=6)
    remark: LongText | None = field("复查情况", default=None, reach=Reach.TOWNSHIP)

    columns = ("checked_on", "result", "checked_by", "remark")


class HazardFile(FileLine, table="hazard_file", label="附件", reach=Reach.TOWNSHIP, basis=HAZARD):
    """Pictures before and after rectification, letters handed over."""


class HazardPlatformEntry(
    PlatformEntry, table="hazard_platform_entry", label="外部平台", reach=Reach.COUNTY, basis=HAZARD
):
    """The hazard's number in a platform."""


def last_recheck(hazard: Hazard) -> Recheck | None:
    """The latest recheck by day, then by place in the list."""
    return max(hazard.rechecks, key=lambda one: (str(one.checked_on), one.position, one.id), default=None)


def progress_of(hazard: Hazard) -> str:
    """Where the hazard stands, from what is recorded; never typed."""
    last = last_recheck(hazard)
    if last and last.result == PASSED:
        return CLOSED
    if hazard.handed_on is not None:
        return HANDED
    failed = last if last is not None and last.result == FAILED else None
    if hazard.rectified_on is not None and not (failed and str(failed.checked_on) >= str(hazard.rectified_on)):
        return TO_RECHECK
    if failed:
        return AGAIN
    return RUNNING if hazard.due_on is not None else FOUND


def _progress(hazard: Hazard, _: Lookup) -> str:
    return progress_of(hazard)


def _last(what: str) -> str:
    return (
        f"(SELECT r.{what} FROM hazard_recheck r WHERE r.parent = t.id AND r.deleted = 0"
        " ORDER BY r.checked_on DESC, r.position DESC, r.id DESC LIMIT 1)"
    )


PROGRESS_SQL = (
    f"CASE WHEN coalesce({_last('result')}, '') = '{PASSED}' THEN '{CLOSED}'"
    f" WHEN t.handed_on IS NOT NULL THEN '{HANDED}'"
    f" WHEN t.rectified_on IS NOT NULL AND NOT (coalesce({_last('result')}, '') = '{FAILED}'"
    f" AND {_last('checked_on')} >= t.rectified_on) THEN '{TO_RECHECK}'"
    f" WHEN coalesce({_last('result')}, '') = '{FAILED}' THEN '{AGAIN}'"
    f" WHEN t.due_on IS NOT NULL THEN '{RUNNING}' ELSE '{FOUND}' END"
)
"""The same as :func:`progress_of`, over the alias ``t``."""


class HazardHandover(Handover, table="hazard_handover", label="交办", reach=Reach.COUNTY, basis=HAZARD):
    """A hazard handed over."""


class HazardReminder(Reminder, table="hazard_reminder", label="催办", reach=Reach.COUNTY, basis=HAZARD):
    """A hazard asked after."""


class Hazard(Record, table="hazard", label="隐患", stream="safety", reach=Reach.COUNTY, basis=HAZARD):
    """One danger of a thing or place, from finding to closing; 事项码 is its one number everywhere."""

    matter_code: NumberText | None = field("事项码", default=None, read_only=True, width=10)
    name: Text = field("隐患名称", search="name", hint="例如 农贸市场东门消防通道堵塞", width=18)
    kind: HazardKind | None = field("类别", default=None, width=7)
    level: HazardLevel = field("初判", default="common", width=4, hint="由主管部门认定，这里只是初步判断")
    source: HazardSource = field("来源", default="patrol", width=6)
    patrol: PatrolRef | None = field("来自巡逻", default=None)
    place: PlaceRef | None = field("所在村（社区）", default=None)
    location: Address | None = field("地点", default=None)
    house: HouseRef | None = field("租赁房屋", default=None, hint="出租房屋里的隐患选上房屋")
    found_on: Day = field("发现日期", starts_today=True)
    finder: PersonName | None = field("发现人", default=None, search=False, basis=STAFF, hint="只填工作人员")
    description: LongText | None = field("隐患情况", default=None, reach=Reach.TOWNSHIP)
    responsible_organisation: OrganisationRef | None = field("单位登记", default=None)
    responsible_name: Name | None = field("责任单位", default=None, search=False, hint="单位或产权人、使用人")
    responsible_person: PersonName | None = field("责任人", default=None, search=False, reach=Reach.TOWNSHIP)
    responsible_phone: Phone | None = field("责任人电话", default=None, search=False, reach=Reach.TOWNSHIP)
    demand: LongText | None = field("整改要求", default=None, needed=Stage.PRINT)
    due_on: Day | None = field("整改期限", default=None, needed=Stage.PRINT)
    measures: LongText | None = field("整改措施", default=None, needed=Stage.FILE)
    rectified_on: Day | None = field("整改完成日期", default=None)
    handed_to: ShortText | None = field("移交部门", default=None, hint="消防、应急、住建、市场监管等")
    handed_on: Day | None = field("移交日期", default=None)
    letter_number: NumberText | None = field("移交函号", default=None)
    holder: HeldBy | None = field("承办", default=None, read_only=True, width=7)
    rechecks: tuple[Recheck, ...] = children("复查", default=())
    handovers: tuple[HazardHandover, ...] = children("交办", default=())
    reminders: tuple[HazardReminder, ...] = children("催办", default=())
    platform_entries: tuple[HazardPlatformEntry, ...] = children("外部平台", default=())
    files: tuple[HazardFile, ...] = children("附件", default=())

    columns = ("matter_code", "name", "progress", "due_on", "holder", "kind", "place", "level", "found_on")
    filters = ("progress", "holder", "place", "kind", "level", "source", "on_platforms")
    sort = "-found_on"
    layout = (
        Section(
            "隐患",
            ("name", "kind", "level", "source", "patrol", "found_on", "finder", "place", "location", "house"),
        ),
        Section("情况", ("description",)),
        Section(
            "责任与整改要求",
            (
                "responsible_organisation",
                "responsible_name",
                "responsible_person",
                "responsible_phone",
                "demand",
                "due_on",
            ),
        ),
        Section("整改", ("holder", "measures", "rectified_on")),
        Section("移交", ("handed_to", "handed_on", "letter_number")),
    )
    computed = (Column("progress", "进展", PROGRESS_SQL, _progress, 8, choices=STAGES), platform_column("hazard"))

    def completed(self) -> Hazard:
        """Give the matter its code, the same on every PC."""
        return with_code(self)

    def title(self) -> str:
        """What it is."""
        return str(self.name)

    def subtitle(self) -> str:
        """Its number and where."""
        return "　".join(part for part in (self.matter_code, self.location) if part)


Hazard.rule()(entered_once)
_UNFINISHED = Question(
    lambda hazard: progress_of(hazard) not in (CLOSED, HANDED), f"{PROGRESS_SQL} NOT IN ('{CLOSED}', '{HANDED}')"
)
declare(
    Hazard,
    Matter(
        register="hazard",
        prefix="YH",
        stage="progress",
        clock="hazard_rectification",
        own_day="due_on",
        is_open=_UNFINISHED,
        is_running=_UNFINISHED,
        handover=HazardHandover,
        reminder=HazardReminder,
    ),
)


def _day(value: object) -> date | None:
    """A day that can be compared; what could not be read is shown at its field instead."""
    return value if isinstance(value, date) else None


@Hazard.rule()
def hazard_days_in_order(hazard: Hazard) -> Iterator[Finding]:
    """Demanded, rectified, handed over and rechecked after it was found."""
    found_on = _day(hazard.found_on)
    for name in ("due_on", "rectified_on", "handed_on"):
        on = _day(getattr(hazard, name))
        if found_on and on and on < found_on:
            label = hazard.definition.field(name).label
            yield Finding((name,), f"{label}早于发现日期", Level.DOUBT, "请核对两个日期")
    for index, recheck in enumerate(hazard.rechecks):
        on = _day(recheck.checked_on)
        if found_on and on and on < found_on:
            yield Finding(("rechecks", index, "checked_on"), "复查日期早于发现日期", Level.DOUBT, "请核对两个日期")


@Hazard.rule()
def day_is_proposed(hazard: Hazard) -> Iterator[Finding]:
    """A demand without a day is nobody's work; the usual length is a parameter of the county."""
    found_on = _day(hazard.found_on)
    if found_on and hazard.due_on is None and hazard.handed_on is None:
        clock = clock_called("hazard_rectification").at(found_on)
        last = clock.deadline(found_on)
        note = f"，{last.note}" if last.note else ""
        yield Finding(("due_on",), f"还没有整改期限；按 {clock}算为 {last.on}{note}", Level.HINT, "由您决定")


@Hazard.rule()
def major_hazards_are_reported(hazard: Hazard) -> Iterator[Finding]:
    """A township without the power to order hands a major hazard to the department that has it."""
    if hazard.level == "major" and hazard.handed_on is None and progress_of(hazard) != CLOSED:
        words = "初判为重大隐患的，应及时报告并移交主管部门"
        yield Finding(("handed_to",), words, Level.HINT, "移交后请记下部门、日期和函号")


@Hazard.rule()
def handing_over_is_whole(hazard: Hazard) -> Iterator[Finding]:
    """To whom and when belong together."""
    if bool(hazard.handed_to) != (hazard.handed_on is not None):
        missing = "handed_on" if hazard.handed_to else "handed_to"
        yield Finding((missing,), "移交部门和移交日期要一起填写", Level.STOP, "请补上或都清空")


@Hazard.rule()
def closing_says_what_was_done(hazard: Hazard) -> Iterator[Finding]:
    """A closed hazard without measures or a day of completion cannot be believed later."""
    if progress_of(hazard) != CLOSED:
        return
    if not hazard.measures:
        yield Finding(("measures",), "复查合格销号，却没有写整改措施", Level.DOUBT, "请写明怎样整改的")
    if hazard.rectified_on is None:
        yield Finding(("rectified_on",), "复查合格销号，却没有整改完成日期", Level.DOUBT, "请补上")


@Hazard.rule(at=Stage.FILE)
def filed_when_closed(hazard: Hazard) -> Iterator[Finding]:
    """Only what passed its recheck or was handed over is filed."""
    if progress_of(hazard) not in (CLOSED, HANDED):
        yield Finding(("rechecks",), "还没有复查合格，也没有移交，不能归档", Level.STOP, "请先复查或移交")
