"""From journal to tables: a touched record is folded again from its operations and its row written.

The one road by which pulled, acknowledged, refused and erased operations reach the tables; ``doctor`` walks the same
road and compares. Runs inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.models import clock, journal, rows
from app.models.database import Connection
from app.models.register import Definition, Record
from app.models.registry import Registry
from app.sync.canonical import canonical
from app.sync.merge import Conflict, RecordState, conflict_to_json, fold, version_of
from app.sync.op import REFUSED_SEQ, Op
from app.sync.sealing import SealBox

_AT_ONCE = 500
"""Below SQLite's limit of parameters, and no more than a page brings."""


_AT_ONCE = 500


def rightful(registry: Registry, ops: list[Op]) -> list[Op]:
    """Operations in the stream that their register belongs to.

    A PC is permitted by stream: one that may not see mediation must not change a dispute through another stream. Such
    operations keep their numbers in the journal and do nothing.
    """
    return [op for op in ops if registry.find(op.register) is None or registry.stream(op.register) == op.stream]


def folded(ops: list[Op], box: SealBox) -> tuple[RecordState, rows.Row] | None:
    """State and row that the operations of one record make; None when nothing of it exists (yet)."""
    state = fold(ops)
    if state is None or not state.is_created:
        return None
    last = max((op for op in ops if op.seq != REFUSED_SEQ), key=version_of)
    return state, rows.row_of_state(state, box, changed_at=last.at, changed_by=last.user)


@dataclass(slots=True)
class Refolded:
    """What a refold touched, as ``(register, root)``; ``made`` are whole top records as they now stand."""

    touched: set[tuple[str, str]] = field(default_factory=set)
    made: dict[tuple[str, str], Record] = field(default_factory=dict)


def refold(registry: Registry, conn: Connection, box: SealBox, record_ids: Iterable[str]) -> Refolded:
    """Fold the records again and write rows and conflicts."""
    done = Refolded()
    ids = list(dict.fromkeys(record_ids))
    for start in range(0, len(ids), _AT_ONCE):
        _refold_some(registry, conn, box, ids[start : start + _AT_ONCE], done)
    return done


def _refold_some(registry: Registry, conn: Connection, box: SealBox, ids: list[str], done: Refolded) -> None:
    written: dict[str, list[rows.Row]] = {}
    gone: dict[str, list[tuple[str]]] = {}
    known: list[str] = []
    contested: list[RecordState] = []
    for record_id, every in journal.of_records(conn, ids).items():
        ops = rightful(registry, every)
        if not ops:
            continue
        definition = registry.find(ops[0].register)
        done.touched.add((registry.top(ops[0].register), ops[0].root))
        if definition is None:
            continue  # a register of a newer program: its operations are kept and travel on
        known.append(record_id)
        made = folded(ops, box)
        if made is None:
            gone.setdefault(definition.name, []).append((record_id,))
            continue
        state, row = made
        written.setdefault(definition.name, []).append(row)
        if state.conflicts:
            contested.append(state)
        _keep_whole(definition, row, done)
    conn.execute(f"DELETE FROM conflict WHERE record_id IN ({', '.join('?' * len(known))})", known)
    for register, absent in gone.items():
        conn.executemany(f"DELETE FROM {register} WHERE id = ?", absent)
    for register, fresh in written.items():
        rows.write_rows(conn, registry.get(register), fresh)
    for state in contested:
        _write_conflicts(conn, state)


def _keep_whole(definition: Definition, row: rows.Row, done: Refolded) -> None:
    """A record that is nothing but its row is made once, for its title and for whoever asks its rules next."""
    if definition.is_line or definition.children or row.is_deleted:
        return
    record = rows.record_of(definition, row)
    row.title = record.title()
    done.made[definition.name, row.id] = record


def fold_what_waited(registry: Registry, conn: Connection, box: SealBox) -> None:
    """After an upgrade: fold what a newer program had sent while this one did not know its registers or fields.

    Until then operations of an unknown register had no table, and unknown fields waited in their row's ``extra``.
    """
    received: dict[str, set[str]] = {}
    for register, record_id in conn.execute("SELECT DISTINCT register, record_id FROM journal WHERE kind <> 'access'"):
        received.setdefault(register, set()).add(record_id)
    for definition in registry.everything():
        known = dict(conn.execute(f"SELECT id, extra IS NOT NULL FROM {definition.name}"))
        waiting = [one for one in sorted(received.get(definition.name, ())) if known.get(one, True)]
        for start in range(0, len(waiting), _AT_ONCE):
            refold(registry, conn, box, waiting[start : start + _AT_ONCE])


def _write_conflicts(conn: Connection, state: RecordState) -> None:
    now = clock.stamp()
    conn.executemany(
        "INSERT OR REPLACE INTO conflict VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (one.id, state.register, state.record_id, state.root, one.field, canonical(conflict_to_json(one)), now)
            for one in state.conflicts.values()
        ),
    )


def all_states(conn: Connection, stream: str, *, confirmed_only: bool) -> Iterator[RecordState]:
    """Fold of every record of a stream; with ``confirmed_only`` as the county knows it."""
    condition = "stream = ? AND seq > 0" if confirmed_only else "stream = ? AND (seq IS NULL OR seq > 0)"
    group: list[Op] = []
    for op in journal.select(conn, f"{condition} ORDER BY record_id, n", (stream,)):
        if group and op.record_id != group[0].record_id:
            yield from _state(group)
            group = []
        group.append(op)
    yield from _state(group)


def _state(ops: list[Op]) -> Iterator[RecordState]:
    state = fold(ops) if ops else None
    if state is not None:
        yield state


__all__ = ["Conflict", "all_states", "folded", "refold"]
