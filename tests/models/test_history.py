"""History says who changed what; undo takes an act back where nobody changed it since."""

from __future__ import annotations

from app.models import doctor, history
from app.models.reading import Reader
from app.models.registers import Dispute, Party, Person
from app.models.store import Store


def entries(store: Store, root: str) -> list[history.HistoryEntry]:
    return history.history(store.registry, store.conn, store.box, root)


def person(store: Store, record_id: str) -> Person | None:
    found = Reader(store.registry, store.conn).get("person", record_id)
    return found if isinstance(found, Person) else None


def test_every_change_is_told_with_its_before_and_after_and_reason(store: Store) -> None:
    dispute = Dispute(name="甲乙纠纷", story="起因一")
    store.write("u1", lambda unit: unit.save(dispute))
    store.write("u2", lambda unit: unit.save(dispute.model_copy(update={"story": "起因二"}), reason="当事人更正"))
    newest = entries(store, dispute.id)[0]
    assert (newest.user, newest.verb, newest.reason) == ("u2", "修改", "当事人更正")
    assert [(one.label, one.was, one.new) for one in newest.changes] == [("纠纷简要情况", "起因一", "起因二")]


def test_the_fields_of_an_entry_stand_as_in_the_form(store: Store) -> None:
    one = Person(full_name="张三", sex="1", phone="13900000001", live_address="一组 1 号")
    store.write("u1", lambda unit: unit.save(one))
    labels = [change.label for change in entries(store, one.id)[0].changes]
    assert labels == [spec.label for spec in Person.definition.fields if spec.label in labels]
    assert labels[0] == "姓名"


def test_long_texts_keep_their_former_wording(store: Store) -> None:
    dispute = Dispute(name="长文", story="旧" * 900)
    store.write("u1", lambda unit: unit.save(dispute))
    store.write("u1", lambda unit: unit.save(dispute.model_copy(update={"story": "新" * 900})))
    change = entries(store, dispute.id)[0].changes[0]
    assert (change.was, change.new) == ("旧" * 900, "新" * 900)


def test_numbers_stay_masked_in_history(store: Store) -> None:
    one = Person(full_name="张三", id_number="110105194912310021")
    store.write("u1", lambda unit: unit.save(one))
    shown = {change.label: change.new for change in entries(store, one.id)[0].changes}
    assert shown["证件号码"] == "110105********0021"


def test_undo_takes_back_an_import_but_not_what_was_changed_since(store: Store) -> None:
    people = [Person(full_name=f"导入{number}") for number in range(5)]
    store.write("u1", lambda unit: unit.create_many(people), act_id="a" * 32)
    store.write("u2", lambda unit: unit.save(people[0].model_copy(update={"full_name": "已改"})))
    kept = store.write("u1", lambda unit: history.undo_act(unit, store.box, "a" * 32, reason="导错了"))
    assert [(one.record_id, one.field) for one in kept] == [(people[0].id, "full_name")]
    assert person(store, people[0].id) is not None
    assert all(person(store, one.id) is None for one in people[1:])
    assert doctor.examine(store.registry, store.conn, store.identity, store.box).complaints == ()


def test_undo_of_an_edit_brings_the_former_values_back(store: Store) -> None:
    one = Person(full_name="原名", phone="13900000001")
    store.write("u1", lambda unit: unit.save(one))
    store.write(
        "u1", lambda unit: unit.save(one.model_copy(update={"full_name": "误改", "phone": None})), act_id="b" * 32
    )
    assert store.write("u1", lambda unit: history.undo_act(unit, store.box, "b" * 32, reason="误改")) == []
    again = person(store, one.id)
    assert again is not None
    assert (again.full_name, again.phone) == ("原名", "13900000001")


def test_undo_of_a_deletion_brings_the_record_back_with_its_lines(store: Store) -> None:
    dispute = Dispute(name="误删", parties=(Party(name="甲"),))
    store.write("u1", lambda unit: unit.save(dispute))
    store.write("u1", lambda unit: unit.delete("dispute", dispute.id, reason="误点"), act_id="c" * 32)
    store.write("u1", lambda unit: history.undo_act(unit, store.box, "c" * 32, reason="恢复"))
    back = Reader(store.registry, store.conn).get("dispute", dispute.id)
    assert isinstance(back, Dispute)
    assert [party.name for party in back.parties] == ["甲"]
    assert entries(store, dispute.id)[0].verb == "恢复"
