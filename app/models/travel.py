"""Attachments as they travel: which of them the county has, which this PC still lacks, pieces that have come so far.

Writes only local tables (``blob_held``) and the folder of pieces beside the blobs; what a blob is, and when it counts
as whole, is :mod:`app.models.blobs`. Opens no socket.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from app.models import settings
from app.models.blobs import FOLDER, blob_id, is_blob_id
from app.models.database import Connection, disk_sentences
from app.models.replica import StoreReplica
from app.models.store import Priority, Store
from app.sync.blobs import Known
from app.sync.ports import FilesWaiting
from app.sync.streams import pulled, writable

INCOMING: Final = "incoming"
"""Folder of unfinished pieces, beside the blobs: a kill leaves what had come."""

_NAMED = (
    "SELECT b.stream, b.blob, max(j.n), h.blob IS NOT NULL FROM blob_name b JOIN journal j ON j.op_id = b.op_id"
    " LEFT JOIN blob_held h ON h.stream = b.stream AND h.blob = b.blob"
    " WHERE {condition} GROUP BY b.stream, b.blob"
)
_ACKNOWLEDGED = _NAMED.format(condition="j.seq > 0")
_STANDING = _NAMED.format(condition="j.seq IS NULL OR j.seq > 0")


class StoreFiles:
    """Attachments of an open store; see :class:`app.sync.ports.Files` for what each method means."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._blobs = store.blobs

    def known(self) -> list[Known]:
        """Every blob that an operation acknowledged by the county names, by stream."""
        return list(self._selected(_ACKNOWLEDGED))

    def waiting(self) -> FilesWaiting:
        """What is under way, also of operations that wait themselves; each blob once. Nothing while the PC is alone."""
        link = StoreReplica(self._store).link()
        if link is None:
            return FilesWaiting()
        may_send, may_read = writable(link.scope), pulled(link.scope)
        known = list(self._selected(_STANDING))
        sending = {one.blob: one.size for one in known if one.size and not one.is_held and one.stream in may_send}
        missing = {one.blob for one in known if not one.size and one.stream in may_read}
        if not self.is_all_wanted():
            missing = set()
        return FilesWaiting(len(sending), sum(sending.values()), len(missing))

    def is_all_wanted(self) -> bool:
        """False when this PC fetches only what somebody opens."""
        return settings.number(self._store, settings.FETCH_FILES) == 1

    def read(self, blob: str, offset: int, length: int) -> bytes:
        """Some of the bytes of a blob that is here."""
        path = self._blobs.path(blob)
        with disk_sentences(path), path.open("rb") as file:
            file.seek(offset)
            return file.read(length)

    def fetched(self, blob: str) -> int:
        """Bytes fetched so far of a blob that is not whole yet."""
        try:
            return self._incoming(blob).stat().st_size
        except OSError:
            return 0

    def keep_piece(self, blob: str, offset: int, piece: bytes) -> None:
        """Add a piece to what was fetched. Raises ``StoreError`` on a full disk; what had come stays."""
        path = self._incoming(blob)
        with disk_sentences(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(descriptor, "r+b") as file:
                file.truncate(offset)
                file.seek(offset)
                file.write(piece)

    def complete(self, stream: str, blob: str) -> bool:
        """Verify what was fetched and put it in its place; False, and it is thrown away, when it is something else."""
        path = self._incoming(blob)
        with disk_sentences(path):
            body = path.read_bytes()
        is_right = blob_id(body) == blob
        if is_right:
            self._blobs.accept(blob, body)
            self.confirm(stream, blob)
        with disk_sentences(path):
            path.unlink(missing_ok=True)
        return is_right

    def confirm(self, stream: str, blob: str) -> None:
        """Keep that the county has the whole of it."""
        self._submit("INSERT OR IGNORE INTO blob_held (stream, blob) VALUES (?, ?)", [(stream, blob)])

    def unconfirm(self, keys: Sequence[tuple[str, str]]) -> None:
        """The county does not have these ``(stream, blob)`` any more."""
        self._submit("DELETE FROM blob_held WHERE stream = ? AND blob = ?", keys)

    def doubt(self, blob: str) -> None:
        """The county refused these bytes: put them aside if they are damaged here, so that a good copy may come."""
        if self._blobs.has(blob) and not self._blobs.is_sound(blob):
            self._blobs.set_aside(blob)

    def _selected(self, sql: str) -> Iterator[Known]:
        for stream, blob, age, is_held in self._store.conn.execute(sql):
            if is_blob_id(blob):
                yield Known(stream, blob, age, self._blobs.size(blob), bool(is_held))

    def _incoming(self, blob: str) -> Path:
        return self._blobs.path(blob).parent.parent / INCOMING / blob

    def _submit(self, sql: str, rows: Sequence[tuple[str, str]]) -> None:
        def run(conn: Connection) -> None:
            conn.executemany(sql, rows)

        self._store.submit(run, priority=Priority.BACKGROUND).result()


def drop_unfinished(store: Store) -> None:
    """Throw away pieces of blobs that nothing names any more, or that have come by another way."""
    files = StoreFiles(store)
    open_ones = {one.blob for one in files._selected(_STANDING) if not one.size}  # noqa: SLF001 - same module
    folder = store.folder / FOLDER / INCOMING
    if folder.is_dir():
        for path in folder.iterdir():
            if path.name not in open_ones:
                path.unlink(missing_ok=True)
