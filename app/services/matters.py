"""Who holds a matter, and how it goes from hand to hand: given, accepted, given back with a reason, asked after.

Each act is one unit of work asked of :func:`may` first, decided on what is stored at that moment and undone as one.
Villages and departments have no PC here: what they answer on paper or by telephone, the office enters for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from app.errors import NotAllowedError, UserError
from app.models import clock, matter_reading
from app.models.kinds import Holder
from app.models.kinds.holders import ACCOUNT, ORGANISATION, PLACE
from app.models.matter_reading import OpenMatter, View
from app.models.policy import Act, User, may
from app.models.reading import Reader
from app.models.register import Definition, Record, new_id
from app.models.registers import Account
from app.models.registers.matter import (
    ACCEPTED,
    BY_PROGRAM,
    RETURNED,
    WAITING,
    WITHDRAWN,
    Handover,
    Matter,
    called,
    holder_of,
    matter_of,
    open_handover,
)
from app.models.unit import UnitOfWork
from app.services.office import Office

__all__ = [
    "Answer",
    "Given",
    "OpenMatter",
    "View",
    "accept",
    "count",
    "due_soon",
    "find",
    "give_back",
    "hand_over",
    "matters",
    "may_answer",
    "may_give",
    "may_withdraw",
    "overdue",
    "receivers",
    "remind",
    "take",
    "withdraw",
]

ADMINISTRATOR = "administrator"
_VILLAGES = ("village", "group")
T = TypeVar("T")


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


# -- reading -----------------------------------------------------------------------------------------------------------


def kinds(office: Office) -> list[Definition]:
    """The registers that are matters and that this account may read."""
    return [one for one in office.registry if matter_of(one) is not None and office.may(Act.READ, one.name)]


def matters(office: Office, view: View = View.MINE) -> list[OpenMatter]:
    """Open matters, those due first in front."""
    return matter_reading.open_matters(office.store.conn, kinds(office), view, office.me)


def overdue(office: Office) -> list[OpenMatter]:
    """Open matters whose last day is past."""
    today = clock.today()
    return [one for one in matters(office, View.ALL) if one.deadline is not None and one.deadline.on < today]


def due_soon(office: Office) -> list[OpenMatter]:
    """Matters I hold whose last day is tomorrow, today or past: the reminder of the day before."""
    today = clock.today()
    return [one for one in matters(office, View.MINE) if (left := one.days_left(today)) is not None and left <= 1]


def count(office: Office, view: View) -> int:
    """How many there are; cheap enough for a number in the navigation."""
    return matter_reading.count(office.store.conn, kinds(office), view, office.me)


def find(office: Office, given: str) -> Record:
    """The matter with this 事项码 or id. Raises ``UserError``."""
    for definition in kinds(office):
        record = office.reader.get(definition.name, given)
        ids = office.reader.find(definition.name, "matter_code", given.strip().upper())
        record = record or (office.reader.get(definition.name, ids[0]) if ids else None)
        if record is not None:
            return record
    sentence = f"没有事项码或编号为“{given}”的事项"
    raise UserError(sentence, "请核对事项码，例如 JF-20261123-7K2Q4")


def receivers(office: Office, register: str) -> list[tuple[str, list[Holder]]]:
    """Whom a matter of this register can be handed to, by heading: accounts that may work on it, villages.

    Units of the register and departments by name are chosen or typed beside these.
    """
    people = [
        Holder(ACCOUNT, one.id, one.name)
        for one in office.reader.all("account")
        if isinstance(one, Account) and _may_hold(one, register)
    ]
    villages = [
        Holder(PLACE, one.id, one.title())
        for one in office.reader.all("place")
        if getattr(one, "kind", "") in _VILLAGES
    ]
    return [("本单位", people), ("村（社区）", villages)]


def may_give(office: Office, record: Record) -> bool:
    """True when this account may hand the matter over: it holds it, or nobody who could do it in the program does."""
    return _may_give(office, record, office.reader)


def may_withdraw(office: Office, record: Record) -> bool:
    """True when a hand-over waits that this account made, or may make."""
    waiting = open_handover(record)
    return waiting is not None and (office.me.is_same(Holder.read(waiting.handed_by)) or may_give(office, record))


def may_answer(office: Office, handover: Handover, register: str) -> bool:
    """True when this account may accept or return: it is the receiver, or the receiver has no account here."""
    receiver = Holder.read(handover.receiver)
    if receiver is None or not office.may(Act.WRITE, register):
        return False
    return receiver.register != ACCOUNT or office.me.is_same(receiver)


# -- acts --------------------------------------------------------------------------------------------------------------


def hand_over(office: Office, register: str, record_id: str, given: Given) -> str:
    """Hand a matter over; the giver stays its holder until it is accepted. Returns the act, for undo.

    Raises ``UserError`` when one is waiting already, the receiver is unknown or holds it, ``NotAllowedError``.
    """

    def change(unit: UnitOfWork, record: Record) -> dict[str, Any]:
        _must_be_open(record)
        _must(_may_give(office, record, _reader(unit)), f"这件事由{called(_held(record))}承办，请由承办人或管理员交办")
        waiting = open_handover(record)
        if waiting is not None:
            sentence = f"已经交给{called(waiting.receiver)}，还没有接收"
            raise UserError(sentence, "要改交别人，请先撤回这次交办")
        to = _receiver(_reader(unit), given.to, register)
        if to.is_same(holder_of(record)):
            sentence = f"这件事已由{to.name}承办"
            raise UserError(sentence, "不用再交办")
        line = _matter(record).handover.model_validate(
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
        return {"handovers": (*_lines(record), line)}

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
            is_mine or _may_give(office, record, _reader(unit)),
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
        line = _matter(record).reminder.model_validate(
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


# -- inside ------------------------------------------------------------------------------------------------------------

Change = Callable[[UnitOfWork, Record], Mapping[str, Any]]


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


def _matter(record: Record) -> Matter:
    matter = matter_of(record)
    assert matter is not None  # noqa: S101 - asked in _act
    return matter


def _held(record: Record) -> str | None:
    held = getattr(record, "holder", None)
    return held if isinstance(held, str) else None


def _lines(record: Record) -> tuple[Handover, ...]:
    lines: tuple[Handover, ...] = getattr(record, "handovers", ())
    return lines


def _put(record: Record, line: Handover) -> tuple[Handover, ...]:
    return tuple(line if one.id == line.id else one for one in _lines(record))


def _must(is_allowed: bool, sentence: str) -> None:  # noqa: FBT001 - reads like a sentence
    if not is_allowed:
        raise NotAllowedError(sentence, "需要时请联系管理员")


def _must_be_open(record: Record) -> None:
    if not _matter(record).is_open.python(record):
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
    if isinstance(record, Account) and not _may_hold(record, register):
        sentence = f"{record.name}的账号已停用，或不办理这类事项"
        raise UserError(sentence, "请另选承办人")
    return Holder(to.register, to.id, record.title())


def _no_receiver() -> Holder:
    sentence = "请选择交给谁"
    raise UserError(sentence, "本单位人员、村（社区），或填写单位名称")


def _may_hold(account: Account, register: str) -> bool:
    user = User(account.id, account.name, account.role, account.place, account.committee)
    return account.is_active and may(user, Act.WRITE, register)


def _may_give(office: Office, record: Record, reader: Reader) -> bool:
    if not office.may(Act.WRITE, record.definition.name, record):
        return False
    holder = holder_of(record)
    is_elsewhere = holder is None or holder.register != ACCOUNT or not _is_working(reader, holder)
    return is_elsewhere or office.me.is_same(holder) or office.user.role == ADMINISTRATOR


def _reader(unit: UnitOfWork) -> Reader:
    """What is stored now, inside the transaction."""
    return Reader(unit.registry, unit.conn)


def _is_working(reader: Reader, holder: Holder) -> bool:
    account = reader.get(ACCOUNT, holder.id)
    return isinstance(account, Account) and account.is_active
