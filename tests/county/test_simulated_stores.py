"""The simulated bad days again, with every PC on a real encrypted store: SQL must do what the dictionaries do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from app.models import doctor, folding, journal
from app.models.folder import LOCK
from app.models.registers import REGISTRY
from app.models.replica import StoreReplica
from app.models.store import Store
from app.sync.canonical import Wire
from app.sync.merge import RecordState, fold
from app.sync.op import Op, OpKind
from app.sync.page import Cursor
from app.sync.ports import Link
from tests.conftest import KEY, TOWNSHIP_KEY
from tests.sync import memory
from tests.sync.memory import TOWNSHIP, Disk, MemoryReplica
from tests.sync.simulator import Day


@dataclass
class Folder:
    """A store's folder, looked at as the simulator looks at a disk."""

    path: Path
    store: Store
    scope: tuple[str, ...]

    @property
    def device(self) -> str:
        return self.store.identity.device

    @property
    def journal(self) -> dict[str, Op]:
        return {op.op_id: op for op in journal.select(self.store.conn, "1")}

    @property
    def cursors(self) -> dict[str, Cursor]:
        rows = self.store.conn.execute("SELECT stream, seq, hash FROM cursor")
        return {stream: Cursor(seq, chain) for stream, seq, chain in rows}

    @property
    def drafts(self) -> dict[str, str]:
        return dict(self.store.conn.execute("SELECT id, note FROM draft").fetchall())

    def copy(self) -> Copied:
        """What a backup program or a stick takes along while nothing is being written."""
        fresh = Shelf.folder()
        shutil.copytree(self.path, fresh, ignore=shutil.ignore_patterns(LOCK))
        return Copied(fresh, self.scope)


@dataclass
class Copied:
    """A copied folder."""

    path: Path
    scope: tuple[str, ...]

    @property
    def journal(self) -> dict[str, Op]:
        with Store(self.path, KEY, registry=REGISTRY) as store:
            return {op.op_id: op for op in journal.select(store.conn, "1")}

    def copy(self) -> Copied:
        fresh = Shelf.folder()
        shutil.copytree(self.path, fresh, ignore=shutil.ignore_patterns(LOCK))
        return Copied(fresh, self.scope)


class Shelf:
    """Where the stores of the running test lie, and what closes them."""

    root: Path
    stack: ExitStack
    made = 0

    @classmethod
    def folder(cls) -> Path:
        cls.made += 1
        return cls.root / str(cls.made)


class StoredReplica(StoreReplica):
    """A real replica with the simulator's clerk."""

    states: Any
    enter = MemoryReplica.enter

    def __init__(self, disk: Disk | Copied, random: Random) -> None:
        self._random = random
        if isinstance(disk, Disk):
            store = Store.create(Shelf.folder(), KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY, township=TOWNSHIP)
        else:
            store = Store(disk.path, KEY, registry=REGISTRY)
        Shelf.stack.callback(store.close)
        super().__init__(store)
        self.disk = Folder(store.folder, store, disk.scope)
        if isinstance(disk, Disk):
            self.attach(Link("", "", TOWNSHIP, "青溪镇", disk.device, disk.device, disk.key, disk.scope))


def states(self: StoredReplica) -> dict[str, RecordState]:
    by_record: dict[str, list[Op]] = {}
    for op in self.disk.journal.values():
        by_record.setdefault(op.record_id, []).append(op)
    folded = ((record_id, fold(ops)) for record_id, ops in by_record.items())
    return {record_id: state for record_id, state in folded if state is not None}


def enter(
    self: StoredReplica,
    stream: str,
    record_id: str,
    kind: OpKind,
    changes: Mapping[str, tuple[Wire, Wire]],
    **more: Wire,
) -> Op:
    clerk = MemoryReplica(Disk(self.disk.device, bytes(32), self.disk.scope), self._random)
    clerk.disk.journal.update(self.disk.journal)
    op = clerk.enter(stream, record_id, kind, changes, **more)
    store = self.disk.store

    def keep(conn: Any) -> None:
        journal.append(conn, [op])
        folding.refold(store.registry, conn, store.box, [op.record_id])

    store.submit(keep).result()
    return op


StoredReplica.states = states
StoredReplica.enter = enter  # type: ignore[assignment]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[None]:
    with ExitStack() as stack:
        Shelf.root, Shelf.stack = tmp_path, stack
        yield


@pytest.mark.parametrize("seed", range(20))
def test_a_bad_day_on_real_stores_ends_well(seed: int, shelf: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "REGISTER", "person")
    day = Day(seed, replica=StoredReplica).run(35)  # type: ignore[arg-type]
    for pc in day.pcs:
        store: Store = pc.replica.disk.store  # type: ignore[attr-defined]
        health = doctor.examine(store.registry, store.conn, store.identity, store.box)
        assert health.is_sound, health.complaints
