"""PCs for tests: a real store, its replica, and sync run on the test's own thread."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path

from app.models import doctor, journal
from app.models.blobs import BlobStore
from app.models.reading import Reader
from app.models.register import Record, new_id
from app.models.registers import REGISTRY, Dispute, Patrol, Person
from app.models.registers.dispute import DisputeFile
from app.models.registers.patrol import PatrolFile
from app.models.replica import StoreReplica
from app.models.store import Store
from app.models.travel import StoreFiles
from app.models.unit import UnitOfWork
from app.sync import joining
from app.sync.agent import SyncAgent, SyncStatus
from app.sync.machine import Phase
from app.sync.op import Op
from county.server import County
from tests.conftest import KEY, TOWNSHIP_KEY

EVERYTHING = ("people", "mediation", "safety", "work")


@dataclass
class Desk:
    """One PC."""

    name: str
    store: Store
    replica: StoreReplica
    told: list[SyncStatus] = field(default_factory=list)

    def agent(self) -> SyncAgent:
        return SyncAgent(
            self.replica, self.told.append, new_device_id=new_id, chance=lambda: 0.5, files=StoreFiles(self.store)
        )

    def sync(self) -> SyncStatus:
        """One round; whatever it met is in the status."""
        return self.agent().run_once()

    def synced(self) -> SyncStatus:
        """One round that must end in peace."""
        status = self.sync()
        assert status.phase is Phase.IDLE, status
        assert status.is_synced, status
        return status

    def save(self, *records: Record) -> None:
        for record in records:
            self.store.write(self.name, partial(UnitOfWork.save, record=record))

    def change(self, person: str, **values: object) -> None:
        """Change fields of a person as it stands here now."""
        self.store.write(self.name, lambda unit: unit.set_fields("person", person, dict(values)))  # type: ignore[arg-type]

    def person(self, person: str) -> Person | None:
        found = Reader(REGISTRY, self.store.conn).get("person", person)
        assert found is None or isinstance(found, Person)
        return found

    @property
    def blobs(self) -> BlobStore:
        return BlobStore(self.store.folder / "blobs", TOWNSHIP_KEY)

    def attach(self, body: bytes, *, to: str = "patrol") -> str:
        """Save a new patrol (or dispute) with one attached file; the id of its blob."""
        blob = self.blobs.put(body)
        if to == "dispute":
            file = DisputeFile(name="证据.jpg", file=blob.id, size=len(body))
            self.save(Dispute(name="宅基地纠纷", category="family", files=(file,)))
        else:
            taken = PatrolFile(name="现场.jpg", file=blob.id, size=len(body))
            self.save(Patrol(patrolled_on=date(2026, 3, 15), files=(taken,)))
        return blob.id

    def waiting(self) -> int:
        return self.replica.backlog().waiting

    def is_healthy(self) -> bool:
        store = self.store
        return doctor.examine(store.registry, store.conn, store.identity, store.box).is_sound

    def ops(self, where: str = "1", *parameters: object) -> list[Op]:
        return list(journal.select(self.store.conn, where, parameters))


@dataclass
class Township:
    """A township at a county, with its PCs."""

    county: County
    folder: Path
    stack: ExitStack
    number: str = ""

    def first(self, name: str, *, is_enrolled: bool = True) -> Desk:
        store = Store.create(self.folder / name, KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY)
        desk = self._desk(name, store)
        self.number = store.identity.township
        if is_enrolled:
            self.enrol(desk)
        return desk

    def enrol(self, desk: Desk, scope: tuple[str, ...] = EVERYTHING) -> None:
        code = self.county.enrolment_code("青溪镇", scope=scope).text()
        identity = desk.store.identity
        desk.replica.attach(
            joining.bring(
                code,
                township=identity.township,
                township_name="青溪镇",
                device=identity.device,
                device_name=desk.name,
            )
        )

    def second(self, name: str, *, scope: tuple[str, ...] = EVERYTHING) -> Desk:
        """Joins the township; gets the key directly, as if paired."""
        from app.sync.enrolment import read_code
        from app.sync.https import enrol

        code = self.county.enrolment_code("青溪镇", township=self.number, scope=scope)
        device = new_id()
        link = enrol(
            read_code(code.text()), township="", township_name="", device=device, device_name=name, key=bytes(32)
        )
        assert link.township == self.number
        store = Store.create(
            self.folder / name, KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY, township=link.township
        )
        desk = self._desk(name, store)
        desk.replica.attach(link)
        return desk

    def reopened(self, desk: Desk, folder: Path | None = None) -> Desk:
        """The same data, opened again (perhaps from a copy)."""
        store = Store(folder or desk.store.folder, KEY, registry=REGISTRY)
        return self._desk(desk.name, store)

    def _desk(self, name: str, store: Store) -> Desk:
        self.stack.callback(store.close)
        return Desk(name, store, StoreReplica(store))

    def digests(self) -> dict[str, tuple[int, str]]:
        return self.county.ledger.digests(self.number)


def equal(desk: Desk, township: Township) -> bool:
    """True when the PC holds exactly what the county has in every stream it may read."""
    county, mine = township.digests(), desk.replica.digests()
    link = desk.replica.link()
    assert link is not None
    from app.sync.streams import pulled

    return all(mine.get(stream, (0, "")) == county[stream] for stream in county if stream in pulled(link.scope))


__all__ = ["Desk", "Township", "equal", "replace"]
