"""The encrypted file: opening, settings, and the sentences for what a disk can do to it.

SQLCipher with a raw 256-bit key through sqlite-utils. Nothing here knows a register.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlcipher3
import sqlcipher3.dbapi2

# sqlite-utils looks for pysqlite3 first; given SQLCipher's module under that name its `alter` and `replace` work.
sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", sqlcipher3.dbapi2)

from sqlite_utils import Database  # noqa: E402

from app.errors import StoreError  # noqa: E402

Connection = sqlcipher3.dbapi2.Connection
DatabaseError = sqlcipher3.dbapi2.DatabaseError
IntegrityError = sqlcipher3.dbapi2.IntegrityError

_PAGE_CACHE_KIB = 64 * 1024
_BUSY_MS = 10_000


def connect(path: Path, key: bytes, *, read_only: bool = False) -> Database:
    """Open the file with its raw key (32 bytes) and the settings every connection shares.

    Raises ``StoreError`` when the key is wrong or the file is damaged, absent or unreadable.
    """
    with disk_sentences(path):
        conn = sqlcipher3.dbapi2.connect(str(path), isolation_level=None, check_same_thread=False)
        try:
            conn.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            conn.execute(f"PRAGMA cache_size = -{_PAGE_CACHE_KIB // (4 if read_only else 1)}")
            conn.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
            conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
            conn.execute("PRAGMA journal_mode = WAL")
            conn.execute("PRAGMA synchronous = FULL")
            conn.execute("PRAGMA temp_store = MEMORY")
            if read_only:
                conn.execute("PRAGMA query_only = ON")
        except BaseException:
            conn.close()
            raise
    return Database(conn)


@contextmanager
def disk_sentences(path: Path) -> Iterator[None]:
    """Turn what SQLite says of the user's disk into sentences; other errors stay bugs."""
    try:
        yield
    except (DatabaseError, OSError) as error:
        said = _sentence(str(error).lower(), path)
        if said is None:
            raise
        raise StoreError(*said) from error


def _is_denied(message: str) -> bool:
    return any(said in message for said in ("permission denied", "is a directory", "access is denied"))


def _sentence(message: str, path: Path) -> tuple[str, str] | None:
    if "disk is full" in message or "no space left" in message or "disk i/o error" in message:
        return (
            f"磁盘写不进去了（{path.drive or path.parent}），刚才的内容没有存入，仍留在窗口里",
            "请清理磁盘空间或换一块磁盘，然后再按一次保存",
        )
    if "not a database" in message or "malformed" in message or "corrupt" in message:
        return (
            f"数据文件打不开或已损坏：{path.name}",
            "请不要删除它；从最近一次备份恢复，或把整个数据文件夹交给县管理员",
        )
    if "locked" in message:
        return "数据文件正被另一个程序占用", "请关闭另一个窗口或等一会儿再试"
    if "readonly" in message or "read-only" in message or "unable to open" in message or _is_denied(message):
        return f"没有权限读写数据文件：{path}", "请检查文件夹权限，或用管理员身份把数据文件夹移到可写的地方"
    return None
