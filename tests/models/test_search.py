"""One box finds everything: any part of a name, pinyin, number, phone or address; never misses what exists."""

from __future__ import annotations

import pytest

from app.models import indexing
from app.models.reading import Query, Reader
from app.models.registers import Dispute, Party, Person
from app.models.store import Store


def found(store: Store, text: str) -> list[str]:
    reader = Reader(store.registry, store.conn)
    return [reader.titles(hit.register, [hit.id])[hit.id] for hit in reader.search(text)]


@pytest.fixture
def filled(store: Store) -> Store:
    people = [
        Person(full_name="单小丽", id_number="330122199001011234", phone="13800001111", live_address="青溪村三组12号"),
        Person(full_name="欧阳𬱖", phone="0571-61234567"),
        Person(full_name="阿卜杜热依木·买买提"),
        Person(full_name="张三"),
        Person(full_name="张三丰"),
    ]
    store.write("t", lambda unit: [unit.save(one) for one in people])
    dispute = Dispute(name="水渠纠纷", parties=(Party(name="钱多多", phone="13700002222"),))
    store.write("t", lambda unit: unit.save(dispute))
    return store


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("单小", "单小丽"),
        ("shanxiaol", "单小丽"),
        ("sxl", "单小丽"),
        ("小丽", "单小丽"),
        ("19900101", "单小丽"),
        ("0000111", "单小丽"),
        ("三组12", "单小丽"),
        ("𬱖", "欧阳𬱖"),
        ("ouyang", "欧阳𬱖"),
        ("买买提", "阿卜杜热依木·买买提"),
        ("张三", "张三"),
        ("shuiqu", "水渠纠纷"),
    ],
)
def test_it_is_found_by_what_a_clerk_types(filled: Store, typed: str, first: str) -> None:
    assert found(filled, typed)[0] == first


def test_a_partys_name_finds_the_dispute_in_its_own_list_only(filled: Store) -> None:
    assert found(filled, "钱多多") == []
    assert found(filled, "qianduod") == []
    reader = Reader(filled.registry, filled.conn)
    rows = reader.page("dispute", reader.keys(Query("dispute", text="qdd")))
    assert [row.cells[1] for row in rows] == ["水渠纠纷"]


def test_a_partys_number_does_not_find_the_dispute(filled: Store) -> None:
    assert found(filled, "13700002222") == []


def test_nothing_is_found_by_nothing(filled: Store) -> None:
    assert found(filled, "  ") == []
    assert found(filled, "查无此人") == []


def test_what_is_not_indexed_yet_is_found_too(filled: Store) -> None:
    late = [Person(full_name=f"晚到{number}") for number in range(80)]
    filled.write("t", lambda unit: unit.create_many(late))
    assert "晚到7" in found(filled, "晚到7")
    filled.index_rest()
    assert "晚到7" in found(filled, "wandao7")


def test_a_changed_name_is_forgotten_and_a_deleted_record_too(filled: Store) -> None:
    reader = Reader(filled.registry, filled.conn)
    hit = reader.search("张三丰")[0]
    person = reader.get("person", hit.id)
    assert person is not None
    filled.write("t", lambda unit: unit.save(person.model_copy(update={"full_name": "李四光"})))
    assert found(filled, "张三丰") == []
    assert found(filled, "lsg") == ["李四光"]
    filled.write("t", lambda unit: unit.delete("person", hit.id, reason="误登"))
    assert found(filled, "李四光") == []


def test_the_index_rebuilt_answers_the_same(filled: Store) -> None:
    before = [found(filled, typed) for typed in ("zs", "19900101", "晚到", "青溪")]
    filled.submit(lambda conn: indexing.rebuild(filled.registry, conn)).result()
    assert [found(filled, typed) for typed in ("zs", "19900101", "晚到", "青溪")] == before


def test_a_list_narrows_by_text_and_filter_together(filled: Store) -> None:
    reader = Reader(filled.registry, filled.conn)
    keys = reader.keys(Query("person", text="张", filters={"ethnicity": "01"}))
    assert [row.cells[0] for row in reader.page("person", keys)] == ["张三", "张三丰"]
    assert reader.keys(Query("person", text="张", filters={"ethnicity": "03"})) == []
