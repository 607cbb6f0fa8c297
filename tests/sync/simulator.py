"""Very many bad days for a township, each made by a seeded random.

The agent, machine, merge, batches and pages are the real ones; network, crashes and restores are made. The same seed
gives the same day. The workload is correlated (three records, few fields), or conflicts never meet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import SyncError
from app.sync.agent import _BUG, SyncAgent, SyncStatus
from app.sync.batch import Header
from app.sync.canonical import Wire
from app.sync.machine import Phase
from app.sync.merge import Outcome, RecordState, evidence, fold, merge
from app.sync.op import DELETED, Op, OpKind, link_is_sound
from app.sync.page import Cursor
from app.sync.ports import Link
from app.sync.protocol import Hello, HelloAnswer, PushAnswer, strange_answer
from app.sync.sealing import fingerprint
from app.sync.streams import AUDIT, MEDIATION, PEOPLE, pulled
from tests.sync.memory import Disk, MemoryCounty, MemoryReplica, Wire1

Answer = TypeVar("Answer")

FIELDS = ("name", "phone")
RECORDS = ("r1", "r2", "r3")
SCOPES = {"A": (PEOPLE, MEDIATION), "B": (PEOPLE, MEDIATION), "C": (PEOPLE,)}


class CrashError(BaseException):
    """The program ends here; only what is on disk remains."""


class BrokenError(BaseException):
    """An invariant does not hold."""


def require(holds: object, what: str) -> None:
    if not holds:
        raise BrokenError(what)


@dataclass
class Pc:
    """One PC: its disk, and what its clerk entered since the disk was last put back."""

    name: str
    replica: MemoryReplica
    entered: set[str] = field(default_factory=set)
    last: SyncStatus | None = None


class FaultyLine(Wire1):
    """A line that loses, doubles, damages and answers nonsense, as the day's random says."""

    def __init__(self, day: Day, link: Link) -> None:
        super().__init__(day.county, link)
        self._day = day

    def hello(self, hello: Hello) -> HelloAnswer:
        return self._through(lambda: Wire1.hello(self, hello))

    def push(self, header: Header, packed: bytes) -> PushAnswer:
        self._day.sent.append((header, packed))
        if self._day.strikes(0.03):
            at = self._day.random.randrange(len(packed))
            packed = packed[:at] + bytes([packed[at] ^ 1 << self._day.random.randrange(8)]) + packed[at + 1 :]
        return self._through(lambda: Wire1.push(self, header, packed))

    def page(self, stream: str, after: Cursor) -> str:
        return self._through(lambda: Wire1.page(self, stream, after))

    def renew(self, device: str, key: Ed25519PrivateKey) -> None:
        self._through(lambda: Wire1.renew(self, device, key))

    def _through(self, ask: Callable[[], Answer]) -> Answer:
        day = self._day
        if not day.is_stormy:
            return ask()
        fate = day.random.random()
        if fate < 0.06:
            raise SyncError("连接不上")
        if fate < 0.08:
            raise strange_answer()
        if fate < 0.10:
            raise CrashError
        if fate < 0.14:
            ask()  # asked twice, the second answer counts
        answer = ask()
        if fate > 0.94:
            raise SyncError("连接中断")
        if fate > 0.92:
            raise CrashError
        return answer


class Day:
    """One simulated day. ``replica`` and ``county`` may be classes with a planted fault."""

    def __init__(
        self,
        seed: int,
        *,
        replica: type[MemoryReplica] = MemoryReplica,
        county: type[MemoryCounty] = MemoryCounty,
    ) -> None:
        self.random = Random(seed)
        self.county = county()
        self.is_stormy = True
        self.sent: list[tuple[Header, bytes]] = []
        self.knowledge: dict[str, frozenset[str]] = {}
        self._replica = replica
        self._backups: list[tuple[Pc, Disk]] = []
        self._county_backup = self.county.tables.copy()
        self._is_county_restored = False
        self.trace: list[str] = []
        self.pcs = [self._pc(name, scope) for name, scope in SCOPES.items()]

    def _pc(self, name: str, scope: tuple[str, ...]) -> Pc:
        key = self._key()
        self.county.register(name, key.public_key().public_bytes_raw(), scope)
        return Pc(name, self._replica(Disk(name, key.private_bytes_raw(), scope), self.random))

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.random.randbytes(32))

    def strikes(self, chance: float) -> bool:
        return self.is_stormy and self.random.random() < chance

    # -- the day ---------------------------------------------------------------------------------------------------

    def run(self, steps: int = 45) -> Day:
        """The storm, the calm, and the judgement."""
        acts: list[tuple[Callable[[], None], int]] = [
            (self._edit, 45),
            (self._sync_some, 40),
            (self._back_up, 4),
            (self._restore_pc, 2),
            (self._clone_pc, 1),
            (self._back_up_county, 2),
            (self._restore_county, 1),
        ]
        names, weights = zip(*acts, strict=True)
        for _ in range(steps):
            self.random.choices(names, weights)[0]()
        self.is_stormy = False
        self._calm()
        self._judge()
        return self

    def _edit(self) -> None:
        pc = self.random.choice(self.pcs)
        replica, record_id = pc.replica, self.random.choice(RECORDS)
        stream = self.random.choice((PEOPLE, PEOPLE, MEDIATION)) if record_id == "r3" else PEOPLE
        record_id = f"{stream}-{record_id}"
        state = replica.states().get(record_id)
        knows = frozenset(op.op_id for op in replica.disk.journal.values() if op.seq != 0)
        if state is None or not state.is_created:
            record_id = f"{record_id}-{pc.name}" if self.random.random() < 0.5 else record_id
            op = replica.enter(stream, record_id, OpKind.CREATE, {"name": (None, self._value()), "tags": (None, ["a"])})
        elif state.conflicts and self.random.random() < 0.5:
            op = self._resolve(replica, stream, state)
        elif self.random.random() < 0.03:
            op = self._erase(replica, stream, state)
        else:
            kind, changes = self._change(state)
            op = replica.enter(stream, record_id, kind, changes, **evidence(state, kind))
        if self.random.random() < 0.05:
            replica.enter(AUDIT, f"audit-{len(self.trace)}", OpKind.ACCESS, {}, what="reveal")
        pc.entered.add(op.op_id)
        self.knowledge[op.op_id] = knows
        self.trace.append(f"{pc.name} {op.kind} {op.record_id} {op.payload}")

    def _value(self) -> str:
        return f"v{self.random.randrange(1000)}"

    def _change(self, state: RecordState) -> tuple[OpKind, dict[str, tuple[Wire, Wire]]]:
        fate = self.random.random()
        if fate < 0.12 or state.is_deleted:
            return OpKind.DELETE, {DELETED: (state.is_deleted, not state.is_deleted)}
        if fate < 0.3:
            tags = state.values.get("tags") or []
            assert isinstance(tags, list)
            flipped: list[Wire] = [*sorted({str(tag) for tag in tags} ^ {self.random.choice("abcd")})]
            return OpKind.UPDATE, {"tags": (tags, flipped)}
        name = self.random.choice(FIELDS)
        return OpKind.UPDATE, {name: (state.values.get(name), self._value())}

    def _resolve(self, replica: MemoryReplica, stream: str, state: RecordState) -> Op:
        name, conflict = self.random.choice(sorted(state.conflicts.items()))
        choices = [conflict.current, *(one.value for one in conflict.candidates)]
        decided = {name: (conflict.current, self.random.choice(choices))}
        more = {"conflict": conflict.id, "field": name}
        seen = evidence(state, OpKind.RESOLVE, [name])
        return replica.enter(stream, state.record_id, OpKind.RESOLVE, decided, **more, **seen)

    def _erase(self, replica: MemoryReplica, stream: str, state: RecordState) -> Op:
        known = [op for op in replica.disk.journal.values() if op.record_id == state.record_id and op.seq]
        named = self.random.choice(known).op_id if known else "none"
        return replica.enter(stream, state.record_id, OpKind.ERASE, {}, ops=[named], basis="个人信息保护法 47")

    def _sync_some(self) -> None:
        self.sync(self.random.choice(self.pcs))

    def sync(self, pc: Pc) -> None:
        """One round of the real agent; a crash leaves the disk as it is."""
        agent = SyncAgent(
            pc.replica,
            lambda status: self._told(pc, status),
            new_device_id=lambda: f"{pc.name}-{self.random.getrandbits(32):08x}",
            connect=lambda link: FaultyLine(self, link),
            chance=self.random.random,
        )
        try:
            pc.last = agent.run_once()
        except CrashError:
            self.trace.append(f"{pc.name} crashes")
            pc.last = None
        else:
            self.trace.append(f"{pc.name} syncs: {pc.last.phase} {pc.last.problem}")
        require(pc.last is None or pc.last.problem != _BUG, "the agent met a bug")

    def _told(self, pc: Pc, status: SyncStatus) -> None:
        if status.is_synced:
            acknowledged = self._in_log()
            mine = {op.op_id for op in pc.replica.disk.journal.values() if op.seq is None or op.seq > 0}
            entered = {op_id for op_id in pc.entered & mine if pc.replica.disk.journal[op_id].stream != AUDIT}
            require(entered <= acknowledged, f"{pc.name} shows synced before the county has everything")

    def _back_up(self) -> None:
        pc = self.random.choice(self.pcs)
        self._backups.append((pc, pc.replica.disk.copy()))

    def _restore_pc(self) -> None:
        if self._backups:
            pc, disk = self.random.choice(self._backups)
            self.trace.append(f"{pc.name} is restored from a backup")
            pc.replica = self._replica(disk.copy(), self.random)
            pc.entered &= set(disk.journal)

    def _clone_pc(self) -> None:
        if len(self.pcs) < 5:
            pc = self.random.choice(self.pcs)
            self.trace.append(f"{pc.name} is cloned")
            self.pcs.append(Pc(pc.name + "'", self._replica(pc.replica.disk.copy(), self.random), set(pc.entered)))

    def _back_up_county(self) -> None:
        self._county_backup = self.county.tables.copy()

    def _restore_county(self) -> None:
        self.trace.append("the county is restored")
        devices = self.county.tables.devices
        keys = self.county.tables.keys
        self.county.tables = self._county_backup.copy()
        for device in devices:  # an operator enrols again what the backup does not know
            if device not in self.county.tables.devices:
                self.county.register(device, keys[device], devices[device].scope)
        self.county.generation += 1
        self._is_county_restored = True

    def _calm(self) -> None:
        """Everybody syncs until nothing moves; in a bounded number of rounds."""
        for _ in range(10):
            for pc in self.pcs:
                self.sync(pc)
            if all(self._is_quiet(pc) for pc in self.pcs):
                return
        reasons = {pc.name: (pc.last, pc.replica.backlog()) for pc in self.pcs}
        raise BrokenError(f"no peace after ten rounds: {reasons}")

    def _is_quiet(self, pc: Pc) -> bool:
        heads = self.county.tables.heads
        cursors = pc.replica.disk.cursors
        at_head = all(
            cursors.get(stream, Cursor(0, "")).seq == heads[stream].seq
            for stream in pulled(pc.replica.disk.scope)
            if stream in heads
        )
        return pc.last is not None and pc.last.phase is Phase.IDLE and pc.replica.backlog().waiting == 0 and at_head

    # -- the judgement -----------------------------------------------------------------------------------------------

    def _in_log(self) -> set[str]:
        return {entry.op.op_id for log in self.county.tables.log.values() for entry in log}

    def _judge(self) -> None:
        self._nothing_lost_nothing_twice()
        self._numbers_are_dense()
        self._all_hold_the_same()
        self._nothing_overwritten_in_silence()
        self._nobody_sees_too_much()
        self._replay_changes_nothing()

    def _nothing_lost_nothing_twice(self) -> None:
        log = [entry.op for entries in self.county.tables.log.values() for entry in entries]
        require(len({op.op_id for op in log}) == len(log), "an operation stands twice")
        require(len({op.payload_digest for op in log}) == len(log), "an operation stands twice under two ids")
        known = {op.op_id for op in log}
        for pc in self.pcs:
            journal = pc.replica.disk.journal
            require(pc.entered <= set(journal), f"an edit has left {pc.name}")
            for op_id in pc.entered:
                is_refused = journal[op_id].seq == 0
                require(op_id in known or is_refused, f"an edit of {pc.name} never reached the county")
                require(not is_refused or op_id in pc.replica.disk.drafts, "a refused edit left no draft")

    def _numbers_are_dense(self) -> None:
        for stream, log in self.county.tables.log.items():
            require([entry.seq for entry in log] == list(range(1, len(log) + 1)), f"numbers of {stream} have gaps")
        for pc in self.pcs:
            numbers = [(op.stream, op.seq) for op in pc.replica.disk.journal.values() if op.seq]
            require(len(set(numbers)) == len(numbers), f"{pc.name} holds a number twice")
            require(all(map(link_is_sound, pc.replica.disk.journal.values())), f"a chain of {pc.name} is broken")

    def _all_hold_the_same(self) -> None:
        records = self.county.tables.records
        for stream, log in self.county.tables.log.items():
            for record_id in {entry.op.record_id for entry in log}:
                refolded = fold(entry.op for entry in log if entry.op.record_id == record_id)
                stored = records.get((stream, record_id), refolded)
                require(refolded == stored, f"the county's {record_id} is not what its log folds to")
        for pc in self.pcs:
            states = pc.replica.states()
            for (stream, record_id), state in records.items():
                if stream in pulled(pc.replica.disk.scope):
                    require(content(states.get(record_id)) == content(state), f"{pc.name} differs at {record_id}")

    def _nobody_sees_too_much(self) -> None:
        for pc in self.pcs:
            allowed = {*pulled(pc.replica.disk.scope)}
            foreign = {op.stream for op in pc.replica.disk.journal.values() if op.op_id not in pc.entered and op.seq}
            require(foreign <= allowed | {AUDIT}, f"{pc.name} got {foreign - allowed}")

    def _nothing_overwritten_in_silence(self) -> None:
        for log in self.county.tables.log.values():
            states: dict[str, RecordState] = {}
            writers: dict[tuple[str, str], str] = {}
            for entry in log:
                op, before = entry.op, states.get(entry.op.record_id)
                after, outcome = merge(before, op, entry.seq or 0)
                states[op.record_id] = after
                if outcome is Outcome.HELD or (before is not None and before.waiting):
                    continue
                if op.kind in {OpKind.CREATE, OpKind.UPDATE} and before is not None:
                    self._check_update(op, before, after, writers)
                if before is not None:
                    self._check_candidates(op, before, after)
                for name in op.changes():
                    if value(before, name) != value(after, name):
                        writers[op.record_id, name] = op.op_id

    def _check_update(
        self, op: Op, before: RecordState, after: RecordState, writers: dict[tuple[str, str], str]
    ) -> None:
        for name, (was, new) in op.changes().items():
            if isinstance(new, list) or isinstance(was, list) or before.erased_at > before.versions.get(name, 0):
                continue  # sets merge; and what was emptied by law proves nothing any more
            standing = before.values.get(name)
            is_known = writers.get((op.record_id, name), "") in {"", *self.knowledge.get(op.op_id, ())}
            if value(before, name) != value(after, name):
                aware = is_known or fingerprint(was) == fingerprint(standing)
                require(aware, f"{op.op_id} overwrote {name} of {op.record_id} unknowingly")
            elif fingerprint(new) != fingerprint(standing):
                kept = after.conflicts.get(name)
                offered = [one.value for one in kept.candidates] if kept else []
                require(new in offered, f"the value {new} of {op.op_id} is nowhere")

    def _check_candidates(self, op: Op, before: RecordState, after: RecordState) -> None:
        """A contested value leaves only by a decision that knew it, by agreement, or when its own author goes on."""
        for name, conflict in before.conflicts.items():
            left = after.conflicts[name].candidates if name in after.conflicts else ()
            kept = {one.op_id for one in left} | {value(after, name)}
            was = fingerprint(op.changes().get(name, (None, None))[0])
            for one in conflict.candidates:
                is_known = op.kind is OpKind.RESOLVE and one.op_id in self.knowledge.get(op.op_id, ())
                explained = one.op_id in kept or fingerprint(one.value) in kept or is_known
                require(explained or was == fingerprint(one.value), f"{op.op_id} dropped a value of {name} unseen")

    def _replay_changes_nothing(self) -> None:
        before = self.county.tables.copy()
        stored = {seal.header for seals in self.county.tables.seals.values() for _, seal in seals}
        for header, packed in self.sent:
            if header.text() not in stored:
                continue  # never arrived: may still arrive, late
            try:
                self.county.push(packed, header.device)
            except SyncError:
                continue
        require(before.heads == self.county.tables.heads, "a replayed batch changed a stream")
        require(before.records == self.county.tables.records, "a replayed batch changed a record")


def value(state: RecordState | None, name: str) -> str:
    absent = False if name == DELETED else None
    return fingerprint(state.values.get(name, absent) if state else None)


def content(state: RecordState | None) -> Any:
    if state is None:
        return None
    contested = {name: [one.value for one in conflict.candidates] for name, conflict in state.conflicts.items()}
    return state.values, contested, state.is_created, state.version
