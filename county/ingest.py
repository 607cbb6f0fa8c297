"""What a batch does to a township: the county's decisions, without SQL.

The ledger reads what is asked for, calls this, and writes what comes back in one transaction. Nothing here knows a
register: operations are authorised by their stream alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Literal

from app.errors import SyncError
from app.sync import protocol
from app.sync.authority import is_county
from app.sync.batch import Batch
from app.sync.merge import Outcome, RecordState, erased, erased_ops, merge
from app.sync.op import SCHEMA, Op
from app.sync.page import Cursor
from app.sync.protocol import DUPLICATE, REFUSED, Hello, Settled
from app.sync.streams import CONFIG, LABELS, chain_next, writable

RecordKey = tuple[str, str]
"""Stream and record id."""


class GapError(SyncError):
    """The batch does not follow what the county has (``next``): 409, hello again."""

    def __init__(self, expected: int) -> None:
        super().__init__(f"上传的批次与县服务器已有的不相接（应从第 {expected} 条开始）", "程序会自动重新核对")
        self.expected = expected


class ForkError(SyncError):
    """The same numbers with other content: two PCs use one identity. 409, hello again."""

    def __init__(self) -> None:
        super().__init__("本机与另一台电脑使用了同一个身份（数据文件可能被复制过）", "程序会自动为本机换发新的身份")


@dataclass(frozen=True, slots=True)
class Device:
    """A device as the county has it at this moment, its row locked."""

    township: str
    id: str
    scope: tuple[str, ...]
    next: int
    head_hash: str


@dataclass(frozen=True, slots=True)
class Known:
    """Where an operation of the same id already stands."""

    payload_digest: str
    seq: int


@dataclass(frozen=True, slots=True)
class Judged:
    """An operation and whether it is taken. ``known_seq``: number it already has through another device."""

    op: Op
    verdict: Literal["taken", "refused", "duplicate"]
    reason: str = ""
    known_seq: int = 0


@dataclass(slots=True)
class Entry:
    """An operation as it is stored: its number and the stream's chain hash after it (none when refused)."""

    op: Op
    outcome: str
    seq: int | None = None
    chain: str | None = None
    reason: str = ""
    known_seq: int = 0

    def settled(self) -> Settled:
        """The county's word on it."""
        return Settled(self.op.dev_seq, self.op.stream, self.outcome, self.seq or self.known_seq, self.reason)


@dataclass(slots=True)
class Ingested:
    """What to write: entries, new heads, changed records, and ids of operations to be emptied by law."""

    entries: list[Entry] = field(default_factory=list)
    heads: dict[str, Cursor] = field(default_factory=dict)
    records: dict[RecordKey, RecordState] = field(default_factory=dict)
    to_erase: list[tuple[str, str]] = field(default_factory=list)


def identity_state(hello: Hello, device: Device, hash_at: Callable[[int], str | None]) -> str:
    """Whether a PC's chain can be the one the county knows: ``ok``, ``upgrade``, ``copy`` (older) or ``fork``."""
    if hello.next >= device.next:
        return protocol.OK if hello.schema >= SCHEMA else protocol.UPGRADE
    is_beginning = hello.next == 1 or hash_at(hello.next - 1) == hello.head_hash
    return protocol.COPY if is_beginning else protocol.FORK


def place(batch: Batch, device: Device) -> int:
    """How many operations of the batch the county already has (their hashes must be compared).

    Raises :class:`GapError` or :class:`ForkError`.
    """
    header = batch.header
    if header.from_seq > device.next:
        raise GapError(device.next)
    if header.from_seq == device.next and header.prev_hash != device.head_hash:
        raise ForkError
    return min(device.next - header.from_seq, header.count)


def check_overlap(ops: Sequence[Op], stored: Mapping[int, str]) -> None:
    """Operations sent again must be the ones the county has. Raises :class:`ForkError`."""
    if any(stored.get(op.dev_seq) != op.hash for op in ops):
        raise ForkError


def judge(ops: Iterable[Op], device: Device, known: Mapping[str, Known]) -> list[Judged]:
    """Authorise each operation by the device's scope as it is now; find those known from another chain."""
    allowed = frozenset({CONFIG}) if is_county(device.id) else writable(device.scope)
    return [_judged(op, allowed, known.get(op.op_id)) for op in ops]


def _judged(op: Op, allowed: frozenset[str], known: Known | None) -> Judged:
    if op.stream not in LABELS:
        return Judged(op, "refused", "县服务器不认识这一类登记，请县管理员升级县服务器")
    if op.stream not in allowed:
        return Judged(op, "refused", f"本机没有上传“{LABELS[op.stream]}”的权限")
    if op.payload is not None and not _is_storable(op.payload):
        return Judged(op, "refused", "内容含有无法保存的字符")
    if known is None:
        return Judged(op, "taken")
    if known.payload_digest == op.payload_digest:
        return Judged(op, "duplicate", known_seq=known.seq)
    return Judged(op, "refused", "同一编号已有不同的内容")


def _is_storable(payload: str) -> bool:
    """PostgreSQL keeps neither the null character nor half a character."""
    try:
        payload.encode()
    except UnicodeEncodeError:
        return False
    return "\\u0000" not in payload


def ingest(
    judged: Iterable[Judged],
    heads: Mapping[str, Cursor],
    records: Mapping[RecordKey, RecordState],
    *,
    erasures: AbstractSet[tuple[str, str]] = frozenset(),
) -> Ingested:
    """Number the taken operations and merge them into the records, in order.

    ``erasures``: ``(stream, op_id)`` emptied by law before; such an operation may come (again) from a PC that was
    restored from an old backup, and stays empty.
    """
    done = Ingested(heads=dict(heads))
    for one in judged:
        if one.verdict == "taken":
            op = erased(one.op) if (one.op.stream, one.op.op_id) in erasures else one.op
            done.entries.append(_take(op, done, records))
        else:
            outcome = REFUSED if one.verdict == "refused" else DUPLICATE
            done.entries.append(Entry(one.op, outcome, reason=one.reason, known_seq=one.known_seq))
    return done


def _take(op: Op, done: Ingested, records: Mapping[RecordKey, RecordState]) -> Entry:
    head = done.heads[op.stream]
    seq = head.seq + 1
    chain = chain_next(head.hash, op)
    done.heads[op.stream] = Cursor(seq, chain)
    key = (op.stream, op.record_id)
    before = done.records.get(key) or records.get(key)
    op = op.with_seq(seq)
    after, outcome = merge(before, op, seq)
    if before is not None or after.is_created or outcome is Outcome.HELD:
        done.records[key] = after
    done.to_erase += [(op.stream, op_id) for op_id in erased_ops(op)]
    return Entry(op, str(outcome), seq, chain)
