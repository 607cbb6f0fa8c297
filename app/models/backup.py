"""A copy of the whole store that can be opened: made while people work, verified before it counts.

The copy is encrypted with the same key and lies beside a copy of the key file; nothing clear is ever written. It grows
under another name and gets its own only when it was verified and is on the disk, so a kill never leaves half a backup.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from app.errors import StoreError
from app.models import clock
from app.models.blobs import FOLDER, blob_id, is_blob_id
from app.models.clock import BEIJING
from app.models.database import Connection, DatabaseError, connect, disk_sentences
from app.models.folder import DATABASE
from app.models.store import Store, set_meta

LAST_BACKUP: Final = "last_backup_at"
LABEL: Final = "backup.json"

_PREFIX: Final = "township-backup-"
_NAME: Final = re.compile(rf"{_PREFIX}(\d{{8}}-\d{{6}})(?:-\d+)?")
_HALF: Final = ".part"
_NOT_COPIED: Final = frozenset({".lock", ".log", _HALF})


@dataclass(frozen=True, slots=True)
class Label:
    """What lies in the clear beside a backup, so that it can be told from others: no record, no key."""

    township: str
    name: str
    device: str
    at: str
    entries: int
    attachments: int = 0
    damaged: int = 0
    """Attachments in this copy, and those left out because they were damaged on the PC already."""


@dataclass(frozen=True, slots=True)
class Blobs:
    """What became of the attachments of a copy: written, linked from an earlier one, left out because damaged."""

    copied: int = 0
    linked: int = 0
    damaged: int = 0


@dataclass(frozen=True, slots=True)
class Copy:
    """A finished backup on a disk. ``label`` is None for one whose label is absent or unreadable."""

    folder: Path
    at: datetime
    label: Label | None

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())


def back_up(store: Store, target: Path) -> Path:
    """Copy the store into a new folder below ``target`` and verify it; returns that folder.

    Raises ``StoreError``; a copy that could not be verified is removed again.
    """
    at = clock.instant().astimezone(BEIJING)
    final = _free_name(target, at)
    half = target / f".{final.name}-{store.identity.device[-8:]}{_HALF}"
    with _said_of(target):
        try:
            _clear_halves(store, target)
            half.mkdir(parents=True)
            _copy(store, half, at)
            half.rename(final)
            _to_disk(target)
        except BaseException:
            shutil.rmtree(half, ignore_errors=True)
            raise
    store.submit(lambda conn: set_meta(conn, LAST_BACKUP, at.isoformat(timespec="seconds"))).result()
    return final


def copies(place: Path) -> list[Copy]:
    """Finished backups in a folder, newest first; the folder may be a backup itself. Raises ``StoreError``."""
    with disk_sentences(place):
        if (place / DATABASE).exists():
            return [_read(place)]
        if not place.is_dir():
            sentence = f"找不到这个文件夹：{place}"
            raise StoreError(sentence, "移动盘请先插好，再重新选择")
        found = [_read(one) for one in place.iterdir() if _NAME.fullmatch(one.name) and (one / DATABASE).exists()]
    return sorted(found, key=lambda one: (one.at, one.folder.name), reverse=True)


def drop_older(store: Store, target: Path, *, keep: int) -> list[Path]:
    """Remove this PC's oldest backups beyond ``keep``; those of other PCs or townships, or unknown ones, stay."""
    identity = store.identity
    mine = [
        one
        for one in copies(target)
        if one.label and (one.label.township, one.label.device) == (identity.township, identity.device)
    ]
    gone = [one.folder for one in mine[max(keep, 1) :]]
    for folder in gone:
        doomed = folder.with_name(f".{folder.name}{_HALF}")
        folder.rename(doomed)  # a kill in the middle leaves nothing that looks like a backup
        shutil.rmtree(doomed, ignore_errors=True)
    return gone


def verify(copy: Path, key: bytes, *, at_least: int = 0) -> int:
    """Number of journal entries of a copy that opens with the key and is whole.

    Raises ``StoreError`` when it is not, or holds fewer than ``at_least`` entries.
    """
    conn = connect(copy, key, read_only=True).conn
    try:
        found = entries(conn)
        is_whole = conn.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok" and found >= at_least
    finally:
        conn.close()
    if not is_whole:
        sentence = "备份核对不通过，不能用"
        raise StoreError(sentence, "请换一块磁盘再备份一次，或选另一份备份")
    return found


def note(copy: Path, key: bytes, values: dict[str, str]) -> None:
    """Keep local facts in a copy that is not open; used before it takes the place of the present data."""
    db = connect(copy, key)
    with db.atomic():
        for name, value in values.items():
            set_meta(db.conn, name, value)
    db.conn.close()


def entries(conn: Connection) -> int:
    """How many entries a journal ever had."""
    return int(conn.execute("SELECT coalesce(max(n), 0) FROM journal").fetchone()[0])


def copy_blobs(source: Path, target: Path, *, earlier: Path | None = None) -> Blobs:
    """Copy the attachments of a store, or of a backup, into another; every one is read and compared with its name.

    What the ``earlier`` backup on the same disk holds whole is linked from there, not copied once more: a blob never
    changes. A damaged one is left out and counted; no record is concerned.
    """
    copied = linked = damaged = 0
    for path in sorted((source / FOLDER).glob("??/*")):
        if not is_blob_id(path.name):
            continue
        to = target / FOLDER / path.parent.name / path.name
        to.parent.mkdir(parents=True, exist_ok=True)
        if earlier is not None and _linked(earlier / FOLDER / path.parent.name / path.name, to):
            linked += 1
        elif _copied(path, to):
            copied += 1
        else:
            damaged += 1
    return Blobs(copied, linked, damaged)


def _linked(good: Path, to: Path) -> bool:
    """Give a whole blob of an earlier backup a second name; False where there is none or the disk knows no links."""
    try:
        if not good.is_file() or blob_id(good.read_bytes()) != good.name:
            return False
        os.link(good, to)
    except OSError:  # exFAT, FAT32: sticks
        return False
    return True


def _copied(path: Path, to: Path) -> bool:
    try:
        body = path.read_bytes()
    except FileNotFoundError:  # put aside as damaged this moment
        return False
    if blob_id(body) != path.name:
        return False
    to.write_bytes(body)
    return True


def link_blobs(source: Path, target: Path) -> int:
    """Give the attachments of one data folder that another lacks a second name there; best effort, same disk.

    They count as new: nothing may name them until their records come back.
    """
    linked = 0
    with suppress(OSError):
        for path in sorted((source / FOLDER).glob("??/*")):
            to = target / FOLDER / path.parent.name / path.name
            if is_blob_id(path.name) and not to.exists():
                to.parent.mkdir(parents=True, exist_ok=True)
                if _linked(path, to):
                    linked += 1
                    os.utime(to)
    return linked


def damaged_blobs(folder: Path) -> list[str]:
    """Attachments of a store or backup whose bytes are not what their name says; needs no key."""
    paths = sorted((folder / FOLDER).glob("??/*"))
    return [path.name for path in paths if is_blob_id(path.name) and blob_id(path.read_bytes()) != path.name]


def copy_parts(source: Path, target: Path) -> None:
    """Copy every file of a store but its database, its lock, its log and its attachments (the keys)."""
    for path in sorted(source.iterdir()):
        if path.name.startswith(DATABASE) or path.suffix in _NOT_COPIED or path.name == LABEL:
            continue
        if path.is_file() and path.name.startswith("township."):
            shutil.copy2(path, target / path.name)


def flush(folder: Path) -> None:
    """Write a folder and everything in it through to the disk."""
    for path in sorted(folder.rglob("*")):
        _to_disk(path)
    _to_disk(folder)


def _copy(store: Store, half: Path, at: datetime) -> None:
    """The database first, then what its entries name."""
    count = entries(store.conn)
    source = connect(store.path, store.key).conn
    try:
        source.execute("VACUUM INTO ?", (str(half / DATABASE),))
    finally:
        source.close()
    copy_parts(store.folder, half)
    blobs = copy_blobs(store.folder, half, earlier=_earlier(store, half.parent))
    found = verify(half / DATABASE, store.key, at_least=count)
    identity = store.identity
    label = Label(
        township=identity.township,
        name=store.meta("township_name"),
        device=identity.device,
        at=at.isoformat("T", "milliseconds"),
        entries=found,
        attachments=blobs.copied + blobs.linked,
        damaged=blobs.damaged,
    )
    (half / LABEL).write_text(json.dumps(asdict(label), ensure_ascii=False, indent=1), "utf-8")
    flush(half)


def _earlier(store: Store, target: Path) -> Path | None:
    """The newest finished backup of this township in the same folder."""
    return next((one.folder for one in copies(target) if _is_of(one, store)), None)


def _is_of(copy: Copy, store: Store) -> bool:
    return copy.label is not None and copy.label.township == store.identity.township


def _clear_halves(store: Store, target: Path) -> None:
    """What a kill left of an earlier backup of this PC."""
    for path in target.glob(f".{_PREFIX}*-{store.identity.device[-8:]}{_HALF}") if target.is_dir() else ():
        shutil.rmtree(path, ignore_errors=True)


def _free_name(target: Path, at: datetime) -> Path:
    name = f"{_PREFIX}{at:%Y%m%d-%H%M%S}"
    folder, number = target / name, 2
    while folder.exists():
        folder, number = target / f"{name}-{number}", number + 1
    return folder


def _read(folder: Path) -> Copy:
    try:
        label = Label(**json.loads((folder / LABEL).read_text("utf-8")))
        return Copy(folder, datetime.fromisoformat(label.at), label)
    except (OSError, ValueError, TypeError):
        named = _NAME.fullmatch(folder.name)
        if named:
            return Copy(folder, datetime.strptime(named[1], "%Y%m%d-%H%M%S").replace(tzinfo=BEIJING), None)
        return Copy(folder, datetime.fromtimestamp((folder / DATABASE).stat().st_mtime, BEIJING), None)


@contextmanager
def _said_of(target: Path) -> Iterator[None]:
    """What a disk refuses, said for a backup: the data at work is never concerned."""
    try:
        yield
    except (DatabaseError, OSError) as error:
        is_full = "disk is full" in str(error).lower() or getattr(error, "errno", None) == errno.ENOSPC
        reason = "磁盘满了" if is_full else getattr(error, "strerror", None) or str(error)
        sentence = f"备份没有写成：{target}（{reason}）；现有数据没有受影响"
        raise StoreError(sentence, "请换一个文件夹或移动盘再试") from error


def _to_disk(path: Path) -> None:
    if os.name == "nt":
        if path.is_file():
            with path.open("r+b") as file:
                os.fsync(file.fileno())
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
