"""调委会: the township's and the villages' mediation committees, each with its own numbers and mediators."""

from __future__ import annotations

from typing import Annotated

from app.models.kinds import Address, Day, Flag, Name, PersonName, Phone, ShortText, Text, coded, ref
from app.models.register import Line, Reach, Record, Section, children, field
from app.models.registers.basis import CONTACT, OFFICE, STAFF
from app.models.registers.place import PlaceRef

CommitteeKind = Annotated[str, coded("committee_kind")]
CommitteeRef = Annotated[str, ref("committee")]

DEFAULT_NUMBERING = "（{年}）{简称}人调字第{序号}号"


class Mediator(Line, table="mediator", label="人民调解员", reach=Reach.COUNTY, basis=STAFF):
    """A member of the committee (人民调解法 第八条、第十三条)."""

    name: PersonName = field("姓名", width=8)
    duty: ShortText | None = field("职务", default=None, hint="主任、副主任、委员、专职调解员", width=8)
    phone: Phone | None = field("联系电话", default=None, basis=CONTACT)
    appointed_on: Day | None = field("任职日期", default=None)
    is_active: Flag = field("在任", default=True, width=4)


class Committee(Record, table="committee", label="调委会", stream="office", reach=Reach.COUNTY, basis=OFFICE):
    """A people's mediation committee (人民调解法 第七条至第九条、第三十四条)."""

    name: Name = field("全称", hint="例如 ××镇人民调解委员会", width=18)
    kind: CommitteeKind = field("类别", default="township")
    place: PlaceRef | None = field("所在地", default=None)
    abbreviation: ShortText | None = field("编号简称", default=None, hint="编号里的字，例如 ××镇")
    numbering: Text = field(
        "编号式样", default=DEFAULT_NUMBERING, hint="打印时 {年}{简称}{序号} 换成实际的年份、编号简称、序号"
    )
    address: Address | None = field("地址", default=None)
    phone: Phone | None = field("电话", default=None)
    dossier_numbering: Text | None = field(
        "卷号式样", default=None, hint="空着：卷号就是协议编号。另编卷号的填式样，例如 （{年}）{简称}人调卷第{序号}号"
    )
    mediators: tuple[Mediator, ...] = children("人民调解员", default=())

    columns = ("name", "kind", "place", "abbreviation", "phone")
    filters = ("kind", "place")
    layout = (
        Section("基本情况", ("name", "kind", "place", "address", "phone")),
        Section("文书编号", ("abbreviation", "numbering", "dossier_numbering")),
    )
