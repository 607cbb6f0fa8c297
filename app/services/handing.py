"""From hand to hand: a matter given, accepted, given back with a reason, withdrawn, asked after.

Each act is one unit of work asked of :func:`may` first, decided on what is stored at that moment and undone as one.
Villages and departments have no PC here: what they answer on paper or by telephone, the office enters for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.errors import NotAllowedError, UserError
from app.models import clock
from app.models.kinds import Holder
from app.models.kinds.holders import ACCOUNT, ORGANISATION, PLACE
from app.models.policy import Act
from app.models.reading import Reader
from app.models.register import Record, new_id
from app.models.registers import Account
from app.models.registers.matter import (
    ACCEPTED,
    BY_PROGRAM,
    RETURNED,
    WAITING,
    WITHDRAWN,
    Handover,
    called,
    handovers,
    holder_of,
    matter_of,
    open_handover,
)
from app.models.unit import UnitOfWork
from app.services.matters import declared, may_answer, may_give, may_hold
from app.services.office import Office

Change = Callable[[UnitOfWork, Record], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is said when a matter is handed over. ``at`` (None: now) is when it happened, not when it was entered."""

    to: Holder
    demand: str = ""
    contact: str = ""
    way: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Who answered for the receiver, how and when. Empty for one's own answer given in the program."""

    by: str = ""
    way: str = ""
    at: datetime | None = None


def hand_over(office: Office, register: str, record_id: str, given: Given) -> str:
    """Hand a matter over; the giver stays its holder until it is accepted. Returns the act, for undo.

    Raises ``UserError`` when one is waiting already, the receiver is unknown or holds it, ``NotAllowedError``.
    """

    def change(unit: UnitOfWork, record: Record) -> dict[str, Any]:
        _must_be_open(record)
        _must(may_give(office, record, _reader(unit)), f"这件事由{called(_held(record))}承办，请由承办人或管理员交办")
        waiting = open_handover(record)
        if waiting is not None:
            sentence = f"已经交给{called(waiting.receiver)}，还没有接收"
            raise UserError(sentence, "要改交别人，请先撤回这次交办")
        to = _receiver(_reader(unit), given.to, register)
        if to.is_same(holder_of(record)):
            sentence = f"这件事已由{to.name}承办"
            raise UserError(sentence, "不用再交办")
        line = declared(record).handover.model_validate(
            {
                "receiver": to.wire,
                "giver": _held(record),
                "contact": given.contact.strip() or None,
                "demand": given.demand.strip() or None,
                "way": given.way or (BY_PROGRAM if to.register == ACCOUNT else "paper"),
                "handed_at": _at(given.at),
                "handed_by": office.me.wire,
                "state": WAITING,
            }
        )
        return {"handovers": (*handovers(record), line)}

    return _act(office, register, record_id, change, reason=f"交办给{given.to.name}")


def accept(office: Office, register: str, record_id: str, answer: Answer | None = None) -> str:
    """Take what was handed over: from now on the receiver holds the matter."""
    given = answer or Answer()

    def change(_: UnitOfWork, record: Record) -> dict[str, Any]:
        waiting = _answerable(office, record)
        line = waiting.model_copy(update=_answered(office, waiting, given, ACCEPTED))
        return {"handovers": _put(record, line), "holder": waiting.receiver}

    return _act(office, register, record_id, change, reason="接收交办")


def give_back(office: Office, register: str, record_id: str, *, reason: str, answer: Answer | None = None) -> str:
    """Return what was handed over, with the reason; the giver goes on holding the matter and sees why."""
    given = answer or Answer()

    def change(_: UnitOfWork, record: Record) -> dict[str, Any]:
        waiting = _answerable(office, record)
        why = _reason(reason, "退回")
        line = waiting.model_copy(update={**_answered(office, waiting, given, RETURNED), "reason": why})
        return {"handovers": _put(record, line)}

    return _act(office, register, record_id, change, reason="退回交办")


def withdraw(office: Office, register: str, record_id: str, *, reason: str) -> str:
    """Take back a hand-over that nobody has answered yet, with the reason."""

    def change(unit: UnitOfWork, record: Record) -> dict[str, Any]:
        waiting = _waiting(record)
        is_mine = office.me.is_same(Holder.read(waiting.handed_by))
        _must(
            is_mine or may_give(office, record, _reader(unit)),
            f"这件事由{called(_held(record))}承办，请由承办人或管理员撤回",
        )
        update = {"state": WITHDRAWN, "answered_at": clock.now(), "entered_by": office.me.wire}
        line = waiting.model_copy(update={**update, "reason": _reason(reason, "撤回")})
        return {"handovers": _put(record, line)}

    return _act(office, register, record_id, change, reason="撤回交办")


def take(office: Office, register: str, record_id: str) -> str:
    """Become the holder of an open matter that has none (registered before matters had holders, or imported)."""

    def change(_: UnitOfWork, record: Record) -> dict[str, Any]:
        _must_be_open(record)
        if holder_of(record) is not None:
            sentence = f"这件事由{called(_held(record))}承办"
            raise UserError(sentence, "要换承办人请用“交办”")
        return {"holder": office.me.wire}

    return _act(office, register, record_id, change, reason="认领事项")


def remind(
    office: Office, register: str, record_id: str, *, words: str = "", way: str = "phone", at: datetime | None = None
) -> str:
    """Ask after a matter: of whom it waits for, otherwise of who holds it."""

    def change(_: UnitOfWork, record: Record) -> dict[str, Any]:
        _must_be_open(record)
        waiting = open_handover(record)
        line = declared(record).reminder.model_validate(
            {
                "reminded": waiting.receiver if waiting else _held(record),
                "reminded_at": _at(at),
                "reminded_by": office.me.wire,
                "way": way,
                "words": words.strip() or None,
            }
        )
        return {"reminders": (*getattr(record, "reminders", ()), line)}

    return _act(office, register, record_id, change, reason="催办")


def _act(office: Office, register: str, record_id: str, change: Change, *, reason: str) -> str:
    office.require(Act.WRITE, register)
    act_id = new_id()

    def work(unit: UnitOfWork) -> None:
        record = _reader(unit).get(register, record_id)
        if record is None or matter_of(record) is None:
            sentence = "找不到这件事"
            raise UserError(sentence, "它可能已被删除，或还没有同步到本机")
        unit.save(record.model_copy(update=dict(change(unit, record))), reason=reason)

    office.store.write(office.user.id, work, act_id=act_id)
    return act_id


def _held(record: Record) -> str | None:
    held = getattr(record, "holder", None)
    return held if isinstance(held, str) else None


def _put(record: Record, line: Handover) -> tuple[Handover, ...]:
    return tuple(line if one.id == line.id else one for one in handovers(record))


def _must(is_allowed: bool, sentence: str) -> None:  # noqa: FBT001 - reads like a sentence
    if not is_allowed:
        raise NotAllowedError(sentence, "需要时请联系管理员")


def _must_be_open(record: Record) -> None:
    if not declared(record).is_open.python(record):
        sentence = "这件事已经办结"
        raise UserError(sentence, "已办结的事项不再交办、催办")


def _waiting(record: Record) -> Handover:
    waiting = open_handover(record)
    if waiting is None:
        sentence = "这件事没有等待接收的交办"
        raise UserError(sentence, "可能已被接收、退回或撤回，请刷新后再看")
    return waiting


def _answerable(office: Office, record: Record) -> Handover:
    waiting = _waiting(record)
    allowed = may_answer(office, waiting, record.definition.name)
    _must(allowed, f"这件事交给了{called(waiting.receiver)}，要由本人接收或退回")
    return waiting


def _answered(office: Office, waiting: Handover, given: Answer, state: str) -> dict[str, Any]:
    receiver = Holder.read(waiting.receiver)
    is_own = receiver is not None and receiver.register == ACCOUNT
    if not is_own and not (given.by.strip() and given.way):
        sentence = f"请写明{called(waiting.receiver)}谁答复的、用什么方式"
        raise UserError(sentence, "例如：村主任周某，电话")
    at = _at(given.at)
    handed_at: object = waiting.handed_at  # what was stored may be unreadable
    if isinstance(handed_at, datetime) and at < handed_at:
        sentence = f"答复时间早于交办时间 {clock.show_moment(handed_at)}"
        raise UserError(sentence, "请核对时间")
    return {
        "state": state,
        "answered_at": at,
        "answered_way": given.way or BY_PROGRAM,
        "answered_by": given.by.strip() or office.user.name,
        "entered_by": office.me.wire,
    }


def _at(given: datetime | None) -> datetime:
    now = clock.now()
    if given is not None and given > now:
        sentence = f"时间 {clock.show_moment(given)} 还没有到"
        raise UserError(sentence, "请填实际交办、答复的时间")
    return given or now


def _reason(typed: str, what: str) -> str:
    if not typed.strip():
        sentence = f"{what}要写明原因"
        raise UserError(sentence, "例如：不属于本村范围、资料不全")
    return typed.strip()


def _receiver(reader: Reader, to: Holder, register: str) -> Holder:
    """The receiver as it stands in the registers now, by its name of today."""
    if not to.id:
        return Holder.department(to.name) if to.name.strip() else _no_receiver()
    record = reader.get(to.register, to.id) if to.register in (ACCOUNT, PLACE, ORGANISATION) else None
    if record is None:
        return _no_receiver()
    if isinstance(record, Account) and not may_hold(record, register):
        sentence = f"{record.name}的账号已停用，或不办理这类事项"
        raise UserError(sentence, "请另选承办人")
    return Holder(to.register, to.id, record.title())


def _no_receiver() -> Holder:
    sentence = "请选择交给谁"
    raise UserError(sentence, "本单位人员、村（社区），或填写单位名称")


def _reader(unit: UnitOfWork) -> Reader:
    """What is stored now, inside the transaction."""
    return Reader(unit.registry, unit.conn)
