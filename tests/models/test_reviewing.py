"""Two valid halves can make a whole that is not: it is stored and put up for review, never refused."""

from __future__ import annotations

from app.models.registers import Household, Member, Person
from app.models.reviewing import reviews
from app.models.store import Store


def test_a_second_head_that_came_by_merge_is_put_up_for_review(store: Store) -> None:
    one, two = Person(full_name="甲"), Person(full_name="乙")
    home = Household(number="3", members=(Member(person=one.id, relation="02"), Member(person=two.id, relation="10")))
    store.write("t", lambda unit: [unit.save(record) for record in (one, two, home)])
    assert reviews(store.conn) == []
    line = home.members[1]
    store.write("sync", lambda unit: unit.set_fields("household_member", line.id, {"relation": "02"}))
    assert [(one.register, one.root) for one in reviews(store.conn)] == [("household", home.id)]
    assert "一户只能有一个户主" in reviews(store.conn)[0].sentence
    store.write("t", lambda unit: unit.set_fields("household_member", line.id, {"relation": "10"}))
    assert reviews(store.conn) == []
