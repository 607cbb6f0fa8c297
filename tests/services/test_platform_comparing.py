"""A platform's own table beside ours: found by its columns, in four groups, filled in as one act, never over ours."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from app.errors import UserError
from app.models import clock
from app.models.policy import User
from app.models.registers import REGISTRY, Dispute, Person, Place, Platform, Residence
from app.models.store import Store
from app.models.unit import UnitOfWork
from app.services.comparing import PlatformComparing
from app.services.office import Office
from app.services.platforms import Platforms
from tests.conftest import KEY, TOWNSHIP_KEY

TODAY = date(2026, 11, 24)
HEADINGS = ("序号", "案件编号", "案件名称", "受理时间", "案件来源", "录入时间", "平台才有的栏")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with (
        clock.day_set_to(TODAY),
        Store.create(tmp_path / "data", KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY) as store,
    ):
        yield Office(store, User("1" * 32, "李干事", "clerk"))


@pytest.fixture
def platform(office: Office) -> Platform:
    made = Platform(name="省综治平台", registers=("dispute", "residence"))
    office.save(made)
    return made


def table(path: Path, rows: Sequence[Sequence[object]], *, headings: Sequence[str] = HEADINGS, title: str = "") -> Path:
    """An xlsx as platforms give them out, made in memory."""
    body = io.BytesIO()
    book = xlsxwriter.Workbook(body, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("导出数据")
    top = 0
    if title:
        sheet.write(0, 0, title)
        top = 1
    for at, row in enumerate((headings, *rows)):
        sheet.write_row(top + at, 0, row)
    book.close()
    path.write_bytes(body.getvalue())
    return path


def dispute(office: Office, name: str, day: int, **more: object) -> Dispute:
    made = Dispute.model_validate({"name": name, "accepted_on": date(2026, 11, day), **more})
    office.save(made)
    found = office.reader.get("dispute", made.id)
    assert isinstance(found, Dispute)
    return found


def test_four_groups_by_number_by_code_and_by_name(office: Office, platform: Platform, tmp_path: Path) -> None:
    same = dispute(office, "同一件", 3)
    other = dispute(office, "来源不同", 4, source="initiative")
    coded = dispute(office, "凭事项码", 5)
    named = dispute(office, "只有名称", 6)
    missing = dispute(office, "平台没有", 7)
    early = dispute(office, "范围以外", 1)
    service = Platforms(office)
    for one, number in ((same, "ZJ1"), (other, "ZJ2")):
        service.enter("dispute", one.id, platform, number=number, on=TODAY)
    path = table(
        tmp_path / "导出.xlsx",
        [
            (1, "ZJ1", "同一件", "2026-11-03 09:12:00", "依申请调解", "2026-11-04", "甲"),
            (2, "zj2 ", "来源不同", "2026/11/4", "依申请调解", "2026-11-05", "乙"),
            (3, "ZJ3", f"{coded.name}", "2026-11-05", "当事人申请", "2026-11-06", coded.matter_code),
            (4, "ZJ4", "只有名称", "2026-11-06", "当事人申请", "2026-11-07", ""),
            (5, "ZJ5", "谁也不是", "2026-11-08", "当事人申请", "2026-11-08", ""),
            (6, "ZJ1", "同一件", "2026-11-03", "依申请调解", "", ""),
        ],
        headings=(*HEADINGS[:6], "外部编号"),
        title="案件导出（2026 年 11 月）",
    )
    found = PlatformComparing(office, platform, "dispute").compare(path)
    assert [pair.ours.id for pair in found.same] == [same.id, coded.id]
    assert [(pair.ours.id, pair.differences[0].label) for pair in found.different] == [(other.id, "案件来源")]
    assert [(pair.ours.id, pair.how) for pair in found.suggested] == [(named.id, "名称和日期")]
    assert [row.name for row in found.only_there] == ["谁也不是"]
    assert [row.row for row in found.repeated] == [8]
    assert [one.id for one in found.only_here] == [missing.id]
    assert early.id not in {one.id for one in found.only_here}
    assert [pair.ours.id for pair in found.fillable] == [coded.id]
    assert found.first == date(2026, 11, 3)


def test_numbers_are_filled_in_as_one_act_and_taken_back_as_one(
    office: Office, platform: Platform, tmp_path: Path
) -> None:
    mine = [dispute(office, f"第{n}件", 3) for n in range(1, 130)]
    rows = [(n, f"ZJ{n}", one.name, "2026-11-03", "", "2026-11-09", one.matter_code) for n, one in enumerate(mine)]
    path = table(tmp_path / "导出.xlsx", rows, headings=(*HEADINGS[:6], "事项码"))
    service = PlatformComparing(office, platform, "dispute")
    found = service.compare(path)
    filled = service.fill(found.fillable)
    assert (filled.count, filled.left) == (129, ())
    one = office.reader.get("dispute", mine[7].id)
    assert isinstance(one, Dispute)
    assert [(line.number, line.entered_on) for line in one.platform_entries] == [("ZJ7", date(2026, 11, 9))]
    assert service.compare(path).fillable == ()
    assert service.undo(filled) == []
    again = office.reader.get("dispute", mine[7].id)
    assert isinstance(again, Dispute)
    assert again.platform_entries == ()
    assert len(service.compare(path).fillable) == 129


def test_nothing_of_ours_is_overwritten_where_somebody_entered_another_number_meanwhile(
    office: Office, platform: Platform, tmp_path: Path
) -> None:
    one = dispute(office, "一件", 3)
    path = table(tmp_path / "导出.xlsx", [("ZJ1", "一件", one.matter_code)], headings=("案号", "案件名称", "事项码"))
    service = PlatformComparing(office, platform, "dispute")
    found = service.compare(path)
    Platforms(office).enter("dispute", one.id, platform, number="ZJ9", on=TODAY)
    filled = service.fill(found.fillable)
    assert filled.count == 0
    assert "已登记案号 ZJ9" in filled.left[0][1]
    later = service.compare(path)
    assert [(one.label, one.ours, one.theirs) for one in later.different[0].differences] == [("平台案号", "ZJ9", "ZJ1")]
    assert later.fillable == ()


def test_masked_names_places_written_otherwise_and_the_platforms_words_are_no_differences(
    office: Office, platform: Platform, tmp_path: Path
) -> None:
    place = Place(name="红旗村", kind="village")
    office.save(place)
    one = dispute(office, "张三与李四纠纷", 3, place=place.id, source="application")
    Platforms(office).enter("dispute", one.id, platform, number="ZJ1", on=TODAY)
    Platforms(office).save_words(platform, {("case_source", "application"): ("案件来源", "依申请调解", "群众上门")})
    path = table(
        tmp_path / "导出.xlsx",
        [("ZJ1", "张*与李*纠纷", "青溪镇红旗村村民委员会", "群众上门")],
        headings=("案号", "案件名称", "发生村（社区）", "案件来源"),
    )
    service = PlatformComparing(office, Platforms(office).called("省综治平台"), "dispute")
    assert [pair.row.number for pair in service.compare(path).same] == ["ZJ1"]


def test_a_stay_is_found_by_its_persons_name(office: Office, platform: Platform, tmp_path: Path) -> None:
    person = Person(full_name="赵六")
    office.save(person)
    office.save(Residence(person=person.id, address="红旗村3组", registered_on=TODAY))
    path = table(tmp_path / "导出.xlsx", [("LD1", "赵六", "20261124")], headings=("登记编号", "姓名", "登记日期"))
    found = PlatformComparing(office, platform, "residence").compare(path)
    assert [(pair.ours.title, pair.row.number) for pair in found.suggested] == [("赵六", "LD1")]


def test_a_code_that_two_of_ours_bear_names_neither(office: Office, platform: Platform, tmp_path: Path) -> None:
    for name in ("甲件", "乙件"):
        dispute(office, name, 3, matter_code="JF-20261103-AAAAA")
    rows = [("ZJ1", "丙件", "JF-20261103-AAAAA")]
    path = table(tmp_path / "导出.xlsx", rows, headings=("案号", "案件名称", "事项码"))
    found = PlatformComparing(office, platform, "dispute").compare(path)
    assert [row.number for row in found.only_there] == ["ZJ1"]


def test_a_heading_nobody_knows_is_told_once_and_remembered(office: Office, platform: Platform, tmp_path: Path) -> None:
    one = dispute(office, "一件", 3)
    path = table(tmp_path / "导出.xlsx", [("ZJ1", "一件", "x")], headings=("件件通码", "案件名称", "别的"))
    service = PlatformComparing(office, platform, "dispute")
    assert service.compare(path).suggested[0].row.number == ""
    service.decide({"件件通码": "$number"})
    found = PlatformComparing(office, platform, "dispute").compare(path)
    assert found.suggested[0].row.number == "ZJ1"
    assert found.suggested[0].ours.id == one.id


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("半个.xlsx", b"PK\x03\x04half", "不完整"),
        ("网页.xls", "<html><table><tr><td>案号</td></tr></table>".encode(), "网页表格"),
        ("空.xlsx", b"", "空文件"),
        ("加密.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        ("图片.xlsx", b"\x89PNG\r\n", "图片"),
        ("只有一格.csv", "说明\n".encode(), "没有认出表格"),
        ("没有行.csv", "案号,案件名称\n".encode(), "没有可以比对的行"),
    ],
)
def test_a_file_of_no_use_gets_a_sentence(
    name: str, body: bytes, told: str, office: Office, platform: Platform, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(body)
    with pytest.raises(UserError, match=told) as caught:
        PlatformComparing(office, platform, "dispute").compare(tmp_path / name)
    assert caught.value.next_step


def test_five_thousand_rows_are_compared_and_reported(office: Office, platform: Platform, tmp_path: Path) -> None:
    mine = [
        Dispute(name=f"第{n}件纠纷", accepted_on=date(2026, 1 + n % 11, 1 + n % 28), matter_code=f"JF-{n:05d}")
        for n in range(5000)
    ]
    office.store.write("1" * 32, partial(UnitOfWork.create_many, records=mine))
    rows = [(n, f"ZJ{n:06d}", one.name, str(one.accepted_on), "依申请调解", "", one.matter_code)
            for n, one in enumerate(mine)]  # fmt: skip
    path = table(tmp_path / "导出.xlsx", rows, headings=(*HEADINGS[:6], "事项码"))
    service = PlatformComparing(office, platform, "dispute")
    found = service.compare(path)
    assert (len(found.same), len(found.different), len(found.only_here)) == (5000, 0, 0)
    body = service.report_xlsx(found)
    with CalamineWorkbook.from_filelike(io.BytesIO(body)) as book:
        assert book.sheet_names == ["汇总", "有差异", "平台有本机没有", "本机有平台没有", "一致"]
        assert len(book.get_sheet_by_name("一致").to_python()) == 5001
