"""The state machine of sync: what happened goes in, what to do next comes out.

Pure: no clock, no socket, no thread, no random; delays and chances come with the events. One round is hello, push of
everything the county does not have, then every stream pulled to its head. Whatever cuts a round, the next hello asks
the county what it has and goes on from there: nothing is believed that it did not acknowledge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import singledispatch
from typing import TYPE_CHECKING

from app.sync import protocol
from app.sync.page import Cursor
from app.sync.streams import AUDIT, chain_start, pulled

if TYPE_CHECKING:
    from app.sync.protocol import HelloAnswer, Settled

FIRST_DELAY = 5.0
LONGEST_DELAY = 900.0
IDLE_DELAY = 3600.0
"""Seconds: back-off between 5 s and 15 min with full jitter; a look every hour when nothing happens."""

_MOST_HELLOS = 4


class Phase(StrEnum):
    """Where a round stands. ``WAITING``: after a failure, until the next try. ``STOPPED``: a person must act."""

    OFF = "off"
    HELLO = "hello"
    PUSHING = "pushing"
    PULLING = "pulling"
    IDLE = "idle"
    WAITING = "waiting"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why it does not go on, in the clerk's words, and what to do."""

    sentence: str
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Own:
    """The PC's own side when an event was made: its chain and its cursors.

    ``orphans``: entries without a number that are not of this PC's present identity: of a former one of its own, or
    of another PC when the county lost them.
    """

    township: str
    next: int
    cursors: Mapping[str, Cursor] = field(default_factory=dict)
    orphans: int = 0

    def cursor(self, stream: str) -> Cursor:
        """How far the stream is read; its start when it never was."""
        return self.cursors.get(stream, Cursor(0, chain_start(self.township, stream)))


# -- events --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kicked:
    """Start, a save, the button, or the time the last ``Wait`` asked for has come."""


@dataclass(frozen=True, slots=True)
class Greeted:
    """The county answered hello. ``own_hash``: hash of the own entry before ``answer.next``, "" when there is none."""

    answer: HelloAnswer
    own: Own
    own_hash: str


@dataclass(frozen=True, slots=True)
class Renewed:
    """This PC has a new identity; its waiting entries stand on the new chain."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The county has committed everything before ``next``."""

    next: int
    results: tuple[Settled, ...]
    own: Own


@dataclass(frozen=True, slots=True)
class Stored:
    """A page was verified and stored together with its cursor."""

    stream: str
    head: int
    own: Own


@dataclass(frozen=True, slots=True)
class Rewound:
    """The numbers the county lost are taken back."""

    own: Own


@dataclass(frozen=True, slots=True)
class Reclaimed:
    """The orphaned entries now stand on this PC's chain."""

    own: Own


@dataclass(frozen=True, slots=True)
class Disagreed:
    """The county's idea of this PC differs from ours (gap, fork, unknown cursor): hello must settle it.

    ``chance``: a random number in [0, 1).
    """

    problem: Problem
    chance: float


@dataclass(frozen=True, slots=True)
class Failed:
    """No or a useless answer. ``chance``: random in [0, 1); ``retry_after``: seconds the county asked for."""

    problem: Problem
    chance: float
    retry_after: float = 0.0
    needs_person: bool = False


Event = Kicked | Greeted | Renewed | Acknowledged | Stored | Rewound | Reclaimed | Disagreed | Failed


# -- effects -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SayHello:
    """Ask the county what it has; answered by :class:`Greeted`."""


@dataclass(frozen=True, slots=True)
class Settle:
    """Keep the county's word on own operations, in one transaction. No event of its own."""

    results: tuple[Settled, ...]


@dataclass(frozen=True, slots=True)
class Rewind:
    """The county lost what it had: take back the numbers of these streams and of own operations from ``next`` on.

    Answered by :class:`Rewound`.
    """

    streams: tuple[str, ...]
    next: int


@dataclass(frozen=True, slots=True)
class Renew:
    """Ask for a new identity with the old key and move the waiting entries; answered by :class:`Renewed`."""

    reason: str


@dataclass(frozen=True, slots=True)
class Reclaim:
    """Every stream is read and the county still lacks entries that are not on the own chain: move them there.

    Answered by :class:`Reclaimed`.
    """


@dataclass(frozen=True, slots=True)
class Push:
    """Seal and send own entries from ``from_seq`` on; answered by :class:`Acknowledged`."""

    from_seq: int


@dataclass(frozen=True, slots=True)
class Pull:
    """Fetch, verify and store what follows ``after``; answered by :class:`Stored`."""

    stream: str
    after: Cursor


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for so many seconds, or until something is kicked."""

    seconds: float


Effect = SayHello | Settle | Rewind | Renew | Reclaim | Push | Pull | Wait


@dataclass(frozen=True, slots=True)
class State:
    """Where sync stands. ``is_read_only_program``: too old to read what newer programs write; it still pushes."""

    phase: Phase = Phase.OFF
    acknowledged: int = 1
    to_pull: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    attempt: int = 0
    hellos: int = 0
    is_kicked: bool = False
    may_pull: bool = True
    problem: Problem | None = None


Step = tuple[State, tuple[Effect, ...]]
_AT_REST = frozenset({Phase.OFF, Phase.IDLE, Phase.WAITING, Phase.STOPPED})


@singledispatch
def _on(event: Event, _state: State) -> Step:
    raise TypeError(event)


def step(state: State, event: Event) -> Step:
    """The state after ``event`` and what to do now: effects in order, of which only the last brings an event."""
    return _on(event, state)


@_on.register
def _kicked(_event: Kicked, state: State) -> Step:
    if state.phase not in _AT_REST:
        return replace(state, is_kicked=True), ()
    return replace(state, phase=Phase.HELLO, hellos=1, is_kicked=False), (SayHello(),)


@_on.register
def _greeted(event: Greeted, state: State) -> Step:
    answer, own = event.answer, event.own
    stop = _STOPS.get(answer.state)
    if stop is not None:
        return replace(state, phase=Phase.STOPPED, problem=stop), (Wait(IDLE_DELAY),)
    changed = _identity_trouble(event)
    if changed is not None:
        return replace(state, phase=Phase.HELLO), (Renew(changed),)
    state = replace(state, acknowledged=answer.next, scope=answer.scope, may_pull=answer.state != protocol.UPGRADE)
    state = replace(state, to_pull=_unread(answer, own))
    settle: tuple[Effect, ...] = (Settle(answer.settled),) if answer.settled else ()
    if answer.reset:
        # The audit stream is never read, so nobody can tell what of it was lost: it is asked for again as a whole.
        return replace(state, phase=Phase.HELLO), (*settle, Rewind((*answer.reset, AUDIT), answer.next))
    after, more = _go_on(state, own)
    return after, (*settle, *more)


def _unread(answer: HelloAnswer, own: Own) -> tuple[str, ...]:
    """Streams of which the county has more than was read, those to be read anew included."""
    return tuple(
        name
        for name in pulled(answer.scope)
        if answer.heads.get(name, 0) > (0 if name in answer.reset else own.cursor(name).seq)
    )


@_on.register
def _rewound(event: Rewound, state: State) -> Step:
    return _go_on(state, event.own)


_STOPS: Mapping[str, Problem] = {
    protocol.REVOKED: Problem(
        "县服务器已停用本机的同步资格，本机的数据和未同步的更改都还在",
        "请联系县管理员；恢复后点“立即同步”",
    ),
    protocol.UNKNOWN: Problem(
        "县服务器不认识本机（县服务器可能重装过）",
        "请向县管理员要一个新的入网码，重新登记后会自动补传",
    ),
}

_TOO_OLD = Problem("本机程序版本过旧，只能上传，暂不能接收其他电脑的更改", "请升级程序")


def _identity_trouble(event: Greeted) -> str | None:
    """``copy`` or ``fork`` when the county's idea of our chain cannot be a beginning of it."""
    answer, own = event.answer, event.own
    if answer.state in {protocol.COPY, protocol.FORK}:
        return answer.state
    if answer.next > own.next:
        return protocol.COPY
    return protocol.FORK if event.own_hash != answer.head_hash else None


@_on.register
def _renewed(_event: Renewed, state: State) -> Step:
    return replace(state, phase=Phase.HELLO), (SayHello(),)


@_on.register
def _acknowledged(event: Acknowledged, state: State) -> Step:
    # What was just taken comes back with its number; streams that were read already must be read again.
    written = {one.stream for one in event.results} | set(state.to_pull)
    to_pull = tuple(name for name in pulled(state.scope) if name in written)
    state = replace(state, acknowledged=event.next, to_pull=to_pull)
    after, more = _go_on(state, event.own)
    return after, (Settle(event.results), *more)


@_on.register
def _stored(event: Stored, state: State) -> Step:
    is_at_head = event.own.cursor(event.stream).seq >= event.head
    if is_at_head:
        state = replace(state, to_pull=tuple(name for name in state.to_pull if name != event.stream))
    return _go_on(state, event.own)


@_on.register
def _reclaimed(event: Reclaimed, state: State) -> Step:
    return _go_on(state, event.own)


@_on.register
def _disagreed(event: Disagreed, state: State) -> Step:
    if state.hellos < _MOST_HELLOS:
        return replace(state, phase=Phase.HELLO, hellos=state.hellos + 1), (SayHello(),)
    return _failed(Failed(event.problem, event.chance), state)


@_on.register
def _failed(event: Failed, state: State) -> Step:
    ceiling = min(LONGEST_DELAY, FIRST_DELAY * 2**state.attempt)
    delay = max(event.chance * ceiling, event.retry_after, 0.5)
    phase = Phase.STOPPED if event.needs_person else Phase.WAITING
    if event.needs_person:
        delay = IDLE_DELAY
    after = replace(
        state, phase=phase, attempt=min(state.attempt + 1, 16), is_kicked=False, to_pull=(), problem=event.problem
    )
    return after, (Wait(delay),)


def _go_on(state: State, own: Own) -> Step:
    """Push what the county lacks, then pull, then rest; what was entered meanwhile is pushed first."""
    if own.next > state.acknowledged:
        return replace(state, phase=Phase.PUSHING), (Push(state.acknowledged),)
    if state.to_pull and state.may_pull:
        stream = state.to_pull[0]
        return replace(state, phase=Phase.PULLING), (Pull(stream, own.cursor(stream)),)
    if own.orphans and state.may_pull:
        return replace(state, phase=Phase.PUSHING), (Reclaim(),)
    if state.is_kicked:
        return replace(state, phase=Phase.HELLO, hellos=1, is_kicked=False), (SayHello(),)
    if not state.may_pull:
        return replace(state, phase=Phase.STOPPED, problem=_TOO_OLD), (Wait(IDLE_DELAY),)
    return replace(state, phase=Phase.IDLE, attempt=0, problem=None), (Wait(IDLE_DELAY),)
