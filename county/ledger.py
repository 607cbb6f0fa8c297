"""The log and the records of the townships in PostgreSQL: one transaction for each batch.

SQL only; what a batch means is decided in :mod:`county.ingest`. Numbers are taken from a counter row for each township
and stream, locked until the commit, so that a reader never sees a number whose predecessor is still missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg_pool import ConnectionPool

from app.sync.batch import Batch, Seal
from app.sync.canonical import canonical
from app.sync.merge import RecordState, fold, state_digest
from app.sync.op import Op, genesis, kind_of
from app.sync.page import PAGE_LIMIT, Cursor, SealedPart, page_text
from app.sync.protocol import PushAnswer, Settled
from app.sync.streams import AUDIT, CONFIG, chain_start, pulled
from county.blobs import forget_names, note_names
from county.ingest import Device, Entry, Ingested, Known, RecordKey, check_overlap, ingest, judge, place
from county.refusal import RefusedError, forbidden

Conn = Connection[tuple[Any, ...]]
Pool = ConnectionPool[Conn]

_PAGE_BYTES = 4 * 1024 * 1024
_RECORDS_AT_ONCE = 250
_OP_COLUMNS: LiteralString = (
    "device, dev_seq, stream, seq, op_id, tx_id, act_id, register, record_id, root, kind, base_version, user_id, at,"
    " schema, salt, payload, payload_digest, hash"
)


class Ledger:
    """The townships' logs. Each method is one transaction."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def push(self, township: str, batch: Batch) -> PushAnswer:
        """Take a verified batch and acknowledge it after the commit.

        Raises :class:`~county.ingest.GapError`, :class:`~county.ingest.ForkError` or ``RefusedError``; then nothing
        of it is stored.
        """
        try:
            return self._push(township, batch)
        except UniqueViolation:
            # Two PCs of one copied file sent the same operation at the same moment; now the other's is visible.
            return self._push(township, batch)

    def _push(self, township: str, batch: Batch) -> PushAnswer:
        with self._pool.connection() as conn, conn.transaction():
            return _take(conn, _locked_device(conn, township, batch.header.device), batch)

    def publish(self, township: str, author: str, key: bytes, make: Publishing) -> int:
        """Take what ``make`` seals as the county's own author: given the author's chain and the records of ``config``.

        ``make`` answers None when there is nothing to say. Returns how many operations were taken. Raises
        ``RefusedError`` when the author was made with another key.
        """
        with self._pool.connection() as conn, conn.transaction():
            conn.execute(
                "INSERT INTO device (township, id, name, scope, public_key, head_hash) VALUES (%s, %s, %s, %s, %s, %s)"
                " ON CONFLICT DO NOTHING",
                (township, author, "县配置", [], key, genesis(township, author)),
            )
            device = _locked_device(conn, township, author)
            batch = make(device, _config(conn, township))
            return len(_take(conn, device, batch).results) if batch is not None else 0

    def configuration(self, township: str) -> dict[str, RecordState]:
        """The county's configuration of a township as it stands: its records by id, withdrawn ones too."""
        with self._pool.connection() as conn:
            return _config(conn, township)

    def unreported(self, device: Device, waiting_from: int) -> tuple[Settled, ...]:
        """The county's word on operations that no page brings back: refused, or of streams the device does not pull."""
        with self._pool.connection() as conn:
            rows = conn.execute(
                "SELECT dev_seq, stream, outcome, coalesce(seq, known_seq), reason FROM op"
                " WHERE township = %s AND device = %s AND dev_seq >= %s AND (seq IS NULL OR NOT stream = ANY(%s))"
                " ORDER BY dev_seq LIMIT 2000",
                (device.township, device.id, waiting_from, list(pulled(device.scope))),
            )
            return tuple(Settled(*row) for row in rows)

    def heads(self, township: str) -> dict[str, Cursor]:
        """Last number and chain hash of every stream of a township that has any."""
        with self._pool.connection() as conn:
            rows = conn.execute("SELECT stream, seq, chain FROM head WHERE township = %s", (township,))
            return {stream: Cursor(seq, chain) for stream, seq, chain in rows}

    def unknown_cursors(self, township: str, cursors: Mapping[str, Cursor]) -> tuple[str, ...]:
        """Streams in which the county never stood where the PC says it read to: it was restored from a backup."""
        with self._pool.connection() as conn:
            return tuple(stream for stream, cursor in cursors.items() if not _is_known(conn, township, stream, cursor))

    def hash_at(self, township: str, device: str, dev_seq: int) -> str | None:
        """Hash of a device's operation as the county has it."""
        with self._pool.connection() as conn:
            row = conn.execute(
                "SELECT hash FROM op WHERE township = %s AND device = %s AND dev_seq = %s", (township, device, dev_seq)
            ).fetchone()
            return row[0] if row else None

    def page(self, device: Device, stream: str, after: Cursor, *, limit: int = PAGE_LIMIT) -> str:
        """Text of the page of changes after a cursor. Raises ``RefusedError``: 403 out of scope, 410 unknown cursor."""
        if stream not in pulled(device.scope):
            raise forbidden("本机没有查看这一类登记的权限")
        with self._pool.connection() as conn, conn.transaction():
            if not _is_known(conn, device.township, stream, after):
                raise RefusedError(HTTPStatus.GONE, "cursor", "县服务器不认识本机的下载进度", "程序会自动重新核对")
            head = conn.execute(
                "SELECT seq FROM head WHERE township = %s AND stream = %s", (device.township, stream)
            ).fetchone()
            ops = _cut(
                _select_ops(
                    conn,
                    "township = %s AND stream = %s AND seq > %s ORDER BY seq LIMIT %s",
                    (device.township, stream, after.seq, min(limit, PAGE_LIMIT)),
                )
            )
            parts = _parts(conn, device, stream, ops)
            keys = _keys(conn, device.township, {op.device for op in ops} - {device.id})
        return page_text(stream, ops, reader=device.id, parts=parts, head=head[0] if head else 0, keys=keys)

    def digests(self, township: str) -> dict[str, tuple[int, str]]:
        """Count of living records and content digest of every stream, to be compared with a PC's own."""
        with self._pool.connection() as conn:
            streams = [row[0] for row in conn.execute("SELECT stream FROM head WHERE township = %s", (township,))]
            return {
                stream: state_digest(
                    state for _, state in _states(conn, "township = %s AND stream = %s", (township, stream))
                )
                for stream in sorted(streams)
                if stream != AUDIT
            }


Publishing = Callable[[Device, Mapping[str, RecordState]], Batch | None]
"""Seals what the county has to say, given its author's chain and the standing configuration."""


def _take(conn: Conn, device: Device, batch: Batch) -> PushAnswer:
    """Judge, number, merge and write a batch of a device whose row is locked."""
    township = device.township
    overlap = place(batch, device)
    before = _stored(conn, device, batch.ops[:overlap])
    fresh = batch.ops[overlap:]
    if not fresh:
        return PushAnswer(device.next, before)
    judged = judge(fresh, device, _known(conn, township, fresh))
    taken = [one.op for one in judged if one.verdict == "taken"]
    heads = _locked_heads(conn, township, {op.stream for op in taken})
    records = _records(conn, township, {(op.stream, op.record_id) for op in taken})
    done = ingest(judged, heads, records, erasures=_erasures(conn, township, taken))
    _write(conn, township, batch, done)
    return PushAnswer(batch.header.to_seq + 1, (*before, *(entry.settled() for entry in done.entries)))


def _config(conn: Conn, township: str) -> dict[str, RecordState]:
    found = _states(conn, "township = %s AND stream = %s", (township, CONFIG))
    return {state.record_id: state for _, state in found}


def _locked_device(conn: Conn, township: str, device: str) -> Device:
    row = conn.execute(
        "SELECT scope, next, head_hash, state FROM device WHERE township = %s AND id = %s FOR UPDATE",
        (township, device),
    ).fetchone()
    if row is None or row[3] == "revoked":
        raise forbidden("县服务器已停用本机的同步资格", code="revoked")
    return Device(township, device, tuple(row[0]), row[1], row[2])


def _stored(conn: Conn, device: Device, ops: Sequence[Op]) -> tuple[Settled, ...]:
    """The county's word on operations sent again. Raises ``ForkError`` when they differ from what it has."""
    if not ops:
        return ()
    rows = conn.execute(
        "SELECT dev_seq, stream, outcome, coalesce(seq, known_seq), reason, hash FROM op"
        " WHERE township = %s AND device = %s AND dev_seq BETWEEN %s AND %s ORDER BY dev_seq",
        (device.township, device.id, ops[0].dev_seq, ops[-1].dev_seq),
    ).fetchall()
    check_overlap(ops, {row[0]: row[5] for row in rows})
    return tuple(Settled(*row[:5]) for row in rows)


def _known(conn: Conn, township: str, ops: Sequence[Op]) -> dict[str, Known]:
    rows = conn.execute(
        "SELECT op_id, payload_digest, seq FROM op WHERE township = %s AND op_id = ANY(%s) AND seq IS NOT NULL",
        (township, [op.op_id for op in ops]),
    )
    return {op_id: Known(digest, seq) for op_id, digest, seq in rows}


def _erasures(conn: Conn, township: str, ops: Sequence[Op]) -> set[tuple[str, str]]:
    rows = conn.execute(
        "SELECT stream, op_id FROM erasure WHERE township = %s AND op_id = ANY(%s)",
        (township, [op.op_id for op in ops]),
    )
    return {(stream, op_id) for stream, op_id in rows}


def _locked_heads(conn: Conn, township: str, streams: Iterable[str]) -> dict[str, Cursor]:
    """Heads of the streams, locked in a fixed order until the commit."""
    names = sorted(streams)
    conn.cursor().executemany(
        "INSERT INTO head VALUES (%s, %s, 0, %s) ON CONFLICT DO NOTHING",
        [(township, stream, chain_start(township, stream)) for stream in names],
    )
    rows = conn.execute(
        "SELECT stream, seq, chain FROM head WHERE township = %s AND stream = ANY(%s) ORDER BY stream FOR UPDATE",
        (township, names),
    )
    return {stream: Cursor(seq, chain) for stream, seq, chain in rows}


def _is_known(conn: Conn, township: str, stream: str, cursor: Cursor) -> bool:
    if cursor.seq == 0:
        return cursor.hash == chain_start(township, stream)
    row = conn.execute(
        "SELECT chain FROM op WHERE township = %s AND stream = %s AND seq = %s", (township, stream, cursor.seq)
    ).fetchone()
    return row is not None and row[0] == cursor.hash


# -- operations ----------------------------------------------------------------------------------------------------


def _select_ops(conn: Conn, where: LiteralString, parameters: Sequence[object]) -> Iterator[Op]:
    rows = conn.execute("SELECT " + _OP_COLUMNS + " FROM op WHERE " + where, parameters)  # noqa: S608 - literals
    for row in rows:
        yield Op(
            device=row[0],
            dev_seq=row[1],
            stream=row[2],
            seq=row[3],
            op_id=row[4],
            tx_id=row[5],
            act_id=row[6],
            register=row[7],
            record_id=row[8],
            root=row[9],
            kind=kind_of(row[10]),
            base_version=row[11],
            user=row[12],
            at=row[13],
            schema=row[14],
            salt=row[15],
            payload=row[16],
            payload_digest=row[17],
            prev_hash="",
            hash=row[18],
        )


def _cut(ops: Iterable[Op]) -> list[Op]:
    """As many operations as make a page of reasonable size, at least one."""
    page: list[Op] = []
    size = 0
    for op in ops:
        size += len(op.payload or "")
        if page and size > _PAGE_BYTES:
            break
        page.append(op)
    return page


_SEALS: LiteralString = (
    "SELECT s.device, s.from_seq, s.to_seq, s.header, s.signature FROM ("
    "SELECT DISTINCT device, batch FROM op WHERE township = %s AND stream = %s AND seq BETWEEN %s AND %s"
    " AND device <> %s OFFSET 0) AS w"
    " JOIN seal s ON s.township = %s AND s.device = w.device AND s.to_seq = w.batch"
)
_HASHES: LiteralString = (  # OFFSET 0: one walk of the index for each range, whatever is known of the table's size
    "SELECT r.device, r.last, o.dev_seq, o.hash FROM unnest(%s::text[], %s::bigint[], %s::bigint[])"
    " AS r(device, first, last) CROSS JOIN LATERAL (SELECT dev_seq, hash FROM op WHERE township = %s"
    " AND device = r.device AND dev_seq BETWEEN r.first AND r.last OFFSET 0) AS o"
)


def _parts(conn: Conn, device: Device, stream: str, ops: Sequence[Op]) -> list[SealedPart]:
    """Seals of the batches that a page of operations came in, with the hashes of those not among them.

    ``ops`` follow each other in the stream; those of ``device`` itself come back as receipts and need no proof.
    """
    if not ops:
        return []
    between = (ops[0].seq, ops[-1].seq)
    parameters = (device.township, stream, *between, device.id, device.township)
    seals = conn.execute(_SEALS, parameters).fetchall()
    shown = {(op.device, op.dev_seq) for op in ops}
    lacking = [
        (author, first, last)
        for author, first, last, _, _ in seals
        if any((author, dev_seq) not in shown for dev_seq in range(first, last + 1))
    ]
    hidden: dict[tuple[str, int], dict[int, str]] = {}
    if lacking:
        columns = [list(column) for column in zip(*lacking, strict=True)]
        for author, last, dev_seq, op_hash in conn.execute(_HASHES, (*columns, device.township)):
            if (author, dev_seq) not in shown:
                hidden.setdefault((author, last), {})[dev_seq] = op_hash
    return [
        SealedPart(Seal(header, signature), hidden.get((author, last), {}))
        for author, _, last, header, signature in seals
    ]


def _keys(conn: Conn, township: str, devices: Iterable[str]) -> dict[str, bytes]:
    rows = conn.execute(
        "SELECT id, public_key FROM device WHERE township = %s AND id = ANY(%s)", (township, sorted(devices))
    )
    return {device: bytes(key) for device, key in rows}


# -- writing -------------------------------------------------------------------------------------------------------


def _write(conn: Conn, township: str, batch: Batch, done: Ingested) -> None:
    header = batch.header
    conn.execute(
        "INSERT INTO seal VALUES (%s, %s, %s, %s, %s, %s)",
        (township, header.device, header.from_seq, header.to_seq, header.text(), batch.signature),
    )
    _write_ops(conn, township, header.to_seq, done.entries)
    note_names(conn, township, (entry.op for entry in done.entries if entry.seq is not None))
    _write_records(conn, township, done.records)
    conn.cursor().executemany(
        "UPDATE head SET seq = %s, chain = %s WHERE township = %s AND stream = %s",
        [(cursor.seq, cursor.hash, township, stream) for stream, cursor in done.heads.items()],
    )
    conn.execute(
        "UPDATE device SET next = %s, head_hash = %s WHERE township = %s AND id = %s",
        (header.to_seq + 1, header.head_hash, township, header.device),
    )
    if done.to_erase:
        _erase(conn, township, done.to_erase)


def _write_ops(conn: Conn, township: str, batch: int, entries: Iterable[Entry]) -> None:
    columns: LiteralString = "township, batch, " + _OP_COLUMNS + ", chain, outcome, reason, known_seq"
    with conn.cursor() as cursor, cursor.copy("COPY op (" + columns + ") FROM STDIN") as copy:
        for entry in entries:
            op = entry.op
            is_kept = entry.seq is not None  # what was refused uses up its number; its content is not the county's
            copy.write_row(
                (
                    township, batch, op.device, op.dev_seq, op.stream, entry.seq, op.op_id, op.tx_id, op.act_id,
                    op.register, op.record_id, op.root, str(op.kind), op.base_version, op.user, op.at, op.schema,
                    op.salt if is_kept else "", op.payload if is_kept else None, op.payload_digest, op.hash,
                    entry.chain, entry.outcome, entry.reason, entry.known_seq,
                )
            )  # fmt: skip


def _records(conn: Conn, township: str, keys: Iterable[RecordKey]) -> dict[RecordKey, RecordState]:
    streams = sorted(keys)
    states = _states(
        conn,
        "township = %s AND (stream, id) IN (SELECT * FROM unnest(%s::text[], %s::text[]))",
        (township, [stream for stream, _ in streams], [record for _, record in streams]),
    )
    return {(stream, state.record_id): state for stream, state in states}


_STATE_PARTS = ("values", "versions", "conflicts")
_COLUMNS = {"record_id", "register", "root", "version", *_STATE_PARTS}


def _states(conn: Conn, where: LiteralString, parameters: Sequence[object]) -> Iterator[tuple[str, RecordState]]:
    rows = conn.execute(
        "SELECT stream, id, register, root, version, doc, versions, conflicts, rest FROM record WHERE " + where,  # noqa: S608 - literal
        parameters,
    )
    for stream, record_id, register, root, version, doc, versions, conflicts, rest in rows:
        stored = {"record_id": record_id, "register": register, "root": root, "version": version}
        parts = {"values": doc, "versions": versions, "conflicts": conflicts}
        yield stream, RecordState.from_json({**stored, **parts, **rest})


_UPSERT: LiteralString = (  # one text for all of them: arrays of documents cost more to quote than to write
    "INSERT INTO record (township, stream, id, register, root, doc, versions, conflicts, rest, version, is_deleted)"
    " SELECT %s, e->>0, e->>1, e->>2, e->>3, e->4, e->5, e->6, e->7, (e->>8)::bigint, (e->>9)::boolean"
    " FROM jsonb_array_elements(%s::text::jsonb) AS e"
    " ON CONFLICT (township, stream, id) DO UPDATE SET doc = excluded.doc, versions = excluded.versions,"
    " conflicts = excluded.conflicts, rest = excluded.rest, version = excluded.version,"
    " is_deleted = excluded.is_deleted"
)


def _write_records(conn: Conn, township: str, states: Mapping[RecordKey, RecordState]) -> None:
    rows: list[list[Any]] = []
    for (stream, _), state in states.items():
        stored = state.to_json()
        rest = {name: part for name, part in stored.items() if name not in _COLUMNS}
        parts = (stored[name] for name in _STATE_PARTS)
        names = (stream, state.record_id, state.register, state.root)
        rows.append([*names, *parts, rest, state.version, state.is_deleted])
    for start in range(0, len(rows), _RECORDS_AT_ONCE):
        conn.execute(_UPSERT, (township, canonical(rows[start : start + _RECORDS_AT_ONCE])))


def _erase(conn: Conn, township: str, named: Sequence[tuple[str, str]]) -> None:
    """Empty operations by law, drop the files only they named, and fold their records anew."""
    forget_names(conn, township, named)
    touched: set[RecordKey] = set()
    for stream, op_id in named:
        conn.execute("INSERT INTO erasure VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", (township, stream, op_id))
        rows = conn.execute(
            "UPDATE op SET payload = NULL, salt = '' WHERE township = %s AND stream = %s AND op_id = %s"
            " AND kind <> 'erase' RETURNING record_id",
            (township, stream, op_id),
        )
        touched.update((stream, row[0]) for row in rows)
    for stream, record_id in touched:
        ops = _select_ops(
            conn,
            "township = %s AND stream = %s AND record_id = %s AND seq IS NOT NULL",
            (township, stream, record_id),
        )
        state = fold(list(ops))
        if state is not None:
            _write_records(conn, township, {(stream, record_id): state})
