"""What a hostile PC or county may send: its own damage stays its own; nobody's sync stops, nothing foreign changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from app.errors import SyncError
from app.models import doctor, journal
from app.models.reading import Reader
from app.models.register import new_id
from app.models.registers import REGISTRY, Dispute, Person
from app.models.replica import StoreReplica
from app.models.store import Store
from app.models.unit import UnitOfWork
from app.sync.canonical import canonical
from app.sync.op import Op, OpKind, genesis, sealed_link
from app.sync.page import Cursor, Page
from app.sync.streams import chain_next, chain_start

STRANGER = "5" * 32


def foreign(store: Store, changes: dict[str, Any], **given: Any) -> Op:
    """An operation of another PC of this township, sound in itself."""
    township = store.identity.township
    seq = store.conn.execute("SELECT count(*) FROM journal WHERE device = ?", (STRANGER,)).fetchone()[0]
    row = store.conn.execute("SELECT hash FROM journal WHERE device = ? AND dev_seq = ?", (STRANGER, seq)).fetchone()
    values: dict[str, Any] = {
        "device": STRANGER,
        "dev_seq": seq + 1,
        "op_id": new_id(),
        "tx_id": new_id(),
        "act_id": new_id(),
        "stream": "people",
        "register": "person",
        "record_id": new_id(),
        "root": "",
        "kind": OpKind.CREATE,
        "base_version": 0,
        "user": "e" * 32,
        "at": "2026-11-23T00:00:00.000Z",
        "schema": 1,
        "salt": "00",
        "payload": canonical({"changes": {name: [None, value] for name, value in changes.items()}}),
        "payload_digest": "",
        "prev_hash": row[0] if row else genesis(township, STRANGER),
        "hash": "",
    } | given
    values["root"] = values["root"] or values["record_id"]
    return sealed_link(Op(**values))


def pull(store: Store, *ops: Op) -> None:
    """What the agent does with a verified page."""
    replica = StoreReplica(store)
    stream = ops[0].stream
    after = replica.own().cursors.get(stream, Cursor(0, chain_start(store.identity.township, stream)))
    chain, taken = after.hash, []
    for number, op in enumerate(ops, after.seq + 1):
        chain = chain_next(chain, op)
        taken.append(op.with_seq(number))
    cursor = Cursor(after.seq + len(ops), chain)
    replica.apply(Page(stream, after, cursor, cursor.seq, tuple(taken), (), {STRANGER: bytes(32)}))


def is_sound(store: Store) -> Sequence[Any]:
    return [one for one in doctor.examine(REGISTRY, store.conn, store.identity, store.box).complaints if one.is_grave]


@pytest.mark.parametrize(
    "changes",
    [
        {"full_name": {"$s": "AAAA"}},
        {"full_name": {"$s": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}},
        {"full_name": {"$s": "?"}},
        {"full_name": {"$d": "h:00"}},
        {"full_name": 10**40},
        {"full_name": ["a", {"b": 1}]},
        {"$position": 10**40, "$parent": "x"},
        {"$parent": [], "$position": "x"},
        {"merged_into": {"a": 1}},
        {"birth_on": 10**40},
        {"id_number": "x\x00y"},
        {"notes_of_tomorrow": 10**40},
        {"$deleted": "maybe"},
        {"$deleted": 10**40},
    ],
)
def test_no_value_of_another_pc_stops_the_pull(store: Store, changes: dict[str, Any]) -> None:
    bad = foreign(store, changes)
    pull(store, bad)
    pull(store, foreign(store, {"full_name": "后来的"}))
    assert not is_sound(store)
    assert "后来的" in [one.title() for one in Reader(REGISTRY, store.conn).all("person")]


@pytest.mark.parametrize("register", ["person", "household", "dispute_party", "account"])
@pytest.mark.parametrize("wire", [True, 10**40, -1, "x" * 100_000, [], {}, {"$s": "AAAA"}, [1, "a"], "2026-99-99"])
def test_no_field_of_any_register_stops_the_pull(store: Store, register: str, wire: Any) -> None:
    definition = REGISTRY.get(register)
    pull(
        store,
        foreign(
            store,
            {spec.name: wire for spec in definition.fields},
            register=register,
            stream=REGISTRY.stream(register),
        ),
    )
    assert not is_sound(store)
    for _ in Reader(REGISTRY, store.conn).all(register):
        pass


def test_a_pc_without_mediation_cannot_reach_a_dispute_through_another_stream(store: Store) -> None:
    dispute = Dispute(name="争水")
    store.write("clerk", partial(UnitOfWork.save, record=dispute))
    forged = foreign(
        store,
        {"name": "被改"},
        stream="safety",
        register="dispute",
        record_id=dispute.id,
        kind=OpKind.UPDATE,
        payload=canonical({"changes": {"stage": ["registered", "agreed"], "people_count": [None, 99]}}),
    )
    pull(store, forged)
    stored = Reader(REGISTRY, store.conn).get("dispute", dispute.id)
    assert isinstance(stored, Dispute)
    assert (stored.stage, stored.people_count) == ("registered", None)
    assert not is_sound(store)


def test_a_record_made_in_a_stream_not_its_own_is_kept_but_shown_nowhere(store: Store) -> None:
    pull(store, foreign(store, {"name": "假纠纷"}, stream="safety", register="dispute"))
    assert not list(Reader(REGISTRY, store.conn).all("dispute"))
    assert not is_sound(store)
    assert len(list(journal.select(store.conn, "stream = 'safety'"))) == 1


def test_history_of_what_cannot_be_opened_is_still_shown(store: Store) -> None:
    from app.models import history

    bad = foreign(store, {"full_name": {"$s": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}})
    pull(store, bad)
    assert history.history(REGISTRY, store.conn, store.box, bad.record_id)


def test_an_operation_that_takes_anothers_id_never_acknowledges_it(store: Store) -> None:
    person = Person(full_name="王甲")
    store.write("clerk", partial(UnitOfWork.save, record=person))
    mine = next(journal.select(store.conn, "record_id = ?", (person.id,)))
    forged = replace(foreign(store, {"full_name": "王乙"}), op_id=mine.op_id)
    with pytest.raises(SyncError):
        pull(store, sealed_link(forged))
    assert next(journal.select(store.conn, "op_id = ?", (mine.op_id,))).seq is None
    assert json.loads(mine.payload or "{}")
