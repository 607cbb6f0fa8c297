"""The unit of work: the only writer of registers. One SQLite transaction holds the rows and the journal entries.

A unit is one act of one user; :class:`app.models.store.Store` opens it on the writer's thread.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.models import folding, journal, reviewing, rows
from app.models.database import Connection
from app.models.findings import validated
from app.models.register import Definition, Record, new_id, wire_changes
from app.models.registry import Registry
from app.sync import blobs
from app.sync.canonical import Wire
from app.sync.merge import evidence, fold
from app.sync.op import (
    ACT_TX_LIMIT,
    DELETED,
    REASON,
    SCHEMA,
    TX_LIMIT,
    Op,
    OpKind,
    creation_text,
    linked_fresh,
    payload_text,
)
from app.sync.sealing import SealBox, as_was

Clock = Callable[[], datetime]
AUDIT = "audit"
_SALT_BYTES = 8
_TX_CHARACTERS = 1_000_000
"""Payload a bulk transaction may hold: far below what one sealed batch may weigh (:mod:`app.sync.batch`)."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this replica is in the township."""

    township: str
    device: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """An operation before it is linked into the chain."""

    register: str
    stream: str
    record_id: str
    root: str
    kind: OpKind
    base_version: int
    payload: str


class UnitOfWork:
    """Saves, deletes and decides inside one transaction.

    ``touched`` gathers the ``(register, root id)`` changed, for the index and for the pages that listen.
    """

    def __init__(
        self,
        conn: Connection,
        *,
        registry: Registry,
        identity: Identity,
        box: SealBox,
        user: str,
        act_id: str,
        clock: Clock,
    ) -> None:
        self.conn = conn
        self.registry = registry
        self.identity = identity
        self.user = user
        self.act_id = act_id
        self.touched: set[tuple[str, str]] = set()
        self._box = box
        self._clock = clock
        self._tx_id = new_id()
        self._in_tx = 0
        self._tx_characters = 0
        self._special: dict[str, frozenset[str]] = {}
        self._head = journal.head(conn, identity.township, identity.device)

    # -- what a user does ------------------------------------------------------------------------------------------

    def save(self, record: Record, *, reason: str = "") -> bool:
        """Create or change a record with its lines; False when nothing differs. Raises ``UserError``.

        Lines absent from ``record`` are deleted; fields of a newer program that the record class does not know stay.
        """
        checked = validated(record)
        definition = checked.definition
        entries = list(self._changes_of(definition, checked, root=checked.id, parent=None, reason=reason))
        for child in definition.children:
            entries += self._changes_of_lines(child.line.definition, getattr(checked, child.name), checked.id, reason)
        if not entries:
            return False
        self._commit(entries)
        self.touched.add((definition.name, checked.id))
        return True

    def delete(self, register: str, record_id: str, *, reason: str) -> bool:
        """Tombstone a record with a reason; its lines are hidden through it. False when it is not there."""
        return self.set_fields(register, record_id, {DELETED: True}, reason=reason, kind=OpKind.DELETE)

    def set_fields(
        self,
        register: str,
        record_id: str,
        values: Mapping[str, Wire],
        *,
        reason: str = "",
        kind: OpKind = OpKind.UPDATE,
        **more: Wire,
    ) -> bool:
        """Set wire values of one record or line (undo, decisions, restore); False when nothing differs."""
        definition = self.registry.get(register)
        row = rows.read_row(self.conn, definition, record_id)
        if row is None:
            return False
        before: dict[str, Wire] = dict(row.values)
        before[DELETED] = row.is_deleted
        if row.parent is not None:
            before[rows.PARENT], before[rows.POSITION] = row.parent, row.position
        changes = {name: (before.get(name), value) for name, value in values.items() if before.get(name) != value}
        if not changes and kind is not OpKind.RESOLVE:
            return False
        if kind is OpKind.RESOLVE:
            changes = {name: (before.get(name), value) for name, value in values.items()}
        root = row.parent or record_id
        entry = self._entry(definition, row, root, kind, changes, reason=reason, more=more)
        self._commit([entry])
        self.touched.add((self.registry.top(register), root))
        return True

    def record_access(
        self, what: str, *, register: str, record_id: str, detail: Mapping[str, Wire] | None = None
    ) -> None:
        """Journal that somebody signed in, revealed, exported or printed (its own stream, never merged)."""
        payload = payload_text({}, more={"what": what, "subject": record_id, **(detail or {})})
        self._append([_Entry(register, AUDIT, new_id(), record_id, OpKind.ACCESS, 0, payload)])

    def create_many(self, records: Sequence[Record], *, reasons: Mapping[str, str] | None = None) -> None:
        """Create records of one register, lines included: the same operations and rows as :meth:`save`, in bulk.

        The records must be validated and new; the transaction id changes every 200 operations. ``reasons`` says by
        record id why a doubtful record was accepted.
        """
        given = reasons or {}
        now = self._now()
        by_register: dict[str, list[rows.Row]] = {}
        entries: list[_Entry] = []
        for record in records:
            fresh = [self._fresh_row(record, None, 0, now=now)]
            for child in record.definition.children:
                lines: Sequence[Any] = getattr(record, child.name)
                for line, position in zip(lines, rows.placed(lines), strict=True):
                    fresh.append(self._fresh_row(line, record.id, position, now=now))
            entries += [self._create_entry(row, record.id, given.get(record.id, "")) for row in fresh]
            for row in fresh:
                by_register.setdefault(row.register, []).append(row)
            self.touched.add((record.definition.name, record.id))
        self._append(entries, may_split=True)
        for register, written in by_register.items():
            rows.write_rows(self.conn, self.registry.get(register), written)

    # -- how an act becomes operations ---------------------------------------------------------------------------

    def _changes_of(
        self,
        definition: Definition,
        record: Record,
        *,
        root: str,
        parent: tuple[str, int] | None,
        reason: str,
    ) -> Iterable[_Entry]:
        stored = rows.read_row(self.conn, definition, record.id)
        after = rows.wires_of(record)
        if parent is not None:
            after[rows.PARENT], after[rows.POSITION] = parent
        if stored is None:
            row = rows.Row(definition.name, record.id)
            yield self._entry(
                definition, row, root, OpKind.CREATE, {k: (None, v) for k, v in after.items()}, reason=reason
            )
            return
        before = {name: wire for name, wire in stored.values.items() if name in definition.by_name}
        if parent is not None:
            before[rows.PARENT], before[rows.POSITION] = stored.parent, stored.position
        changes = wire_changes(before, after)
        if stored.is_deleted:
            changes[DELETED] = (True, False)
        if changes:
            yield self._entry(definition, stored, root, OpKind.UPDATE, changes, reason=reason)

    def _changes_of_lines(self, definition: Definition, lines: Sequence[Any], root: str, reason: str) -> list[_Entry]:
        entries: list[_Entry] = []
        for line, position in zip(lines, rows.placed(lines), strict=True):
            entries += self._changes_of(definition, line, root=root, parent=(root, position), reason=reason)
        kept = {line.id for line in lines}
        stored = self.conn.execute(
            f"SELECT id FROM {definition.name} WHERE parent = ? AND deleted = 0", (root,)
        ).fetchall()
        for (line_id,) in stored:
            if line_id not in kept:
                row = rows.read_row(self.conn, definition, line_id)
                assert row is not None  # noqa: S101 - selected one line above in the same transaction
                entries.append(
                    self._entry(definition, row, root, OpKind.DELETE, {DELETED: (False, True)}, reason=reason)
                )
        return entries

    def _entry(
        self,
        definition: Definition,
        row: rows.Row,
        root: str,
        kind: OpKind,
        changes: Mapping[str, tuple[Wire, Wire]],
        *,
        reason: str = "",
        more: Mapping[str, Wire] | None = None,
    ) -> _Entry:
        sealed = {
            name: (as_was(self._seal(definition, row.id, name, was)), self._seal(definition, row.id, name, new))
            for name, (was, new) in changes.items()
        }
        seen = self._seen(row.id, kind, changes)
        naming = blobs.naming(new for name, (_, new) in changes.items() if _names_blob(definition, name))
        payload = payload_text(sealed, reason=self._sealed_reason(row, reason), more={**seen, **naming, **(more or {})})
        stream = self.registry.stream(definition.name)
        return _Entry(definition.name, stream, row.id, root, kind, row.version, payload)

    def _seen(self, record_id: str, kind: OpKind, names: Iterable[str]) -> Mapping[str, Wire]:
        """What a deletion or decision must say of what its author had before them."""
        if kind not in (OpKind.DELETE, OpKind.RESOLVE):
            return {}
        return evidence(fold(journal.of_records(self.conn, [record_id])[record_id]), kind, names)

    def _seal(self, definition: Definition, record_id: str, name: str, value: Wire) -> Wire:
        spec = definition.by_name.get(name)
        reaches_county = name.startswith("$") if spec is None else not spec.reach.is_sealed
        if reaches_county:
            return value
        return self._box.seal(value, register=definition.name, field=name, record_id=record_id)

    def _sealed_reason(self, row: rows.Row, reason: str) -> Wire:
        """What a person wrote, or was asked, names people: it ends at the township whatever the register's reach."""
        return self._box.seal(reason or None, register=row.register, field=REASON, record_id=row.id)

    def _fresh_row(self, record: Record, parent: str | None, position: int, *, now: str) -> rows.Row:
        row = rows.Row(record.definition.name, record.id, rows.wires_of(record), parent, position)
        row.changed_at, row.changed_by, row.title = now, self.user, record.title()
        return row

    def _create_entry(self, row: rows.Row, root: str, reason: str) -> _Entry:
        """What :meth:`_entry` makes of a record that was not there: nothing before, nothing seen."""
        definition = self.registry.get(row.register)
        after = dict(row.values)
        if row.parent is not None:
            after[rows.PARENT], after[rows.POSITION] = row.parent, row.position
        naming: Mapping[str, Wire] = {}
        special = self._special.get(definition.name)
        if special is None:
            special = self._special[definition.name] = _special(definition)
        if not special.isdisjoint(after):
            naming = blobs.naming(after[name] for name in after if _names_blob(definition, name))
            for name in special.intersection(after):
                after[name] = self._seal(definition, row.id, name, after[name])
        stream = self.registry.stream(definition.name)
        said = self._sealed_reason(row, reason)
        if naming:
            payload = payload_text({name: (None, wire) for name, wire in after.items()}, reason=said, more=naming)
        else:
            payload = creation_text(after, reason=said)
        return _Entry(definition.name, stream, row.id, root, OpKind.CREATE, row.version, payload)

    def _commit(self, entries: Sequence[_Entry]) -> None:
        self._append(entries)
        done = folding.refold(self.registry, self.conn, self._box, [entry.record_id for entry in entries])
        reviewing.review(self.registry, self.conn, done.touched, made=done.made)

    def _is_full(self, entry: _Entry, *, may_split: bool) -> bool:
        """A transaction is never torn apart on its way: bulk work starts a new one before it grows too large."""
        if not may_split:
            return self._in_tx >= ACT_TX_LIMIT
        return self._in_tx >= TX_LIMIT or self._tx_characters + len(entry.payload) > _TX_CHARACTERS

    def _append(self, entries: Sequence[_Entry], *, may_split: bool = False) -> None:
        ops: list[Op] = []
        dev_seq, previous = self._head
        now = self._now()
        salts = secrets.token_bytes(_SALT_BYTES * len(entries)).hex()
        for index, entry in enumerate(entries):
            if self._is_full(entry, may_split=may_split):
                self._tx_id, self._in_tx, self._tx_characters = new_id(), 0, 0
            dev_seq += 1
            op = linked_fresh(
                Op(
                    device=self.identity.device,
                    dev_seq=dev_seq,
                    op_id=new_id(),
                    tx_id=self._tx_id,
                    act_id=self.act_id,
                    stream=entry.stream,
                    register=entry.register,
                    record_id=entry.record_id,
                    root=entry.root,
                    kind=entry.kind,
                    base_version=entry.base_version,
                    user=self.user,
                    at=now,
                    schema=SCHEMA,
                    salt=salts[2 * _SALT_BYTES * index : 2 * _SALT_BYTES * (index + 1)],
                    payload=entry.payload,
                    payload_digest="",
                    prev_hash=previous,
                    hash="",
                )
            )
            self._in_tx += 1
            self._tx_characters += len(entry.payload)
            previous = op.hash
            ops.append(op)
        journal.append(self.conn, ops)
        self._head = (dev_seq, previous)

    def _now(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _special(definition: Definition) -> frozenset[str]:
    """Fields whose value an operation does not simply repeat: sealed on its way, or naming a blob."""
    return frozenset(spec.name for spec in definition.fields if spec.reach.is_sealed or spec.kind.names_blob)


def _names_blob(definition: Definition, name: str) -> bool:
    spec = definition.by_name.get(name)
    return spec is not None and spec.kind.names_blob
