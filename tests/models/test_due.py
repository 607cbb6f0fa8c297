"""What falls due: the exact day by the period engine, whatever SQL chose as candidates."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest

from app.models.due import Due, due_matters, recent_work
from app.models.register import Record
from app.models.registers import Agreement, Dispute, Hazard, Person, Recheck
from app.models.store import Store
from app.models.unit import UnitOfWork


def save(store: Store, *records: Record) -> None:
    for record in records:
        store.write("tester", partial(UnitOfWork.save, record=record))


def signed(on: date, **said: object) -> Dispute:
    agreement = Agreement.model_validate({"form": "written", "signed_on": on, **said})
    return Dispute(name="宅基地纠纷", stage="agreed", accepted_on=on, agreements=(agreement,))


def due(store: Store, today: date) -> list[tuple[str, date]]:
    return [(one.what, one.on) for one in due_matters(store.conn, today)]


def test_a_mediation_is_due_thirty_days_after_it_was_accepted(store: Store) -> None:
    save(store, Dispute(name="用水纠纷", stage="mediating", accepted_on=date(2026, 10, 20)))
    assert due(store, date(2026, 11, 11)) == []
    assert due(store, date(2026, 11, 12)) == [("调解期限", date(2026, 11, 19))]
    assert due(store, date(2027, 1, 5)) == [("调解期限", date(2026, 11, 19))]


def test_a_last_day_that_is_a_rest_day_is_said(store: Store) -> None:
    save(store, Dispute(name="用水纠纷", stage="mediating", accepted_on=date(2026, 9, 3)))
    assert due(store, date(2026, 10, 1)) == [("调解期限（末日为休息日（国庆节））", date(2026, 10, 3))]


def test_an_ended_mediation_is_not_due(store: Store) -> None:
    save(store, Dispute(name="用水纠纷", stage="filed", accepted_on=date(2026, 9, 3)))
    assert due(store, date(2026, 10, 1)) == []


def test_judicial_confirmation_is_told_within_seven_days_of_its_rolled_last_day_and_not_after(store: Store) -> None:
    save(store, signed(date(2026, 9, 3)))
    what = "司法确认申请期限（末日 10月3日为休息日（国庆节），顺延至 10月8日）"
    assert due(store, date(2026, 9, 30)) == []
    for today in (date(2026, 10, 1), date(2026, 10, 8)):
        assert due(store, today) == [(what, date(2026, 10, 8))]
    assert due(store, date(2026, 10, 9)) == []


@pytest.mark.parametrize("said", [{"form": "oral"}, {"performed": "performed"}, {"signed_on": None}])
def test_only_a_written_agreement_still_to_be_performed_is_worth_confirming(
    said: dict[str, object], store: Store
) -> None:
    save(store, signed(date(2026, 9, 3), **said))
    assert due(store, date(2026, 10, 8)) == []


def a_hazard(**said: object) -> Hazard:
    made = {"name": "护栏缺损", "found_on": date(2026, 11, 1), "due_on": date(2026, 11, 20), "measures": "更换护栏"}
    return Hazard.model_validate({**made, **said})


def test_a_hazard_is_due_until_its_recheck_passes(store: Store) -> None:
    today = date(2026, 11, 23)
    hazard = a_hazard()
    save(store, hazard)
    assert due_matters(store.conn, today) == [Due("hazard", hazard.id, "护栏缺损", "隐患整改期限", date(2026, 11, 20))]
    rectified = hazard.model_copy(update={"rectified_on": date(2026, 11, 19)})
    save(store, rectified)
    assert due(store, today) == [("隐患整改已完成，待复查", date(2026, 11, 20))]
    failed = Recheck(checked_on=date(2026, 11, 20), result="failed")
    save(store, rectified.model_copy(update={"rechecks": (failed,)}))
    assert due(store, today) == [("隐患整改期限", date(2026, 11, 20))]
    passed = Recheck(checked_on=date(2026, 11, 22), result="passed")
    save(store, rectified.model_copy(update={"rechecks": (failed, passed)}))
    assert due(store, today) == []


def test_a_hazard_handed_over_is_not_the_townships_to_watch(store: Store) -> None:
    save(store, a_hazard(handed_to="消防救援大队", handed_on=date(2026, 11, 10)))
    assert due(store, date(2026, 11, 23)) == []


def test_the_oldest_comes_first_whatever_it_is(store: Store) -> None:
    save(store, a_hazard(), Dispute(name="用水纠纷", stage="accepted", accepted_on=date(2026, 10, 10)))
    found = due(store, date(2026, 11, 23))
    assert [on for _, on in found] == sorted(on for _, on in found) == [date(2026, 11, 9), date(2026, 11, 20)]
    assert len(due_matters(store.conn, date(2026, 11, 23), cap=1)) == 1


def test_a_day_nobody_can_read_is_not_due_and_breaks_nothing(store: Store) -> None:
    hazard = a_hazard()
    save(store, hazard)
    store.write("newer", lambda unit: unit.set_fields("hazard", hazard.id, {"due_on": "1 月底"}))
    assert due(store, date(2026, 11, 23) + timedelta(days=1)) == []


def test_what_came_in_by_the_dozen_is_not_recent_work(store: Store) -> None:
    imported = [Person(full_name=f"导入{number}") for number in range(40)]
    store.write("u1", lambda unit: unit.create_many(imported))
    own = Person(full_name="亲手登记")
    store.write("u1", lambda unit: unit.save(own))
    assert [one.id for one in recent_work(store.conn, "u1")] == [own.id]
