"""流动人口居住登记: who lives here away from home, where, since when, and until when the permit's endorsement runs.

Kept to what the residence rules of a province let be registered (浙江省流动人口居住登记条例 第二十九条): no 婚育证明,
belief or blood type, no contact of third persons. The township reminds; permits are the police's
(居住证暂行条例 第八条).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated

from app.errors import Finding, Level
from app.models import clock
from app.models.clocks_list import clock_called
from app.models.files import FileLine
from app.models.kinds import Address, Day, NumberText, PersonName, Text, coded
from app.models.register import Column, Lookup, Reach, Record, Section, children, field
from app.models.registers.basis import DWELLING, PERMIT, STAY
from app.models.registers.house import HouseRef
from app.models.registers.person import PersonRef
from app.models.registers.place import PlaceRef
from app.models.registers.platform import PlatformEntry, entered_once, platform_column

StayReason = Annotated[str, coded("stay_reason")]
DwellingKind = Annotated[str, coded("dwelling_kind")]
DeclareWay = Annotated[str, coded("declare_way")]
CancelReason = Annotated[str, coded("cancel_reason")]

LIVING, GONE = "在住", "已注销"
_DAY = "CASE WHEN date(t.{0}) = t.{0} THEN {1} ELSE '' END"
"""A computed day only of what is a day: anything else another program stored gives nothing."""


def _state(residence: Residence, _: Lookup) -> str:
    return GONE if residence.cancelled_on is not None else LIVING


def half_year_on(residence: Residence) -> date | None:
    """The day half a year of living here is full (居住证暂行条例 第二条); None without a day of arrival."""
    arrived_on = residence.arrived_on
    return clock_called("residence_permit").deadline(arrived_on).on if isinstance(arrived_on, date) else None


def endorsement_window(residence: Residence) -> tuple[date, date] | None:
    """First and last day to have the permit endorsed (居住证暂行条例 第十条): the month before the year is full."""
    last = residence.endorse_by
    return (clock_called("permit_endorsement").opens_on(last), last) if isinstance(last, date) else None


def _half_year(residence: Residence, _: Lookup) -> str:
    on = half_year_on(residence)
    return on.isoformat() if on else ""


def _endorsement(residence: Residence, _: Lookup) -> str:
    window = endorsement_window(residence)
    return window[0].isoformat() if window else ""


def _months(column: str, months: int) -> str:
    """SQL of the engine's counting: a month without the day ends on its last."""
    moved = f"date(t.{column}, 'start of month', '{months + 1:+d} months', '-1 day')"
    return _DAY.format(column, f"min(date(t.{column}, '{months:+d} months'), {moved})")


class ResidenceFile(FileLine, table="residence_file", label="附件", reach=Reach.TOWNSHIP, basis=DWELLING):
    """What shows where somebody lives: the contract, a letter of the employer or school; never a person's document."""


class ResidencePlatformEntry(
    PlatformEntry, table="residence_platform_entry", label="外部平台", reach=Reach.COUNTY, basis=STAY
):
    """The stay's number in a platform."""


class Residence(Record, table="residence", label="流动人口", stream="people", reach=Reach.COUNTY, basis=STAY):
    """One stay of one person at one dwelling; a move inside the township is a new one."""

    person: PersonRef = field("姓名", width=8, hint="输入姓名或拼音查找；没有登记的先新增人口")
    place: PlaceRef | None = field("所在村（社区）", default=None)
    address: Address | None = field("现住地址", default=None, width=16)
    dwelling_kind: DwellingKind | None = field("居住处所", default=None, width=6)
    house: HouseRef | None = field("租赁房屋", default=None, hint="住出租房的选房屋，居住人数由此统计")
    stay_reason: StayReason | None = field("居住事由", default=None, width=7)
    workplace: Text | None = field("服务处所", default=None, hint="用人单位或就读学校")
    arrived_on: Day | None = field("入住日期", default=None, width=7)
    registered_on: Day | None = field("登记日期", default=None, starts_today=True)
    declare_way: DeclareWay | None = field("申报方式", default="self", width=6)
    declarer: PersonName | None = field("代报人", default=None, search=False, hint="非本人申报时填写")
    registration_number: NumberText | None = field("登记编号", default=None, hint="本地有登记编号的填写")
    permit_on: Day | None = field("居住证签发日期", default=None, basis=PERMIT)
    endorse_by: Day | None = field("签注到期日", default=None, basis=PERMIT, hint="居住每满一年之日；前一个月内签注")
    expected_until: Day | None = field("预计住到", default=None)
    cancelled_on: Day | None = field("注销日期", default=None)
    cancel_reason: CancelReason | None = field("注销原因", default=None)
    platform_entries: tuple[ResidencePlatformEntry, ...] = children("外部平台", default=())
    files: tuple[ResidenceFile, ...] = children("附件", default=())

    columns = ("person", "state", "address", "arrived_on", "half_year", "endorse_from", "stay_reason", "place")
    filters = ("state", "place", "stay_reason", "dwelling_kind", "on_platforms")
    sort = "-arrived_on"
    found_by = ("person", "house")
    layout = (
        Section("居住", ("person", "place", "address", "dwelling_kind", "house", "arrived_on", "expected_until")),
        Section("事由", ("stay_reason", "workplace")),
        Section("登记", ("registered_on", "declare_way", "declarer", "registration_number")),
        Section("居住证提醒", ("permit_on", "endorse_by")),
        Section("注销", ("cancelled_on", "cancel_reason")),
    )
    computed = (
        Column(
            "state",
            "状态",
            f"CASE WHEN t.cancelled_on IS NULL THEN '{LIVING}' ELSE '{GONE}' END",
            _state,
            7,
            choices=(LIVING, GONE),
        ),
        Column("half_year", "满半年", _months("arrived_on", 6), _half_year, 10),
        Column("endorse_from", "可签注自", _months("endorse_by", -1), _endorsement, 10),
        platform_column("residence"),
    )

    def title(self) -> str:
        """Where and since when; the name stands with the person."""
        since = f"{self.arrived_on} 入住" if self.arrived_on else ""
        return " ".join(part for part in (self.address or "居住登记", since) if part)


Residence.rule()(entered_once)


def _day(value: object) -> date | None:
    """A day that can be compared; what could not be read is shown at its field instead."""
    return value if isinstance(value, date) else None


@Residence.rule()
def days_run_forward(residence: Residence) -> Iterator[Finding]:
    """Nobody registers before arriving or leaves before coming."""
    arrived_on = _day(residence.arrived_on)
    for name in ("registered_on", "expected_until", "cancelled_on"):
        on = _day(getattr(residence, name))
        if arrived_on and on and on < arrived_on:
            label = residence.definition.field(name).label
            yield Finding((name,), f"{label}早于入住日期", Level.DOUBT, "请核对两个日期")


@Residence.rule()
def declared_in_time(residence: Residence) -> Iterator[Finding]:
    """户口登记条例 第十五条: only told, a late registration is better than none."""
    arrived_on, registered_on = _day(residence.arrived_on), _day(residence.registered_on)
    if arrived_on and registered_on:
        last = clock_called("residence_registration").deadline(arrived_on)
        if registered_on > last.on:
            words = f"登记晚于申报期限 {last.on}" + (f"（{last.note}）" if last.note else "")
            yield Finding(("registered_on",), words, Level.HINT, "照实登记即可")


@Residence.rule()
def cancelling_is_whole(residence: Residence) -> Iterator[Finding]:
    """A registration ends with a day and a reason."""
    if (residence.cancelled_on is None) != (residence.cancel_reason is None):
        missing = "cancelled_on" if residence.cancelled_on is None else "cancel_reason"
        yield Finding((missing,), "注销日期和注销原因要一起填写", Level.STOP, "请补上或都清空")


@Residence.rule()
def rented_room_has_its_house(residence: Residence) -> Iterator[Finding]:
    """People hang on houses (以房管人): how many live in one is counted, not typed."""
    if residence.dwelling_kind == "rental" and not residence.house:
        yield Finding(("house",), "住租赁房屋的，最好选上是哪一处房屋", Level.HINT, "还没有登记的房屋可以先新增")


@Residence.rule()
def permit_is_reminded_of(residence: Residence) -> Iterator[Finding]:
    """What to tell the person: half a year is full, or the month of endorsement has begun."""
    today = clock.today()
    if residence.cancelled_on is not None:
        return
    half_year, window = half_year_on(residence), endorsement_window(residence)
    if half_year and half_year <= today and residence.permit_on is None:
        words = f"已于 {half_year} 住满半年，符合条件的可以申领居住证"
        yield Finding(("permit_on",), words, Level.HINT, "请告知本人到派出所或受公安机关委托的服务点办理")
    if window and window[0] <= today:
        is_late = today > window[1]
        words = f"签注已于 {window[1]} 到期" if is_late else f"{window[0]} 至 {window[1]} 可以签注"
        yield Finding(("endorse_by",), words, Level.HINT, "请提醒本人办理")


@Residence.rule()
def endorsement_follows_the_permit(residence: Residence) -> Iterator[Finding]:
    """A permit is endorsed every year; the first time a year after it was issued."""
    issued_on = _day(residence.permit_on)
    if issued_on and residence.endorse_by is None:
        yield Finding(("endorse_by",), "填上签注到期日，程序才会提醒", Level.HINT, "首次一般为签发满一年之日")
    elif issued_on and (last := _day(residence.endorse_by)) and last < issued_on + timedelta(days=1):
        yield Finding(("endorse_by",), "签注到期日早于居住证签发日期", Level.DOUBT, "请核对两个日期")
