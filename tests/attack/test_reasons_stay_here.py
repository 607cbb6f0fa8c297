"""Why somebody did something names people: no reason leaves the township in clear, and everybody here can read it."""

from __future__ import annotations

from app.errors import Level
from app.models import history, journal
from app.models.registers import Person
from app.services.office import Office

WHY = "王五的邻居说他搬走了"


def test_no_reason_stands_in_clear_in_what_travels(office: Office) -> None:
    twin = {"id_number": "11010519491231002X"}
    one = Person.model_validate({"full_name": "王五", **twin})
    office.save(one)
    two = Person.model_validate({"full_name": "王武", **twin})
    doubts = [found.sentence for found in office.check(two) if found.level is Level.DOUBT]
    assert doubts, "the twin is doubted, by name"
    office.save(two, reasons=dict.fromkeys(doubts, WHY))
    office.delete("person", two.id, reason=WHY)
    office.restore("person", two.id, reason=WHY)
    kept = office.store.write("t", lambda unit: unit.create_many([], reasons={}))
    assert kept is None
    bulk = Person.model_validate({"full_name": "赵六"})
    office.store.write("t", lambda unit: unit.create_many([bulk], reasons={bulk.id: WHY}))
    act = office.history(bulk.id)[0].act_id
    office.undo(act, reason=WHY)
    travelling = [op for op in journal.select(office.store.conn, "stream <> 'audit'", ()) if op.payload]
    assert sum("reason" in op.content() for op in travelling) >= 5
    assert not [op.kind for op in travelling if WHY in str(op.payload) or any(one in str(op.payload) for one in doubts)]
    told = [entry.reason for entry in office.history(two.id)]
    assert told[0] == told[1] == WHY
    assert doubts[0] in told[2]
    assert history.history(office.registry, office.store.conn, office.store.box, bulk.id)[0].reason == WHY
