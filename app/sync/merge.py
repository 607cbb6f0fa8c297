"""The one merge: how an operation changes what is known of a record.

The client, the county, the simulator and ``doctor`` all run this code, so that the same operations in the same order
give the same record everywhere. Pure: no clock, no disk, no knowledge of any register. Nothing is ever overwritten in
silence: where two people changed the same thing without knowing of each other, both values are kept and a named person
decides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from app.sync.canonical import Wire, canonical, sha256_hex
from app.sync.op import DELETED, REFUSED_SEQ, Op, OpKind, op_from_json, op_to_json
from app.sync.sealing import fingerprint, is_same

PENDING_BASE = 1 << 60
"""Version of a waiting operation is this plus its ``dev_seq``: after everything confirmed, in the order of entry."""

_ORDER_ONLY = frozenset({"$position"})
"""Fields that only say in which order lines stand: the later one stands, nobody is asked to decide."""

SEEN = "seen"
"""In a payload: what the author of a deletion or decision had before them, see :func:`evidence`."""

_UNSEEN = frozenset({DELETED, *_ORDER_ONLY})

_FIRST = frozenset({str, int})

_CHANGING = frozenset({OpKind.CREATE, OpKind.UPDATE, OpKind.DELETE, OpKind.RESOLVE})


class Outcome(StrEnum):
    """What became of an operation."""

    NOOP = "noop"
    APPLIED = "applied"
    MERGED = "merged"
    HELD = "held"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that somebody entered and that does not stand in the record (yet); ``base`` is what they saw before."""

    op_id: str
    device: str
    user: str
    at: str
    version: int
    value: Wire
    base: Wire


@dataclass(frozen=True, slots=True)
class Conflict:
    """One contested field: the value that stands, and the others. Open as long as it is in the state.

    ``current_version`` is the ``seq`` (or :data:`PENDING_BASE` + ``dev_seq``) of the operation that wrote the standing
    value; the journal says whose it was.
    """

    field: str
    current: Wire
    current_version: int
    candidates: tuple[Candidate, ...]

    @property
    def id(self) -> str:
        """The same on every replica: made from the first operation that lost."""
        return conflict_id(self.candidates[0].op_id, self.field)


def conflict_id(op_id: str, field_name: str) -> str:
    """Id of the conflict that the losing operation ``op_id`` opened at a field; 32 hex digits."""
    return sha256_hex("conflict", op_id, field_name)[:32]


@dataclass(frozen=True)
class RecordState:
    """What is known of one record after a number of operations.

    ``values`` holds no None (an empty field is absent); ``versions`` says by which operation each field was last
    written; ``touched`` the last effective operation of each user; ``waiting`` the operations that came before the
    record's create; ``erased_at`` the last operation emptied by law; ``version`` the highest ``seq`` seen (waiting ones
    of this PC do not count): the ``base_version`` of the next operation; ``pending`` how many of this PC's waiting
    operations are folded in.
    """

    record_id: str
    register: str
    root: str
    values: Mapping[str, Wire] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    waiting: tuple[tuple[Op, int], ...] = ()
    touched: Mapping[str, int] = field(default_factory=dict)
    deletion: Candidate | None = None
    erased_at: int = 0
    version: int = 0
    pending: int = 0
    is_created: bool = False

    @property
    def is_deleted(self) -> bool:
        """True while a tombstone stands."""
        return self.values.get(DELETED) is True

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which :meth:`from_json` makes the same state."""
        return {
            "record_id": self.record_id,
            "register": self.register,
            "root": self.root,
            "values": dict(self.values),
            "versions": dict(self.versions),
            "conflicts": {name: conflict_to_json(one) for name, one in self.conflicts.items()},
            "waiting": [[op_to_json(op), version] for op, version in self.waiting],
            "touched": dict(self.touched),
            "deletion": _candidate_to_json(self.deletion) if self.deletion else None,
            "erased_at": self.erased_at,
            "version": self.version,
            "pending": self.pending,
            "is_created": self.is_created,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> RecordState:
        """The state that :meth:`to_json` wrote."""
        deletion = stored["deletion"]
        return cls(
            record_id=stored["record_id"],
            register=stored["register"],
            root=stored["root"],
            values=stored["values"],
            versions=stored["versions"],
            conflicts={name: conflict_from_json(one) for name, one in stored["conflicts"].items()},
            waiting=tuple((op_from_json(op), version) for op, version in stored["waiting"]),
            touched=stored["touched"],
            deletion=Candidate(**deletion) if deletion else None,
            erased_at=stored["erased_at"],
            version=stored["version"],
            pending=stored["pending"],
            is_created=stored["is_created"],
        )


def _candidate_to_json(one: Candidate) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Candidate.__slots__}


def conflict_to_json(one: Conflict) -> dict[str, Any]:
    """A JSON object from which :func:`conflict_from_json` makes the same conflict."""
    return {
        "field": one.field,
        "current": one.current,
        "current_version": one.current_version,
        "candidates": [_candidate_to_json(candidate) for candidate in one.candidates],
    }


def conflict_from_json(stored: Mapping[str, Any]) -> Conflict:
    """The conflict that :func:`conflict_to_json` wrote."""
    candidates = tuple(Candidate(**candidate) for candidate in stored["candidates"])
    return Conflict(stored["field"], stored["current"], stored["current_version"], candidates)


def merge(state: RecordState | None, op: Op, version: int) -> tuple[RecordState, Outcome]:
    """The record after ``op``, which stands at ``version`` (its ``seq``, or :func:`version_of` while it waits)."""
    work = _Work(state or RecordState(op.record_id, op.register, op.root))
    outcome = work.take(op, version)
    return work.result(), outcome


def version_of(op: Op) -> int:
    """Where an operation stands in the fold: its ``seq``, or after all of those while it waits."""
    return PENDING_BASE + op.dev_seq if op.seq is None else op.seq


def fold(ops: Iterable[Op]) -> RecordState | None:
    """The record that its journal entries make: confirmed ones by ``seq``, then waiting ones by ``dev_seq``.

    Refused entries are left out. None when no entry remains.
    """
    ordered = sorted((op for op in ops if op.seq != REFUSED_SEQ), key=version_of)
    if not ordered:
        return None
    first = ordered[0]
    work = _Work(RecordState(first.record_id, first.register, first.root))
    for op in ordered:
        work.take(op, version_of(op))
    return work.result()


def erased(op: Op) -> Op:
    """``op`` without its content, as the law may require; chain and seals still verify.

    An erasure itself is never emptied: it says what was erased, by whom and on what basis, wherever a backup brings
    the content back.
    """
    if op.kind == OpKind.ERASE:
        return op
    return replace(op, payload=None, salt="")


def erased_ops(op: Op) -> tuple[str, ...]:
    """Ids of the operations that an ``erase`` operation empties; none for any other kind."""
    if op.kind != OpKind.ERASE:
        return ()
    named = op.content().get("ops")
    return tuple(str(one) for one in named) if isinstance(named, list) else ()


def evidence(state: RecordState | None, kind: OpKind, names: Iterable[str] = ()) -> dict[str, Wire]:
    """What a ``delete`` or ``resolve`` must say of what its author saw; goes into the payload beside the changes.

    ``state`` is the fold of everything the author's replica knows of the record, waiting entries included.
    """
    if state is None:
        return {}
    if kind == OpKind.DELETE:
        return {SEEN: _content_digest(state.values)}
    if kind == OpKind.RESOLVE:
        contested = (state.conflicts[name].candidates for name in names if name in state.conflicts)
        seen: list[Wire] = [*sorted(one.op_id for candidates in contested for one in candidates)]
        return {SEEN: seen}
    return {}


def _content_digest(values: Mapping[str, Wire]) -> str:
    fingerprints = {name: fingerprint(value) for name, value in values.items() if name not in _UNSEEN}
    return sha256_hex("seen", canonical(fingerprints))


def state_digest(states: Iterable[RecordState]) -> tuple[int, str]:
    """``(live records, SHA-256)`` of a stream's content, equal on every replica that knows the same operations.

    Compared by fingerprints, so that a county which cannot read a sealed value still comes to the same digest.
    """
    live = 0
    digest = hashlib.sha256()
    known = (state for state in states if state.is_created or state.waiting)
    for state in sorted(known, key=lambda one: one.record_id):
        live += state.is_created and not state.is_deleted
        digest.update(_content_line(state).encode())
    return live, digest.hexdigest()


def _content_line(state: RecordState) -> str:
    contested = {
        name: sorted(fingerprint(candidate.value) for candidate in one.candidates)
        for name, one in state.conflicts.items()
    }
    values = {name: fingerprint(value) for name, value in state.values.items()}
    held = [op.op_id for op, _ in state.waiting]
    return canonical([state.record_id, state.register, state.root, values, contested, held]) + "\n"


class _Work:
    """A state being changed; thawed once for a whole fold."""

    def __init__(self, state: RecordState) -> None:
        self._start = state
        self._values = dict(state.values)
        self._versions = dict(state.versions)
        self._contested = {name: list(one.candidates) for name, one in state.conflicts.items()}
        self._touched = dict(state.touched)
        self._waiting = list(state.waiting)
        self._deletion = state.deletion
        self._erased_at = state.erased_at
        self._version = state.version
        self._pending = state.pending
        self._is_created = state.is_created

    def result(self) -> RecordState:
        conflicts = {
            name: Conflict(name, self._current(name), self._versions.get(name, 0), tuple(candidates))
            for name, candidates in self._contested.items()
        }
        return replace(
            self._start,
            values=self._values,
            versions=self._versions,
            conflicts=conflicts,
            touched=self._touched,
            waiting=tuple(self._waiting),
            deletion=self._deletion,
            erased_at=self._erased_at,
            version=self._version,
            pending=self._pending,
            is_created=self._is_created,
        )

    def take(self, op: Op, version: int) -> Outcome:
        if version >= PENDING_BASE:
            self._pending += 1
        else:
            self._version = max(self._version, version)
        if op.kind not in _CHANGING:
            return Outcome.NOOP
        if op.kind != OpKind.CREATE and not self._is_created:
            self._waiting.append((op, version))
            return Outcome.HELD
        self._is_created = True
        outcome = self._apply(op, version)
        self._release()
        return outcome

    def _release(self) -> None:
        held, self._waiting = self._waiting, []
        for op, version in held:
            self._apply(op, version)

    def _apply(self, op: Op, version: int) -> Outcome:
        if op.payload is None:
            self._erased_at = version
            return Outcome.NOOP
        is_behind = self._others_since(op)
        revives = self._is_edit_beside_deletion(op)
        outcomes = set()
        for name, (was, new) in op.changes().items():
            if was is None and self._is_first(op, name, new):
                self._values[name] = new
                self._versions[name] = version
                outcomes.add(Outcome.APPLIED)
                continue
            mine = Candidate(op.op_id, op.device, op.user, op.at, version, new, was)
            outcomes.add(self._change(op, mine, name))
        if outcomes <= {Outcome.NOOP}:
            return Outcome.NOOP
        self._touched[op.user] = version
        if revives and self._deletion is not None:
            self._contest(self._deletion, DELETED)
            self._write(DELETED, replace(self._deletion, version=version, value=False), is_agreed=False)
            return Outcome.CONFLICT
        if Outcome.CONFLICT in outcomes:
            return Outcome.CONFLICT
        return Outcome.MERGED if is_behind or Outcome.MERGED in outcomes else Outcome.APPLIED

    def _others_since(self, op: Op) -> bool:
        """True when somebody else changed the record and the author of ``op`` had not heard of it."""
        return any(at > op.base_version for user, at in self._touched.items() if user != op.user)

    def _is_edit_beside_deletion(self, op: Op) -> bool:
        """True for an edit by somebody who cannot have known the deletion: nobody edits what they see deleted."""
        return self._deletion is not None and DELETED not in op.changes()

    def _is_first(self, op: Op, name: str, new: Wire) -> bool:
        """True for a plain value in a field that is empty for everybody: :meth:`_change` would write it, too."""
        is_empty = name not in self._values and name not in self._contested
        return is_empty and type(new) in _FIRST and name != DELETED and op.kind != OpKind.RESOLVE

    def _change(self, op: Op, mine: Candidate, name: str) -> Outcome:
        if op.kind == OpKind.RESOLVE:
            return self._decide(op, mine, name)
        current = self._current(name)
        merged = _merged_set(current, mine.base, mine.value)
        if merged is not None:
            mine = replace(mine, value=merged or None)
        if is_same(current, mine.value):
            self._drop_continued(name, mine)
            return Outcome.NOOP
        if merged is None and not self._is_free(op, name, mine.base):
            return self._contest(mine, name)
        self._write(name, mine)
        return Outcome.APPLIED

    def _is_free(self, op: Op, name: str, was: Wire) -> bool:
        """True when the author saw the standing value, so that theirs may follow it.

        What they saw is proved by ``was``, for a deletion by what it says of the whole record; ``base_version`` alone
        is no proof, for a county restored from a backup numbers anew (decision 0041).
        """
        if name in _ORDER_ONLY:
            return True
        if name == DELETED and not self._current(DELETED):
            return op.content().get(SEEN) == self._content_digest()
        written = self._versions.get(name, 0)
        is_blurred = self._erased_at > written and written <= op.base_version
        return is_blurred or is_same(self._current(name), was)

    def _content_digest(self) -> str:
        return _content_digest(self._values)

    def _decide(self, op: Op, mine: Candidate, name: str) -> Outcome:
        """A named person's decision closes the candidates they knew; what came in since stays open."""
        candidates = self._contested.get(name, [])
        seen = op.content().get(SEEN)
        known = {str(one) for one in seen} if isinstance(seen, list) else set()
        unknown = [one for one in candidates if one.op_id not in known]
        stands = is_same(self._current(name), mine.value)
        if len(unknown) == len(candidates):
            return Outcome.NOOP if stands else self._contest(mine, name)
        self._keep_candidates(name, unknown)
        if not stands and not self._is_free(op, name, mine.base):
            return self._contest(mine, name)
        self._write(name, mine)
        return Outcome.APPLIED

    def _current(self, name: str) -> Wire:
        return self._values.get(name, False if name == DELETED else None)

    def _write(self, name: str, mine: Candidate, *, is_agreed: bool = True) -> None:
        """Let a value stand; candidates of the same value agree with it and need no decision any more."""
        self._versions[name] = mine.version
        if mine.value is None or (name == DELETED and mine.value is False):
            self._values.pop(name, None)
        else:
            self._values[name] = mine.value
        if name == DELETED:
            self._deletion = mine if mine.value is True else None
        if is_agreed and name in self._contested:
            left = [one for one in self._contested[name] if not is_same(one.value, mine.value)]
            self._keep_candidates(name, left)

    def _contest(self, candidate: Candidate, name: str) -> Outcome:
        """Keep a value beside the standing one; a later edit of the same hand replaces its own earlier one."""
        entered = self._contested.setdefault(name, [])
        if any(is_same(one.value, candidate.value) for one in entered):
            return Outcome.CONFLICT
        for place, one in enumerate(entered):
            if self._continues(candidate, one):
                entered[place] = replace(candidate, base=one.base)
                return Outcome.CONFLICT
        entered.append(candidate)
        return Outcome.CONFLICT

    def _drop_continued(self, name: str, mine: Candidate) -> None:
        """Somebody whose value was contested went back to the standing one: nothing of theirs is left to decide."""
        if name in self._contested:
            left = [one for one in self._contested[name] if not self._continues(mine, one)]
            self._keep_candidates(name, left)

    @staticmethod
    def _continues(later: Candidate, earlier: Candidate) -> bool:
        """True when the author of ``later`` saw ``earlier`` stand: it stands only on the PC it was entered on.

        Compared by value, not by device: a PC may have got a new identity in between.
        """
        return is_same(later.base, earlier.value)

    def _keep_candidates(self, name: str, candidates: list[Candidate]) -> None:
        if candidates:
            self._contested[name] = candidates
        else:
            self._contested.pop(name, None)


def _merged_set(current: Wire, was: Wire, new: Wire) -> list[Wire] | None:
    """Three-way merge of lists as sets: what the author added and removed, done to what stands now. None: not sets."""
    sides = (current, was, new)
    if not isinstance(new, list) and not isinstance(was, list):
        return None
    if not all(side is None or isinstance(side, list) for side in sides):
        return None
    now, before, after = ({canonical(item): item for item in side or ()} for side in sides)  # type: ignore[union-attr]  # lists
    kept = {key: item for key, item in now.items() if key in after or key not in before}
    kept.update({key: item for key, item in after.items() if key not in before})
    return [kept[key] for key in sorted(kept)]
