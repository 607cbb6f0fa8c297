"""Matters (事项): what a dispute, a hazard and later a request have in common. One declaration makes a register one.

Every matter bears one 事项码, has one holder (承办) and one clock with its legal source, and is handed over with an
acceptance or a reasoned return. A register becomes a matter by its fields ``matter_code`` and ``holder``, its lines
``handovers`` and ``reminders`` and one call of :func:`declare`. This module stores and shows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from app.errors import Finding, Level
from app.models.clocks_list import Clock, clock_called
from app.models.days import beijing_day
from app.models.kinds import HeldBy, Holder, LongText, Moment, PersonName, coded
from app.models.matter_code import matter_code
from app.models.periods import Deadline
from app.models.register import Definition, Line, Reach, Record, field
from app.models.registers.basis import CONTACT, STAFF

HandoverWay = Annotated[str, coded("handover_way")]
HandoverState = Annotated[str, coded("handover_state")]

WAITING, ACCEPTED, RETURNED, WITHDRAWN = "waiting", "accepted", "returned", "withdrawn"
BY_PROGRAM = "program"
"""Way of a hand-over from account to account; every other way is entered by the office for who has no PC here."""

R = TypeVar("R", bound=Record)


class Handover(Line, is_abstract=True):
    """One handing over of a matter: to whom, what is asked, and what was answered by whom and how.

    The receiver and the state are due to the county, which sees who holds what; every word said ends at the township.
    """

    receiver: HeldBy = field("交给", read_only=True, width=9)
    giver: HeldBy | None = field("原承办", default=None, read_only=True, width=7)
    contact: PersonName | None = field(
        "对方联系人", default=None, basis=CONTACT, read_only=True, search=False, reach=Reach.TOWNSHIP, width=6
    )
    demand: LongText | None = field("要求", default=None, read_only=True, reach=Reach.TOWNSHIP)
    way: HandoverWay = field("交办方式", default=BY_PROGRAM, read_only=True, width=5)
    handed_at: Moment = field("交办时间", read_only=True)
    handed_by: HeldBy | None = field("交办人", default=None, basis=STAFF, read_only=True, width=6)
    state: HandoverState = field("状态", default=WAITING, read_only=True, width=5)
    answered_at: Moment | None = field("答复时间", default=None, read_only=True)
    answered_way: HandoverWay | None = field("答复方式", default=None, read_only=True, width=5)
    answered_by: PersonName | None = field(
        "答复人", default=None, basis=CONTACT, read_only=True, search=False, reach=Reach.TOWNSHIP
    )
    entered_by: HeldBy | None = field("录入人", default=None, basis=STAFF, read_only=True, width=6)
    reason: LongText | None = field("退回（撤回）原因", default=None, read_only=True, reach=Reach.TOWNSHIP)

    columns = ("receiver", "state", "way", "handed_at", "handed_by", "answered_at", "reason")


class Reminder(Line, is_abstract=True):
    """催办: somebody asked after a matter: whom, when, how and in which words."""

    reminded: HeldBy | None = field("催办对象", default=None, read_only=True, width=9)
    reminded_at: Moment = field("催办时间", read_only=True)
    reminded_by: HeldBy | None = field("催办人", default=None, basis=STAFF, read_only=True, width=6)
    way: HandoverWay = field("催办方式", default="phone", read_only=True, width=5)
    words: LongText | None = field("催办内容", default=None, read_only=True, reach=Reach.TOWNSHIP)

    columns = ("reminded", "way", "reminded_at", "reminded_by", "words")


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a matter, asked of a record, and in SQL over the table alias ``t``: both answer alike."""

    python: Callable[[Any], bool]
    sql: str

    @classmethod
    def field_not_in(cls, name: str, *values: str) -> Question:
        """True while a coded field holds none of these (also when it holds nothing)."""
        listed = ", ".join(f"'{value}'" for value in values)
        return cls(lambda record: getattr(record, name) not in values, f"coalesce(t.{name}, '') NOT IN ({listed})")

    @classmethod
    def field_in(cls, name: str, *values: str) -> Question:
        """True while a coded field holds one of these."""
        listed = ", ".join(f"'{value}'" for value in values)
        return cls(lambda record: getattr(record, name) in values, f"coalesce(t.{name}, '') IN ({listed})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What makes a register a matter.

    ``stage`` is the column that says how far it is. The clock called ``clock`` runs from the field ``starts`` (empty:
    only from a day of its own) while ``is_running``; the field ``own_day`` overrides its last day (an extension, a day
    demanded). A matter has a holder while ``is_open``.
    """

    register: str
    prefix: str
    stage: str
    clock: str
    starts: str = ""
    own_day: str = ""
    is_open: Question
    is_running: Question
    handover: type[Handover]
    reminder: type[Reminder]

    @property
    def period(self) -> Clock:
        """The clock with its length and legal source."""
        return clock_called(self.clock)

    def period_of(self, record: Record) -> Clock:
        """The clock as it is for this matter: a county may have changed it for what began later."""
        begun = _day(getattr(record, self.starts)) if self.starts else None
        return self.period.at(begun) if begun is not None else self.period

    def last_day(self, start: object, own_day: object) -> Deadline | None:
        """The last day from the values of the two fields as stored (or as days); None while nothing runs."""
        own, begun = _day(own_day), _day(start)
        if own is not None:
            return Deadline(own)
        if begun is None:
            return None
        if self.period.period.hours:
            instant = _instant(start)
            return self.period.deadline(instant) if instant is not None else None
        return self.period.deadline(begun)

    def deadline(self, record: Record) -> Deadline | None:
        """The last day of this matter's clock; None when it does not run (ended, or not begun)."""
        if not self.is_running.python(record):
            return None
        start = getattr(record, self.starts) if self.starts else None
        return self.last_day(start, getattr(record, self.own_day) if self.own_day else None)


def _day(value: object) -> date | None:
    """The Beijing day of a field's value or stored text; None for what no program could read as one."""
    instant = _instant(value) if isinstance(value, datetime) or (isinstance(value, str) and "T" in value) else None
    if instant is not None:
        return beijing_day(instant)
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _instant(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


_DECLARED: dict[type[Record], Matter] = {}


def declare(cls: type[Record], matter: Matter) -> Matter:
    """Make a register a matter; what its declaration lacks is said at import."""
    definition = cls.definition
    wanted = {"matter_code", "holder"} - set(definition.by_name)
    wanted |= {"handovers", "reminders"} - {child.name for child in definition.children}
    if wanted:
        message = f"class {cls.__name__} is no matter yet: it lacks {', '.join(sorted(wanted))}"
        raise TypeError(message)
    for name in (matter.stage, *filter(None, (matter.starts, matter.own_day))):
        definition.column(name)
    clock_called(matter.clock)
    _DECLARED[cls] = matter
    cls.rule()(_one_hand_over_at_a_time)
    cls.rule()(_ended_with_an_answer)
    matter.handover.rule()(_return_is_reasoned)
    return matter


def matter_of(kind: type[Record] | Definition | Record) -> Matter | None:
    """What a register declares as a matter; None for every other register."""
    cls = kind.cls if isinstance(kind, Definition) else kind if isinstance(kind, type) else type(kind)
    return _DECLARED.get(cls)


def with_code(record: R) -> R:
    """The matter with its 事项码: the same on every PC, kept once it stands."""
    matter = matter_of(record)
    if matter is None or getattr(record, "matter_code", None):
        return record
    return record.model_copy(update={"matter_code": matter_code(matter.prefix, record.id)})


def first_held(record: R, holder: Holder) -> R:
    """A new matter with its first holder: who registers it, unless somebody was chosen. Others stay as they are."""
    if matter_of(record) is None or getattr(record, "holder", None) is not None:
        return record
    return record.model_copy(update={"holder": holder.wire})


def holder_of(record: Record) -> Holder | None:
    """Who holds a matter."""
    return Holder.read(getattr(record, "holder", None))


def called(wire: object) -> str:
    """What a holder is called; empty for none."""
    holder = Holder.read(wire)
    return holder.name if holder else ""


def open_handover(record: Record) -> Handover | None:
    """The hand-over that waits for an answer; the later one when two PCs each made one."""
    waiting = [one for one in handovers(record) if one.state == WAITING]
    return max(waiting, key=lambda one: (str(one.handed_at), one.id), default=None)


def handovers(record: Record) -> tuple[Handover, ...]:
    """All hand-overs of a matter, in order."""
    lines: tuple[Handover, ...] = getattr(record, "handovers", ())
    return lines


def _one_hand_over_at_a_time(record: Record) -> Iterator[Finding]:
    """Two PCs may each hand a matter over without knowing of the other: a person decides which one stands."""
    waiting = [one for one in handovers(record) if one.state == WAITING]
    if len(waiting) > 1:
        names = "、".join(called(one.receiver) for one in waiting)
        words = f"同时有 {len(waiting)} 次交办等待接收（{names}），只能有一次"
        yield Finding(("handovers",), words, Level.STOP, "请撤回其中一次")


def _ended_with_an_answer(record: Record) -> Iterator[Finding]:
    """A matter that has ended while somebody is still asked to take it would be taken in vain."""
    matter, waiting = matter_of(record), open_handover(record)
    if matter is not None and waiting is not None and not matter.is_open.python(record):
        words = f"交给{called(waiting.receiver)}的还没有接收，事项却已办结"
        yield Finding(("handovers",), words, Level.DOUBT, "请先撤回交办，或写明原因")


def _return_is_reasoned(handover: Handover) -> Iterator[Finding]:
    """退回 without a reason sends nobody anywhere."""
    if handover.state == RETURNED and not handover.reason:
        yield Finding(("reason",), "退回要写明原因", Level.STOP, "例如：不属于本村范围")
