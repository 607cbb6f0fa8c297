"""Attached files of the townships, encrypted with keys the county does not have: kept in pieces, whole when verified.

A blob belongs to a stream and is permitted like it: who may read a stream in which an operation names the blob may
fetch it, who may write that stream may bring it, and for everybody else it does not exist. What is half brought
belongs to the PC that brings it. Everything lies in PostgreSQL, so that one backup of the county holds files and
records of the same moment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.errors import DiskFull
from psycopg_pool import ConnectionPool

from app.sync.blobs import MOST_PIECE, Standing, named
from app.sync.op import Op
from app.sync.streams import pulled, writable
from county.ingest import Device
from county.refusal import RefusedError, malformed

Conn = Connection[tuple[Any, ...]]
Pool = ConnectionPool[Conn]

MB, GB = 1024 * 1024, 1024 * 1024 * 1024
FILE_LIMIT, TOWNSHIP_LIMIT = "blob_limit_mb", "blob_township_gb"
"""Settings of the county: most bytes of one file, and of all files of a township."""
DEFAULTS = {FILE_LIMIT: "128", TOWNSHIP_LIMIT: "50"}

LACKING_LIMIT = 1000
_HELD = ""
"""In the place of a device: pieces of a blob that is whole and verified."""
_STALE_DAYS = 30

_FIND: LiteralString = "SELECT size, held_at FROM blob WHERE township = %s AND stream = %s AND id = %s"
_FIND_AND_LOCK: LiteralString = _FIND + " FOR UPDATE"

_KEPT_HERE = "附件还在原来的电脑上，没有丢失"


@dataclass(frozen=True, slots=True)
class Address:
    """A blob in a stream of a township."""

    township: str
    stream: str
    blob: str

    @property
    def row(self) -> tuple[str, str, str]:
        """Its key columns."""
        return self.township, self.stream, self.blob


class Blobs:
    """The county's files. Each method is one transaction."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def standing(self, device: Device, stream: str, blob: str) -> Standing:
        """How much of it is here. Raises ``RefusedError`` 404 for what the device may not see."""
        at = _visible(device, stream, blob)
        with self._pool.connection() as conn:
            return _standing(conn, at, device.id, _size_held(conn, at))

    def lacking(self, device: Device, stream: str, after: str) -> list[str]:
        """Names without a file, in order, at most :data:`LACKING_LIMIT`; empty for a stream out of scope."""
        if stream not in pulled(device.scope):
            return []
        with self._pool.connection() as conn:
            rows = conn.execute(
                "SELECT id FROM blob WHERE township = %s AND stream = %s AND held_at IS NULL AND id > %s"
                " ORDER BY id LIMIT %s",
                (device.township, stream, after, LACKING_LIMIT),
            )
            return [row[0] for row in rows]

    def read(self, device: Device, stream: str, blob: str, *, start: int, length: int) -> tuple[bytes, int]:
        """``(bytes, size of the whole)`` from ``start`` on, at most a piece. Raises ``RefusedError``."""
        at = _visible(device, stream, blob)
        with self._pool.connection() as conn, conn.transaction():
            size = _size_held(conn, at)
            if size is None:
                raise RefusedError(HTTPStatus.NOT_FOUND, "lacking", "这个附件还没有传到县服务器", "等录入它的电脑联网")
            if not 0 <= start < max(size, 1):
                raise malformed("要取的位置不在附件之内")
            rows = conn.execute(
                "SELECT start, bytes FROM blob_part WHERE township = %s AND stream = %s AND blob = %s AND device = %s"
                " AND start < %s AND start + size > %s ORDER BY start",
                (*at.row, _HELD, start + length, start),
            ).fetchall()
        first = rows[0][0] if rows else start
        joined = b"".join(bytes(row[1]) for row in rows)
        return joined[start - first : start - first + length], size

    def take(self, device: Device, stream: str, blob: str, *, offset: int, total: int, piece: bytes) -> Standing:
        """Keep a piece that follows what is here; the last one makes the blob whole, if it is what its name says.

        Raises ``RefusedError``: 404 not to be brought by this device, 409 with the true ``offset``, 413 too large,
        422 not the bytes of this name (thrown away), 507 no room.
        """
        at = _writable(device, stream, blob)
        try:
            with self._pool.connection() as conn, conn.transaction():
                standing = _take(conn, at, device.id, offset=offset, total=total, piece=piece)
        except DiskFull as error:
            raise _no_room("县服务器的磁盘已满") from error
        if standing is None:
            raise RefusedError(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "digest",
                "传到县服务器的附件与它的校验码不符，已丢弃",
                "程序会重新上传",
            )
        return standing

    def usage(self) -> list[tuple[str, int, int, int]]:
        """``(township name, files, bytes, names without a file)`` of every township."""
        with self._pool.connection() as conn:
            return [
                (row[0], row[1], int(row[2]), row[3])
                for row in conn.execute(
                    "SELECT t.name, count(b.held_at), coalesce(sum(b.size), 0), count(b.id) - count(b.held_at)"
                    " FROM township t LEFT JOIN blob b ON b.township = t.id GROUP BY t.id, t.name, t.made_at"
                    " ORDER BY t.made_at"
                )
            ]


# -- inside the ledger's transaction ---------------------------------------------------------------------------------


def note_names(conn: Conn, township: str, ops: Iterable[Op]) -> None:
    """Keep which blobs taken operations name; from now on who may write their stream may bring them."""
    rows = [(township, op.stream, blob, op.op_id) for op in ops for blob in named(op)]
    if not rows:
        return
    cursor = conn.cursor()
    cursor.executemany(
        "INSERT INTO blob (township, stream, id) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        sorted({row[:3] for row in rows}),  # in one order, or two PCs that name the same files wait for each other
    )
    cursor.executemany("INSERT INTO blob_name VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING", rows)


def forget_names(conn: Conn, township: str, named_ops: Iterable[tuple[str, str]]) -> None:
    """What an operation emptied by law named goes with it, unless another operation still names it."""
    for stream, op_id in named_ops:
        gone = conn.execute(
            "DELETE FROM blob_name WHERE township = %s AND stream = %s AND op_id = %s RETURNING blob",
            (township, stream, op_id),
        ).fetchall()
        conn.execute(
            "DELETE FROM blob b WHERE township = %s AND stream = %s AND id = ANY(%s) AND NOT EXISTS"
            " (SELECT 1 FROM blob_name n WHERE n.township = b.township AND n.stream = b.stream AND n.blob = b.id)",
            (township, stream, [row[0] for row in gone]),
        )


# -- one blob --------------------------------------------------------------------------------------------------------


def _visible(device: Device, stream: str, blob: str) -> Address:
    if stream not in pulled(device.scope):
        raise _unknown()
    return Address(device.township, stream, blob)


def _writable(device: Device, stream: str, blob: str) -> Address:
    if stream not in writable(device.scope):
        raise _unknown()
    return Address(device.township, stream, blob)


def _unknown() -> RefusedError:
    """The same for what does not exist, what another township has and what is out of scope."""
    return RefusedError(HTTPStatus.NOT_FOUND, "blob", "县服务器上没有登记过这个附件", "请先同步登记的内容")


def _no_room(sentence: str) -> RefusedError:
    return RefusedError(HTTPStatus.INSUFFICIENT_STORAGE, "room", sentence, f"{_KEPT_HERE}；请联系县管理员")


def _size_held(conn: Conn, at: Address, *, is_locking: bool = False) -> int | None:
    """Bytes of the blob when it is whole, else None. Raises ``RefusedError`` 404 when nothing names it."""
    row = conn.execute(_FIND_AND_LOCK if is_locking else _FIND, at.row).fetchone()
    if row is None:
        raise _unknown()
    return row[0] if row[1] is not None else None


def _standing(conn: Conn, at: Address, device: str, held: int | None) -> Standing:
    if held is not None:
        return Standing(held, is_whole=True)
    row = conn.execute(
        "SELECT coalesce(max(start + size), 0) FROM blob_part"
        " WHERE township = %s AND stream = %s AND blob = %s AND device = %s",
        (*at.row, device),
    ).fetchone()
    return Standing(row[0] if row else 0, is_whole=False)


def _take(conn: Conn, at: Address, device: str, *, offset: int, total: int, piece: bytes) -> Standing | None:
    """Where it stands after the piece; None when it was whole and wrong."""
    before = _standing(conn, at, device, _size_held(conn, at, is_locking=True))
    if before.is_whole:
        return before
    if offset != before.offset:
        sentence = "上传的位置与县服务器已有的不相接"
        raise RefusedError(HTTPStatus.CONFLICT, "offset", sentence, "程序会自动接上", offset=before.offset)
    if not piece or len(piece) > MOST_PIECE or offset + len(piece) > total:
        raise malformed("附件的长度不符")
    _check_size(conn, total)
    if offset == 0:
        _make_room(conn, at)
    _check_room(conn, at, total - offset)
    conn.execute(
        "INSERT INTO blob_part VALUES (%s, %s, %s, %s, %s, %s, %s)", (*at.row, device, offset, len(piece), piece)
    )
    end = offset + len(piece)
    if end < total:
        return Standing(end, is_whole=False)
    is_right = _digest(conn, at, device) == at.blob
    others = "DELETE FROM blob_part WHERE township = %s AND stream = %s AND blob = %s"
    if not is_right:
        conn.execute(others + " AND device = %s", (*at.row, device))
        return None
    conn.execute(others + " AND device <> %s", (*at.row, device))
    conn.execute("UPDATE blob_part SET device = %s WHERE township = %s AND stream = %s AND blob = %s", (_HELD, *at.row))
    conn.execute(
        "UPDATE blob SET size = %s, held_at = now() WHERE township = %s AND stream = %s AND id = %s", (total, *at.row)
    )
    return Standing(total, is_whole=True)


def _digest(conn: Conn, at: Address, device: str) -> str:
    digest = hashlib.sha256()
    with conn.cursor(name="pieces") as cursor:  # read as they come, never the whole in memory
        cursor.itersize = 4
        cursor.execute(
            "SELECT bytes FROM blob_part WHERE township = %s AND stream = %s AND blob = %s AND device = %s"
            " ORDER BY start",
            (*at.row, device),
        )
        for (piece,) in cursor:
            digest.update(piece)
    return digest.hexdigest()


def _check_size(conn: Conn, total: int) -> None:
    limit = _limit(conn, FILE_LIMIT)
    if total > limit * MB:
        sentence = f"附件超过县里规定的大小（每个 {limit} MB）"
        raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "size", sentence, f"{_KEPT_HERE}；请联系县管理员")


def _make_room(conn: Conn, at: Address) -> None:
    """Before the first piece: what was never finished goes."""
    conn.execute(
        "DELETE FROM blob_part WHERE township = %s AND device <> %s AND at < now() - make_interval(days => %s)",
        (at.township, _HELD, _STALE_DAYS),
    )


def _check_room(conn: Conn, at: Address, missing: int) -> None:
    """Before every piece, because a length is only a claim: is there room for the bytes still missing."""
    room = _limit(conn, TOWNSHIP_LIMIT)
    row = conn.execute("SELECT coalesce(sum(size), 0) FROM blob_part WHERE township = %s", (at.township,)).fetchone()
    if row is not None and row[0] + missing > room * GB:
        raise _no_room(f"县服务器给本乡镇的附件空间已满（{room} GB）")


def _limit(conn: Conn, name: str) -> int:
    row = conn.execute("SELECT value FROM county WHERE name = %s", (name,)).fetchone()
    return int(row[0] if row else DEFAULTS[name])
