"""Columns by their headings: which row of a sheet is the header, and which field each heading means.

Headings are matched by their words, never by their place. The words people use instead of our labels stand here, in one
place, for every register. Nothing here reads a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import Final

from app.exchange.sheets import Cell, RawRow, RawSheet, column_letter, raw_text
from app.models.register import Definition, FieldSpec
from app.models.text import half_width

NUMBER: Final = "序号"
OWNER: Final = "所属序号"
ROW_OF_FILE: Final = "原行号"
WHY: Final = "错误说明"
OURS: Final = frozenset({NUMBER, OWNER, ROW_OF_FILE, WHY})
"""Columns our own files carry beside the fields."""

EXAMPLE: Final = "示例"
"""In the number column of a template: the row shows how to fill in and is not imported."""

_LOOK_AT = 30

_EVERYWHERE: Final[Mapping[str, tuple[str, ...]]] = {
    "full_name": ("姓名", "居民姓名", "人员姓名", "名字"),
    "id_number": (
        "身份证号", "身份证号码", "公民身份号码", "公民身份证号码", "居民身份证号码", "身份证", "身份证件号码",
        "身份证件编号", "证件号", "证件编号",
    ),
    "document_kind": ("证件类型", "证件类别", "证件名称"),
    "birth_on": ("出生年月日", "出生年月", "出生日", "生日", "出生时间"),
    "sex": ("男女",),
    "ethnicity": ("族别",),
    "phone": (
        "电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "联系号码", "本人电话", "移动电话", "联系人电话",
    ),
    "place": (
        "村", "村名", "村名称", "社区", "村社区", "村/社区", "村(社区)", "所在村", "所属村", "所在社区", "所属社区",
        "行政村", "村委会", "村(居)", "村居", "所在地", "所属村(社区)",
    ),
    "address": ("地址", "详细地址", "家庭住址", "家庭地址", "住所", "住址"),
}  # fmt: skip
_PER_REGISTER: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "person": {
        "live_address": (
            "现居住地址",
            "现住址",
            "现居住地",
            "居住地址",
            "居住地",
            "现住地",
            "家庭住址",
            "家庭地址",
            "详细地址",
            "地址",
            "住址",
            "常住地址",
            "实际居住地址",
            "现居地",
        ),
        "registered_address": ("户籍地", "户籍住址", "户籍所在地", "户口所在地", "户口地址", "身份证地址"),
        "former_name": ("别名", "原名"),
        "workplace": ("工作单位", "单位", "就业单位", "从业单位"),
        "occupation": ("职业", "职务", "从事职业", "工种"),
        "residence_kind": ("人户一致", "人户情况", "人户状态", "居住状态"),
    },
    "household": {
        "number": ("户编号", "户口编号", "家庭编号", "户口簿号", "户口本号"),
        "kind": ("户类型", "户口类别", "家庭类型"),
    },
    "household_member": {
        "person": ("姓名", "成员姓名", "家庭成员", "成员姓名(证件号码)"),
        "relation": ("关系", "与户主的关系", "家庭关系", "户主关系"),
    },
    "organisation": {
        "name": ("单位名称", "企业名称", "全称", "机构名称"),
        "kind": ("单位类型", "类型", "性质", "单位性质"),
        "credit_code": ("信用代码", "社会信用代码", "统一信用代码", "组织机构代码"),
        "head_name": ("法定代表人", "法人", "法人代表", "负责人", "负责人姓名", "联系人"),
        "head_duty": ("负责人职务",),
    },
    "dispute": {
        "name": ("案件名称", "纠纷", "案由"),
        "category": ("纠纷类别", "类型", "类别", "案件类型"),
        "accepted_on": ("受理时间", "登记日期"),
        "happened_on": ("发生时间",),
        "story": ("简要情况", "基本情况", "案情", "简要案情"),
        "committee": ("人民调解委员会", "调解组织"),
    },
    "dispute_party": {"name": ("姓名", "当事人", "名称"), "address": ("地址", "住址", "单位")},
    "patrol": {
        "patrolled_on": ("巡逻日期", "巡查日期", "时间"),
        "leader": ("带班人", "队长", "带队人"),
        "members": ("巡逻人员", "参加人员", "巡查人员"),
        "route": ("巡逻路线", "巡查路线"),
        "summary": ("巡逻情况", "情况记录", "备注"),
    },
    "residence": {
        "person": ("人员姓名", "流动人口姓名", "承租人", "承租人姓名"),
        "address": ("现居住地址", "现住址", "暂住地址", "居住地址", "居住地详址"),
        "dwelling_kind": ("暂住处所", "居住类型", "居住方式"),
        "house": ("出租房", "出租房屋"),
        "stay_reason": ("流入原因", "暂住事由", "来本地事由", "居住原因"),
        "workplace": ("工作单位或就读学校", "工作单位", "就读学校", "单位"),
        "arrived_on": ("流入时间", "来本地日期", "到达日期", "暂住日期", "居住日期"),
        "registered_on": ("登记时间", "申报日期"),
        "registration_number": ("登记证编号", "居住登记编号"),
        "expected_until": ("预计到期日期", "预计离开日期", "拟居住至"),
        "cancelled_on": ("注销时间", "离开日期"),
    },
    "house": {
        "exact_address": ("房屋地址", "准确地址", "地址", "详细地址", "出租房地址", "房屋详址"),
        "number": ("编号", "出租房编号", "出租屋编号"),
        "area": ("建筑面积", "面积", "房屋面积"),
        "rooms": ("间数", "房间数"),
        "use": ("用途", "出租房用途", "房屋用途"),
        "landlord_name": ("房主姓名", "房主", "房东", "房东姓名", "出租人姓名", "业主姓名"),
        "landlord_phone": ("房主电话", "房东电话", "房主联系方式", "房主联系电话", "出租人联系电话", "联系电话"),
        "landlord_address": ("房主现居详址", "房主地址", "出租人地址"),
        "filing_number": ("备案证号", "租赁备案号"),
        "pledge_signed": ("是否签订治安责任保证书", "治安责任保证书", "治安责任书"),
        "has_exit": ("有无安全通道", "安全通道"),
        "has_fire_lane": ("有无消防通道", "消防通道"),
    },
    "hazard": {
        "name": ("隐患内容", "隐患", "问题"),
        "kind": ("隐患类别", "隐患类型"),
        "source": ("隐患来源",),
        "location": ("隐患地点", "隐患部位", "位置"),
        "found_on": ("排查日期", "检查日期", "发现时间"),
        "description": ("隐患描述", "情况", "存在问题"),
        "responsible_name": ("整改单位", "责任主体"),
        "responsible_person": ("整改责任人",),
        "demand": ("要求", "整改意见"),
        "due_on": ("整改时限", "限期", "完成时限"),
        "measures": ("措施", "整改情况"),
        "rectified_on": ("整改日期", "完成日期", "整改完成时间"),
    },
    "place": {"name": ("地名", "村名", "地点名称"), "parent_place": ("上级地点", "所属上级"), "code": ("代码", "编码")},
    "committee": {"name": ("调委会名称", "名称")},
    "account": {"name": ("用户姓名", "账号姓名")},
}

_MARKS = re.compile(r"[*＊※:：]+|\((?:必填|必填项|选填|可选|必录|可不填|文本|文本格式|下拉选择|选择)\)")
_LAST_BRACKET = re.compile(r"\([^()]*\)$")
_OTHER_UNIT = re.compile(r"\((?=[^()]*[万千百亿美港])[^()]*\)$")
"""A unit that changes the value is never stripped: 万元 is not 元."""


def folded(heading: str) -> str:
    """A heading as it is compared: width, spaces, line breaks, marks of duty and colons do not count."""
    plain = re.sub(r"\s+", "", half_width(heading)).casefold()
    return _MARKS.sub("", plain)


def _bare(heading: str) -> str:
    """Without a trailing unit or remark in brackets."""
    if _OTHER_UNIT.search(heading):
        return heading
    return _LAST_BRACKET.sub("", heading)


def words_of(definition: Definition, spec: FieldSpec) -> tuple[str, ...]:
    """Every heading that means this field: its label first."""
    own = _PER_REGISTER.get(definition.name, {}).get(spec.name, ())
    return (spec.label, *own, *_EVERYWHERE.get(spec.name, ()))


def known_headings(definition: Definition) -> dict[str, FieldSpec]:
    """Folded heading → field. A label is never shadowed by another field's alias."""
    known: dict[str, FieldSpec] = {}
    for spec in definition.fields:
        known.setdefault(folded(spec.label), spec)
    for spec in definition.fields:
        known.setdefault(_bare(folded(spec.label)), spec)
    aliases = [(word, spec) for spec in definition.fields for word in words_of(definition, spec)[1:]]
    for word, spec in aliases:
        known.setdefault(folded(word), spec)
    return known


def match(known: Mapping[str, FieldSpec], heading: str) -> FieldSpec | None:
    """The field a heading means, or None."""
    full = folded(heading)
    return known.get(full) or known.get(_bare(full))


@dataclass(frozen=True, slots=True)
class UnknownColumn:
    """A column that is not imported: why, and what stands in it. It is kept in the report of the import."""

    sheet: str
    index: int
    heading: str
    why: str
    samples: tuple[str, ...]

    @property
    def place(self) -> str:
        """``C 列“备注”``."""
        name = f"“{self.heading}”" if self.heading else "（没有列名）"
        return f"{column_letter(self.index)} 列{name}"


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header of a sheet is and what its columns mean. ``fields`` maps column numbers from 0."""

    row: RawRow
    fields: Mapping[int, FieldSpec]
    ours: Mapping[str, int]
    unknown: tuple[UnknownColumn, ...]
    numbers: Mapping[int, int] = dataclass_field(default_factory=dict)
    """For a column of names of another register: the column beside it that holds their numbers."""

    @property
    def headings(self) -> tuple[str, ...]:
        """The texts of the header row."""
        return tuple(raw_text(cell).strip() for cell in self.row.cells)

    def without(self, other: Header) -> Header:
        """The same header where ``other`` has found a meaning for columns unknown here."""
        used = {*other.fields, *other.numbers.values()}
        return replace(self, unknown=tuple(column for column in self.unknown if column.index not in used))

    def repeats(self, row: RawRow) -> bool:
        """True for a header printed again on a later page."""
        mine = self.row.cells
        same = sum(1 for one, other in zip(mine, row.cells, strict=False) if one is not None and one == other)
        return same >= max(2, sum(one is not None for one in mine) // 2)


def find_header(
    sheet: RawSheet,
    definition: Definition,
    columns: Mapping[str, str | None],
    *,
    own: frozenset[str] = OURS,
    enough: int = 2,
) -> Header | None:
    """The best header among the first 30 rows; None when no row names ``enough`` fields.

    ``columns`` is what the user decided about headings: a field's name, or None to leave the column out.
    """
    known = known_headings(definition)
    best: tuple[int, RawRow] | None = None
    for row in sheet.rows[:_LOOK_AT]:
        score = _score(known, columns, row)
        if best is None or score > best[0]:
            best = (score, row)
    enough = min(enough, sum(not spec.read_only for spec in definition.fields))
    if best is None or best[0] < enough:
        return None
    return _header(sheet, best[1], _Meanings(definition, known, columns, own))


def _score(known: Mapping[str, FieldSpec], columns: Mapping[str, str | None], row: RawRow) -> int:
    texts = [cell for cell in row.cells if isinstance(cell, str)]
    found = {spec.name for text in texts if (spec := match(known, text)) is not None and len(text) <= 40}
    chosen = {columns[text.strip()] for text in texts if columns.get(text.strip())}
    return len(found | chosen)


@dataclass(frozen=True, slots=True)
class _Meanings:
    """What headings may mean: by our words, by the user's decision, and as columns of our own files."""

    definition: Definition
    known: Mapping[str, FieldSpec]
    columns: Mapping[str, str | None]
    own: frozenset[str]

    def field(self, heading: str) -> FieldSpec | None:
        """The field a heading means, the user's word first."""
        return self.definition.by_name.get(self.columns.get(heading) or "") or match(self.known, heading)


def _header(sheet: RawSheet, row: RawRow, meanings: _Meanings) -> Header:
    fields: dict[int, FieldSpec] = {}
    ours: dict[str, int] = {}
    unknown: list[UnknownColumn] = []
    below = [other for other in sheet.rows if other.number > row.number]
    width = max([len(row.cells), *(len(other.cells) for other in below)])
    taken: dict[str, int] = {}
    # Exact labels first, so that “住址” does not take the field from “现住地址”.
    exact = {folded(spec.label) for spec in meanings.definition.fields}
    order = sorted(range(width), key=lambda index: folded(raw_text(row.cell(index))) not in exact)
    for index in order:
        heading = raw_text(row.cell(index)).strip()
        if folded(heading) in meanings.own:
            ours.setdefault(folded(heading), index)
            continue
        spec = meanings.field(heading)
        why = _why_not(heading, spec, meanings.columns, taken)
        samples = _samples(below, index)
        if why and (heading or samples):
            unknown.append(UnknownColumn(sheet.name, index, heading, why, samples))
        elif spec is not None:
            fields[index] = spec
            taken[spec.name] = index
    unknown.sort(key=lambda column: column.index)
    return Header(row, dict(sorted(fields.items())), ours, tuple(unknown))


def beside_main(main: Header, line: Definition) -> Header:
    """The header of lines that stand in the rows of their parent: columns the parent does not use."""
    known = known_headings(line)
    free = {column.index: column for column in main.unknown if column.heading}
    fields: dict[int, FieldSpec] = {}
    for index, column in free.items():
        spec = match(known, column.heading)
        if spec is not None and not spec.read_only and spec not in fields.values():
            fields[index] = spec
    numbers: dict[int, int] = {}
    for index, spec in fields.items():
        beside = next((at for at, column in free.items() if at not in fields and _is_number(column.heading)), None)
        if spec.target == "person" and beside is not None:
            numbers[index] = beside
    return Header(main.row, fields, {}, (), numbers)


def _is_number(heading: str) -> bool:
    return folded(heading) in {folded("证件号码"), *(folded(word) for word in _EVERYWHERE["id_number"])}


def _why_not(heading: str, spec: FieldSpec | None, columns: Mapping[str, str | None], taken: Mapping[str, int]) -> str:
    if heading in columns and columns[heading] is None:
        return "您选择不导入"
    if spec is None:
        return "登记里没有这一栏" if heading else "没有列名"
    if spec.read_only:
        return "由程序填写，不从表格导入"
    if spec.name in taken:
        return f"与 {column_letter(taken[spec.name])} 列都是“{spec.label}”，只用前一列"
    return ""


def _samples(below: Sequence[RawRow], index: int) -> tuple[str, ...]:
    found: list[str] = []
    for row in below[:200]:
        text = raw_text(_first_line(row.cell(index)))
        if text and text not in found:
            found.append(text[:20])
        if len(found) == 3:
            break
    return tuple(found)


def _first_line(cell: Cell) -> Cell:
    return cell.strip().split("\n")[0] if isinstance(cell, str) else cell
