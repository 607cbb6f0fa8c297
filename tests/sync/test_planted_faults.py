"""A simulator that catches nothing proves nothing: each fault planted here must make some simulated day fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from app.errors import SyncError
from app.sync import agent, machine, merge
from app.sync.merge import Outcome
from app.sync.op import op_hash
from app.sync.page import Page
from app.sync.ports import Backlog
from app.sync.protocol import Settled
from county import ingest
from tests.sync import memory
from tests.sync.memory import Disk, MemoryCounty, MemoryReplica, Tables
from tests.sync.simulator import BrokenError, CrashError, Day

DAYS = 120
Plant = pytest.MonkeyPatch


def caught(**parts: Any) -> str:
    """What the first failing day said; empty when none of them noticed."""
    for seed in range(DAYS):
        try:
            Day(seed, **parts).run()
        except BrokenError as error:
            return str(error)
    return ""


def last_writer_wins(plant: Plant) -> dict[str, Any]:
    plant.setattr(merge._Work, "_is_free", lambda *_: True)
    return {}


def edit_beside_deletion_is_dropped(plant: Plant) -> dict[str, Any]:
    plant.setattr(merge._Work, "_is_edit_beside_deletion", lambda *_: False)
    real = merge._Work._apply

    def apply(self: Any, op: Any, version: int) -> Outcome:
        return Outcome.NOOP if self._deletion is not None and op.kind == "update" else real(self, op, version)

    plant.setattr(merge._Work, "_apply", apply)
    return {}


def decision_closes_what_nobody_saw(plant: Plant) -> dict[str, Any]:
    real = merge._Work._keep_candidates
    plant.setattr(merge._Work, "_keep_candidates", lambda self, name, _: real(self, name, []))
    return {}


def own_operations_are_filtered(plant: Plant) -> dict[str, Any]:
    class Filtering(MemoryReplica):
        def take(self, disk: Disk, page: Page) -> None:
            super().take(disk, replace(page, receipts=()))

    return {"replica": Filtering}


def cursor_moves_before_the_data(plant: Plant) -> dict[str, Any]:
    class Hasty(MemoryReplica):
        def apply(self, page: Page) -> None:
            early = self.disk.copy()
            early.cursors[page.stream] = page.cursor
            if self._random.random() < 0.1:
                self.disk = early
                raise CrashError
            super().apply(page)

    return {"replica": Hasty}


def county_acknowledges_before_the_commit(plant: Plant) -> dict[str, Any]:
    class Careless(MemoryCounty):
        pushes = 0

        def commit(self, after: Tables) -> None:
            self.pushes += 1
            if self.pushes % 5:
                super().commit(after)

    class Believing(MemoryReplica):
        def settle(self, results: Sequence[Settled]) -> None:
            super().settle(results)
            disk = self.disk.copy()
            for op in self._own_ops():
                if op.seq is None and any(one.dev_seq == op.dev_seq for one in results):
                    disk.journal[op.op_id] = op.with_seq(10_000 + op.dev_seq)
            self.disk = disk

    return {"county": Careless, "replica": Believing}


def chain_check_is_skipped(plant: Plant) -> dict[str, Any]:
    def place(batch: Any, device: Any) -> int:
        return int(min(max(device.next - batch.header.from_seq, 0), batch.header.count))

    plant.setattr(memory, "place", place)
    plant.setattr(memory, "check_overlap", lambda *_: None)
    plant.setattr(memory, "identity_state", lambda *_: "ok")
    plant.setattr(machine, "_identity_trouble", lambda _: None)
    return {}


def restored_county_is_ignored(plant: Plant) -> dict[str, Any]:
    plant.setattr(MemoryCounty, "_knows", lambda *_: True)
    return {}


def refused_operation_is_dropped(plant: Plant) -> dict[str, Any]:
    class Dropping(MemoryReplica):
        def settle(self, results: Sequence[Settled]) -> None:
            super().settle(results)
            for op in [op for op in self._own_ops() if op.seq == 0]:
                self.disk.drafts.pop(op.op_id, None)

    return {"replica": Dropping}


def pending_edits_are_reset_on_pull(plant: Plant) -> dict[str, Any]:
    class Resetting(MemoryReplica):
        def take(self, disk: Disk, page: Page) -> None:
            super().take(disk, page)
            touched = {op.record_id for op in page.ops}
            waiting = [op for op in self._own_ops() if op.seq is None and op.record_id in touched]
            if waiting and waiting[-1] is self._own_ops()[-1]:
                disk.journal.pop(waiting[-1].op_id, None)

    return {"replica": Resetting}


def moved_entries_get_new_ids(plant: Plant) -> dict[str, Any]:
    class Renaming(MemoryReplica):
        def _move(self, disk: Disk) -> None:
            super()._move(disk)
            own = memory.own_ops(disk)
            previous = own[0].prev_hash if own else ""
            for op in own:
                renamed = replace(op, op_id=op.op_id if op.seq else op.op_id + "x", prev_hash=previous)
                renamed = replace(renamed, hash=op_hash(renamed))
                previous = renamed.hash
                disk.journal.pop(op.op_id)
                disk.journal[renamed.op_id] = renamed

    return {"replica": Renaming}


def lost_entries_are_never_sent_again(plant: Plant) -> dict[str, Any]:
    real = machine._go_on
    plant.setattr(machine, "_go_on", lambda state, own: real(state, replace(own, orphans=0)))
    return {}


def status_believes_what_was_sent(plant: Plant) -> dict[str, Any]:
    def backlog(self: MemoryReplica) -> Any:
        return Backlog(0, None, 0)

    plant.setattr(MemoryReplica, "backlog", backlog)
    real = agent.SyncAgent._push

    def push(self: Any, from_seq: int) -> Any:
        try:
            return real(self, from_seq)
        except SyncError:
            return machine.Acknowledged(self._replica.own().next, (), self._replica.own())

    plant.setattr(agent.SyncAgent, "_push", push)
    return {}


def duplicates_are_taken_twice(plant: Plant) -> dict[str, Any]:
    real = ingest._judged
    plant.setattr(ingest, "_judged", lambda op, allowed, _: real(op, allowed, None))
    return {}


def scope_is_not_checked(plant: Plant) -> dict[str, Any]:
    plant.setattr(memory, "pulled", lambda _: ("office", "people", "mediation", "config"))
    plant.setattr(machine, "pulled", lambda _: ("office", "people", "mediation", "config"))
    return {}


FAULTS: tuple[Callable[[Plant], dict[str, Any]], ...] = (
    last_writer_wins,
    edit_beside_deletion_is_dropped,
    decision_closes_what_nobody_saw,
    own_operations_are_filtered,
    cursor_moves_before_the_data,
    county_acknowledges_before_the_commit,
    chain_check_is_skipped,
    restored_county_is_ignored,
    refused_operation_is_dropped,
    pending_edits_are_reset_on_pull,
    moved_entries_get_new_ids,
    lost_entries_are_never_sent_again,
    status_believes_what_was_sent,
    duplicates_are_taken_twice,
    scope_is_not_checked,
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_caught(fault: Callable[[Plant], dict[str, Any]], monkeypatch: Plant) -> None:
    assert caught(**fault(monkeypatch))
