"""From journal to tables: a touched record is folded again from its operations and its row written.

The one road by which pulled, acknowledged, refused and erased operations reach the tables; ``doctor`` walks the same
road and compares. Runs inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from app.models import journal, rows
from app.models.database import Connection
from app.models.registry import Registry
from app.sync.canonical import canonical
from app.sync.merge import Conflict, RecordState, conflict_to_json, fold, version_of
from app.sync.op import REFUSED_SEQ, Op
from app.sync.sealing import SealBox


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


def refold(registry: Registry, conn: Connection, box: SealBox, record_ids: Iterable[str]) -> set[tuple[str, str]]:
    """Fold the records again and write rows and conflicts; returns the touched ``(register, root)``."""
    touched: set[tuple[str, str]] = set()
    for record_id, ops in journal.of_records(conn, list(dict.fromkeys(record_ids))).items():
        ops = rightful(registry, ops)  # noqa: PLW2901 - the others are nothing to anybody below
        if not ops:
            continue
        definition = registry.find(ops[0].register)
        touched.add((registry.top(ops[0].register), ops[0].root))
        if definition is None:
            continue  # a register of a newer program: its operations are kept and travel on
        conn.execute("DELETE FROM conflict WHERE record_id = ?", (record_id,))
        made = folded(ops, box)
        if made is None:
            conn.execute(f"DELETE FROM {definition.name} WHERE id = ?", (record_id,))
            continue
        state, row = made
        rows.write_rows(conn, definition, [row])
        _write_conflicts(conn, state)
    return touched


def _write_conflicts(conn: Connection, state: RecordState) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
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
