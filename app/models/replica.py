"""The store as a replica: what sync reads of the journal and writes into it.

Every writing method is one transaction on the writer's thread, behind a user's saves. A waiting entry is one of this
device without a ``seq``; nothing else says so. Opens no socket and decides nothing: :mod:`app.sync.machine` does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from app.errors import StoreError
from app.models import clock, drafts, folding, indexing, journal, receipts, reviewing
from app.models.database import Connection
from app.models.store import Changes, Priority, Store, set_meta
from app.models.unit import Identity
from app.sync.batch import HARD_OPS, MAX_OPS, TamperedError
from app.sync.machine import Own
from app.sync.merge import erased_ops, state_digest
from app.sync.op import REFUSED_SEQ, SCHEMA, TX_LIMIT, Op, genesis, op_hash
from app.sync.page import Cursor, Page
from app.sync.ports import Backlog, Link, WaitingItem
from app.sync.protocol import REFUSED, Hello, Settled
from app.sync.streams import AUDIT, CONFIG, pulled

Result = TypeVar("Result")

COUNTY_LINK = "county_link"
"""Local setting that holds the tie to the county; empty while the PC works alone."""
_GENERATION = "county_generation"
_ITEM = "op_id, register, record_id, root, kind, user, at, coalesce(refusal, '')"


class StoreReplica:
    """A store that takes part in sync; see :class:`app.sync.ports.Replica` for what each method means."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # -- the tie to the county -----------------------------------------------------------------------------------

    def link(self) -> Link | None:
        """The tie to the county; None while the PC works alone."""
        stored = self._store.meta(COUNTY_LINK)
        if not stored:
            return None
        fields = json.loads(stored)
        identity = self._store.identity
        return Link(
            url=fields["url"],
            certificate=fields["certificate"],
            township=identity.township,
            township_name=fields["township_name"],
            device=identity.device,
            device_name=fields["device_name"],
            key=bytes.fromhex(fields["key"]),
            scope=tuple(fields["scope"]),
        )

    def attach(self, link: Link) -> None:
        """Keep the tie that an enrolment made. Raises ``StoreError`` when it is another township's or device's."""

        def run(conn: Connection) -> None:
            identity = self._store.identity
            if link.township != identity.township:
                raise StoreError("入网码属于另一个乡镇", "请用空的数据文件夹加入那个乡镇")
            if link.device != identity.device:
                if journal.head(conn, identity.township, identity.device)[0]:
                    raise StoreError("登记时的电脑编号与本机数据不同", "请重新登记")
                self._become(conn, link.device)
            _keep_link(conn, link)

        self._submit(run)

    # -- what this PC has ----------------------------------------------------------------------------------------

    def own(self) -> Own:
        """Length of the own chain and the cursors."""
        conn, identity = self._store.conn, self._store.identity
        dev_seq, _ = journal.head(conn, identity.township, identity.device)
        orphans = conn.execute(
            "SELECT count(*) FROM journal WHERE seq IS NULL AND device <> ? AND stream <> ?",
            (identity.device, CONFIG),
        ).fetchone()
        return Own(identity.township, dev_seq + 1, _cursors(conn), orphans[0])

    def hello(self, clock: str) -> Hello:
        """What this PC says of itself."""
        conn, identity = self._store.conn, self._store.identity
        dev_seq, head_hash = journal.head(conn, identity.township, identity.device)
        row = conn.execute(
            "SELECT min(dev_seq) FROM journal WHERE seq IS NULL AND device = ?", (identity.device,)
        ).fetchone()
        return Hello(
            township=identity.township,
            device=identity.device,
            next=dev_seq + 1,
            head_hash=head_hash,
            waiting_from=row[0] or dev_seq + 1,
            cursors=_cursors(conn),
            generation=self._store.meta(_GENERATION),
            schema=SCHEMA,
            clock=clock,
        )

    def hash_at(self, dev_seq: int) -> str:
        """Hash of an own entry, the chain's start at 0, "" when there is none."""
        identity = self._store.identity
        if dev_seq == 0:
            return genesis(identity.township, identity.device)
        row = self._store.conn.execute(
            "SELECT hash FROM journal WHERE device = ? AND dev_seq = ?", (identity.device, dev_seq)
        ).fetchone()
        return str(row[0]) if row else ""

    def outgoing(self, from_seq: int) -> list[Op]:
        """Own entries from ``from_seq`` on: enough for one batch, acts whole."""
        ops = self._from(from_seq, MAX_OPS + TX_LIMIT + 1)
        if ops and ops[0].tx_id == ops[-1].tx_id:
            ops = self._from(from_seq, HARD_OPS + 1)
        return ops

    def _from(self, from_seq: int, limit: int) -> list[Op]:
        where = "device = ? AND dev_seq >= ? ORDER BY dev_seq LIMIT ?"
        return list(journal.select(self._store.conn, where, (self._store.identity.device, from_seq, limit)))

    def known_keys(self) -> Mapping[str, bytes]:
        """Public keys of other devices seen before."""
        return {device: bytes(key) for device, key in self._store.conn.execute("SELECT * FROM device_key")}

    # -- what the county says --------------------------------------------------------------------------------------

    def settle(self, results: Sequence[Settled]) -> None:
        """Keep the county's word: refused ones leave the fold and become drafts with the reason.

        Numbers of streams that are pulled arrive with the page, in order; only the others are kept here.
        """
        link = self.link()
        readable = pulled(link.scope if link else ())
        telling = [one for one in results if one.outcome == REFUSED or one.stream not in readable]
        duplicates = [one for one in results if one.outcome == "duplicate" and one.stream in readable]

        def run(conn: Connection) -> Changes:
            cursors = _cursors(conn)
            known = [one for one in duplicates if one.stream in cursors and one.seq <= cursors[one.stream].seq]
            device = self._store.identity.device
            for one in (*telling, *known):
                if one.outcome != REFUSED:
                    _number(conn, device, one)
            refused = [one for one in telling if one.outcome == REFUSED]
            return self._changed(conn, [record for one in refused for record in self._refuse(conn, one)])

        if telling or duplicates:
            self._store.announce(self._submit(run))

    def _refuse(self, conn: Connection, one: Settled) -> Iterable[str]:
        device = self._store.identity.device
        found = list(journal.select(conn, "device = ? AND dev_seq = ? AND seq IS NULL", (device, one.dev_seq)))
        for op in found:
            conn.execute("UPDATE journal SET seq = ?, refusal = ? WHERE op_id = ?", (REFUSED_SEQ, one.reason, op.op_id))
            drafts.keep(conn, self._draft(op, one.reason))
            yield op.record_id

    def _draft(self, op: Op, reason: str) -> drafts.Draft:
        box = self._store.box
        content = {
            name: box.opened_or_kept(new, register=op.register, field=name, record_id=op.record_id)
            for name, (_, new) in op.changes().items()
        }
        return drafts.Draft(op.op_id, op.register, op.record_id, op.base_version, content, op.user, op.at, reason)

    def apply(self, page: Page) -> None:
        """Store a verified page, refold what it touches and move the cursor, all in one transaction."""

        def run(conn: Connection) -> Changes:
            identity = self._store.identity
            if _cursors(conn).get(page.stream, page.after) != page.after:
                return Changes(frozenset())  # another run of sync was quicker
            moved = [*_drop_forgotten(conn, page), *self._make_room(conn, page)]
            stirred = {*moved, *(op.record_id for op in page.ops)}
            numbered = receipts.take(self._store.registry, conn, identity.device, page.receipts, stirred=stirred)
            touched = [*moved, *numbered.to_fold, *_own_erasures(conn, identity.device, numbered.erasing)]
            touched += _take_ops(conn, page)
            conn.execute(
                "INSERT INTO cursor VALUES (?, ?, ?)"
                " ON CONFLICT (stream) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
                (page.stream, page.cursor.seq, page.cursor.hash),
            )
            conn.executemany("INSERT OR IGNORE INTO device_key VALUES (?, ?)", page.keys.items())
            folded = self._changed(conn, touched, is_indexed_later=True)
            return Changes(folded.records | numbered.settled)

        changes = self._submit(run)
        self._submit(lambda conn: indexing.catch_up(self._store.registry, conn))
        self._store.announce(changes)

    def rewind(self, streams: Sequence[str], next_seq: int) -> None:
        """Take back the numbers of these streams and the acknowledgement of own entries from ``next_seq`` on."""

        def run(conn: Connection) -> Changes:
            touched: list[str] = []
            for stream in streams:
                touched += _record_ids(conn, "stream = ? AND seq > 0", (stream,))
                conn.execute("UPDATE journal SET seq = NULL WHERE stream = ? AND seq > 0", (stream,))
                conn.execute("DELETE FROM cursor WHERE stream = ?", (stream,))
            mine = "device = ? AND dev_seq >= ? AND seq IS NOT NULL"
            parameters = (self._store.identity.device, next_seq)
            touched += _record_ids(conn, mine, parameters)
            conn.execute(f"UPDATE journal SET seq = NULL, refusal = NULL WHERE {mine}", parameters)
            return self._changed(conn, touched)

        self._store.announce(self._submit(run))

    def adopt(self, device: str, key: bytes, *, move_waiting: bool) -> None:
        """Become another device; waiting entries move to the new chain with their ids when ``move_waiting``."""
        link = self.link()

        def run(conn: Connection) -> Changes:
            self._become(conn, device)
            touched = self._move_here(conn) if move_waiting else []
            if link is not None:
                _keep_link(conn, replace(link, device=device, key=key))
            return self._changed(conn, touched)

        self._store.announce(self._submit(run))

    def reclaim(self) -> None:
        """Move entries without a number that are not on the own chain to its end, their ids kept."""
        self._store.announce(self._submit(lambda conn: self._changed(conn, self._move_here(conn))))

    def _make_room(self, conn: Connection, page: Page) -> list[str]:
        """Entries that stand where the county has another of the same device (a copy wrote it): move them here."""
        touched: list[str] = []
        for op in page.ops:
            where = "device = ? AND dev_seq = ? AND op_id <> ?"
            touched += self._move(conn, list(journal.select(conn, where, (op.device, op.dev_seq, op.op_id))))
        return touched

    def _move_here(self, conn: Connection) -> list[str]:
        where = "device <> ? AND seq IS NULL AND stream <> ? ORDER BY device, dev_seq"
        return self._move(conn, list(journal.select(conn, where, (self._store.identity.device, CONFIG))))

    def _move(self, conn: Connection, ops: Sequence[Op]) -> list[str]:
        """Entries as the next ones of the own chain, ids kept, waiting (again); returns their records."""
        identity = self._store.identity
        dev_seq, previous = journal.head(conn, identity.township, identity.device)
        for op in ops:
            dev_seq += 1
            moved = replace(op, device=identity.device, dev_seq=dev_seq, prev_hash=previous, hash="")
            previous = op_hash(moved)
            _keep_fork(conn, op)
            conn.execute(
                "UPDATE journal SET device = ?, dev_seq = ?, prev_hash = ?, hash = ?, seq = NULL, refusal = NULL"
                " WHERE op_id = ?",
                (identity.device, dev_seq, moved.prev_hash, previous, op.op_id),
            )
        return [op.record_id for op in ops]

    def _become(self, conn: Connection, device: str) -> None:
        set_meta(conn, "device", device)
        self._store.identity = Identity(self._store.identity.township, device)

    # -- what is shown ---------------------------------------------------------------------------------------------

    def backlog(self) -> Backlog:
        """What waits: entries without a number; the audit stream is not counted."""
        conn = self._store.conn
        waiting, oldest = conn.execute(
            "SELECT count(*), min(at) FROM journal WHERE seq IS NULL AND stream NOT IN (?, ?)", (AUDIT, CONFIG)
        ).fetchone()
        refused = conn.execute(
            "SELECT count(*) FROM draft WHERE id IN (SELECT op_id FROM journal WHERE refusal IS NOT NULL)"
        ).fetchone()
        return Backlog(waiting, oldest, refused[0])

    def waiting_items(self, limit: int) -> list[WaitingItem]:
        """The refused operations whose draft still stands, then the oldest waiting ones."""
        rows = self._store.conn.execute(
            f"SELECT {_ITEM} FROM journal WHERE refusal IS NOT NULL AND op_id IN (SELECT id FROM draft)"
            f" UNION ALL SELECT * FROM (SELECT {_ITEM} FROM journal"
            " WHERE seq IS NULL AND stream NOT IN (?, ?) ORDER BY dev_seq LIMIT ?)",
            (AUDIT, CONFIG, limit),
        )
        return [WaitingItem(*row) for row in rows]

    def note(self, name: str, value: str) -> None:
        """Keep a small fact about sync."""
        self._submit(lambda conn: set_meta(conn, name, value))

    def noted(self, name: str) -> str:
        """A fact kept before, "" when none."""
        return self._store.meta(name)

    def digests(self) -> dict[str, tuple[int, str]]:
        """Count and content digest of every stream this PC reads, as confirmed; equal to the county's at its head."""
        link = self.link()
        conn = self._store.conn
        return {
            stream: state_digest(folding.all_states(conn, stream, confirmed_only=True))
            for stream in sorted(pulled(link.scope if link else ()))
            if conn.execute("SELECT 1 FROM journal WHERE stream = ? LIMIT 1", (stream,)).fetchone()
        }

    # -- inside ----------------------------------------------------------------------------------------------------

    def _changed(self, conn: Connection, record_ids: Iterable[str], *, is_indexed_later: bool = False) -> Changes:
        registry = self._store.registry
        done = folding.refold(registry, conn, self._store.box, record_ids)
        reviewing.review(registry, conn, done.touched, made=done.made)
        if not is_indexed_later:
            indexing.index_records(registry, conn, done.touched)
        return Changes(frozenset(done.touched))

    def _submit(self, work: Callable[[Connection], Result]) -> Result:
        before = self._store.identity
        try:
            return self._store.submit(work, priority=Priority.BACKGROUND).result()
        except BaseException:
            self._store.identity = before  # a change of identity is rolled back with its transaction
            raise


def _keep_link(conn: Connection, link: Link) -> None:
    fields = {
        "url": link.url,
        "certificate": link.certificate,
        "township_name": link.township_name,
        "device_name": link.device_name,
        "key": link.key.hex(),
        "scope": list(link.scope),
    }
    set_meta(conn, COUNTY_LINK, json.dumps(fields, ensure_ascii=False))


def _keep_fork(conn: Connection, op: Op) -> None:
    conn.execute(
        "INSERT INTO journal_fork (device, dev_seq, op_id, prev_hash, hash, forked_at) VALUES (?, ?, ?, ?, ?, ?)",
        (op.device, op.dev_seq, op.op_id, op.prev_hash, op.hash, clock.stamp()),
    )


def _cursors(conn: Connection) -> dict[str, Cursor]:
    return {stream: Cursor(seq, chain) for stream, seq, chain in conn.execute("SELECT stream, seq, hash FROM cursor")}


def _record_ids(conn: Connection, where: str, parameters: Sequence[object]) -> list[str]:
    return [row[0] for row in conn.execute(f"SELECT DISTINCT record_id FROM journal WHERE {where}", parameters)]


def _number(conn: Connection, device: str, one: Settled) -> None:
    """Keep a number that no page brings. Who held it before a county was restored waits for its new one."""
    place = (one.seq, device, one.dev_seq)
    conn.execute(
        "UPDATE journal SET seq = NULL WHERE stream = ? AND seq = ? AND NOT (device = ? AND dev_seq = ?)",
        (one.stream, *place),
    )
    conn.execute("UPDATE journal SET seq = ? WHERE device = ? AND dev_seq = ? AND seq IS NULL", place)


def _drop_forgotten(conn: Connection, page: Page) -> list[str]:
    """What the county, restored from a backup, no longer knows it said: no PC may say it in its place.

    Kept in ``journal_fork``. Only where the page takes its number or is the last one; until then it stays in force.
    """
    if page.stream != CONFIG:
        return []
    brought = {op.op_id for op in page.ops}
    numbers = {(op.device, op.dev_seq) for op in page.ops}
    is_last = page.cursor.seq >= page.head
    standing = journal.select(conn, "stream = ? AND seq IS NULL", (CONFIG,))
    gone = [op for op in standing if op.op_id not in brought and (is_last or (op.device, op.dev_seq) in numbers)]
    for op in gone:
        _keep_fork(conn, op)
        conn.execute("DELETE FROM journal WHERE op_id = ?", (op.op_id,))
    return [op.record_id for op in gone]


def _own_erasures(conn: Connection, device: str, dev_seqs: Sequence[int]) -> list[str]:
    """Do what own erasures say that now have a number; returns the records."""
    touched: list[str] = []
    for dev_seq in dev_seqs:
        touched += erase(conn, journal.select(conn, "device = ? AND dev_seq = ?", (device, dev_seq)))
    return touched


def _take_ops(conn: Connection, page: Page) -> list[str]:
    """Operations of other devices; those known already (before a restore, or moved) only get their number."""
    marks = ", ".join("?" * len(page.ops))
    known = {
        row[0]
        for row in conn.execute(f"SELECT op_id FROM journal WHERE op_id IN ({marks})", [op.op_id for op in page.ops])
    }
    _refuse_other_content(conn, [op for op in page.ops if op.op_id in known])
    journal.append(conn, [op for op in page.ops if op.op_id not in known])
    conn.executemany(
        "UPDATE journal SET seq = ? WHERE op_id = ?", [(op.seq, op.op_id) for op in page.ops if op.op_id in known]
    )
    return [*(op.record_id for op in page.ops), *erase(conn, page.ops)]


def _refuse_other_content(conn: Connection, ops: Iterable[Op]) -> None:
    """An id known here belongs to one content: under another one nothing of ours may count as acknowledged."""
    for op in ops:
        row = conn.execute("SELECT payload_digest FROM journal WHERE op_id = ?", (op.op_id,)).fetchone()
        if row[0] != op.payload_digest:
            raise TamperedError(f"编号 {op.op_id} 已有不同的内容")


def erase(conn: Connection, ops: Iterable[Op]) -> list[str]:
    """Empty what ``erase`` operations name, in their own stream; the records to be folded again. Other kinds: nothing.

    Whoever journals an erasure calls this in the same transaction; a pulled one comes here by itself.
    """
    touched: list[str] = []
    for op in ops:
        for op_id in erased_ops(op):
            rows = conn.execute(
                "UPDATE journal SET payload = NULL, salt = '' WHERE op_id = ? AND stream = ? AND kind <> 'erase'"
                " RETURNING record_id",
                (op_id, op.stream),
            )
            touched += [row[0] for row in rows]
            conn.execute("DELETE FROM blob_name WHERE op_id = ? AND stream = ?", (op_id, op.stream))
    return touched
