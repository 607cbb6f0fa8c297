"""A copy of the whole store that can be opened: made while people work, verified before it counts.

The copy is encrypted with the same key and lies beside a copy of the key file; nothing clear is ever written.
"""

from __future__ import annotations

import errno
import shutil
from datetime import datetime
from pathlib import Path

from app.errors import StoreError
from app.models.clock import BEIJING
from app.models.database import Connection, connect, disk_sentences
from app.models.keyring import KEYS
from app.models.store import DATABASE, Store, set_meta

LAST_BACKUP = "last_backup_at"


def back_up(store: Store, target: Path) -> Path:
    """Copy the store into a new folder below ``target`` and verify it; returns that folder.

    Raises ``StoreError``; a copy that could not be verified is removed again.
    """
    at = datetime.now(BEIJING)
    folder = target / f"township-backup-{at:%Y%m%d-%H%M%S}"
    with disk_sentences(folder / DATABASE):
        try:
            folder.mkdir(parents=True)
            entries = _entries(store.conn)
            source = connect(store.path, store.key).conn
            try:
                source.execute("VACUUM INTO ?", (str(folder / DATABASE),))
            finally:
                source.close()
            shutil.copy2(store.folder / KEYS, folder / KEYS)
            _verify(folder / DATABASE, store.key, at_least=entries)
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError) and error.errno != errno.ENOSPC:
                sentence = f"备份没有写成：{target}（{error.strerror}）"
                raise StoreError(sentence, "请换一个文件夹或移动盘再试") from error
            raise
    store.submit(lambda conn: set_meta(conn, LAST_BACKUP, at.isoformat(timespec="seconds"))).result()
    return folder


def _verify(copy: Path, key: bytes, *, at_least: int) -> None:
    """The copy opens with the same key, is whole, and holds every journal entry there was when it began."""
    conn = connect(copy, key, read_only=True).conn
    try:
        whole = conn.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok" and _entries(conn) >= at_least
    finally:
        conn.close()
    if not whole:
        sentence = "备份写完后核对不通过，已删除这份备份"
        raise StoreError(sentence, "请换一块磁盘再备份一次")


def _entries(conn: Connection) -> int:
    return int(conn.execute("SELECT coalesce(max(n), 0) FROM journal").fetchone()[0])
