"""Open matters as their office sees them: mine, those waiting for me, handed out, late; and what may be done with one.

What changes who holds a matter is :mod:`app.services.handing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.errors import UserError
from app.models import clock, matter_reading
from app.models.kinds import Holder
from app.models.kinds.holders import ACCOUNT, PLACE
from app.models.matter_reading import OpenMatter, View
from app.models.periods import Deadline
from app.models.policy import Act, User, may
from app.models.reading import Reader
from app.models.register import Definition, Record
from app.models.registers import Account
from app.models.registers.matter import (
    ACCEPTED,
    RETURNED,
    Handover,
    Matter,
    handovers,
    holder_of,
    matter_of,
    open_handover,
)
from app.services.office import Office

__all__ = ["OpenMatter", "Standing", "Step", "View", "count", "due_soon", "find", "matters", "overdue", "standing"]

ADMINISTRATOR = "administrator"
COLLEAGUES, VILLAGES = "本单位", "村（社区）"
_VILLAGE_KINDS = ("village", "group")


class Step(StrEnum):
    """What can be done with a matter."""

    ACCEPT = "accept"
    GIVE_BACK = "give_back"
    HAND_OVER = "hand_over"
    WITHDRAW = "withdraw"
    TAKE = "take"
    REMIND = "remind"
    SLIP = "slip"


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
        if isinstance(one, Account) and may_hold(one, register)
    ]
    villages = [
        Holder(PLACE, one.id, one.title())
        for one in office.reader.all("place")
        if getattr(one, "kind", "") in _VILLAGE_KINDS
    ]
    return [(COLLEAGUES, people), (VILLAGES, villages)]


def may_give(office: Office, record: Record, reader: Reader | None = None) -> bool:
    """True when this account may hand the matter over: it holds it, or nobody who could do it in the program does.

    ``reader`` reads inside a transaction.
    """
    if not office.may(Act.WRITE, record.definition.name, record):
        return False
    holder = holder_of(record)
    is_elsewhere = holder is None or holder.register != ACCOUNT or not _is_working(reader or office.reader, holder)
    return is_elsewhere or office.me.is_same(holder) or office.user.role == ADMINISTRATOR


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


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one matter stands, and what the signed-in account may do with it now.

    ``law`` is the source of its period; ``returned`` the latest hand-over when it came back.
    """

    register: str
    id: str
    code: str
    title: str
    holder: Holder | None
    deadline: Deadline | None
    law: str
    period: str
    is_open: bool
    waiting: Handover | None
    returned: Handover | None
    may: frozenset[Step]


def standing(office: Office, record: Record) -> Standing:
    """Where the matter ``record`` stands, from the record alone."""
    matter, waiting = declared(record), open_handover(record)
    is_open = matter.is_open.python(record)
    answered = [one for one in handovers(record) if one.state in (ACCEPTED, RETURNED)]
    newest = max(answered, key=lambda one: (str(one.answered_at), one.id), default=None)
    clock_of = matter.period_of(record)
    own_day = getattr(record, matter.own_day) if matter.own_day else None
    return Standing(
        register=record.definition.name,
        id=record.id,
        code=str(getattr(record, "matter_code", "") or ""),
        title=record.title(),
        holder=holder_of(record),
        deadline=matter.deadline(record) if is_open else None,
        law=clock_of.law,
        period=f"{clock_of.title}（本件另定）" if own_day else f"{clock_of.title} {clock_of.period}",
        is_open=is_open,
        waiting=waiting,
        returned=newest if newest is not None and newest.state == RETURNED and waiting is None else None,
        may=frozenset(_possible(office, record, waiting, is_open=is_open)),
    )


def _possible(office: Office, record: Record, waiting: Handover | None, *, is_open: bool) -> Iterator[Step]:
    register = record.definition.name
    if waiting is not None:
        if may_answer(office, waiting, register):
            yield from (Step.ACCEPT, Step.GIVE_BACK)
        if may_withdraw(office, record):
            yield Step.WITHDRAW
        if office.may(Act.PRINT, register):
            yield Step.SLIP
    if not is_open:
        return
    if holder_of(record) is None and office.may(Act.WRITE, register):
        yield Step.TAKE
    if waiting is None and may_give(office, record):
        yield Step.HAND_OVER
    if office.may(Act.WRITE, register):
        yield Step.REMIND


def declared(record: Record) -> Matter:
    """What the register of ``record`` declares as a matter."""
    matter = matter_of(record)
    assert matter is not None  # noqa: S101 - asked in _act
    return matter


def may_hold(account: Account, register: str) -> bool:
    """True when somebody with this account could work on matters of a register."""
    user = User(account.id, account.name, account.role, account.place, account.committee)
    return account.is_active and may(user, Act.WRITE, register)


def _is_working(reader: Reader, holder: Holder) -> bool:
    account = reader.get(ACCOUNT, holder.id)
    return isinstance(account, Account) and account.is_active
