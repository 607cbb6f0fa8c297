"""After an import: every row is accounted for, and the bad ones come back ready to be corrected."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from app.exchange.plan import ImportChoices, Outcome
from app.models import clock
from app.models.policy import User
from app.models.registers import Person, Place
from app.models.store import Store
from app.practice.ledger import messy_ledger
from app.practice.messy import LedgerFacts
from app.practice.township import make_township
from app.services.exchange import ImportService
from app.services.office import Office
from tests.exchange.tables import GOOD_NUMBERS, rows_of, workbook


@pytest.fixture
def desk(store: Store) -> Office:
    return Office(store, User("u1", "李干事", "clerk"))


def written(path: Path, body: bytes) -> Path:
    path.write_bytes(body)
    return path


def test_the_report_holds_every_row_with_its_cells(desk: Office, tmp_path: Path) -> None:
    rows = [
        ("人口台账", None, None, None),
        ("姓名", "身份证号", "血型", None),
        ("张三", GOOD_NUMBERS[0], "不详", "旁注"),
        ("李四", 110105194912310021, None, None),
        ("李\n五", None, "+86", None),
    ]
    service = ImportService(desk)
    report = service.run_import(service.plan_import(workbook(tmp_path / "a.xlsx", rows), "person"))
    found = rows_of(written(tmp_path / "report.xlsx", service.report_xlsx(report)), "导入结果")
    assert found[0] == ["工作表", "行号", "名称", "结果", "说明", "姓名", "身份证号", "血型", "D 列"]
    assert found[1][:4] == ["人口", 3, "张三", "新增"]
    assert found[1][5:] == ["张三", GOOD_NUMBERS[0], "不详", "旁注"]
    assert found[2][1:4] == [4, "李四", "有误"]
    assert "第 15 位以后的数字已经丢失" in str(found[2][4])
    assert found[2][6] == pytest.approx(110105194912310021)
    sums = {str(row[0]): str(row[1]) for row in rows_of(tmp_path / "report.xlsx", "汇总")}
    assert sums["结果"] == "新增 2，有误 1"
    assert "C 列“血型”：登记里没有这一栏，例如：不详" in " ".join(
        str(row[1]) for row in rows_of(tmp_path / "report.xlsx", "汇总")
    )
    assert sums["导入人"] == "李干事"


def test_bad_rows_are_corrected_and_imported_again(desk: Office, tmp_path: Path) -> None:
    rows = [
        ("姓名", "身份证号", "出生年月日", "备注"),
        ("张三", 110105194912310021, "1949.12.31", "腿脚不便"),
        ("李四", GOOD_NUMBERS[1], "1990年2月30日", None),
        ("王五", GOOD_NUMBERS[2], None, None),
    ]
    service = ImportService(desk)
    report = service.run_import(service.plan_import(workbook(tmp_path / "a.xlsx", rows), "person"))
    assert report.counts == {Outcome.BAD: 2, Outcome.CREATED: 1}
    path = written(tmp_path / "bad.xlsx", service.bad_rows_xlsx(report))
    again = service.plan_import(path, "person")
    assert again.expected(ImportChoices()) == {Outcome.BAD: 2}, "uncorrected, the destroyed number is seen again"
    book = openpyxl.load_workbook(path)
    page = book["人口"]
    column = {str(cell.value).rstrip("*"): cell.column or 0 for cell in page[1] if cell.value}
    assert [page.cell(row, column["备注"]).value for row in (2, 3)] == ["腿脚不便", None]
    assert [page.cell(row, column["原行号"]).value for row in (2, 3)] == ["人口 2", "人口 3"]
    assert page.cell(2, column["证件号码"]).fill.fgColor.rgb == "FFFBDDDD"
    page.cell(2, column["证件号码"]).value = GOOD_NUMBERS[0]
    page.cell(3, column["出生日期"]).value = "1990-03-07"
    book.save(path)
    corrected = service.run_import(service.plan_import(path, "person"))
    assert corrected.counts == {Outcome.CREATED: 2}
    assert desk.reader.count("person") == 3


def test_bad_rows_of_a_household_ledger_come_with_all_their_members(desk: Office, tmp_path: Path) -> None:
    person = Person(full_name="张三", id_number=GOOD_NUMBERS[0])
    desk.store.write("t", lambda unit: unit.save(person))
    rows = [
        ("户号", "住址", "姓名", "与户主关系"),
        ("001", "红旗村一组", "张三", "户主"),
        ("001", "红旗村一组", "李四", "妻"),
    ]
    service = ImportService(desk)
    report = service.run_import(service.plan_import(workbook(tmp_path / "a.xlsx", rows), "household"))
    assert report.counts == {Outcome.BAD: 1}
    path = written(tmp_path / "bad.xlsx", service.bad_rows_xlsx(report))
    assert [row[2] for row in rows_of(path, "家庭成员")[1:]] == ["张三", "李四"]
    other = Person(full_name="李四", id_number=GOOD_NUMBERS[1])
    desk.store.write("t", lambda unit: unit.save(other))
    corrected = service.run_import(service.plan_import(path, "household"))
    assert corrected.counts == {Outcome.CREATED: 1}
    (home,) = desk.reader.all("household")
    assert [member.person for member in getattr(home, "members")] == [person.id, other.id]  # noqa: B009


def test_the_practice_ledger_is_imported_as_it_says_of_itself(desk: Office, tmp_path: Path) -> None:
    township = make_township(300, 7)
    places = [Place(name=place.name, kind=place.kind) for place in township.places]
    residents = [
        Person(full_name=one.full_name, id_number=one.id_number, birth_on=one.birth_on, live_address=one.live_address)
        for one in township.people
    ]
    desk.store.write("t", lambda unit: unit.create_many([*places, *residents]))
    path = tmp_path / "台账.xlsx"
    facts: LedgerFacts = messy_ledger(township, path)
    service = ImportService(desk)
    with clock.day_set_to(township.today):
        plan = service.plan_import(path, "person")
        report = service.run_import(plan)
    outcomes = {row.planned.number: row.outcome for row in report.rows}
    assert {row for row, outcome in outcomes.items() if outcome is Outcome.BAD} == {
        *facts.destroyed_numbers,
        *facts.bad_days,
        *facts.bad_codes,
    }
    assert {row for row, outcome in outcomes.items() if outcome is Outcome.SKIPPED} == {
        *facts.repeated,
        *facts.already_registered,
        facts.footer_row,
    }
    assert not outcomes.keys() & set(facts.blank_rows)
    doubted = {one.row for one in plan.findings if one.level == "doubt"}
    assert {*facts.wrong_checks, *facts.short_numbers, *facts.old_numbers} <= doubted
    assert {column.heading for column in plan.unknown_columns} == {"与户主关系", "养殖（头）", "血型", "备注"}
    assert service.undo(report) == []
    assert desk.reader.count("person") == len(residents)
    assert desk.doctor().is_sound
