"""A replica and a county without disk or network: the reference that the simulator runs the real code against.

They do with dictionaries what the store and the ledger do with SQL; every decision is the real code's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.sync import protocol
from app.sync.batch import Header, Seal, open_batch
from app.sync.canonical import Wire
from app.sync.https import DisagreedError
from app.sync.machine import Own
from app.sync.merge import RecordState, erased, erased_ops, fold
from app.sync.op import REFUSED_SEQ, SCHEMA, Op, OpKind, genesis, op_hash, payload_text, sealed_link
from app.sync.page import Cursor, Page, SealedPart, page_text
from app.sync.ports import Backlog, Link, WaitingItem
from app.sync.protocol import REFUSED, Hello, HelloAnswer, PushAnswer, Settled, strange_answer
from app.sync.streams import AUDIT, chain_start, pulled
from county.ingest import (
    Device,
    Entry,
    ForkError,
    GapError,
    Known,
    RecordKey,
    check_overlap,
    identity_state,
    ingest,
    judge,
    place,
)

TOWNSHIP = "t1"
REGISTER = "thing"


@dataclass
class Disk:
    """What survives a crash of a PC."""

    device: str
    key: bytes
    scope: tuple[str, ...]
    journal: dict[str, Op] = field(default_factory=dict)
    cursors: dict[str, Cursor] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)

    def copy(self) -> Disk:
        return replace(
            self,
            journal=dict(self.journal),
            cursors=dict(self.cursors),
            keys=dict(self.keys),
            notes=dict(self.notes),
            drafts=dict(self.drafts),
        )


def own_ops(disk: Disk) -> list[Op]:
    mine = (op for op in disk.journal.values() if op.device == disk.device)
    return sorted(mine, key=lambda op: op.dev_seq)


def orphans(disk: Disk) -> list[Op]:
    found = (op for op in disk.journal.values() if op.seq is None and op.device != disk.device)
    return sorted(found, key=lambda op: (op.device, op.dev_seq))


class MemoryReplica:
    """One PC's store; see :class:`app.sync.ports.Replica`."""

    def __init__(self, disk: Disk, random: Random) -> None:
        self.disk = disk
        self._random = random

    # -- what a clerk does -----------------------------------------------------------------------------------------

    def states(self) -> dict[str, RecordState]:
        by_record: dict[str, list[Op]] = {}
        for op in self.disk.journal.values():
            by_record.setdefault(op.record_id, []).append(op)
        folded = ((record_id, fold(ops)) for record_id, ops in by_record.items())
        return {record_id: state for record_id, state in folded if state is not None}

    def enter(
        self, stream: str, record_id: str, kind: OpKind, changes: Mapping[str, tuple[Wire, Wire]], **more: Wire
    ) -> Op:
        own = self._own_ops()
        previous = own[-1].hash if own else genesis(TOWNSHIP, self.disk.device)
        known = self.states().get(record_id)
        op = sealed_link(
            Op(
                device=self.disk.device,
                dev_seq=len(own) + 1,
                op_id=f"{self._random.getrandbits(64):016x}",
                tx_id=f"{self._random.getrandbits(64):016x}",
                act_id="act",
                stream=stream,
                register=REGISTER,
                record_id=record_id,
                root=record_id,
                kind=kind,
                base_version=known.version if known else 0,
                user=f"user of {self.disk.device}",
                at="2026-03-15T00:00:00.000Z",
                schema=SCHEMA,
                salt=f"{self._random.getrandbits(64):016x}",
                payload=payload_text(changes, more=more),
                payload_digest="",
                prev_hash=previous,
                hash="",
            )
        )
        self.disk.journal[op.op_id] = op
        return op

    def _own_ops(self) -> list[Op]:
        return own_ops(self.disk)

    # -- the port --------------------------------------------------------------------------------------------------

    def link(self) -> Link | None:
        disk = self.disk
        return Link("", "", TOWNSHIP, "青溪镇", disk.device, disk.device, disk.key, disk.scope)

    def own(self) -> Own:
        return Own(TOWNSHIP, len(self._own_ops()) + 1, dict(self.disk.cursors), len(orphans(self.disk)))

    def hello(self, clock: str) -> Hello:
        own = self._own_ops()
        waiting = [op.dev_seq for op in own if op.seq is None]
        return Hello(
            township=TOWNSHIP,
            device=self.disk.device,
            next=len(own) + 1,
            head_hash=own[-1].hash if own else genesis(TOWNSHIP, self.disk.device),
            waiting_from=waiting[0] if waiting else len(own) + 1,
            cursors=dict(self.disk.cursors),
            generation="",
            schema=SCHEMA,
            clock=clock,
        )

    def hash_at(self, dev_seq: int) -> str:
        if dev_seq == 0:
            return genesis(TOWNSHIP, self.disk.device)
        own = self._own_ops()
        return own[dev_seq - 1].hash if dev_seq <= len(own) else ""

    def outgoing(self, from_seq: int) -> list[Op]:
        return self._own_ops()[from_seq - 1 :]

    def known_keys(self) -> Mapping[str, bytes]:
        return self.disk.keys

    def settle(self, results: Sequence[Settled]) -> None:
        disk = self.disk.copy()
        own = {op.dev_seq: op for op in self._own_ops()}
        for one in results:
            op = own.get(one.dev_seq)
            if op is None or op.seq is not None:
                continue
            at = disk.cursors.get(one.stream)
            is_read = one.stream in pulled(disk.scope)
            if one.outcome == REFUSED:
                disk.journal[op.op_id] = op.with_seq(REFUSED_SEQ)
                disk.drafts[op.op_id] = one.reason
            elif not is_read or (one.outcome == protocol.DUPLICATE and at is not None and one.seq <= at.seq):
                for other in [*disk.journal.values()]:
                    if (other.stream, other.seq) == (one.stream, one.seq):
                        disk.journal[other.op_id] = other.with_seq(None)
                disk.journal[op.op_id] = op.with_seq(one.seq)
        self.disk = disk

    def apply(self, page: Page) -> None:
        disk = self.disk.copy()
        if disk.cursors.get(page.stream, page.after) != page.after:
            return
        self.take(disk, page)
        disk.cursors[page.stream] = page.cursor
        disk.keys.update(page.keys)
        self.disk = disk

    def take(self, disk: Disk, page: Page) -> None:
        """Put the operations of a page into a journal."""
        own = {op.dev_seq: op for op in self._own_ops()}
        for one in page.receipts:
            op = own[one.dev_seq]
            assert op.hash == one.hash
            disk.journal[op.op_id] = op.with_seq(one.seq)
        for op in page.ops:
            known = disk.journal.get(op.op_id)
            disk.journal[op.op_id] = op if known is None else known.with_seq(op.seq)
        for op in [*page.ops, *(own[one.dev_seq] for one in page.receipts)]:
            for op_id in erased_ops(op):
                if op_id in disk.journal:
                    disk.journal[op_id] = erased(disk.journal[op_id])

    def rewind(self, streams: Sequence[str], next_seq: int) -> None:
        disk = self.disk.copy()
        for op in self.disk.journal.values():
            is_lost = op.stream in streams and op.seq
            if is_lost or (op.device == disk.device and op.dev_seq >= next_seq):
                disk.journal[op.op_id] = op.with_seq(None)
        for stream in streams:
            disk.cursors.pop(stream, None)
        self.disk = disk

    def adopt(self, device: str, key: bytes, *, move_waiting: bool) -> None:
        disk = self.disk.copy()
        disk.device, disk.key = device, key
        if move_waiting:
            self._move(disk)
        self.disk = disk

    def reclaim(self) -> None:
        disk = self.disk.copy()
        self._move(disk)
        self.disk = disk

    def _move(self, disk: Disk) -> None:
        own = own_ops(disk)
        previous = own[-1].hash if own else genesis(TOWNSHIP, disk.device)
        dev_seq = len(own)
        for op in orphans(disk):
            dev_seq += 1
            moved = replace(op, device=disk.device, dev_seq=dev_seq, prev_hash=previous)
            previous = op_hash(moved)
            disk.journal[op.op_id] = replace(moved, hash=previous)

    def backlog(self) -> Backlog:
        waiting = [op for op in self.disk.journal.values() if op.seq is None and op.stream != AUDIT]
        return Backlog(len(waiting), waiting[0].at if waiting else None, len(self.disk.drafts))

    def waiting_items(self, limit: int) -> list[WaitingItem]:
        return []

    def note(self, name: str, value: str) -> None:
        self.disk.notes[name] = value

    def noted(self, name: str) -> str:
        return self.disk.notes.get(name, "")


@dataclass
class Tables:
    """What survives a crash of the county; a copy is its backup."""

    devices: dict[str, Device] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    keys: dict[str, bytes] = field(default_factory=dict)
    heads: dict[str, Cursor] = field(default_factory=dict)
    log: dict[str, list[Entry]] = field(default_factory=dict)
    chains: dict[str, list[Entry]] = field(default_factory=dict)
    seals: dict[str, list[tuple[Header, Seal]]] = field(default_factory=dict)
    records: dict[RecordKey, RecordState] = field(default_factory=dict)
    erasures: set[tuple[str, str]] = field(default_factory=set)

    def copy(self) -> Tables:
        return Tables(
            dict(self.devices),
            set(self.revoked),
            dict(self.keys),
            dict(self.heads),
            {stream: list(entries) for stream, entries in self.log.items()},
            {device: list(entries) for device, entries in self.chains.items()},
            {device: list(seals) for device, seals in self.seals.items()},
            dict(self.records),
            set(self.erasures),
        )


class MemoryCounty:
    """The county: transactions are copies put in place at the end."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.generation = 1

    def register(self, device: str, public_key: bytes, scope: tuple[str, ...]) -> None:
        self.tables.devices[device] = Device(TOWNSHIP, device, scope, 1, genesis(TOWNSHIP, device))
        self.tables.keys[device] = public_key

    def hello(self, hello: Hello) -> HelloAnswer:
        tables = self.tables
        device = tables.devices.get(hello.device)
        state = "unknown" if device is None else "revoked" if hello.device in tables.revoked else ""
        if device is None or state:
            return HelloAnswer(state, str(self.generation), 1, "", {}, (), (), (), "", "")
        chain = tables.chains.get(device.id, [])
        readable = pulled(device.scope)
        return HelloAnswer(
            state=identity_state(hello, device, lambda at: chain[at - 1].op.hash),
            generation=str(self.generation),
            next=device.next,
            head_hash=device.head_hash,
            heads={stream: tables.heads[stream].seq for stream in readable if stream in tables.heads},
            reset=tuple(
                stream for stream, at in hello.cursors.items() if stream in readable and not self._knows(stream, at)
            ),
            settled=tuple(
                entry.settled()
                for entry in chain
                if entry.op.dev_seq >= hello.waiting_from and (entry.seq is None or entry.op.stream not in readable)
            ),
            scope=device.scope,
            clock="",
            token="",
        )

    def _knows(self, stream: str, cursor: Cursor) -> bool:
        log = self.tables.log.get(stream, [])
        if cursor.seq == 0:
            return cursor.hash == chain_start(TOWNSHIP, stream)
        return cursor.seq <= len(log) and log[cursor.seq - 1].chain == cursor.hash

    def push(self, packed: bytes, device_id: str) -> PushAnswer:
        tables = self.tables
        if device_id in tables.revoked or device_id not in tables.devices:
            raise DisagreedError("已停用")
        batch = open_batch(packed, tables.keys[device_id])
        device = tables.devices[device_id]
        try:
            overlap = place(batch, device)
            chain = tables.chains.get(device_id, [])
            check_overlap(batch.ops[:overlap], {entry.op.dev_seq: entry.op.hash for entry in chain})
        except (GapError, ForkError) as error:
            raise DisagreedError(error.sentence) from error
        before = [entry.settled() for entry in chain[batch.header.from_seq - 1 :][:overlap]]
        fresh = batch.ops[overlap:]
        if not fresh:
            return PushAnswer(device.next, tuple(before))
        known = {
            entry.op.op_id: Known(entry.op.payload_digest, entry.seq)
            for entries in tables.log.values()
            for entry in entries
            if entry.seq is not None
        }
        judged = judge(fresh, device, known)
        heads = {
            one.op.stream: tables.heads.get(one.op.stream, Cursor(0, chain_start(TOWNSHIP, one.op.stream)))
            for one in judged
        }
        done = ingest(judged, heads, tables.records, erasures=tables.erasures)
        after = tables.copy()
        after.heads.update({stream: at for stream, at in done.heads.items() if at.seq})
        after.records.update(done.records)
        after.chains[device_id] = [*chain, *done.entries]
        after.seals.setdefault(device_id, []).append((batch.header, Seal(batch.header.text(), batch.signature)))
        for entry in done.entries:
            if entry.seq is not None:
                after.log.setdefault(entry.op.stream, []).append(entry)
        after.devices[device_id] = replace(device, next=batch.header.to_seq + 1, head_hash=batch.header.head_hash)
        for stream, op_id in done.to_erase:
            self._erase(after, stream, op_id)
        answer = PushAnswer(batch.header.to_seq + 1, (*before, *(entry.settled() for entry in done.entries)))
        self.commit(after)
        return answer

    def commit(self, after: Tables) -> None:
        self.tables = after

    @staticmethod
    def _erase(tables: Tables, stream: str, op_id: str) -> None:
        tables.erasures.add((stream, op_id))
        log = tables.log[stream]
        for place_in_log, entry in enumerate(log):
            if entry.op.op_id == op_id:
                log[place_in_log] = replace(entry, op=erased(entry.op))
                state = fold(one.op for one in log if one.op.record_id == entry.op.record_id)
                assert state is not None
                tables.records[stream, entry.op.record_id] = state

    def page(self, reader: str, stream: str, after: Cursor, limit: int) -> str:
        tables = self.tables
        if reader in tables.revoked or reader not in tables.devices or not self._knows(stream, after):
            raise DisagreedError("不认识的进度")
        if stream not in pulled(tables.devices[reader].scope):
            raise strange_answer("无权")
        ops = [entry.op for entry in tables.log.get(stream, [])[after.seq :][:limit]]
        foreign = [op for op in ops if op.device != reader]
        keys = {op.device: tables.keys[op.device] for op in foreign}
        head = tables.heads.get(stream, Cursor(0, "")).seq
        return page_text(stream, ops, reader=reader, parts=self._parts(foreign), head=head, keys=keys)

    def _parts(self, ops: Sequence[Op]) -> list[SealedPart]:
        parts: list[SealedPart] = []
        for device in dict.fromkeys(op.device for op in ops):
            shown = {op.dev_seq for op in ops if op.device == device}
            chain = self.tables.chains[device]
            for header, seal in self.tables.seals[device]:
                numbers = range(header.from_seq, header.to_seq + 1)
                if shown.intersection(numbers):
                    others = {number: chain[number - 1].op.hash for number in numbers if number not in shown}
                    parts.append(SealedPart(seal, others))
        return parts


class Wire1:
    """One device's line to the memory county; faults are added by the simulator."""

    def __init__(self, county: MemoryCounty, link: Link) -> None:
        self.county = county
        self.link = link

    def hello(self, hello: Hello) -> HelloAnswer:
        return self.county.hello(hello)

    def push(self, header: Header, packed: bytes) -> PushAnswer:
        return self.county.push(packed, header.device)

    def page(self, stream: str, after: Cursor) -> str:
        return self.county.page(self.link.device, stream, after, 5)

    def renew(self, device: str, key: Ed25519PrivateKey) -> None:
        old = self.county.tables.devices.get(self.link.device)
        if old is None:
            raise DisagreedError("不认识")
        self.county.register(device, key.public_key().public_bytes_raw(), old.scope)

    def close(self) -> None:
        return
