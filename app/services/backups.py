"""Backups as the office uses them: when one is due, where it goes, what an old one would take away, restoring it.

Restoring never alters the backup and never deletes the present data: the copy is staged beside it, opened there, and
the present folder is renamed with the date. No Qt here; everything blocks, so call it off the screen's thread.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from app.errors import AppError, InUseError, StoreError, UserError
from app.models import backup, blob_names, lost, settings
from app.models.backup import Copy, copies
from app.models.clock import BEIJING, instant
from app.models.folder import DATABASE, LOCK, READY, stage_of
from app.models.keyring import Keyring
from app.models.lost import Lost
from app.models.number_reading import LOST_ENTRIES, SPENT, UNSURE
from app.models.registers import REGISTRY
from app.models.store import set_meta
from app.services.office import Office

__all__ = ["Copy", "Lost", "Staged", "copies", "finish_restore", "what_is_lost"]

FAILED: Final = "backup_failed"
ASKED: Final = "backup_folder_asked"

Unlock = Callable[[Keyring], bytes]


@dataclass(frozen=True, slots=True)
class Standing:
    """How backups stand on this PC; ``failed`` is the sentence of the last automatic one that failed."""

    folder: Path | None
    last: datetime | None
    failed: str
    was_asked: bool


def standing(office: Office) -> Standing:
    """Facts for the workbench and the status bar."""
    store = office.store
    folder, last = settings.value(store, settings.BACKUP_FOLDER), store.meta(backup.LAST_BACKUP)
    return Standing(
        Path(folder) if folder else None,
        datetime.fromisoformat(last) if last else None,
        store.meta(FAILED),
        bool(store.meta(ASKED)),
    )


def restored_note(office: Office) -> str:
    """What to tell once after a restore; "" when nothing."""
    return office.store.meta(RESTORED)


def restored_was_told(office: Office) -> None:
    """The note was read."""
    office.store.submit(lambda conn: set_meta(conn, RESTORED, ""))


def asked(office: Office) -> None:
    """The user has seen the question for a backup folder and put it away."""
    office.store.submit(lambda conn: set_meta(conn, ASKED, "1")).result()


def is_due(office: Office, now: datetime | None = None) -> bool:
    """True when a folder is set and the last backup is older than the interval."""
    found = standing(office)
    if found.folder is None:
        return False
    at = now or instant().astimezone(BEIJING)
    return found.last is None or at - found.last >= timedelta(days=settings.number(office.store, settings.BACKUP_DAYS))


def run(office: Office, target: Path | None = None) -> Path:
    """Back up into a folder, or the one that is set, where older copies of this PC beyond the number to keep go.

    In a folder chosen for once nothing is removed. Raises ``StoreError``; the failure is kept to be told at the next
    start as well.
    """
    store, own = office.store, standing(office).folder
    place = target or own
    if place is None:
        sentence = "还没有设置备份文件夹"
        raise UserError(sentence, "请在“设置”里选一个，最好是移动盘")
    try:
        if target is None:
            _must_exist(place)
        blob_names.tidy(store.registry, store.conn, store.blobs)
        made = backup.back_up(store, place)
        if place == own:
            backup.drop_older(store, place, keep=settings.number(store, settings.BACKUP_COPIES))
    except StoreError as error:
        said = str(error)
        store.submit(lambda conn: set_meta(conn, FAILED, said)).result()
        raise
    store.submit(lambda conn: set_meta(conn, FAILED, "")).result()
    return made


def _must_exist(place: Path) -> None:
    """A folder that was set is never made anew: on a stick that is not plugged in it would lie on the wrong disk."""
    if not place.is_dir():
        sentence = f"找不到备份文件夹：{place}"
        raise StoreError(sentence, "移动盘请插好；换了位置请在“设置”里重新选择")


def run_if_due(office: Office) -> Path | None:
    """The automatic backup at start and at the end; None when it is not due. Raises ``StoreError``."""
    return run(office) if is_due(office) else None


# -- restoring -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Staged:
    """A backup copied beside the data folder, opened and found whole; nothing has been replaced yet."""

    copy: Copy
    folder: Path
    data: Path
    key: bytes = field(repr=False)
    name: str
    entries: int
    attachments: int = 0
    damaged: int = 0
    """Attachments that came with it, and those the backup holds damaged; they never stop a restore."""


def with_password(name: str, password: str) -> Unlock:
    """Open a backup by an account's password; an empty name means the first account."""

    def unlock(ring: Keyring) -> bytes:
        slot = next((one for one in ring.accounts if not name or name in (one.name, one.id)), None)
        if slot is None:
            sentence = f"这份备份里没有账号“{name}”" if name else "这份备份里没有账号"
            raise UserError(sentence, "可用账号：" + "、".join(one.name for one in ring.accounts))
        return ring.unlock(slot.id, password)

    return unlock


def with_recovery(typed: str) -> Unlock:
    """Open a backup by the recovery key."""
    return lambda ring: ring.unlock_with_recovery(typed)


def stage(copy: Copy, data: Path, unlock: Unlock) -> Staged:
    """Copy a backup beside ``data`` and open it there: the key fits and every page is whole.

    Raises ``UserError`` for a wrong password or key, ``StoreError`` for a damaged backup or a full disk; nothing is
    left then.
    """
    folder = stage_of(data)
    try:
        key = unlock(Keyring(copy.folder))
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy2(copy.folder / DATABASE, folder / DATABASE)
        backup.copy_parts(copy.folder, folder)
        blobs = backup.copy_blobs(copy.folder, folder)
        count = backup.verify(folder / DATABASE, key, at_least=copy.label.entries if copy.label else 0)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        sentence = f"备份没有复制成（{error.strerror}）；现有数据没有动"
        raise StoreError(sentence, f"请检查移动盘，并确认 {data.parent} 所在磁盘有足够空间") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Staged(copy, folder, data, key, Keyring(folder).township, count, blobs.copied, blobs.damaged)


def discard(staged: Staged) -> None:
    """Give up: the staged copy goes, everything else is as before."""
    shutil.rmtree(staged.folder, ignore_errors=True)


def what_is_lost(staged: Staged, key: bytes | None = None) -> Lost | None:
    """What the present data holds beyond the backup; None when there is nothing or it cannot be opened.

    ``key``: the present data's key when it is known; else the backup's is tried, which is the same unless this PC's
    data was made anew since.
    """
    if not (staged.data / DATABASE).exists():
        return None
    try:
        return lost.compare(REGISTRY, staged.data / DATABASE, key or staged.key, old=(staged.folder, staged.key))
    except AppError:
        return None


def put_in_place(staged: Staged, *, missing: Lost | None = None) -> Path | None:
    """Let the staged copy take the data folder's place; returns where the present folder was set aside, if any.

    The store must be closed. Raises ``InUseError`` while a window has it open, ``StoreError`` when the disk refuses;
    after a kill in the middle :func:`finish_restore` goes on.
    """
    _mark(staged, missing)
    data, aside = staged.data, None
    _must_be_closed(data)
    try:
        (staged.folder / READY).touch()
        backup.flush(staged.folder)
        if data.exists():
            aside = _aside(data)
            _let_go_of_log(data)
            data.rename(aside)
        staged.folder.rename(data)
        (data / READY).unlink(missing_ok=True)
        if aside is not None:
            backup.link_blobs(aside, data)  # newer ones: what comes back from the county may name them
    except OSError as error:
        if aside is not None and aside.exists() and not data.exists():
            aside.rename(data)
        sentence = f"没有替换成（{error.strerror}）；现有数据还在原处"
        raise StoreError(sentence, "请关闭打开着数据文件夹的其他程序再试") from error
    return aside


def finish_restore(data: Path) -> bool:
    """Go on with a restore that was cut between its two renames; True when there was one."""
    folder = stage_of(data)
    if (data / DATABASE).exists() or not (folder / READY).exists():
        return False
    if data.exists():
        _let_go_of_log(data)
        data.rename(_aside(data))
    folder.rename(data)
    (data / READY).unlink(missing_ok=True)
    return True


RESTORED: Final = "restored_note"


def _mark(staged: Staged, missing: Lost | None) -> None:
    """Tell the restored store what it is, before it counts: when its copy was made, which numbers are used since."""
    said = f"数据已恢复到 {staged.copy.at.astimezone(BEIJING):%Y-%m-%d %H:%M} 的备份"
    numbers = _numbers_since(staged, missing)
    if UNSURE in numbers:
        said += "；备份以后编过哪些号看不到，编号先停下，请管理员在“编号”页接管"
    values = {
        backup.LAST_BACKUP: staged.copy.at.isoformat("T", "seconds"),
        RESTORED: said,
        FAILED: "",
        **numbers,
    }
    backup.note(staged.folder / DATABASE, staged.key, values)


def _numbers_since(staged: Staged, missing: Lost | None) -> dict[str, str]:
    """What was given since the copy was made counts on; where nobody can see it, nothing is given for now."""
    old = (staged.folder, staged.key)
    try:
        since = lost.numbers_since(staged.data / DATABASE, staged.key, old=old)
    except AppError:
        since = lost.Numbers(missing.numbers, ()) if missing is not None else None
    if since is None:
        return {UNSURE: "1"}
    return {
        SPENT: json.dumps(since.given, ensure_ascii=False),
        LOST_ENTRIES: json.dumps(since.acts, ensure_ascii=False),
    }


def _must_be_closed(data: Path) -> None:
    if not (data / DATABASE).exists():
        return
    lock = FileLock(str(data / LOCK), thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        sentence = "这份数据正由另一个窗口打开着"
        raise InUseError(sentence, "请先关闭那个窗口再恢复") from error
    lock.release()


def _aside(data: Path) -> Path:
    name = f"{data.name}-替换下-{instant().astimezone(BEIJING):%Y%m%d-%H%M%S}"
    folder, number = data.with_name(name), 2
    while folder.exists():
        folder, number = data.with_name(f"{name}-{number}"), number + 1
    return folder


def _let_go_of_log(data: Path) -> None:
    """A folder with an open file cannot be renamed on Windows; the log opens itself again at its next line."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.FileHandler) and Path(handler.baseFilename).parent == data:
            handler.close()
