"""History, the acts of a record and undo: views of the journal; no table of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.models import folding, journal
from app.models.database import Connection
from app.models.kinds import show_value, value_of_wire
from app.models.reading import Reader
from app.models.register import Definition
from app.models.registry import Registry
from app.models.rows import PARENT, POSITION
from app.models.unit import UnitOfWork
from app.sync.canonical import Wire
from app.sync.merge import PENDING_BASE, RecordState, merge, version_of
from app.sync.op import DELETED, REASON, REFUSED_SEQ, Op, OpKind
from app.sync.sealing import SealBox

_VERBS = {OpKind.CREATE: "新增", OpKind.UPDATE: "修改", OpKind.DELETE: "删除", OpKind.RESOLVE: "处理冲突："}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one operation: from what to what, as people read it.

    ``is_contested``: it met a change made elsewhere at the same time; ``was`` stood and went on standing until somebody
    decided.
    """

    label: str
    was: str
    new: str
    is_contested: bool = False


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Who did what when to a record or one of its lines."""

    at: str
    user: str
    device: str
    verb: str
    what: str
    changes: tuple[Change, ...]
    reason: str
    act_id: str
    is_waiting: bool
    is_refused: bool


def history(registry: Registry, conn: Connection, box: SealBox, root: str) -> list[HistoryEntry]:
    """Everything that happened to a record and its lines, newest first."""
    ops = folding.rightful(registry, list(journal.select(conn, "root = ? AND kind <> 'access'", (root,))))
    ops.sort(key=lambda op: (version_of(op) if op.seq != REFUSED_SEQ else PENDING_BASE, op.dev_seq))
    reader = Reader(registry, conn)
    states: dict[str, RecordState] = {}
    entries = []
    for op in ops:
        before = after = states.get(op.record_id)
        if op.seq != REFUSED_SEQ:
            after, _ = merge(before, op, version_of(op))
            states[op.record_id] = after
        entries.append(_entry(registry, reader, box, op, before=before, after=after))
    return [entry for entry in reversed(entries) if entry is not None]


def _entry(
    registry: Registry, reader: Reader, box: SealBox, op: Op, *, before: RecordState | None, after: RecordState | None
) -> HistoryEntry | None:
    definition = registry.find(op.register)
    if definition is None:
        return None
    changes: list[Change] = []
    verb = _VERBS.get(op.kind, "其他") if isinstance(op.kind, OpKind) else str(op.kind)
    for name, (_, new) in _in_declared_order(definition, op):
        stood = before.values.get(name) if before else None
        where = {"register": op.register, "field": name, "record_id": op.record_id}
        clear, was = (box.opened_or_kept(wire, **where) for wire in (new, stood))
        if name == DELETED:
            verb = "删除" if clear else "恢复"
        elif name not in (PARENT, POSITION):
            change = _change(definition, reader, name, was, clear)
            changes.append(replace(change, is_contested=_is_contested(after, op, name)))
    said = {"register": op.register, "field": REASON, "record_id": op.record_id}
    reason = box.opened_or_kept(op.content().get("reason"), **said)
    return HistoryEntry(
        at=op.at,
        user=op.user,
        device=op.device,
        verb=verb,
        what=definition.label,
        changes=tuple(changes),
        reason=reason if isinstance(reason, str) else "",
        act_id=op.act_id,
        is_waiting=op.is_waiting,
        is_refused=op.seq == REFUSED_SEQ,
    )


def _in_declared_order(definition: Definition, op: Op) -> list[tuple[str, tuple[Wire, Wire]]]:
    """An operation's changes as the form shows its fields; canonical JSON sorts them by their English names."""
    rank = {name: place for place, name in enumerate(definition.by_name)}
    return sorted(op.changes().items(), key=lambda change: rank.get(change[0], len(rank)))


def _is_contested(after: RecordState | None, op: Op, name: str) -> bool:
    conflict = after.conflicts.get(name) if after else None
    return conflict is not None and any(one.op_id == op.op_id for one in conflict.candidates)


def _change(definition: Definition, reader: Reader, name: str, was: Wire, new: Wire) -> Change:
    spec = definition.by_name.get(name)
    if spec is None:
        return Change(name, str(was or ""), str(new or ""))
    shown = [
        reader.show(spec, value_of_wire(spec.kind, wire), masked=spec.masked)
        if spec.target
        else show_value(spec.kind, value_of_wire(spec.kind, wire), masked=spec.masked)
        for wire in (was, new)
    ]
    return Change(spec.label, shown[0], shown[1])


def writer(conn: Connection, record_id: str, field: str, version: int) -> tuple[str, str, str]:
    """``(user, device, at)`` of the operation that wrote the standing value of a field; empty when nobody did."""
    for op in journal.of_records(conn, [record_id])[record_id]:
        if version_of(op) == version and field in op.changes():
            return op.user, op.device, op.at
    return "", "", ""


def records_of_act(conn: Connection, act_id: str) -> dict[str, OpKind | str]:
    """Records an act touched and how it began with each: how far an act came that was cut short."""
    touched: dict[str, OpKind | str] = {}
    for op in journal.select(conn, "act_id = ? AND kind <> 'access'", (act_id,)):
        touched.setdefault(op.record_id, op.kind)
    return touched


def registers_of_act(conn: Connection, act_id: str) -> set[str]:
    """Registers and lines an act changed: whoever takes it back must be allowed to change them all."""
    found = conn.execute("SELECT DISTINCT register FROM journal WHERE act_id = ? AND kind <> 'access'", (act_id,))
    return {row[0] for row in found}


def authors_of_act(conn: Connection, act_id: str) -> set[str]:
    """Accounts that did an act: one, or none when it is not known here."""
    found = conn.execute("SELECT DISTINCT user FROM journal WHERE act_id = ? AND kind <> 'access'", (act_id,))
    return {row[0] for row in found}


def written_by_act(conn: Connection, act_id: str, register: str, field: str) -> set[str]:
    """The texts an act wrote into a field of a register that is not sealed."""
    ops = journal.select(conn, "act_id = ? AND register = ? AND kind <> 'access'", (act_id, register))
    news = (op.changes()[field][1] for op in ops if field in op.changes())
    return {new for new in news if isinstance(new, str)}


def registers_of_record(conn: Connection, root: str) -> set[str]:
    """Registers of a record's history, lines included."""
    found = conn.execute("SELECT DISTINCT register FROM journal WHERE root = ? AND kind <> 'access'", (root,))
    return {row[0] for row in found}


@dataclass(frozen=True, slots=True)
class Kept:
    """What undo left alone because somebody changed it since."""

    register: str
    record_id: str
    field: str


def undo_act(unit: UnitOfWork, box: SealBox, act_id: str, *, reason: str, record_ids: Sequence[str] = ()) -> list[Kept]:
    """Take back every change of an act where the field still holds the act's value; lists what was left.

    Compensating operations, one unit: created records are tombstoned unless edited since. ``record_ids`` limits it to
    some of the act's records, so that a large import is taken back in slices.
    """
    wanted = list(record_ids) or list(records_of_act(unit.conn, act_id))
    found = journal.of_records(unit.conn, wanted)
    kept: list[Kept] = []
    for record_id in reversed(wanted):
        kept += _undo_record(unit, box, act_id, found[record_id], reason=reason)
    return kept


def _undo_record(unit: UnitOfWork, box: SealBox, act_id: str, ops: Sequence[Op], *, reason: str) -> list[Kept]:
    mine = {op.op_id for op in ops if op.act_id == act_id and op.kind is not OpKind.ACCESS}
    if not mine:
        return []
    first = next(op for op in ops if op.op_id in mine)
    register, record_id = first.register, first.record_id
    everything = sorted((op for op in ops if op.seq != REFUSED_SEQ), key=version_of)
    before: dict[str, Wire] = {}
    now: dict[str, Wire] = {}
    left: dict[str, Wire] = {}
    for op in everything:
        for name, (_, new) in op.changes().items():
            clear = box.opened_or_kept(new, register=register, field=name, record_id=record_id)
            now[name] = clear
            if op.op_id in mine:
                left[name] = clear
            elif name not in left:
                before[name] = clear
    touched_since = [name for name in left if now.get(name) != left[name]]
    if first.kind is OpKind.CREATE:
        if now.get(DELETED) is True:
            return []
        if any(op.op_id not in mine for op in everything):
            return [Kept(register, record_id, name) for name in (touched_since or [DELETED])]
        unit.set_fields(register, record_id, {DELETED: True}, reason=reason, kind=OpKind.DELETE)
        return []
    back: dict[str, Wire] = {
        name: before.get(name, False if name == DELETED else None) for name in left if name not in touched_since
    }
    if back:
        unit.set_fields(register, record_id, back, reason=reason)
    return [Kept(register, record_id, name) for name in touched_since]
