"""Own operations come back with their number.

The content of such a record is known: it was folded when the clerk saved. Where numbering changes neither the order of
its operations nor anything that depends on numbers, the row only takes over the version; every other record is folded
again. Runs inside the caller's transaction; a property test holds both roads equal (decision 0140).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.models.database import Connection
from app.models.registry import Registry
from app.sync.batch import TamperedError
from app.sync.merge import PENDING_BASE
from app.sync.op import REFUSED_SEQ, OpKind
from app.sync.page import Receipt

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Own:
    """What of an own entry is needed to number it."""

    n: int
    hash: str
    record_id: str
    kind: str


@dataclass(slots=True)
class Numbered:
    """What a page of receipts did: records to be folded again, ``(register, root)`` settled already, own erasures."""

    to_fold: list[str] = field(default_factory=list)
    settled: set[tuple[str, str]] = field(default_factory=set)
    erasing: list[int] = field(default_factory=list)


def take(
    registry: Registry, conn: Connection, device: str, receipts: Sequence[Receipt], *, stirred: Collection[str]
) -> Numbered:
    """Give own entries their numbers. ``stirred``: records that something else on the page touches.

    Raises ``TamperedError`` when a receipt is for an entry this PC does not have.
    """
    own = _own(conn, device, [one.dev_seq for one in receipts])
    for one in receipts:
        if one.dev_seq not in own or own[one.dev_seq].hash != one.hash:
            raise TamperedError(f"县服务器确认了本机没有的第 {one.dev_seq} 条")
    numbers = {own[one.dev_seq].n: one.seq for one in receipts}
    done = Numbered(erasing=[dev_seq for dev_seq, entry in own.items() if entry.kind == OpKind.ERASE])
    record_ids = list(dict.fromkeys(own[one.dev_seq].record_id for one in receipts))
    quiet: dict[str, list[tuple[int, str]]] = {}
    for part in _parts(record_ids):
        contested = _contested(conn, part)
        for record_id, entries in _entries(conn, part).items():
            entry = entries[0]
            is_stirred = record_id in stirred or record_id in contested or done.erasing
            if is_stirred or not _is_quiet(registry, device, entries, numbers):
                done.to_fold.append(record_id)
                continue
            done.settled.add((registry.top(entry.register), entry.root))
            version = max(numbers.get(one.n, one.seq or 0) for one in entries)
            quiet.setdefault(entry.register, []).append((version, record_id))
    conn.executemany("UPDATE journal SET seq = ? WHERE n = ?", ((seq, n) for n, seq in numbers.items()))
    for register, versions in quiet.items():
        definition = registry.find(register)
        if definition is not None:
            conn.executemany(f"UPDATE {definition.name} SET version = ? WHERE id = ?", versions)
    return done


@dataclass(frozen=True, slots=True)
class _Entry:
    """A journal entry as far as the order of a fold depends on it."""

    n: int
    device: str
    dev_seq: int
    seq: int | None
    register: str
    root: str
    stream: str
    is_erased: bool


def _is_quiet(registry: Registry, device: str, entries: Sequence[_Entry], numbers: Mapping[int, int]) -> bool:
    """True when the fold after numbering is the fold before it, but for the version.

    A fold depends on the numbers by the order they give, by what was erased, and where candidates are kept (asked by
    the caller). An operation that waits and is of another device stands where no receipt can tell.
    """
    first = entries[0]
    if any(one.is_erased or (one.device != device and one.seq is None) for one in entries):
        return False
    if any(one.register != first.register or one.stream != first.stream for one in entries):
        return False
    definition = registry.find(first.register)
    if definition is not None and registry.stream(first.register) != first.stream:
        return False
    if any(one.seq == REFUSED_SEQ and one.n in numbers for one in entries):
        return False
    counting = [one for one in entries if one.seq != REFUSED_SEQ]
    before = sorted(counting, key=lambda one: _at(one.seq, one.dev_seq))
    after = sorted(counting, key=lambda one: _at(numbers.get(one.n, one.seq), one.dev_seq))
    return before == after


def _at(seq: int | None, dev_seq: int) -> int:
    return PENDING_BASE + dev_seq if seq is None else seq


def _own(conn: Connection, device: str, dev_seqs: Sequence[int]) -> dict[int, _Own]:
    found: dict[int, _Own] = {}
    sql = "SELECT dev_seq, n, hash, record_id, kind FROM journal WHERE device = ? AND dev_seq IN"
    for part in _parts(dev_seqs):
        for dev_seq, *entry in conn.execute(f"{sql} ({_marks(part)})", (device, *part)):
            found[dev_seq] = _Own(*entry)
    return found


def _contested(conn: Connection, record_ids: Sequence[str]) -> set[str]:
    sql = f"SELECT record_id FROM conflict WHERE record_id IN ({_marks(record_ids)})"
    return {row[0] for row in conn.execute(sql, record_ids)}


def _entries(conn: Connection, record_ids: Sequence[str]) -> dict[str, list[_Entry]]:
    sql = (
        "SELECT record_id, n, device, dev_seq, seq, register, root, stream, payload IS NULL FROM journal"
        f" WHERE record_id IN ({_marks(record_ids)})"
    )
    found: dict[str, list[_Entry]] = {}
    for record_id, *entry in conn.execute(sql, record_ids):
        found.setdefault(record_id, []).append(_Entry(*entry))
    return found


def _parts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]


def _marks(items: Iterable[object]) -> str:
    return ", ".join("?" for _ in items)
