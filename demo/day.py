"""The story of the day: which scene is played on which PC, and what must be true after it.

Every promise is checked here or in the scene; one that does not hold ends the day with a sentence.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app.models import clock
from app.sync.streams import LABELS, MEDIATION, OFFICE, PEOPLE, SAFETY
from demo.children import Player
from demo.commands import transcript
from demo.promises import promised
from demo.server import CountyServer
from demo.telling import Telling
from demo.wire import Wire

TOWNSHIP, COUNTY, COMMITTEE = "青禾镇", "云栖县", "云栖县青禾镇人民调解委员会"
ADMINISTRATOR = ("周明远", "qinghe-2026-zhou")
CLERK = ("李秀英", "xiuying-dengji-8")
OFFICER = ("陈志强", "zhiqiang-xunluo-6")
STATION_STREAMS = f"{PEOPLE},{SAFETY}"
SEEN_BY_STATION = {OFFICE, PEOPLE, SAFETY}

CONTESTED = "联系电话"
CENTER_WRITES = {"联系电话": "14011112222", "职业或职务": "果农"}
STATION_WRITES = {"联系电话": "14033334444", "服务处所": "青禾镇便民超市"}
"""What the two PCs write into one person while the network is down: one field both, one field each."""

_STRAW, _WIRES = 1, 4
"""Two of the hazards the practice township has, in the order of their stories."""


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
        self._ledger = options.output / "人口摸底台账（有毛病的）.xlsx"
        self._person = ""
        self._dispute = ""
        self._hazards: list[str] = []

    def live(self, server: CountyServer) -> None:
        """From the first window to equal counts."""
        self.set_up()
        self.work_alone()
        self.keep_everything()
        with Wire(server.address()) as wire:
            self.join(server, wire)
            self.hand_on(server)
            self.be_cut_off(wire)
            self.be_one_again(wire)
            self.compare(server)

    def set_up(self) -> None:
        """First start, and the people of a township, who would take years to type."""
        self._telling.chapter("一、综治中心：第一次打开程序，不联网")
        told = self._center.play(
            "first_start",
            township=TOWNSHIP, county=COUNTY, committee=COMMITTEE, administrator=ADMINISTRATOR, clerk=CLERK,
        )  # fmt: skip
        self._telling.done(f"三步建好{TOWNSHIP}（{told['strokes']} 次击键）；状态栏：{told['status']}")
        told = self._center.play(
            "settle",
            people=self._options.people, seed=self._options.seed, today=self._today.isoformat(),
            ledger=str(self._ledger),
        )  # fmt: skip
        promised(told["people"] >= self._options.people, f"应有 {self._options.people} 人，只有 {told['people']} 人")
        self._hazards = told["hazards"]
        self._telling.done(
            f"批量放入练习用的 {told['people']} 人、{told['households']} 户、{told['places']} 个地点，"
            f"流动人口 {told['residences']} 条、租赁房屋 {told['houses']} 处、隐患 {len(self._hazards)} 件", told,
        )  # fmt: skip
        told = self._center.play("register_platform")
        self._telling.done(f"登记一个外部平台和它的誊录顺序；还没录进去的 {told['missing']} 件")

    def work_alone(self) -> None:
        """A morning with no network at all: the clerk's work through the windows."""
        say, center = self._telling, self._center
        say.chapter("二、办事员上班：导入、查人、调解、打印，都不联网")
        center.play("sign_in", name=CLERK[0], password=CLERK[1], picture="login")
        told = center.play("import_ledger", path=str(self._ledger))
        say.done(f"导入有毛病的台账 {told['rows']} 行：{told['sentence']}；报告已存，可整次撤销", told)
        told = center.play("find")
        say.done(f"Ctrl+K 打 {told['letters']} 找到 {told['name']}（{told['strokes']} 次击键）", told)
        center.play("household")
        told = center.play("mediate")
        self._person, self._dispute = told["respondent"], told["name"]
        say.done(f"{told['name']}：{told['strokes']} 次击键，定稿 {told['number']}，{told['copies']} 份", told)

    def keep_everything(self) -> None:
        """The clerk's other papers: a photo, a tenant, the platform, a matter for somebody else, a backup."""
        say, center, output = self._telling, self._center, self._options.output
        told = center.play("photograph", title=self._hazards[_WIRES])
        say.done(f"给隐患加一张手机照片：{told['before'] // 1000} kB 存成 {told['size'] // 1000} kB，位置已去掉", told)
        told = center.play("lodge")
        say.done(f"登记{told['name']}租住一处房屋（{told['strokes']} 次击键），提示已住满半年", told)
        told = center.play("transcribe", title=self._dispute)
        say.done(f"誊录：空格一键一栏，复制 {told['boxes']} 栏，记下平台案号 {told['number']}", told)
        told = center.play("compare_platform", title=self._dispute, path=str(output / "平台导出的表.xlsx"))
        say.done(f"与平台导出的表比对：{told['sentence']}", told)
        told = center.play(
            "hand_over", register="dispute", title=self._dispute, group="本单位", to=ADMINISTRATOR[0],
            demand="五日后回访履行情况", picture="hand-over",
        )  # fmt: skip
        say.done(f"把这件纠纷交给{ADMINISTRATOR[0]}（{told['strokes']} 次击键）：{told['said']}", told)
        told = center.play("back_up", folder=str(output / "备份"))
        say.done(f"备份到移动盘并当场打开核对：{told['bytes'] // 1_000_000} MB", told)

    def join(self, server: CountyServer, wire: Wire) -> None:
        """The township comes to the county, and the police station comes to the township."""
        say, center, station = self._telling, self._center, self._station
        say.chapter("三、加入县服务器；派出所成为第二台电脑")
        code = server.enrolment_code(TOWNSHIP, "综治中心", port=wire.port, first=True)
        center.play("sign_in", name=ADMINISTRATOR[0], password=ADMINISTRATOR[1])
        center.play("accept", title=self._dispute, picture="matter-waiting")
        told = center.play("join_county", code=code)
        say.done(f"综治中心加入，以前的 {told['operations']} 条全部上报；状态栏：{told['status']}", told)
        self._ask_a_village()
        center.play("hand_over", register="hazard", title=self._hazards[_WIRES], group="本单位", to=CLERK[0],
                    demand="约派出所一同复查")  # fmt: skip
        pairing = center.play("pairing_code")["code"]
        code = server.enrolment_code(TOWNSHIP, "派出所", port=wire.port, streams=STATION_STREAMS)
        center.begin("sign_in", name=CLERK[0], password=CLERK[1])
        told = station.play("join_township", pairing=pairing, server=code, name=OFFICER[0], password=OFFICER[1])
        center.finish()
        say.done(f"派出所凭配对码和入网码加入，取回 {told['people']} 人，看不到矛盾纠纷", told)
        told = station.play("patrol")
        say.done(f"派出所登记巡逻，发现两处情况（{told['strokes']} 次击键）", told)
        for player in (station, center):
            player.play("sync_now")

    def _ask_a_village(self) -> None:
        """A hazard goes to a village that has no PC: handed over by telephone, its answer written down."""
        center, title = self._center, self._hazards[_STRAW]
        village = title.partition("村口")[0]
        center.play("hand_over", register="hazard", title=title, group="村（社区）", to=village, demand="今天移走秸秆")
        told = center.play("village_takes", register="hazard", title=title, by="村主任")
        self._telling.done(f"把“{title}”电话交给{village}，代录接收；承办：{told['holder']}", told)

    def hand_on(self, server: CountyServer) -> None:
        """The county changes a period; a hazard goes from the center to the police station's PC."""
        say, center, station = self._telling, self._center, self._station
        say.chapter("四、县里改了代码和期限；一处隐患从综治中心交到派出所")
        file = self._options.output / "县配置.json"
        file.write_text(json.dumps(_configuration(self._today), ensure_ascii=False, indent=1), "utf-8")
        said = server.publish(file)
        for player in (center, station):
            player.play("sync_now")
        center.play("configured", picture="county-configuration")
        say.done(f"县里发布配置（{said.splitlines()[-1]}），两台电脑同步一次就照办")
        title = self._hazards[_WIRES]
        center.play("accept", title=title)
        told = center.play(
            "hand_over", register="hazard", title=title, group="本单位", to=OFFICER[0], demand="请派员一同复查",
            picture="hand-over-officer",
        )  # fmt: skip
        say.done(f"{CLERK[0]}接收后又交给{OFFICER[0]}：{told['said']}", told)
        for player in (center, station):
            player.play("sync_now")
        station.play("accept", title=title, picture="matter-station")
        say.done(f"派出所的电脑上，{OFFICER[0]}按 Ctrl+J 接收，承办换人")
        for player in (station, center):
            player.play("sync_now")

    def by_command(self) -> None:
        """What the window does the command line does; its words are kept as they were."""
        told = transcript(self._options.data / "center", self._options.output, account=ADMINISTRATOR)
        self._telling.done(
            f"同样的事用命令行做一遍，{told.commands} 条命令，全部数据另导出 {told.files} 个文件：命令行.txt"
        )

    def be_cut_off(self, wire: Wire) -> None:
        """The network goes; work goes on, on one person at both places too."""
        say, center, station = self._telling, self._center, self._station
        say.chapter("五、断网：两边照常办事，还改了同一个人")
        wire.cut()
        center.begin("edit", name=self._person, texts=CENTER_WRITES, picture="edit-center")
        station.play("edit", name=self._person, texts=STATION_WRITES, picture="edit-station")
        center.finish()
        say.done(f"综治中心改{self._person}的{'、'.join(CENTER_WRITES)}，派出所改{'、'.join(STATION_WRITES)}")
        told = center.play("mediate_in_haste")
        say.done(f"综治中心断网中又办一件纠纷并打印，{told['number']}（{told['strokes']} 次击键）", told)
        for name, player, picture in (("综治中心", center, "offline-center"), ("派出所", station, "offline-station")):
            told = player.play("offline", picture=picture)
            say.done(f"{name}状态栏：{told['status']}")
        told = center.play("waiting_items")
        say.done(f"点开状态栏，逐件列出 {len(told['items'])} 件待上报：{told['items'][-1]}")

    def be_one_again(self, wire: Wire) -> None:
        """The network comes back: one merge by itself, one conflict for a person to decide."""
        say, center, station = self._telling, self._center, self._station
        say.chapter("六、网络恢复：自动合并一处，人来决定一处")
        wire.mend()
        center.play("sync_now")
        station.play("sync_now")
        told = center.play("sync_now", picture="online-again")
        say.done(f"两边同步完；综治中心状态栏：{told['status']}")
        for player in (center, station):
            self._merged(player.play("person", name=self._person)["values"])
        merged = "、".join(label for label in (*CENTER_WRITES, *STATION_WRITES) if label != CONTESTED)
        say.done(f"{merged}自动合并，两边都在")
        told = center.play("see_conflict")
        promised(set(told["values"]) >= {CENTER_WRITES[CONTESTED], STATION_WRITES[CONTESTED]}, "两个值应并排显示")
        say.done(f"{told['label']}有冲突，并排显示：{' / '.join(told['values'])}")
        center.play("decide", value=STATION_WRITES[CONTESTED], reason="电话核实，派出所的号码能打通")
        for player in (center, station):
            player.play("sync_now")
        for player in (center, station):
            values = player.play("person", name=self._person)["values"]
            promised(values[CONTESTED] == STATION_WRITES[CONTESTED], f"决定后的{CONTESTED}应到两台电脑")
        say.done(f"办事员写明理由，采用 {STATION_WRITES[CONTESTED]}；同步后两边一致")
        told = center.play("history", name=self._person)
        say.done(f"这个人的历史里有 {told['entries']} 次操作：谁、何时、从什么改成什么、为什么", told)
        center.play("evening")
        told = center.play("every_page", folder="pages")
        say.done(f"每一页都打开、拍照：{'、'.join(told['pages'])}", told)
        center.play("keys_and_lock", password=CLERK[1])

    def _merged(self, values: dict[str, str]) -> None:
        """What only one side changed must stand at both."""
        for texts in (CENTER_WRITES, STATION_WRITES):
            for label, text in texts.items():
                promised(label == CONTESTED or values[label] == text, f"{label}应自动合并为“{text}”")

    def compare(self, server: CountyServer) -> None:
        """County and PCs hold the same, stream by stream, as far as each may see."""
        self._telling.chapter("七、核对：县服务器与两台电脑逐类比对")
        self._center.begin("facts")
        station = self._station.play("facts")
        center = self._center.finish()
        county = server.digests(TOWNSHIP)
        promised(set(county) >= SEEN_BY_STATION | {MEDIATION}, f"县服务器只有这些类别：{'、'.join(county)}")
        promised(set(center["digests"]) >= set(county), "综治中心应有全部类别")
        promised(set(station["digests"]) == set(county) - {MEDIATION}, "派出所应看不到、也只看不到矛盾纠纷")
        rows = [_compared(stream, county[stream], center, station) for stream in county]
        self._telling.table(("类别", "县", "综治中心", "派出所", "内容指纹", ""), rows)
        promised(all(row[-1] == "一致" for row in rows), "县服务器与电脑的内容不一致")
        self._compare_files()
        for name, facts in (("综治中心", center), ("派出所", station)):
            promised(facts["waiting"] == 0, f"{name}还有 {facts['waiting']} 条没有得到确认")
            promised(facts["sound"], f"{name}体检不合格：{facts['complaints']}")
            self._telling.done(f"{name}体检：{facts['operations']} 条日志折叠后与 {facts['records']} 条记录完全一致")

    def _compare_files(self) -> None:
        """Registers by name, and attachments that have come to every PC that may see them."""
        center, station = (player.play("files") for player in (self._center, self._station))
        rows = [(label, str(n), str(station["counts"].get(label, "—"))) for label, n in center["counts"].items()]
        self._telling.table(("登记", "综治中心", "派出所"), rows)
        for name, told in (("综治中心", center), ("派出所", station)):
            promised(told["named"] == told["here"], f"{name}还有 {told['named'] - told['here']} 个附件没有到")
        self._telling.done(f"附件：综治中心 {center['here']} 个，派出所 {station['here']} 个，都能打开")

    def look_large(self, large: Player) -> None:
        """The center's program once more, on a screen set to 150 %: signed in to by keys, its pages photographed."""
        large.play("sign_in", name=CLERK[0], password=CLERK[1], picture="large-login")
        told = large.play("look_large", name=self._person)
        self._telling.done(f"同一台电脑放大到 150 % 再开一遍，{len(told['pages'])} 页都拍照")


def _configuration(today: date) -> dict[str, Any]:
    """What the county's file says: one more word, a shorter period, a setting nobody may change."""
    return {
        "basis": f"{COUNTY}平安办〔{today.year}〕3号",
        "codes": [
            {"list": "dispute_category", "code": "C-road", "label": "村道通行", "standard": "neighbour", "order": 1}
        ],
        "clocks": [
            {
                "clock": "hazard_rectification",
                "length": 10,
                "unit": "days",
                "from": (today + timedelta(days=7)).isoformat(),
            }
        ],
        "settings": [{"name": "idle_lock_minutes", "value": 5, "locked": True}],
    }


def _compared(stream: str, county: tuple[int, str], center: dict[str, Any], station: dict[str, Any]) -> tuple[str, ...]:
    """One line of the table: counts at the three places, the beginning of the hash, and whether they are equal."""
    count, content = county
    held = [one["digests"].get(stream) for one in (center, station)]
    equal = all(one is None or tuple(one) == (count, content) for one in held)
    shown = ["—（看不到）" if one is None else str(one[0]) for one in held]
    return LABELS.get(stream, stream), str(count), *shown, content[:12], "一致" if equal else "不一致"
