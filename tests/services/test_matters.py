"""A matter goes from hand to hand: given, accepted, given back with a reason; who holds it is never lost or doubled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from app.errors import AppError, Level, NotAllowedError, UserError
from app.models import clock, journal
from app.models.kinds import Holder
from app.models.kinds.holders import ACCOUNT, PLACE
from app.models.policy import User
from app.models.register import Record
from app.models.registers import Account, Dispute, Hazard, Place, Recheck
from app.models.registers.matter import holder_of, open_handover
from app.services import handing, matters
from app.services.handing import Answer, Given
from app.services.handover_slip import slip_pdf
from app.services.matters import View
from app.services.office import Office
from app.services.workbench import workload
from tests.documents.reading import read_text, squashed

NOBODY = Holder(ACCOUNT, "f" * 32, "某人")


def account(office: Office, name: str, role: str = "clerk", **said: object) -> Office:
    """Somebody else at the same store."""
    made = Account.model_validate({"name": name, "role": role, **said})
    office.save(made)
    return Office(office.store, User(made.id, name, role))


@pytest.fixture
def li(office: Office) -> Office:
    return account(office, "李干事二")


@pytest.fixture
def village(office: Office) -> Holder:
    place = Place(name="红旗村", kind="village")
    office.save(place)
    return Holder(PLACE, place.id, "红旗村")


@pytest.fixture
def dispute(office: Office) -> Dispute:
    made = Dispute(name="争水", stage="accepted", accepted_on=date(2026, 11, 1))
    office.save(made)
    return made


def stored(office: Office, record: Record) -> Record:
    found = office.reader.get(record.definition.name, record.id)
    assert found is not None
    return found


def held_by(office: Office, record: Record) -> str:
    holder = holder_of(stored(office, record))
    return holder.name if holder else ""


def codes(office: Office, view: View) -> list[str]:
    return [one.title for one in matters.matters(office, view)]


def test_who_registers_a_matter_holds_it_and_an_edit_by_another_changes_nothing(
    office: Office, li: Office, dispute: Dispute
) -> None:
    assert held_by(office, dispute) == "王主任"
    li.save(stored(office, dispute).model_copy(update={"location": "村口"}))
    assert held_by(office, dispute) == "王主任"
    hazard = Hazard(name="护栏缺损", found_on=date(2026, 11, 1))
    li.save(hazard)
    assert held_by(office, hazard) == "李干事二"
    assert stored(office, hazard).subtitle().startswith("YH-")


def test_the_giver_holds_until_the_receiver_accepts(office: Office, li: Office, dispute: Dispute) -> None:
    handing.hand_over(office, "dispute", dispute.id, Given(to=li.me, demand="三日内到现场"))
    assert held_by(office, dispute) == "王主任"
    assert (codes(li, View.WAITING), codes(office, View.HANDED), codes(office, View.MINE)) == (["争水"],) * 3
    handing.accept(li, "dispute", dispute.id)
    assert held_by(office, dispute) == "李干事二"
    assert (codes(li, View.MINE), codes(li, View.WAITING), codes(office, View.MINE)) == (["争水"], [], [])
    assert codes(office, View.HANDED) == ["争水"]
    line = stored(office, dispute).handovers[0]  # type: ignore[attr-defined]  # a dispute
    assert (line.state, line.answered_by, line.answered_way) == ("accepted", "李干事二", "program")
    acts = {entry.act_id for entry in office.history(dispute.id) if entry.reason == "接收交办"}
    assert len(acts) == 1


def test_a_return_needs_a_reason_and_leaves_the_matter_with_its_giver(
    office: Office, li: Office, dispute: Dispute
) -> None:
    handing.hand_over(office, "dispute", dispute.id, Given(to=li.me))
    with pytest.raises(UserError, match="退回要写明原因"):
        handing.give_back(li, "dispute", dispute.id, reason="  ")
    handing.give_back(li, "dispute", dispute.id, reason="不属于本组")
    assert held_by(office, dispute) == "王主任"
    (row,) = matters.matters(office, View.MINE)
    assert row.last is not None
    assert (row.last.state, row.last.reason, row.waiting) == ("returned", "不属于本组", None)
    handing.hand_over(office, "dispute", dispute.id, Given(to=li.me))


def test_a_second_hand_over_waits_until_the_first_is_withdrawn_with_a_reason(
    office: Office, li: Office, village: Holder, dispute: Dispute
) -> None:
    handing.hand_over(office, "dispute", dispute.id, Given(to=li.me))
    with pytest.raises(UserError, match="已经交给李干事二，还没有接收（要改交别人，请先撤回这次交办）"):
        handing.hand_over(office, "dispute", dispute.id, Given(to=village, way="phone"))
    with pytest.raises(UserError, match="撤回要写明原因"):
        handing.withdraw(office, "dispute", dispute.id, reason="")
    handing.withdraw(office, "dispute", dispute.id, reason="交错人了")
    with pytest.raises(UserError, match="没有等待接收的交办"):
        handing.accept(li, "dispute", dispute.id)
    handing.hand_over(office, "dispute", dispute.id, Given(to=village, way="phone"))
    entries = [entry for entry in office.history(dispute.id) if entry.reason == "撤回交办"]
    assert any(change.new == "交错人了" for entry in entries for change in entry.changes)


def test_a_village_answers_by_telephone_and_the_office_enters_who_how_and_when(
    office: Office, li: Office, village: Holder, dispute: Dispute
) -> None:
    at = clock.now()
    given = Given(to=village, demand="五日内核实", contact="周主任", way="phone", at=at - timedelta(hours=2))
    handing.hand_over(office, "dispute", dispute.id, given)
    with pytest.raises(UserError, match="请写明红旗村谁答复的、用什么方式"):
        handing.accept(li, "dispute", dispute.id)
    with pytest.raises(UserError, match="答复时间早于交办时间"):
        handing.accept(li, "dispute", dispute.id, Answer(by="周主任", way="phone", at=at - timedelta(hours=3)))
    handing.accept(li, "dispute", dispute.id, Answer(by="周主任", way="phone", at=at - timedelta(hours=1)))
    assert held_by(office, dispute) == "红旗村"
    line = stored(office, dispute).handovers[0]  # type: ignore[attr-defined]  # a dispute
    assert (line.answered_by, line.answered_way, line.contact) == ("周主任", "phone", "周主任")
    assert line.entered_by == li.me.wire
    handing.hand_over(li, "dispute", dispute.id, Given(to=li.me))  # a village has no PC: the office hands on for it
    handing.accept(li, "dispute", dispute.id)
    assert held_by(office, dispute) == "李干事二"


def test_only_the_holder_or_an_administrator_hands_over_and_only_the_receiver_answers(
    office: Office, li: Office, dispute: Dispute
) -> None:
    other = account(office, "赵干事")
    with pytest.raises(NotAllowedError, match="由王主任承办"):
        handing.hand_over(li, "dispute", dispute.id, Given(to=other.me))
    handing.hand_over(office, "dispute", dispute.id, Given(to=li.me))
    with pytest.raises(NotAllowedError, match="要由本人接收或退回"):
        handing.accept(other, "dispute", dispute.id)
    with pytest.raises(NotAllowedError, match="承办人或管理员撤回"):
        handing.withdraw(other, "dispute", dispute.id, reason="抢来")
    handing.accept(li, "dispute", dispute.id)
    handing.hand_over(office, "dispute", dispute.id, Given(to=other.me))  # the administrator, for somebody on leave


@pytest.mark.parametrize(
    ("role", "said", "why"),
    [("police", {}, "不办理这类事项"), ("clerk", {"is_active": False}, "已停用"), ("auditor", {}, "不办理这类事项")],
)
def test_a_matter_is_not_handed_to_who_could_never_accept_it(
    office: Office, dispute: Dispute, role: str, said: dict[str, object], why: str
) -> None:
    somebody = account(office, "孙某", role, **said)
    with pytest.raises(UserError, match=why):
        handing.hand_over(office, "dispute", dispute.id, Given(to=somebody.me))
    offered = [one for _, group in matters.receivers(office, "dispute") for one in group]
    assert somebody.me not in offered


@pytest.mark.parametrize(
    "act",
    [
        lambda office, one: handing.hand_over(office, "dispute", one.id, Given(to=office.me)),
        lambda office, one: handing.hand_over(office, "dispute", one.id, Given(to=NOBODY)),
        lambda office, one: handing.hand_over(office, "dispute", one.id, Given(to=Holder.department(" "))),
        lambda office, one: handing.hand_over(
            office, "dispute", one.id, Given(to=Holder.department("消防"), at=clock.now() + timedelta(days=1))
        ),
        lambda office, one: handing.take(office, "dispute", one.id),
        lambda office, _: handing.accept(office, "dispute", "0" * 32),
    ],
    ids=["to the holder", "to nobody", "to no name", "in the future", "held already", "not there"],
)
def test_what_cannot_be_is_a_sentence_and_changes_nothing(
    office: Office, dispute: Dispute, act: Callable[[Office, Dispute], object]
) -> None:
    before = stored(office, dispute)
    with pytest.raises(AppError):
        act(office, dispute)
    assert stored(office, dispute) == before


def test_an_act_is_taken_back_as_one(office: Office, li: Office, dispute: Dispute) -> None:
    given = handing.hand_over(office, "dispute", dispute.id, Given(to=li.me))
    assert office.undo(given, reason="点错") == []
    assert open_handover(stored(office, dispute)) is None
    handing.hand_over(office, "dispute", dispute.id, Given(to=li.me))
    taken = handing.accept(li, "dispute", dispute.id)
    assert li.undo(taken, reason="点错") == []
    assert held_by(office, dispute) == "王主任"
    assert open_handover(stored(office, dispute)) is not None


def test_nobody_takes_back_what_somebody_else_accepted_but_the_administrator(
    office: Office, li: Office, dispute: Dispute
) -> None:
    handing.hand_over(office, "dispute", dispute.id, Given(to=li.me))
    taken = handing.accept(li, "dispute", dispute.id)
    third = account(office, "孙干事")
    with pytest.raises(NotAllowedError, match="只有办这一步的人自己能撤销"):
        third.undo(taken, reason="我不同意")
    assert held_by(office, dispute) == "李干事二"
    assert office.undo(taken, reason="李干事出差") == [], "王主任 is the administrator"
    assert held_by(office, dispute) == "王主任"


def test_a_matter_that_ended_while_it_waited_is_doubted_and_no_more_handed_over(
    office: Office, li: Office, dispute: Dispute
) -> None:
    handing.hand_over(office, "dispute", dispute.id, Given(to=li.me))
    ended = stored(office, dispute).model_copy(update={"stage": "terminated"})
    with pytest.raises(UserError, match="交给李干事二的还没有接收，事项却已办结") as asked:
        office.save(ended)
    assert [one.level for one in asked.value.findings] == [Level.DOUBT]
    office.save(ended, reasons={one.sentence: "当事人撤回申请" for one in asked.value.findings})
    assert codes(li, View.WAITING) == []
    with pytest.raises(UserError, match="已经办结"):
        handing.remind(office, "dispute", dispute.id)


def test_a_matter_of_before_has_no_holder_until_somebody_takes_it(office: Office, li: Office) -> None:
    old = Dispute(name="旧事", stage="mediating")
    office.store.write("tester", lambda unit: unit.save(old))
    (row,) = matters.matters(li, View.ALL)
    assert row.holder is None
    handing.take(li, "dispute", old.id)
    assert held_by(office, old) == "李干事二"


def test_reminding_is_kept_with_whom_and_what(office: Office, li: Office, dispute: Dispute) -> None:
    handing.remind(office, "dispute", dispute.id, words="请抓紧", way="phone")
    handing.hand_over(office, "dispute", dispute.id, Given(to=li.me))
    handing.remind(office, "dispute", dispute.id, words="请先接收", way="in_person")
    reminders = stored(office, dispute).reminders  # type: ignore[attr-defined]  # a dispute
    assert [(Holder.read(one.reminded).name, one.words) for one in reminders] == [  # type: ignore[union-attr]  # set
        ("王主任", "请抓紧"),
        ("李干事二", "请先接收"),
    ]
    (row,) = matters.matters(li, View.WAITING)
    assert row.reminders == 2


def test_what_i_hold_is_told_from_the_day_before_it_is_due(office: Office, li: Office, dispute: Dispute) -> None:
    last = date(2026, 12, 1)
    for today, soon, late in (
        (last - timedelta(days=2), [], []),
        (last - timedelta(days=1), ["争水"], []),
        (last, ["争水"], []),
        (last + timedelta(days=1), ["争水"], ["争水"]),
    ):
        with clock.day_set_to(today):
            assert [one.title for one in matters.due_soon(office)] == soon
            assert [one.title for one in matters.overdue(li)] == late
            assert matters.due_soon(li) == []


def test_a_role_sees_only_the_matters_it_may_read(office: Office, dispute: Dispute) -> None:
    office.save(Hazard(name="护栏缺损", found_on=date(2026, 11, 1)))
    assert codes(account(office, "赵警官", "police"), View.ALL) == ["护栏缺损"]
    assert sorted(codes(account(office, "审计", "auditor"), View.ALL)) == sorted(["护栏缺损", "争水"])


def test_a_closed_hazard_is_nobodys_open_matter(office: Office) -> None:
    days = {"found_on": date(2026, 11, 1), "due_on": date(2026, 11, 9), "rectified_on": date(2026, 11, 8)}
    hazard = Hazard.model_validate({"name": "护栏缺损", "measures": "换", **days})
    office.save(hazard)
    (row,) = matters.matters(office)
    assert (row.stage, row.deadline.on if row.deadline else None) == ("待复查", date(2026, 11, 9))
    passed = Recheck(checked_on=date(2026, 11, 9), result="passed")
    office.save(stored(office, hazard).model_copy(update={"rechecks": (passed,)}))
    assert matters.matters(office) == []


def test_a_mediation_extended_with_consent_runs_until_that_day(office: Office, dispute: Dispute) -> None:
    longer = stored(office, dispute).model_copy(update={"extended_to": date(2026, 12, 20)})
    with pytest.raises(UserError, match="延长调解期限要写明理由"):
        office.save(longer)
    office.save(longer.model_copy(update={"extension_reason": "等待鉴定结论，双方均同意"}))
    at = matters.standing(office, stored(office, dispute))
    assert at.deadline is not None
    assert (at.deadline.on, at.period) == (date(2026, 12, 20), "调解期限（本件另定）")
    with clock.day_set_to(date(2026, 12, 19)):
        due = [(one.what, one.on, one.holder) for one in workload(office).due]
    assert due == [("调解期限（已延长）", date(2026, 12, 20), "王主任")]


def test_a_matter_is_found_by_its_code(office: Office, dispute: Dispute) -> None:
    code = str(stored(office, dispute).matter_code)  # type: ignore[attr-defined]  # a dispute
    assert matters.find(office, code.lower()).id == dispute.id
    with pytest.raises(UserError, match="没有事项码"):
        matters.find(office, "JF-1")


def test_the_slip_says_what_was_asked_and_its_printing_is_journalled(
    office: Office, village: Holder, dispute: Dispute
) -> None:
    with pytest.raises(UserError, match="没有等待接收的交办"):
        slip_pdf(office, "dispute", dispute.id)
    handing.hand_over(
        office, "dispute", dispute.id, Given(to=village, way="paper", demand="五日内核实", contact="周主任")
    )
    body, name = slip_pdf(office, "dispute", dispute.id)
    text = squashed(read_text(body))
    for part in ("红旗村", "周主任", "五日内核实", "2026年12月1日", "王主任", "青溪镇"):
        assert part in text
    assert name.startswith("事项交办单-JF-")
    seen = [op.content() for op in journal.select(office.store.conn, "kind = 'access' AND root = ?", (dispute.id,))]
    assert [(one["what"], one["paper"]) for one in seen] == [("print", "事项交办单")]
