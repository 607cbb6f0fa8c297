"""巡逻: patrols and what they found. Things and events only: no list of persons, plates never grouped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from app.errors import Finding, Level
from app.models.files import FileLine
from app.models.kinds import Address, Day, LongText, Moment, PersonName, Text, coded
from app.models.register import Column, Line, Lookup, Reach, Record, Section, children, field
from app.models.registers.basis import PATROL
from app.models.registers.place import PlaceRef

TeamKind = Annotated[str, coded("patrol_team_kind")]
Shift = Annotated[str, coded("patrol_shift")]
Way = Annotated[str, coded("patrol_way")]
Weather = Annotated[str, coded("weather")]
FindingKind = Annotated[str, coded("finding_kind")]
Disposal = Annotated[str, coded("finding_disposal")]


class PatrolFinding(Line, table="patrol_finding", label="发现情况", reach=Reach.COUNTY, basis=PATROL):
    """Something seen on the way and what was done on the spot; the story ends at the township."""

    found_at: Moment = field("时间")
    location: Address = field("地点")
    kind: FindingKind = field("类别", width=8)
    description: LongText = field("情况", reach=Reach.TOWNSHIP)
    disposal: Disposal | None = field("现场处置", default=None, width=8)
    handed_to: Text | None = field("移交给", default=None, hint="单位、接收人、时间")

    columns = ("found_at", "kind", "location", "disposal", "description")


class PatrolFile(FileLine, table="patrol_file", label="附件", reach=Reach.TOWNSHIP, basis=PATROL):
    """Pictures of places and things seen on the way."""


def _finding_count(patrol: Patrol, _: Lookup) -> str:
    return str(len(patrol.findings))


class Patrol(Record, table="patrol", label="巡逻", stream="safety", reach=Reach.COUNTY, basis=PATROL):
    """One patrol of one team."""

    patrolled_on: Day = field("日期", starts_today=True)
    shift: Shift = field("班次", default="evening", width=4)
    team_kind: TeamKind = field("队伍", default="village", width=8)
    team_name: Text | None = field("队伍名称", default=None)
    leader: PersonName | None = field("队长（带班人）", default=None, search=False)
    officer: PersonName | None = field("带队民警", default=None, search=False, hint="派出所、辅警勤务填写")
    members: Text | None = field("队员", default=None)
    way: Way = field("方式", default="foot", width=4)
    weather: Weather | None = field("天气", default=None, width=4)
    place: PlaceRef | None = field("村（社区）", default=None)
    route: Address | None = field("路线", default=None, hint="途经的重点部位")
    started_at: Moment | None = field("开始时间", default=None)
    ended_at: Moment | None = field("结束时间", default=None)
    summary: LongText | None = field("小结", default=None, hint="没有异常可写“无异常”")
    findings: tuple[PatrolFinding, ...] = children("发现情况", default=())
    files: tuple[PatrolFile, ...] = children("附件", default=())

    columns = ("patrolled_on", "shift", "team_kind", "leader", "place", "route", "finding_count")
    filters = ("team_kind", "place", "shift")
    sort = "-patrolled_on"
    layout = (
        Section("巡逻", ("patrolled_on", "shift", "way", "weather", "place", "route", "started_at", "ended_at")),
        Section("人员", ("team_kind", "team_name", "leader", "officer", "members")),
        Section("小结", ("summary",)),
    )
    computed = (
        Column(
            "finding_count",
            "发现",
            "CAST((SELECT count(*) FROM patrol_finding f WHERE f.parent = t.id AND f.deleted = 0) AS TEXT)",
            _finding_count,
            4,
        ),
    )

    def title(self) -> str:
        """Day and route."""
        return " ".join(part for part in (str(self.patrolled_on), self.route or "") if part)

    def subtitle(self) -> str:
        """Who led it."""
        return self.leader or ""


@Patrol.rule()
def ends_after_start(patrol: Patrol) -> Iterator[Finding]:
    """Time runs forward."""
    if patrol.started_at and patrol.ended_at and patrol.ended_at <= patrol.started_at:
        yield Finding(("ended_at",), "结束时间不晚于开始时间", Level.STOP, "跨过半夜的请写明次日日期")


@Patrol.rule()
def auxiliaries_are_led(patrol: Patrol) -> Iterator[Finding]:
    """Auxiliary officers work under an officer; a missing one is asked about, never blocked (it would be invented)."""
    if patrol.team_kind in ("police", "auxiliary") and not patrol.officer:
        yield Finding(("officer",), "派出所、辅警勤务一般由民警带队", Level.DOUBT, "没有民警带队请写明原因")
