"""Residences, let houses and hazards: what their rules say and what they count."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial

import pytest

from app.errors import Level
from app.models import clock
from app.models.findings import examine
from app.models.kinds import AreaKind
from app.models.policy import Act, User, may
from app.models.reading import Query, Reader
from app.models.register import Record, Stage
from app.models.registers import Hazard, House, Person, Recheck, Residence
from app.models.registers.hazard import progress_of
from app.models.registers.residence import endorsement_window, half_year_on
from app.models.store import Store
from app.models.unit import UnitOfWork


def save(store: Store, *records: Record) -> None:
    for record in records:
        store.write("tester", partial(UnitOfWork.save, record=record))


def said(record: Record, stage: Stage = Stage.SAVE) -> list[tuple[str, Level]]:
    return [(one.sentence, one.level) for one in examine(record, stage)]


def a_stay(**given: object) -> Residence:
    return Residence.model_validate({"person": "0" * 32, **given})


def cells(store: Store, register: str, name: str) -> list[str]:
    reader = Reader(store.registry, store.conn)
    place = store.registry.get(register).columns.index(name)
    return [row.cells[place] for row in reader.page(register, reader.keys(Query(register)))]


# -- residences ------------------------------------------------------------------------------------------------------


def test_half_a_year_from_the_last_of_august_is_full_at_the_end_of_february(store: Store) -> None:
    stay = a_stay(arrived_on="2025-08-31")
    assert half_year_on(stay) == date(2026, 2, 28)
    save(store, stay)
    assert cells(store, "residence", "half_year") == ["2026-02-28"]


@pytest.mark.parametrize("last", ["2027-03-31", "2026-03-30", "2028-03-31", "2026-12-15", "2026-01-31", "2026-07-31"])
def test_the_window_of_endorsement_is_the_same_in_the_list_and_in_the_engine(last: str, store: Store) -> None:
    stay = a_stay(endorse_by=last)
    save(store, stay)
    window = endorsement_window(stay)
    assert window is not None
    assert cells(store, "residence", "endorse_from") == [str(window[0])]


def test_a_computed_day_of_what_is_no_day_is_empty_in_both(store: Store) -> None:
    stay = a_stay(arrived_on="2026-01-05")
    save(store, stay)
    for strange in ("去年底", "2026-02-31", 2451545):
        store.write("newer", lambda unit, value=strange: unit.set_fields("residence", stay.id, {"arrived_on": value}))  # type: ignore[misc]
        assert cells(store, "residence", "half_year") == [""]
        loaded = Reader(store.registry, store.conn).get("residence", stay.id)
        assert isinstance(loaded, Residence)
        assert half_year_on(loaded) is None
        examine(loaded)


def test_who_lived_here_half_a_year_is_told_of_the_permit() -> None:
    stay = a_stay(arrived_on="2026-03-01", registered_on="2026-03-02")
    with clock.day_set_to(date(2026, 8, 31)):
        assert said(stay) == []
    with clock.day_set_to(date(2026, 9, 1)):
        assert said(stay) == [("已于 2026-09-01 住满半年，符合条件的可以申领居住证", Level.HINT)]
        gone = stay.model_copy(update={"cancelled_on": date(2026, 8, 1), "cancel_reason": "left"})
        assert said(gone) == []


@pytest.mark.parametrize(
    ("today", "sentence"),
    [
        (date(2026, 11, 14), ""),
        (date(2026, 11, 15), "2026-11-15 至 2026-12-15 可以签注"),
        (date(2026, 12, 15), "2026-11-15 至 2026-12-15 可以签注"),
        (date(2026, 12, 16), "签注已于 2026-12-15 到期"),
    ],
)
def test_the_month_of_endorsement_is_told(today: date, sentence: str) -> None:
    with clock.day_set_to(today):
        found = [one for one, _ in said(a_stay(permit_on="2025-12-15", endorse_by="2026-12-15"))]
    assert found == ([sentence] if sentence else [])


def test_a_late_registration_is_told_and_never_refused() -> None:
    with clock.day_set_to(date(2026, 9, 20)):
        assert said(a_stay(arrived_on="2026-09-07", registered_on="2026-09-10")) == []
        assert said(a_stay(arrived_on="2026-09-07", registered_on="2026-09-11")) == [
            ("登记晚于申报期限 2026-09-10", Level.HINT)
        ]


def test_a_residence_ends_with_day_and_reason() -> None:
    assert said(a_stay(cancelled_on="2026-09-20")) == [("注销日期和注销原因要一起填写", Level.STOP)]
    assert said(a_stay(cancel_reason="left")) == [("注销日期和注销原因要一起填写", Level.STOP)]


def test_a_residence_is_found_by_the_name_of_its_person_and_by_its_house(store: Store) -> None:
    person = Person(full_name="欧阳雪")
    house = House(exact_address="老街 18 号附 3 号")
    stay = a_stay(person=person.id, house=house.id)
    save(store, person, house, stay, a_stay(person="1" * 32, address="别处"))
    reader = Reader(store.registry, store.conn)
    for text in ("欧阳", "oyx", "附 3 号"):
        rows = reader.page("residence", reader.keys(Query("residence", text=text)))
        assert [row.id for row in rows] == [stay.id], text
    assert reader.keys(Query("residence", text="查无此人")) == []


# -- houses ----------------------------------------------------------------------------------------------------------


def test_residents_are_counted_from_residences_that_are_not_cancelled(store: Store) -> None:
    house = House(exact_address="老街 18 号", area=Decimal("18.5"))
    gone = {"cancelled_on": "2026-09-01", "cancel_reason": "left"}
    stays = [a_stay(house=house.id, person=f"{number:032x}") for number in range(4)]
    save(store, house, *stays, a_stay(house=house.id, **gone), a_stay())
    assert cells(store, "house", "resident_count") == ["4"]
    assert cells(store, "house", "area_each") == ["4.6 偏小"]
    store.write("tester", lambda unit: unit.delete("residence", stays[0].id, reason="重复"))
    assert cells(store, "house", "area_each") == ["6.1"]
    reader = Reader(store.registry, store.conn)
    for column in House.computed:
        assert column.python(house, reader) == cells(store, "house", column.name)[0]


@pytest.mark.parametrize(
    ("spaces", "use", "is_doubted"),
    [
        (("garage",), "dwelling", True), (("balcony", "kitchen"), "dormitory", True),
        (("kitchen", "room"), "dwelling", False),
        (("garage",), "warehouse", False), (("whole",), "dwelling", False), (None, "dwelling", False),
    ],
)  # fmt: skip
def test_a_kitchen_or_garage_let_alone_to_live_in_is_doubted(
    spaces: tuple[str, ...] | None, use: str, is_doubted: bool
) -> None:
    house = House(exact_address="老街 18 号", use=use, spaces=spaces, landlord_name="张三")
    assert [level for _, level in said(house)] == ([Level.DOUBT] if is_doubted else [])


@pytest.mark.parametrize(
    ("typed", "wire", "shown"),
    [("85.6", 8560, "85.6"), ("85.60㎡", 8560, "85.6"), (" 1,200 平方米", 120000, "1200"), (90.5, 9050, "90.5")],
)
def test_an_area_is_read_as_people_write_it(typed: object, wire: int, shown: str) -> None:
    kind = AreaKind()
    value = kind.from_cell(typed)
    assert kind.to_wire(value) == wire
    assert kind.show(value) == shown
    assert kind.from_wire(wire) == value


@pytest.mark.parametrize("typed", ["一百", "-3", "85.123", ""])
def test_what_is_no_area_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match="面积"):
        AreaKind().check(typed)


# -- hazards ---------------------------------------------------------------------------------------------------------


def a_hazard(**given: object) -> Hazard:
    return Hazard.model_validate({"name": "消防通道堵塞", "found_on": "2026-09-01", **given})


FAILED = {"checked_on": "2026-09-12", "result": "failed"}
PASSED = {"checked_on": "2026-09-20", "result": "passed"}


@pytest.mark.parametrize(
    ("given", "progress"),
    [
        ({}, "待定期限"),
        ({"due_on": "2026-09-15"}, "整改中"),
        ({"due_on": "2026-09-15", "rectified_on": "2026-09-10"}, "待复查"),
        ({"rectified_on": "2026-09-10", "rechecks": (FAILED,)}, "再整改"),
        ({"rectified_on": "2026-09-15", "rechecks": (FAILED,)}, "待复查"),
        ({"rectified_on": "2026-09-15", "rechecks": (PASSED, FAILED)}, "已销号"),
        ({"handed_to": "应急局", "handed_on": "2026-09-03"}, "已移交"),
    ],
)
def test_where_a_hazard_stands_follows_from_what_is_recorded(
    given: dict[str, object], progress: str, store: Store
) -> None:
    hazard = a_hazard(**given)
    assert progress_of(hazard) == progress
    save(store, hazard)
    assert cells(store, "hazard", "progress") == [progress]


def test_a_hazard_bears_its_code_from_the_first_save() -> None:
    hazard = a_hazard().completed()
    assert hazard.matter_code is not None
    assert hazard.matter_code.startswith("YH-")
    assert hazard.completed() == hazard


def test_a_day_is_proposed_and_its_source_is_a_parameter() -> None:
    assert ("还没有整改期限；按 15 日算为 2026-09-16", Level.HINT) in said(a_hazard())
    assert said(a_hazard(due_on="2026-09-10")) == []


def test_a_major_hazard_is_to_be_handed_over() -> None:
    sentences = [one for one, _ in said(a_hazard(level="major", due_on="2026-09-10"))]
    assert sentences == ["初判为重大隐患的，应及时报告并移交主管部门"]
    handed = a_hazard(level="major", due_on="2026-09-10", handed_to="应急局", handed_on="2026-09-02")
    assert said(handed) == []


def test_closing_without_measures_is_doubted_and_filing_wants_a_passed_recheck() -> None:
    closed = a_hazard(due_on="2026-09-10", rechecks=(PASSED,))
    assert [level for _, level in said(closed)] == [Level.DOUBT, Level.DOUBT]
    running = a_hazard(due_on="2026-09-10", demand="清空通道", measures="清空")
    assert said(running) == []
    assert ("还没有复查合格，也没有移交，不能归档", Level.STOP) in said(running, Stage.FILE)
    whole = running.model_copy(update={"rectified_on": date(2026, 9, 9), "rechecks": (Recheck.model_validate(PASSED),)})
    assert said(whole, Stage.FILE) == []


def test_handing_over_names_department_and_day() -> None:
    assert ("移交部门和移交日期要一起填写", Level.STOP) in said(a_hazard(due_on="2026-09-10", handed_to="应急局"))


@pytest.mark.parametrize("register", ["residence", "house", "hazard"])
def test_clerk_and_police_write_them_and_an_auditor_reads(register: str) -> None:
    for role, writes in (("clerk", True), ("police", True), ("mediator", False), ("auditor", False)):
        user = User("u", "李干事", role)
        assert may(user, Act.WRITE, register) is writes
        assert may(user, Act.READ, register)
