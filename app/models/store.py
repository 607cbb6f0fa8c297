"""The store of one township on one PC: the encrypted file, its one writer thread and its readers.

Everything that changes goes through :meth:`Store.write`; a user's save goes before bulk work and sync. This module
knows no screen and no network.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

from filelock import FileLock, Timeout
from sqlite_utils import Database, Migrations

from app.errors import InUseError, StoreError
from app.models import folding, in_force, indexing, migrations
from app.models.blobs import FOLDER, BlobStore
from app.models.clock import instant
from app.models.database import Connection, connect, disk_sentences
from app.models.folder import DATABASE, LOCK
from app.models.register import new_id
from app.models.registry import Registry
from app.models.unit import Clock, Identity, UnitOfWork
from app.sync.sealing import SealBox

Result = TypeVar("Result")

_INDEX_AT_ONCE = 50


class Priority(IntEnum):
    """Order in the writer's queue."""

    USER = 0
    BACKGROUND = 1
    STOP = 9


@dataclass(frozen=True, slots=True)
class Changes:
    """What a write touched: ``(register, root id)``; pages reload by it."""

    records: frozenset[tuple[str, str]]

    def touches(self, register: str) -> bool:
        """True when a record of this register changed."""
        return any(name == register for name, _ in self.records)


@dataclass(order=True)
class _Job(Generic[Result]):
    priority: int
    number: int
    work: Callable[[Connection], Result] = field(compare=False)
    future: Future[Result] = field(compare=False)


class Store:
    """An open township database.

    ``listeners`` are called on the writer's thread after each commit with what changed.
    """

    def __init__(
        self,
        folder: Path,
        key: bytes,
        *,
        registry: Registry,
        clock: Clock = instant,
        shape: Migrations = migrations.SET,
    ) -> None:
        """Open the store in ``folder`` with its raw key; migrates an older file after copying it aside.

        Raises ``StoreError``: wrong key, damaged, newer, in use by another program, full or read-only disk.
        """
        self.folder = folder
        self.registry = registry
        self.listeners: list[Callable[[Changes], None]] = []
        self._key = key
        self._clock = clock
        self._lock = FileLock(str(folder / LOCK), thread_local=False)  # opened on one thread, closed on another
        self._acquire()
        try:
            self._db = self._opened(shape)
        except BaseException:
            self._lock.release()
            raise
        self._is_closing = False
        self._readers = threading.local()
        self._open_readers: list[Connection] = []
        self._jobs: queue.PriorityQueue[_Job[Any]] = queue.PriorityQueue()
        self._numbers = iter(range(1 << 62))
        self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
        self._thread.start()

    @classmethod
    def create(
        cls,
        folder: Path,
        key: bytes,
        *,
        registry: Registry,
        township_key: bytes,
        township: str | None = None,
        clock: Clock = instant,
        shape: Migrations = migrations.SET,
    ) -> Store:
        """Make a new store for a new township, or for the given township when joining one."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / DATABASE
        if path.exists():
            sentence = f"这个文件夹里已经有一份数据：{folder}"
            raise StoreError(sentence, "请直接登录，或另选一个空文件夹")
        db = connect(path, key)
        with disk_sentences(path):
            migrations.apply(db, path, shape)
            with db.atomic():
                values = {"township": township or new_id(), "device": new_id(), "township_key": township_key.hex()}
                for name, value in values.items():
                    set_meta(db.conn, name, value)
            db.conn.close()
        return cls(folder, key, registry=registry, clock=clock, shape=shape)

    @property
    def path(self) -> Path:
        """The encrypted database file."""
        return self.folder / DATABASE

    @property
    def key(self) -> bytes:
        """The raw database key, for wrapping it again under another password; never stored, never logged."""
        return self._key

    # -- reading -------------------------------------------------------------------------------------------------

    @property
    def conn(self) -> Connection:
        """This thread's read-only connection; it sees every committed write."""
        existing: Connection | None = getattr(self._readers, "conn", None)
        if existing is None:
            existing = connect(self.path, self._key, read_only=True).conn
            self._readers.conn = existing
            self._open_readers.append(existing)
        return existing

    def meta(self, name: str, default: str = "") -> str:
        """A local setting of this replica; read through the writer's connection before the readers exist."""
        conn = self.conn if hasattr(self, "_readers") else self._db.conn
        found = conn.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(found[0]) if found else default

    # -- writing -------------------------------------------------------------------------------------------------

    def submit(self, work: Callable[[Connection], Result], *, priority: Priority = Priority.USER) -> Future[Result]:
        """Run ``work`` in one transaction on the writer's thread; refused with a sentence after :meth:`close`."""
        future: Future[Result] = Future()
        if self._is_closing:
            future.set_exception(StoreError("数据已经关闭，这一步没有做", "请重新登录后再试"))
            return future
        self._jobs.put(_Job(priority, next(self._numbers), work, future))
        return future

    def write(
        self,
        user: str,
        work: Callable[[UnitOfWork], Result],
        *,
        act_id: str | None = None,
        priority: Priority = Priority.USER,
    ) -> Result:
        """One unit of work: ``work`` gets the unit, its result comes back after the commit.

        Blocks until the writer has committed; call it off the GUI thread. Raises what ``work`` raises, with nothing
        stored.
        """

        def run(conn: Connection) -> tuple[Result, Changes]:
            unit = self._unit(conn, user, act_id or new_id())
            result = work(unit)
            if len(unit.touched) <= _INDEX_AT_ONCE:
                indexing.catch_up(self.registry, conn)
            return result, Changes(frozenset(unit.touched))

        result, changes = self.submit(run, priority=priority).result()
        self.announce(changes)
        return result

    def announce(self, changes: Changes) -> None:
        """Tell the listeners; called after the commit by whoever wrote."""
        if changes.records:
            for listener in list(self.listeners):
                listener(changes)

    def index_rest(self) -> None:
        """Index what bulk work left behind, in slices that let a user's save go first."""
        while self.submit(lambda conn: indexing.catch_up(self.registry, conn), priority=Priority.BACKGROUND).result():
            pass

    def close(self) -> None:
        """Finish the queue, close every connection and release the folder."""
        if self._thread.is_alive():
            self._is_closing = True
            self._jobs.put(_Job(Priority.STOP, next(self._numbers), lambda _: None, Future()))
            self._thread.join()
        for conn in self._open_readers:
            conn.close()
        self._open_readers.clear()
        in_force.close(self)
        self._db.conn.close()
        self._lock.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- inside --------------------------------------------------------------------------------------------------

    def _unit(self, conn: Connection, user: str, act_id: str) -> UnitOfWork:
        return UnitOfWork(
            conn,
            registry=self.registry,
            identity=self.identity,
            box=self.box,
            user=user,
            act_id=act_id,
            clock=self._clock,
        )

    def _serve(self) -> None:
        while True:
            job = self._jobs.get()
            if job.priority == Priority.STOP:
                job.future.set_result(None)
                return
            if not job.future.set_running_or_notify_cancel():
                continue
            try:
                with self._transaction() as conn:
                    result = job.work(conn)
            except BaseException as error:  # noqa: BLE001 - handed to the caller, who waits for it
                job.future.set_exception(error)
            else:
                job.future.set_result(result)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with disk_sentences(self.path), self._db.atomic():
            yield self._db.conn

    def _opened(self, shape: Migrations) -> Database:
        """The writer's connection, migrated, with identity and seal read from it."""
        self._db = connect(self.path, self._key)
        try:
            with disk_sentences(self.path):
                is_upgraded = migrations.apply(self._db, self.path, shape)
                self.identity = self._identity()
                township_key = bytes.fromhex(self.meta("township_key"))
                self.box = SealBox(township_key)
                self.blobs = BlobStore(self.folder / FOLDER, township_key)
                self.blobs.sweep()
                if is_upgraded:
                    with self._db.atomic():
                        folding.fold_what_waited(self.registry, self._db.conn, self.box)
        except BaseException:
            self._db.conn.close()
            raise
        return self._db

    def _identity(self) -> Identity:
        found = Identity(self.meta("township"), self.meta("device"))
        if not found.township:
            sentence = f"数据文件里没有乡镇的资料：{self.path.name}"
            raise StoreError(sentence, "请从备份恢复整个数据文件夹；不要删除数据文件")
        return found

    def _acquire(self) -> None:
        try:
            with disk_sentences(self.folder / LOCK):
                self._lock.acquire(timeout=0)
        except Timeout as error:
            sentence = "这份数据正由另一个窗口打开着"
            raise InUseError(sentence, "请切换到已打开的窗口，或先关闭它") from error


def set_meta(conn: Connection, name: str, value: str) -> None:
    """Keep a local setting of this replica; inside a transaction of the writer."""
    conn.execute(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )
