"""The journal table: the hash chain of every operation this PC knows.

Own chain = rows of my device by ``dev_seq``; waiting = my rows without ``seq``; history = rows of a ``root``. Nothing
here decides what an operation means; :mod:`app.sync.merge` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from app.models.database import Connection
from app.sync.blobs import named
from app.sync.op import Op, genesis, kind_of, link_is_sound

FIELDS = (
    "device, dev_seq, op_id, tx_id, act_id, stream, register, record_id, root, kind, base_version, user, at, schema,"
    " salt, payload, payload_digest, prev_hash, hash, seq"
)
_NAMES = tuple(name.strip() for name in FIELDS.split(","))
_MARKS = ", ".join("?" * len(_NAMES))
_KIND = _NAMES.index("kind")


def to_row(op: Op) -> tuple[Any, ...]:
    """Column values of an operation, in the order of :data:`FIELDS`."""
    return (
        op.device, op.dev_seq, op.op_id, op.tx_id, op.act_id, op.stream, op.register, op.record_id, op.root,
        str(op.kind), op.base_version, op.user, op.at, op.schema, op.salt, op.payload, op.payload_digest,
        op.prev_hash, op.hash, op.seq,
    )  # fmt: skip


def from_row(row: Sequence[Any]) -> Op:
    """Inverse of :func:`to_row`."""
    values = list(row)
    values[_KIND] = kind_of(values[_KIND])
    return Op(*values)


def append(conn: Connection, ops: Iterable[Op]) -> None:
    """Add operations; the caller's transaction holds them together with the rows they make."""
    kept = list(ops)
    conn.executemany(f"INSERT INTO journal ({FIELDS}) VALUES ({_MARKS})", (to_row(op) for op in kept))
    names = ((op.stream, blob, op.op_id) for op in kept for blob in named(op))
    conn.executemany("INSERT OR IGNORE INTO blob_name (stream, blob, op_id) VALUES (?, ?, ?)", names)


def head(conn: Connection, township: str, device: str) -> tuple[int, str]:
    """``(dev_seq, hash)`` of the device's newest operation; ``(0, genesis)`` before the first."""
    found = conn.execute(
        "SELECT dev_seq, hash FROM journal WHERE device = ? ORDER BY dev_seq DESC LIMIT 1", (device,)
    ).fetchone()
    return (found[0], found[1]) if found else (0, genesis(township, device))


def select(conn: Connection, where: str, parameters: Sequence[Any] = ()) -> Iterator[Op]:
    """Operations matching a condition, oldest entry first unless ``where`` orders otherwise."""
    order = "" if "ORDER BY" in where else " ORDER BY n"
    for row in conn.execute(f"SELECT {FIELDS} FROM journal WHERE {where}{order}", parameters):
        yield from_row(row)


def of_records(conn: Connection, record_ids: Sequence[str]) -> dict[str, list[Op]]:
    """Operations by record, in slices that keep below SQLite's limit of parameters."""
    found: dict[str, list[Op]] = {record_id: [] for record_id in record_ids}
    for start in range(0, len(record_ids), 500):
        part = record_ids[start : start + 500]
        marks = ", ".join("?" * len(part))
        for op in select(conn, f"record_id IN ({marks})", part):
            found[op.record_id].append(op)
    return found


def broken_link(conn: Connection, township: str, device: str) -> int | None:
    """First ``dev_seq`` of a device's chain that does not verify; None when the chain is whole."""
    expected, previous = 1, genesis(township, device)
    for op in select(conn, "device = ? ORDER BY dev_seq", (device,)):
        if op.dev_seq != expected or op.prev_hash != previous or not link_is_sound(op):
            return expected
        expected, previous = op.dev_seq + 1, op.hash
    return None
