"""Importing people: messy cells get sentences, twins are decided, everything is one act, nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from app.errors import NotAllowedError, UserError
from app.exchange.plan import ImportChoices, ImportPlan, OnTwin, Outcome
from app.exchange.rows import Decisions
from app.exchange.running import ImportReport
from app.models import clock
from app.models.policy import User
from app.models.register import Record
from app.models.registers import REGISTRY, Household, Person, Place
from app.models.store import Store
from app.services.exchange import ImportService
from app.services.office import Office
from tests.conftest import KEY, TOWNSHIP_KEY
from tests.exchange.tables import GOOD_NUMBERS, PERSON, Rows, workbook


@pytest.fixture
def desk(store: Store) -> Office:
    return Office(store, User("u1", "李干事", "clerk"))


@pytest.fixture(autouse=True)
def _practice_day() -> Iterator[None]:
    with clock.day_set_to(date(2026, 11, 23)):
        yield


def plan(desk: Office, tmp_path: Path, rows: Rows, *, register: str = "person", **how: object) -> ImportPlan:
    return ImportService(desk).plan_import(workbook(tmp_path / "a.xlsx", rows), register, **how)  # type: ignore[arg-type]


def run(desk: Office, made: ImportPlan, choices: ImportChoices | None = None) -> ImportReport:
    return ImportService(desk).run_import(made, choices)


def people(desk: Office) -> list[Person]:
    return [one for one in desk.reader.all("person") if isinstance(one, Person)]


def said(report_or_plan: ImportReport | ImportPlan, row: int) -> str:
    """Everything said about a row of the file."""
    if isinstance(report_or_plan, ImportPlan):
        return "；".join(str(one) for one in report_or_plan.findings if one.row == row)
    return "；".join(text for one in report_or_plan.rows if one.planned.number == row for text in one.sentences)


# -- cells -------------------------------------------------------------------------------------------------------------


def test_days_in_five_notations_are_the_same_day(desk: Office, tmp_path: Path) -> None:
    days = (
        "2024-03-05",
        "2024.3.5",
        "2024年3月5日",
        20240305,
        datetime.fromisoformat("2024-03-05"),
        "二〇二四年三月五日",
        45356,
    )
    rows = [("姓名", "出生日期"), *((f"张{n}", day) for n, day in enumerate(days))]
    report = run(desk, plan(desk, tmp_path, rows))
    assert report.counts == {Outcome.CREATED: len(days)}
    assert {one.birth_on for one in people(desk)} == {date(2024, 3, 5)}


def test_a_day_that_is_none_says_where_what_and_how(desk: Office, tmp_path: Path) -> None:
    made = plan(desk, tmp_path, [("姓名", "出生日期"), ("张三", "2023年2月30日"), ("李四", "三月初五")])
    first, second = made.findings
    assert (first.sheet, first.row, first.label, first.raw) == ("人口", 2, "出生日期", "2023年2月30日")
    assert "没有 30 日" in first.sentence
    assert "农历" in second.sentence
    assert "2024-03-15" in second.next_step


def test_a_number_typed_as_a_number_has_lost_its_digits_and_is_told_so(desk: Office, tmp_path: Path) -> None:
    rows = [
        ("姓名", "身份证号"),
        ("张三", 110105194912310021),
        ("李四", "1.10105E+17"),
        ("王五", "110105 19900307 0011"),
    ]
    made = plan(desk, tmp_path, rows)
    assert "第 15 位以后的数字已经丢失" in said(made, 2)
    assert "第 15 位以后的数字已经丢失" in said(made, 3)
    report = run(desk, made)
    assert report.counts == {Outcome.BAD: 2, Outcome.CREATED: 1}
    assert people(desk)[0].id_number == "110105199003070011"


def test_words_of_code_lists_are_understood_as_people_write_them(desk: Office, tmp_path: Path) -> None:
    rows = [
        ("姓名", "性别", "民族", "人户一致标识"),
        ("张三", "男", "汉", None),
        ("李四", "女性", "维吾尔族", None),
        ("王五", 1, 1, None),
        ("赵六", "公", "本地", None),
    ]
    made = plan(desk, tmp_path, rows)
    assert [(word.spec.name, word.text) for word in made.words] == [("sex", "公"), ("ethnicity", "本地")]
    assert "可填：" in said(made, 5)
    run(desk, made)
    assert {one.full_name: (one.sex, one.ethnicity) for one in people(desk)} == {
        "张三": ("1", "01"),
        "李四": ("2", "05"),
        "王五": ("1", "01"),
    }


def test_a_word_nobody_knows_is_decided_once_for_all_its_cells(desk: Office, tmp_path: Path) -> None:
    rows = [("姓名", "民族"), ("张三", "本地"), ("李四", "本地"), ("王五", "穿青人")]
    decisions = Decisions(words={("ethnicity", "本地"): "01", ("ethnicity", "穿青人"): None})
    run(desk, plan(desk, tmp_path, rows, decisions=decisions))
    assert {one.full_name: one.ethnicity for one in people(desk)} == {"张三": "01", "李四": "01", "王五": None}


def test_full_width_minority_names_and_rare_characters_survive(desk: Office, tmp_path: Path) -> None:
    rows = [
        PERSON,
        ("阿依古丽．买买提", "１１０１０５１９４９１２３１００２ｘ", None, "１３８　００００ ０００１", "红旗村１组"),
        ("单 𬱖", None, None, None, None),
    ]
    run(desk, plan(desk, tmp_path, rows))
    found = {one.full_name: one for one in people(desk)}
    assert set(found) == {"阿依古丽·买买提", "单𬱖"}
    first = found["阿依古丽·买买提"]
    assert (first.id_number, first.phone, first.live_address) == ("11010519491231002X", "13800000001", "红旗村1组")


def test_the_number_tells_birth_day_and_sex_where_the_table_is_silent(desk: Office, tmp_path: Path) -> None:
    made = plan(desk, tmp_path, [("姓名", "身份证号码"), ("张三", GOOD_NUMBERS[0])])
    run(desk, made)
    (person,) = people(desk)
    assert (person.birth_on, person.sex, person.document_kind) == (date(1949, 12, 31), "2", "111")
    assert made.completed == {"birth_on": 1, "sex": 1}


def test_nothing_is_assumed_that_the_table_does_not_say(desk: Office, tmp_path: Path) -> None:
    run(desk, plan(desk, tmp_path, [("姓名", "电话"), ("张三", "/"), ("李四", "无")]))
    assert {(one.phone, one.ethnicity, one.document_kind) for one in people(desk)} == {(None, None, None)}


def test_ditto_means_the_cell_above_and_is_listed(desk: Office, tmp_path: Path) -> None:
    rows = [("姓名", "现住地址"), ("张三", "红旗村一组"), ("李四", "同上"), ("王五", "同上")]
    made = plan(desk, tmp_path, rows)
    assert "按上一行的“红旗村一组”填入" in said(made, 3)
    assert "请填写完整内容" in said(made, 4)
    run(desk, made)
    assert {one.full_name: one.live_address for one in people(desk)} == {"张三": "红旗村一组", "李四": "红旗村一组"}


def test_a_village_is_found_by_its_name_and_a_doubtful_one_is_asked_about(desk: Office, tmp_path: Path) -> None:
    town = Place(name="青溪镇", kind="township")
    other = Place(name="云山镇", kind="township")
    villages = [
        Place(name="红旗村", kind="village", parent_place=town.id),
        Place(name="东风村", kind="village", parent_place=town.id),
        Place(name="东风村", kind="village", parent_place=other.id),
    ]
    for place in (town, other, *villages):
        desk.store.write("t", lambda unit, one=place: unit.save(one))  # type: ignore[misc]
    names = ("红旗村", "红旗", "红旗村委会", "青溪镇红旗村", "东风村", "云山镇东风村", "西山村")
    made = plan(desk, tmp_path, [("姓名", "村"), *((f"张{n}", name) for n, name in enumerate(names))])
    found = {row.number: row.record for row in made.rows}
    home = [place.id for place in villages]
    places = [getattr(found[number], "place", None) for number in range(2, 9)]
    assert places == [home[0]] * 4 + [None, home[2], None]
    assert "有 2 条都可能是“东风村”" in said(made, 6)
    assert "登记里没有“西山村”" in said(made, 8)
    decided = Decisions(words={("place", "西山村"): home[1], ("place", "东风村"): home[1]})
    again = plan(desk, tmp_path, [("姓名", "村"), ("张三", "西山村"), ("李四", "东风村")], decisions=decided)
    assert [getattr(row.record, "place", None) for row in again.rows] == [home[1], home[1]]


def test_a_village_that_no_column_names_is_said_once_for_the_file(desk: Office, tmp_path: Path) -> None:
    village = Place(name="红旗村", kind="village")
    desk.store.write("t", lambda unit: unit.save(village))
    run(
        desk,
        plan(desk, tmp_path, [("姓名", "电话"), ("张三", None)], decisions=Decisions(everywhere={"place": village.id})),
    )
    assert [one.place for one in people(desk)] == [village.id]


# -- rows --------------------------------------------------------------------------------------------------------------


def test_repeated_headers_blank_lines_and_signatures_are_no_people(desk: Office, tmp_path: Path) -> None:
    rows = [
        ("序号", "姓名", "电话"),
        (1, "张三", "13800000001"),
        (None, None, None),
        ("序号", "姓名", "电话"),
        (2, "李四", "13800000002"),
        (3, None, None),
        ("合计", 2, None),
        ("填表人：王主任", None, None),
    ]
    report = run(desk, plan(desk, tmp_path, rows))
    assert report.counts == {Outcome.CREATED: 2, Outcome.SKIPPED: 2}
    assert "不是登记行（合计）" in said(report, 7)


def test_a_doubt_is_imported_with_its_reason_and_listed(desk: Office, tmp_path: Path) -> None:
    made = plan(desk, tmp_path, [("姓名", "证件号码"), ("张三", "110105194912310021")])
    assert "校验码不对" in said(made, 2)
    report = run(desk, made)
    assert report.counts == {Outcome.CREATED: 1}
    entry = desk.history(people(desk)[0].id)[0]
    assert "导入“a.xlsx”人口第 2 行" in entry.reason
    assert "按原台账导入，待核" in entry.reason
    assert "校验码不对" in entry.reason


def test_without_a_reason_doubtful_rows_stay_out(desk: Office, tmp_path: Path) -> None:
    rows = [("姓名", "证件号码"), ("张三", "110105194912310021"), ("李四", GOOD_NUMBERS[1])]
    report = run(desk, plan(desk, tmp_path, rows), ImportChoices(doubts=""))
    assert report.counts == {Outcome.BAD: 1, Outcome.CREATED: 1}


def test_a_row_may_come_in_without_its_unreadable_cell(desk: Office, tmp_path: Path) -> None:
    rows = [("姓名", "联系电话"), ("张三", "电话见户口本"), (None, "13800000001")]
    made = plan(desk, tmp_path, rows)
    assert made.expected(ImportChoices()) == {Outcome.BAD: 2}
    report = run(desk, made, ImportChoices(keeps_partial=True))
    assert report.counts == {Outcome.CREATED: 1, Outcome.BAD: 1}
    assert "原值：电话见户口本" in said(report, 2)
    assert "姓名：还没有填写" in said(report, 3)


# -- twins -------------------------------------------------------------------------------------------------------------


def stored_person(desk: Office, **values: object) -> Person:
    person = Person.model_validate({"full_name": "张三", "id_number": GOOD_NUMBERS[0], **values})
    desk.store.write("t", lambda unit: unit.save(person))
    return person


def test_twins_are_found_by_number_in_either_spelling_or_by_name_birth_and_address(
    desk: Office, tmp_path: Path
) -> None:
    stored_person(desk)
    stored_person(desk, full_name="李四", id_number=None, birth_on="1960-01-01", live_address="红旗村一组")
    rows = [
        PERSON,
        ("张三", "110105491231002", None, None, None),
        ("张三丰", GOOD_NUMBERS[0], None, None, None),
        ("李四", None, "1960-1-1", None, "红旗村一组"),
        ("李四", None, "1960-1-1", None, "红旗村二组"),
        ("李四", GOOD_NUMBERS[1], "1960-1-1", None, "红旗村一组"),
        ("王五", GOOD_NUMBERS[2], None, None, None),
        ("王武", GOOD_NUMBERS[2], None, None, None),
        ("赵六", GOOD_NUMBERS[3], "1960-1-1", None, "红旗村一组"),
        ("赵六", "510105196001010017", "1960-1-1", None, "红旗村一组"),
    ]
    made = plan(desk, tmp_path, rows)
    twins = {row.number: row.twin.sentence for row in made.rows if row.twin}
    assert set(twins) == {2, 3, 4, 6, 8}
    assert "本机已有" in twins[2]
    assert "姓名、出生日期和住址都相同" in twins[4]
    assert "与“人口”第 7 行重复" in twins[8]


def test_filling_touches_only_what_is_empty_and_lists_what_differs(desk: Office, tmp_path: Path) -> None:
    person = stored_person(desk, phone="13800000001")
    rows = [PERSON, ("张三", GOOD_NUMBERS[0], None, "13900000009", "红旗村一组")]
    made = plan(desk, tmp_path, rows)
    report = run(desk, made, ImportChoices(twins=OnTwin.FILL))
    assert report.counts == {Outcome.UPDATED: 1}
    assert "补上：" in said(report, 2)
    assert "未改动 联系电话：登记为“138****0001”，表格为“139****0009”" in said(report, 2)
    (found,) = people(desk)
    assert (found.id, found.phone, found.live_address) == (person.id, "13800000001", "红旗村一组")
    assert ImportService(desk).undo(report) == []
    assert people(desk)[0].live_address is None


def test_skipping_and_comparing_change_nothing(desk: Office, tmp_path: Path) -> None:
    stored_person(desk, live_address="红旗村一组")
    rows = [PERSON, ("张三", GOOD_NUMBERS[0], None, None, "红旗村二组")]
    skipped = run(desk, plan(desk, tmp_path, rows))
    assert skipped.counts == {Outcome.SKIPPED: 1}
    compared = run(desk, plan(desk, tmp_path, rows), ImportChoices(twins=OnTwin.COMPARE))
    assert compared.counts == {Outcome.SKIPPED: 1}
    assert "现住地址：登记为“红旗村一组”，表格为“红旗村二组”" in said(compared, 2)
    assert people(desk)[0].live_address == "红旗村一组"


# -- lines and references ----------------------------------------------------------------------------------------------


def test_a_ledger_by_household_makes_households_with_their_members(desk: Office, tmp_path: Path) -> None:
    names = (("张三", 0), ("李四", 1), ("张小", 2), ("张三", 3))
    for name, number in names:
        stored_person(desk, full_name=name, id_number=GOOD_NUMBERS[number])
    rows = [
        ("户号", "住址", "姓名", "与户主关系", "身份证号"),
        ("001", "红旗村一组", "张三", "户主", GOOD_NUMBERS[0]),
        ("001", None, "李四", "妻", GOOD_NUMBERS[1]),
        (None, None, "张小", "子", GOOD_NUMBERS[2]),
        ("002", "红旗村二组", "张三", "户主", GOOD_NUMBERS[3]),
        ("003", "红旗村三组", "王不在", "户主", None),
    ]
    made = plan(desk, tmp_path, rows, register="household")
    assert "没有写“户号”，按上一行的计入" in said(made, 4)
    assert "“人口”登记里没有“王不在”" in said(made, 6)
    report = run(desk, made)
    assert report.counts == {Outcome.CREATED: 2, Outcome.BAD: 1}
    homes = [one for one in desk.reader.all("household") if isinstance(one, Household)]
    shown = {
        one.number: [desk.reader.titles("person", [member.person])[member.person] for member in one.members]
        for one in homes
    }
    assert shown == {"001": ["张三", "李四", "张小"], "002": ["张三"]}
    assert desk.doctor().complaints == ()


def test_lines_on_their_own_sheet_hang_by_number_or_name_and_orphans_are_told(desk: Office, tmp_path: Path) -> None:
    stored_person(desk)
    path = workbook(
        tmp_path / "a.xlsx",
        [("序号", "户号", "住址"), (1, "001", "一组"), (2, "002", "二组")],
        sheet="户",
        more={
            "家庭成员": [
                ("所属序号", "所属户号", "成员", "与户主关系"),
                (1, None, "张三", "户主"),
                (None, "002", "张三", "户主"),
                (9, None, "张三", "户主"),
                (None, None, "张三", "户主"),
            ]
        },
    )
    report = ImportService(desk).run_import(ImportService(desk).plan_import(path, "household"))
    homes = [one for one in desk.reader.all("household") if isinstance(one, Household)]
    assert [(one.number, len(one.members)) for one in homes] == [("001", 1), ("002", 1)]
    orphans = [row for row in report.bad if row.planned.is_line]
    assert ["找不到它所属的户" in row.sentences[0] for row in orphans] == [True, False]
    assert "没有写明属于哪一条户" in orphans[1].sentences[0]


def test_a_rule_across_lines_is_told_at_the_line(desk: Office, tmp_path: Path) -> None:
    stored_person(desk)
    stored_person(desk, full_name="李四", id_number=GOOD_NUMBERS[1])
    rows = [("户号", "姓名", "与户主关系"), ("001", "张三", "户主"), ("001", "李四", "户主")]
    made = plan(desk, tmp_path, rows, register="household")
    assert "一户只能有一个户主" in said(made, 3)
    assert made.expected(ImportChoices()) == {Outcome.BAD: 1}


def test_places_may_lie_in_places_of_the_same_file(desk: Office, tmp_path: Path) -> None:
    rows = [("名称", "级别", "上级"), ("青溪镇", "乡镇", None), ("红旗村", "村", "青溪镇"), ("三组", "组", "红旗村")]
    report = run(desk, plan(desk, tmp_path, rows, register="place"))
    assert report.counts == {Outcome.CREATED: 3}
    places = {one.title(): one for one in desk.reader.all("place")}
    assert getattr(places["三组"], "parent_place") == places["红旗村"].id  # noqa: B009 - of any register


# -- the act -----------------------------------------------------------------------------------------------------------


def many(tmp_path: Path, count: int) -> Path:
    names = ("张" + "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in str(n)) for n in range(count))
    rows = [("姓名", "电话"), *((name, f"138{n:08d}") for n, name in enumerate(names))]
    return workbook(tmp_path / "many.xlsx", rows)


def test_one_act_is_undone_whole_but_for_what_was_changed_since(desk: Office, tmp_path: Path) -> None:
    service = ImportService(desk)
    report = service.run_import(service.plan_import(many(tmp_path, 130), "person"))
    assert desk.reader.count("person") == 130
    kept = people(desk)[0]
    desk.save(kept.model_copy(update={"live_address": "红旗村"}))
    left = service.undo(report)
    assert {one.record_id for one in left} == {kept.id}
    assert [one.id for one in people(desk)] == [kept.id]
    assert desk.doctor().is_sound


def test_a_plan_run_twice_writes_once(desk: Office, tmp_path: Path) -> None:
    service = ImportService(desk)
    made = service.plan_import(many(tmp_path, 10), "person")
    service.run_import(made)
    again = service.run_import(made)
    assert desk.reader.count("person") == 10
    assert {sentence for row in again.rows for sentence in row.sentences} == {"上次导入时已写入"}


def test_cancelled_between_slices_it_goes_on_where_it_stopped(desk: Office, tmp_path: Path) -> None:
    service, path = ImportService(desk), many(tmp_path, 700)
    steps: list[int] = []
    report = service.run_import(
        service.plan_import(path, "person"),
        progress=lambda done, _total, _said: steps.append(done),
        cancelled=lambda: len(steps) > 1,
    )
    assert report.is_cancelled
    assert report.counts == {Outcome.CREATED: 400, Outcome.LEFT: 300}
    (mark,) = service.unfinished()
    made = service.plan_import(path, "person")
    assert made.is_resumed
    assert made.act_id == mark.act_id == report.act_id
    assert made.expected(ImportChoices()) == {Outcome.CREATED: 700}
    whole = service.run_import(made)
    assert whole.counts == {Outcome.CREATED: 700}
    assert desk.reader.count("person") == 700
    assert service.unfinished() == []


def test_a_cancelled_import_taken_back_begins_anew(desk: Office, tmp_path: Path) -> None:
    service, path = ImportService(desk), many(tmp_path, 500)
    steps: list[int] = []
    report = service.run_import(
        service.plan_import(path, "person"),
        progress=lambda done, _total, _said: steps.append(done),
        cancelled=lambda: len(steps) > 1,
    )
    desk.undo(report.act_id, reason="不要了")
    made = service.plan_import(path, "person")
    assert not made.is_resumed
    assert service.run_import(made).counts == {Outcome.CREATED: 500}


_KILLED = """
import os, signal, sys
from pathlib import Path
from app.models.policy import User
from app.models.registers import REGISTRY
from app.models.store import Store
from app.services.exchange import ImportService
from app.services.office import Office

folder, path, key = Path(sys.argv[1]), Path(sys.argv[2]), bytes.fromhex(sys.argv[3])
service = ImportService(Office(Store(folder, key, registry=REGISTRY), User("u1", "李干事", "clerk")))

def killed(done, total, said):
    if done >= 400:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

service.run_import(service.plan_import(path, "person"), progress=killed)
"""


def test_killed_in_the_middle_it_is_finished_by_importing_the_same_file_again(tmp_path: Path) -> None:
    folder, path = tmp_path / "data", many(tmp_path, 900)
    Store.create(folder, KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY).close()
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(folder), str(path), KEY.hex()], check=False, cwd=Path.cwd()
    )
    assert done.returncode != 0
    with Store(folder, KEY, registry=REGISTRY) as store:
        desk = Office(store, User("u1", "李干事", "clerk"))
        service = ImportService(desk)
        assert 0 < desk.reader.count("person") < 900
        made = service.plan_import(path, "person")
        assert made.is_resumed
        report = service.run_import(made)
        assert report.counts == {Outcome.CREATED: 900}
        assert desk.reader.count("person") == 900
        assert len({one.phone for one in people(desk)}) == 900
        assert desk.doctor().is_sound
        service.undo(report)
        assert desk.reader.count("person") == 0


def test_a_users_save_goes_before_the_next_slice(desk: Office, tmp_path: Path) -> None:
    service = ImportService(desk)
    order: list[str] = []
    desk.store.listeners.append(lambda changes: order.append("slice" if len(changes.records) > 1 else "user"))
    saves = []

    def progress(done: int, _total: int, _said: str) -> None:
        if done == 400:
            saves.append(desk.store.submit(lambda _: order.append("user's turn")))

    service.run_import(service.plan_import(many(tmp_path, 1100), "person"), progress=progress)
    assert order == ["slice", "user's turn", "slice", "slice"]
    assert saves[0].done()


# -- who may, and what cannot be imported ------------------------------------------------------------------------------


def test_an_auditor_may_not_import_and_a_clerk_no_accounts(desk: Office, tmp_path: Path) -> None:
    path = many(tmp_path, 1)
    with pytest.raises(NotAllowedError):
        ImportService(Office(desk.store, User("u2", "审计", "auditor"))).plan_import(path, "person")
    with pytest.raises(NotAllowedError):
        ImportService(desk).plan_import(path, "account")


def test_a_table_of_something_else_is_told_what_was_looked_for(desk: Office, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="没有找到表头") as caught:
        plan(desk, tmp_path, [("品名", "数量"), ("化肥", 3)])
    assert "姓名" in caught.value.sentence
    assert "下载模板" in caught.value.next_step


def test_a_missing_needed_column_and_unread_sheets_are_named(desk: Office, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        [("身份证号", "电话", "民族"), (GOOD_NUMBERS[0], "13800000001", "汉")],
        more={"汇总表": [("村", "人数"), ("红旗村", 3)]},
    )
    made = ImportService(desk).plan_import(path, "person")
    assert [spec.label for spec in made.missing] == ["姓名"]
    assert made.unread_sheets == ("汇总表",)


def test_several_villages_on_several_sheets_are_one_import(desk: Office, tmp_path: Path) -> None:
    rows: Rows = [("姓名", "电话"), ("张三", None)]
    path = workbook(tmp_path / "a.xlsx", rows, sheet="红旗村", more={"东风村": [("电话", "姓名"), (None, "李四")]})
    report = ImportService(desk).run_import(ImportService(desk).plan_import(path, "person"))
    assert report.counts == {Outcome.CREATED: 2}
    assert {one.full_name for one in people(desk)} == {"张三", "李四"}


def test_records_of_an_import_have_ordinary_ids(desk: Office, tmp_path: Path) -> None:
    service = ImportService(desk)
    report = service.run_import(service.plan_import(many(tmp_path, 3), "person"))
    ids = [row.planned.record_id for row in report.rows]
    assert ids == sorted(ids)
    assert all(isinstance(desk.reader.get("person", one), Record) for one in ids)
