"""The doctor: folds the journal and compares with the tables, walks the chains, lists what points nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.models import blob_names, folding, indexing, journal, rows
from app.models.blobs import BlobStore
from app.models.database import Connection
from app.models.register import Definition
from app.models.registry import Registry
from app.models.unit import Identity
from app.sync.op import link_is_sound
from app.sync.sealing import SealBox


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that does not agree; ``is_grave`` when data, not only a derived table, is concerned."""

    sentence: str
    is_grave: bool


@dataclass(frozen=True, slots=True)
class Health:
    """Result of an examination."""

    operations: int
    records: int
    complaints: tuple[Complaint, ...]

    @property
    def is_sound(self) -> bool:
        """True when nothing but derived tables complains."""
        return not any(complaint.is_grave for complaint in self.complaints)


def examine(
    registry: Registry, conn: Connection, identity: Identity, box: SealBox, blobs: BlobStore | None = None
) -> Health:
    """Verify the file, every chain, every row, every reference, and with ``blobs`` every attachment. Reads only."""
    complaints = [
        *_file(conn),
        *_own_chain(conn, identity),
        *_rows(registry, conn, box),
        *_dangling(registry, conn),
        *_index(conn),
        *(_attachments(registry, conn, blobs) if blobs else ()),
    ]
    operations = conn.execute("SELECT count(*) FROM journal").fetchone()[0]
    records = sum(
        conn.execute(f"SELECT count(*) FROM {definition.name} WHERE deleted = 0").fetchone()[0]
        for definition in registry.everything()
    )
    return Health(operations, records, tuple(complaints))


def _file(conn: Connection) -> Iterator[Complaint]:
    for (page,) in conn.execute("PRAGMA cipher_integrity_check").fetchall():
        yield Complaint(f"数据文件有损坏的页：{page}", is_grave=True)
    verdict = conn.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        yield Complaint(f"数据文件检查：{verdict}", is_grave=True)


def _own_chain(conn: Connection, identity: Identity) -> Iterator[Complaint]:
    broken = journal.broken_link(conn, identity.township, identity.device)
    if broken is not None:
        yield Complaint(f"本机日志第 {broken} 条与前后不连，可能被改动", is_grave=True)
    # Of other devices this PC may hold only some streams: each entry must still be sound in itself.
    for op in journal.select(conn, "device <> ?", (identity.device,)):
        if not link_is_sound(op):
            yield Complaint(f"来自其他电脑的一条日志被改动：{op.op_id}", is_grave=True)


def _rows(registry: Registry, conn: Connection, box: SealBox) -> Iterator[Complaint]:
    for definition in registry.everything():
        found = conn.execute(f"SELECT id FROM {definition.name}").fetchall()
        seen = {row[0] for row in found}
        journalled = {
            row[0]
            for row in conn.execute("SELECT DISTINCT record_id FROM journal WHERE register = ?", (definition.name,))
        }
        for record_id in seen - journalled:
            yield Complaint(f"{definition.label}有一行不在日志里：{record_id}", is_grave=True)
        ids = sorted(journalled)
        for start in range(0, len(ids), 500):
            yield from _compare(registry, conn, box, definition=definition, ids=ids[start : start + 500])


def _compare(
    registry: Registry, conn: Connection, box: SealBox, *, definition: Definition, ids: list[str]
) -> Iterator[Complaint]:
    for record_id, ops in journal.of_records(conn, ids).items():
        made = folding.folded(folding.rightful(registry, ops), box)
        stored = rows.read_row(conn, definition, record_id)
        if made is None:
            if stored is not None:
                yield Complaint(f"{definition.label}有一行没有来历：{record_id}", is_grave=True)
            continue
        if stored is None or _content(stored) != _content(made[1]):
            yield Complaint(f"{definition.label}有一行与日志不一致：{record_id}", is_grave=True)


def _content(row: rows.Row) -> tuple[object, ...]:
    return (row.values, row.parent, row.position, row.version, row.is_deleted)


def _dangling(registry: Registry, conn: Connection) -> Iterator[Complaint]:
    for definition in registry.everything():
        for spec in definition.fields:
            if spec.target is None or registry.find(spec.target) is None:
                continue
            count = conn.execute(
                f"SELECT count(*) FROM {definition.name} t WHERE t.deleted = 0 AND t.{spec.name} IS NOT NULL"
                f" AND NOT EXISTS (SELECT 1 FROM {spec.target} r WHERE r.id = t.{spec.name})"
            ).fetchone()[0]
            if count:
                sentence = f"{definition.label}的“{spec.label}”有 {count} 处指向本机没有的记录"
                yield Complaint(sentence, is_grave=False)


def _attachments(registry: Registry, conn: Connection, blobs: BlobStore) -> Iterator[Complaint]:
    """Files that lines name and that are not here or not whole, and files nothing names. No record is touched."""
    wanted, here = blob_names.of_living(registry, conn), set(blobs.ids())
    missing = len(wanted.keys() - here)
    damaged = [name for name in sorted(here) if not blobs.is_sound(name)]
    unnamed = len(here - blob_names.ever(registry, conn))
    if missing:
        yield Complaint(f"有 {missing} 个附件还没有到本机；联网同步后会自己到，一直不到请从备份恢复", is_grave=False)
    if damaged:
        sentence = (
            f"有 {len(damaged)} 个附件的文件在本机已损坏（登记内容不受影响）；请从备份恢复，或打开它，同步时会重新取来"
        )
        yield Complaint(sentence, is_grave=True)
    if unnamed:
        yield Complaint(f"有 {unnamed} 个文件添加后没有保存，{blob_names.KEPT_DAYS} 天后自动清理", is_grave=False)


def _index(conn: Connection) -> Iterator[Complaint]:
    newest = conn.execute("SELECT coalesce(max(n), 0) FROM journal").fetchone()[0]
    behind = newest - indexing.indexed_to(conn)
    if behind > 0:
        yield Complaint(f"查找索引还有 {behind} 条未整理", is_grave=False)
