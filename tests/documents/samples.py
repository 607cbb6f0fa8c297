"""Agreements as a township writes them, plain and hard."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from app.documents.agreement import AgreementPaper, PartyOnPaper, PaymentOnPaper, RepresentativeOnPaper

LONG_NAME = "阿卜杜热合曼·麦麦提吐尔逊·艾合麦提江·吾布力卡斯木江·买"
LONG_ADDRESS = (
    "新疆维吾尔自治区巴音郭楞蒙古自治州若羌县铁干里克镇英苏村二组15号附3号院内东侧第二排平房"
    "（暂住青石镇工业园区宏达建材有限公司职工宿舍2号楼3单元502室）"
)
ZHANG = PartyOnPaper(
    label="甲方", name="张德顺", sex="男", ethnicity="汉族", age="62岁", occupation="农民", contact="13800001234",
    address="青石镇河湾村三组47号",
)  # fmt: skip
LI = PartyOnPaper(
    label="乙方", name="李桂芳", sex="女", ethnicity="汉族", age="57岁", occupation="农民", contact="13900005678",
    address="青石镇河湾村三组48号",
)  # fmt: skip
RARE = PartyOnPaper(
    label="甲方", name="𬱖𬎆𫖯", sex="女", ethnicity="汉族", age="34岁", occupation="个体工商户", contact="13800001234",
    address="青石镇䶮家坪村㛃溪组12号",
)  # fmt: skip
MINORITY = PartyOnPaper(
    label="乙方", name=LONG_NAME, sex="男", ethnicity="维吾尔族", age="41岁", occupation="务工", contact="13900005678",
    address=LONG_ADDRESS,
)  # fmt: skip
COMPANY = PartyOnPaper(
    label="丙方", name="青石镇宏达新型建材有限责任公司", is_organisation=True, credit_code="91510000MA6XXXXX1B",
    legal_representative="王立新（总经理）", contact="0826-5551234", address="青石镇工业园区纬三路8号",
    representatives=(RepresentativeOnPaper(role="委托代理人", name="赵敏", contact="13700001111"),),
)  # fmt: skip
CHILD = PartyOnPaper(
    label="丁方", name="陈小宝", sex="男", ethnicity="汉族", age="7岁", occupation="学生",
    address="青石镇河湾村一组3号", signs_in_person=False,
    representatives=(RepresentativeOnPaper(role="法定代理人", name="陈秀英", relation="母亲", contact="13600002222"),),
)  # fmt: skip
FACTS = (
    "2026年10月8日，乙方李桂芳在自家宅基地东侧翻建院墙，新砌院墙较原墙基向东移出约0.35米，占用双方共用通道，"
    "致使甲方张德顺家三轮车不能通行。甲方多次要求乙方拆除，乙方认为“该通道属其宅基地范围”，双方发生争吵，"
    "10月12日甲方推倒新砌院墙约2米。经查阅双方宅基地使用证及现场丈量，该通道宽1.8米，为两家共用。"
)
TERMS = (
    "乙方自愿将东侧院墙退回原墙基以西砌筑，保证共用通道净宽不少于1.8米。",
    "甲方自愿赔偿乙方被推倒院墙的材料及人工损失人民币1,200元。",
    "双方今后不得在共用通道内堆放杂物、停放车辆，通道的维修费用由双方各承担一半。",
)
PLAIN = AgreementPaper(
    committee="青石镇人民调解委员会",
    parties=(ZHANG, LI),
    number="（2026）青石人调字第17号",
    facts=FACTS,
    terms=TERMS,
    performance=("乙方应于2026年12月10日前完成院墙退砌，由河湾村村民委员会派人现场见证。",),
    payments=(PaymentOnPaper(payer="甲方", payee="乙方", amount=Decimal(1200), due="2026年12月1日", method="现金"),),
    signed_on="2026年11月23日",
)
HARD = replace(
    PLAIN, number="", parties=(RARE, MINORITY, COMPANY, CHILD), mediators=2, interpreted_into="维吾尔语",
    read_aloud_to=("乙方",), signed_on="",
)  # fmt: skip
EMPTY = AgreementPaper(
    committee="青石镇人民调解委员会",
    parties=(PartyOnPaper(label="甲方", name=""), PartyOnPaper(label="乙方", name="")),
)
LONG = replace(PLAIN, facts="\n".join([FACTS] * 11), terms=TERMS * 5)
_STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"


def with_parties(count: int) -> AgreementPaper:
    return replace(PLAIN, parties=tuple(replace(ZHANG, label=f"{stem}方") for stem in _STEMS[:count]), mediators=3)
