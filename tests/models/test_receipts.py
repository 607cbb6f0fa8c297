"""Numbers come back: taking over the number alone gives the rows and conflicts that folding again would give."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from random import Random

import pytest

from app.models import doctor, folding, journal, receipts
from app.models.database import Connection
from app.models.register import new_id
from app.models.store import Store
from app.sync.batch import TamperedError
from app.sync.canonical import canonical
from app.sync.merge import conflict_to_json, evidence, fold
from app.sync.op import REFUSED_SEQ, SCHEMA, Op, OpKind, payload_text, sealed_link
from app.sync.page import Receipt

ELSEWHERE = "f" * 32
FIELDS = ("full_name", "phone", "live_address")


class Clerks:
    """Operations on a few people by this PC and another, in every state an operation may be in."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.random = Random(seed)
        self.people = [new_id() for _ in range(3)]
        self.numbers = count(1)
        self.dev_seqs = {store.identity.device: count(1), ELSEWHERE: count(1)}

    def op(self, conn: Connection) -> Op:
        """A change of somebody by somebody, who may or may not have seen what stands."""
        random = self.random
        device = random.choice((self.store.identity.device, self.store.identity.device, ELSEWHERE))
        person = random.choice(self.people)
        ops = journal.of_records(conn, [person])[person]
        state = fold(ops)
        before = dict(state.values) if state is not None and random.random() < 0.7 else {}
        kind = OpKind.UPDATE if state is not None and state.is_created else OpKind.CREATE
        changes = {name: (before.get(name), f"值{random.randint(1, 4)}") for name in random.sample(FIELDS, 2)}
        more = {}
        if kind is OpKind.UPDATE and random.random() < 0.15:
            kind, changes = OpKind.DELETE, {"$deleted": (False, True)}  # type: ignore[dict-item]  # a wire value
            more = evidence(state, kind)
        seq = next(self.numbers) if device == ELSEWHERE and random.random() < 0.9 else None
        if device != ELSEWHERE and random.random() < 0.1:
            seq = REFUSED_SEQ
        op = Op(
            device=device,
            dev_seq=next(self.dev_seqs[device]),
            op_id=new_id(),
            tx_id=new_id(),
            act_id=new_id(),
            stream="people",
            register="person",
            record_id=person,
            root=person,
            kind=kind,
            base_version=state.version if state else 0,
            user=device[:4],
            at=f"2026-03-15T00:00:00.{random.randint(0, 999):03d}Z",
            schema=SCHEMA,
            salt="",
            payload=payload_text(changes, more=more),
            payload_digest="",
            prev_hash="",
            hash="",
            seq=seq,
        )
        linked = sealed_link(op)
        return replace(linked, payload=None) if seq and random.random() < 0.1 else linked

    def enter(self, conn: Connection) -> None:
        op = self.op(conn)
        journal.append(conn, [op])
        folding.refold(self.store.registry, conn, self.store.box, [op.record_id])

    def number(self, conn: Connection) -> set[str]:
        """Receipts for some waiting own operations, mostly in the order they were made; the records folded again."""
        random = self.random
        own = list(journal.select(conn, "device = ? AND seq IS NULL", (self.store.identity.device,)))
        chosen = own[: random.randint(0, len(own))] if random.random() < 0.6 else random.sample(own, len(own) // 2)
        given = [Receipt(next(self.numbers), op.dev_seq, op.hash) for op in chosen]
        done = receipts.take(self.store.registry, conn, self.store.identity.device, given, stirred=())
        folding.refold(self.store.registry, conn, self.store.box, done.to_fold)
        return {op.record_id for op in chosen} - set(done.to_fold)


def is_as_folded(store: Store, conn: Connection) -> bool:
    """True when rows and conflicts are those of the journal."""
    health = doctor.examine(store.registry, conn, store.identity, store.box)
    rows_agree = not any("不一致" in one.sentence or "没有来历" in one.sentence for one in health.complaints)
    wanted: set[str] = set()
    people = [row[0] for row in conn.execute("SELECT DISTINCT record_id FROM journal WHERE register = 'person'")]
    for ops in journal.of_records(conn, people).values():
        made = folding.folded(folding.rightful(store.registry, ops), store.box)
        if made is None:
            continue
        state, row = made
        wanted |= {canonical(conflict_to_json(one)) for one in state.conflicts.values()}
        stored = conn.execute("SELECT changed_at, changed_by FROM person WHERE id = ?", (state.record_id,)).fetchone()
        rows_agree = rows_agree and stored == (row.changed_at, row.changed_by)
    return rows_agree and wanted == {row[0] for row in conn.execute("SELECT detail FROM conflict")}


@pytest.mark.parametrize("seed", range(40))
def test_a_number_taken_over_gives_what_folding_again_gives(store: Store, seed: int) -> None:
    clerks = Clerks(store, seed)
    for _ in range(8):
        for _ in range(clerks.random.randint(1, 5)):
            store.submit(clerks.enter).result()
        store.submit(clerks.number).result()
        assert store.submit(lambda conn: is_as_folded(store, conn)).result()


def test_what_nobody_else_touched_is_not_folded_again(store: Store) -> None:
    settled = 0
    for seed in range(10):
        clerks = Clerks(store, seed)
        clerks.dev_seqs = {store.identity.device: count(seed * 100 + 1), ELSEWHERE: count(seed * 100 + 1)}
        clerks.numbers = count(seed * 100 + 1)
        for _ in range(4):
            store.submit(clerks.enter).result()
        settled += len(store.submit(clerks.number).result())
    assert settled > 5


def test_a_receipt_for_an_entry_this_pc_does_not_have_stores_nothing(store: Store) -> None:
    def take(conn: Connection) -> None:
        receipts.take(store.registry, conn, store.identity.device, [Receipt(1, 99, "00")], stirred=())

    with pytest.raises(TamperedError, match="第 99 条"):
        store.submit(take).result()
