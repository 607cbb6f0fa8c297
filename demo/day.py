"""The story of the day: which scene is played on which PC, and what must be true after it.

Every promise is checked here or in the scene; one that does not hold ends the day with a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.models import clock
from app.sync.streams import LABELS
from demo.children import Player
from demo.promises import promised
from demo.server import CountyServer
from demo.telling import Telling
from demo.wire import Wire

TOWNSHIP, COUNTY, COMMITTEE = "青禾镇", "云栖县", "云栖县青禾镇人民调解委员会"
ADMINISTRATOR = ("周明远", "qinghe-2026-zhou")
CLERK = ("李秀英", "xiuying-dengji-8")
OFFICER = ("陈志强", "zhiqiang-xunluo-6")
STATION_STREAMS = "people,safety"


@dataclass(frozen=True)
class Options:
    """What the day is given: how many people, the seed of their invention, where everything is written."""

    people: int
    seed: int
    output: Path

    @property
    def data(self) -> Path:
        """Folder of the three data folders."""
        return self.output / "data"


class Day:
    """Plays the day. The county and both PCs are started by the caller and ended by it."""

    def __init__(self, options: Options, telling: Telling, center: Player, station: Player) -> None:
        self._options = options
        self._telling = telling
        self._center = center
        self._station = station
        self._today: date = clock.today()

    def live(self, server: CountyServer) -> None:
        """From the first window to equal counts."""
        self.set_up()
        self.work_alone()
        with Wire(server.address()) as wire:
            self.join(server, wire)
            self.be_cut_off(wire)
            self.be_one_again(wire)
            self.compare(server)

    def set_up(self) -> None:
        """First start, and two thousand people who would take years to type."""
        self._telling.chapter("一、综治中心：第一次打开程序，不联网")
        told = self._center.play(
            "first_start",
            township=TOWNSHIP, county=COUNTY, committee=COMMITTEE, administrator=ADMINISTRATOR, clerk=CLERK,
        )  # fmt: skip
        self._telling.done(f"三步建好{TOWNSHIP}（{told['strokes']} 次击键）；状态栏：{told['status']}")
        told = self._center.play(
            "settle",
            people=self._options.people, seed=self._options.seed, today=self._today.isoformat(),
            ledger=str(self._options.output / "人口摸底台账（有毛病的）.xlsx"),
        )  # fmt: skip
        promised(told["people"] >= self._options.people, f"应有 {self._options.people} 人，只有 {told['people']} 人")
        self._telling.done(f"批量放入练习用的 {told['people']} 人、{told['households']} 户、{told['places']} 个地点")

    def work_alone(self) -> None:
        """A morning with no network at all."""

    def join(self, server: CountyServer, wire: Wire) -> None:
        """The township comes to the county, and the police station comes to the township."""
        self._telling.chapter("三、加入县服务器；派出所成为第二台电脑")
        code = server.enrolment_code(TOWNSHIP, "综治中心", port=wire.port, first=True)
        self._center.play("sign_in", name=ADMINISTRATOR[0], password=ADMINISTRATOR[1])
        told = self._center.play("join_county", code=code)
        self._telling.done(f"综治中心加入，以前的记录全部上报；状态栏：{told['status']}")
        pairing = self._center.play("pairing_code")["code"]
        code = server.enrolment_code(TOWNSHIP, "派出所", port=wire.port, streams=STATION_STREAMS)
        self._center.begin("sign_in", name=CLERK[0], password=CLERK[1])
        told = self._station.play("join_township", pairing=pairing, server=code, name=OFFICER[0], password=OFFICER[1])
        self._center.finish()
        self._telling.done(f"派出所凭配对码和登记码加入，取回 {told['people']} 人（不含矛盾纠纷）")

    def be_cut_off(self, wire: Wire) -> None:
        """The network goes; work goes on."""
        self._telling.chapter("四、断网：两边照常办事")
        wire.cut()

    def be_one_again(self, wire: Wire) -> None:
        """The network comes back."""
        self._telling.chapter("五、网络恢复")
        wire.mend()
        self._center.begin("sync_now")
        told = self._station.play("sync_now")
        self._telling.done(f"派出所：{told['status']}")
        told = self._center.finish()
        self._telling.done(f"综治中心：{told['status']}")

    def compare(self, server: CountyServer) -> None:
        """County and PCs hold the same, stream by stream, as far as each may see."""
        self._telling.chapter("六、核对：县服务器与两台电脑逐类比对")
        self._center.begin("facts")
        station = self._station.play("facts")
        center = self._center.finish()
        county = server.digests(TOWNSHIP)
        rows = [_compared(stream, county[stream], center, station) for stream in county]
        self._telling.table(("类别", "县", "综治中心", "派出所", "内容指纹", ""), rows)
        promised(all(row[-1] == "一致" for row in rows), "县服务器与电脑的内容不一致")
        for name, facts in (("综治中心", center), ("派出所", station)):
            promised(facts["waiting"] == 0, f"{name}还有 {facts['waiting']} 条没有得到确认")
            promised(facts["sound"], f"{name}体检不合格：{facts['complaints']}")
            self._telling.done(f"{name}体检：{facts['operations']} 条日志折叠后与 {facts['records']} 条记录完全一致")


def _compared(stream: str, county: tuple[int, str], center: dict[str, Any], station: dict[str, Any]) -> tuple[str, ...]:
    """One line of the table: counts at the three places, the beginning of the hash, and whether they are equal."""
    count, content = county
    held = [one["digests"].get(stream) for one in (center, station)]
    equal = all(one is None or tuple(one) == (count, content) for one in held)
    shown = ["—（看不到）" if one is None else str(one[0]) for one in held]
    return LABELS.get(stream, stream), str(count), *shown, content[:12], "一致" if equal else "不一致"
