"""What the clerk has on paper that day: two quarrels between neighbours and a patrol. Invented; texts only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from demo.forms import Sheet, Texts

MEDIATORS = "周明远、李秀英"


@dataclass(frozen=True)
class Side:
    """One side of a dispute: the name typed into 人口登记, or, without a record, what is typed by hand."""

    name: str
    is_registered: bool
    particulars: Texts


def registered(name: str) -> Side:
    """Somebody in the register: the name brings the rest."""
    return Side(name, True, {})


def stranger(name: str, address: str) -> Side:
    """Somebody who is in no register."""
    return Side(name, False, {"性别": "男", "单位或住址": address})


def ditch(applicant: Side, respondent: Side, today: date, *, village: str = "") -> Sheet:
    """A drain between two yards: written agreement, two duties, one payment."""
    names = f"{applicant.name}与{respondent.name}"
    facts = (
        f"{respondent.name}今年九月翻修院墙时抬高了墙脚，把两家之间的排水沟填窄，雨水倒灌进{applicant.name}家院内，"
        "泡坏玉米约三百斤。双方对排水沟怎样恢复、玉米怎样赔有争议。"
    )
    return Sheet(
        {
            "纠纷名称": f"{names}相邻排水纠纷",
            "调委会": "云栖县青禾镇",
            "纠纷类型": "邻里",
            "受理日期": _day(today - timedelta(days=3)),
            "发生日期": _day(today - timedelta(days=12)),
            **({"发生村（社区）": village} if village else {}),
            "发生地点": "两家院墙之间的排水沟",
            "涉及人数": "2",
            "纠纷简要情况": "翻修院墙填窄了排水沟，雨水倒灌，泡坏玉米。",
        },
        {
            "当事人": [_party(applicant, "申请人"), _party(respondent, "被申请人")],
            "调解记录": [
                {
                    "调解时间": f"{_day(today)} 9:30",
                    "地点": "综治中心调解室",
                    "调解员": MEDIATORS,
                    "记录人": "李秀英",
                    "已告知权利义务": "是",
                    "调解记录": "到现场看了排水沟，双方各自说明了情况，同意恢复原样、折价赔偿。",
                }
            ],
            "调解协议": [
                {
                    "纠纷主要事实、争议事项": facts,
                    "协议内容": f"{respondent.name}五日内把排水沟恢复到原来的宽度。\n"
                    f"{respondent.name}赔偿{applicant.name}玉米损失 360 元。\n今后修整院墙先与对方商量。",
                    "履行方式、时限": "赔偿款签字当日付清；排水沟五日内恢复，由村委会到场查看。",
                    "协议金额（元）": "360",
                    "履行期限": _day(today + timedelta(days=5)),
                    "调解员": MEDIATORS,
                    "记录人": "李秀英",
                    "签订日期": _day(today),
                }
            ],
        },
    )


def trees(applicant: Side, respondent: Side, today: date) -> Sheet:
    """Walnut trees that shade a field: the short form of a dossier, as it is written on a busy day."""
    return Sheet(
        {"纠纷名称": f"{applicant.name}与{respondent.name}林木遮挡纠纷", "调委会": "云栖县青禾镇", "纠纷类型": "邻里"},
        {
            "当事人": [_party(applicant, "申请人"), _party(respondent, "被申请人")],
            "调解协议": [
                {
                    "纠纷主要事实、争议事项": f"{respondent.name}家地边的三棵核桃树遮挡了{applicant.name}家的菜地。",
                    "协议内容": f"{respondent.name}十日内修去伸到{applicant.name}家菜地上方的树枝。",
                    "履行方式、时限": "十日内自行修剪，村组长到场查看。",
                    "调解员": MEDIATORS,
                    "签订日期": _day(today),
                }
            ],
        },
    )


def patrol(today: date, *, village: str) -> Sheet:
    """An evening round of the police station with two findings: things and events, never persons."""
    return Sheet(
        {
            "日期": _day(today),
            "方式": "车巡",
            "天气": "多云",
            "村（社区）": village,
            "路线": f"派出所—{village}村口—村小学—水库坝口—派出所",
            "开始时间": f"{_day(today)} 19:30",
            "结束时间": f"{_day(today)} 21:40",
            "队伍": "派出所巡逻组",
            "队长（带班人）": "陈志强",
            "带队民警": "陈志强",
            "小结": "发现两处情况，均已处置。",
        },
        {
            "发现情况": [
                {
                    "时间": f"{_day(today)} 20:05",
                    "地点": f"{village}村小学门口",
                    "类别": "设施",
                    "情况": "路灯两盏不亮，学生放学路段昏暗。",
                    "现场处置": "移交有关",
                    "移交给": "镇规划建设办公室，当晚电话告知",
                },
                {
                    "时间": f"{_day(today)} 20:50",
                    "地点": f"{village}水库坝口",
                    "类别": "水域",
                    "情况": "警示牌被风刮倒，护栏有一处豁口约 1.2 米。",
                    "现场处置": "设警示",
                },
            ]
        },
    )


def _party(side: Side, role: str) -> Texts:
    found = {"人口登记": side.name} if side.is_registered else {"姓名或名称": side.name}
    return {"身份": role, **found, **side.particulars}


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"
