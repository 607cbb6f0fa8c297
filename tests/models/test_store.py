"""The store: what is saved is there, sealed, chained, and survives what disks and people do to it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from app.errors import StoreError, UserError
from app.models import doctor, history, journal
from app.models.folder import DATABASE
from app.models.kinds import Unreadable
from app.models.migrations import SET
from app.models.reading import Query, Reader
from app.models.register import Record
from app.models.registers import REGISTRY, Agreement, Dispute, Household, Member, Party, Person
from app.models.store import Changes, Store
from app.models.unit import UnitOfWork
from app.sync.sealing import is_sealed
from tests.conftest import KEY, TOWNSHIP_KEY


def saved(store: Store, *records: Person | Household | Dispute) -> None:
    for record in records:
        store.write("tester", partial(UnitOfWork.save, record=record))


def reader(store: Store) -> Reader:
    return Reader(store.registry, store.conn)


def health(store: Store) -> doctor.Health:
    return doctor.examine(store.registry, store.conn, store.identity, store.box)


def test_a_record_with_lines_comes_back_as_it_was_saved(store: Store) -> None:
    head, wife = Person(full_name="张𬱖"), Person(full_name="阿卜杜热依木·买买提")
    home = Household(
        number="007", members=(Member(person=head.id, relation="02"), Member(person=wife.id, relation="10"))
    )
    saved(store, head, wife, home)
    loaded = reader(store).get("household", home.id)
    assert isinstance(loaded, Household)
    assert loaded.number == "007"
    assert [(member.person, member.relation) for member in loaded.members] == [(head.id, "02"), (wife.id, "10")]
    assert reader(store).get("person", head.id) == head


def test_the_file_on_disk_shows_nothing(store: Store) -> None:
    saved(store, Person(full_name="绝密姓名", phone="13912345678"))
    store.close()
    raw = b"".join(path.read_bytes() for path in store.folder.iterdir() if path.is_file())
    assert "绝密姓名".encode() not in raw
    assert b"13912345678" not in raw
    assert not raw.startswith(b"SQLite format 3")
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(store.path).execute("SELECT * FROM person")


def test_saving_the_same_again_writes_nothing(store: Store) -> None:
    person = Person(full_name="张三")
    saved(store, person)
    before = health(store).operations
    assert store.write("tester", lambda unit: unit.save(person)) is False
    assert health(store).operations == before


def test_a_line_left_out_is_deleted_and_one_moved_keeps_its_identity(store: Store) -> None:
    first, second = Party(name="甲"), Party(name="乙")
    dispute = Dispute(name="甲与乙纠纷", parties=(first, second))
    saved(store, dispute)
    saved(store, dispute.model_copy(update={"parties": (second, first)}))
    loaded = reader(store).get("dispute", dispute.id)
    assert isinstance(loaded, Dispute)
    assert [party.id for party in loaded.parties] == [second.id, first.id]
    saved(store, dispute.model_copy(update={"parties": (first,)}))
    loaded = reader(store).get("dispute", dispute.id)
    assert isinstance(loaded, Dispute)
    assert [party.id for party in loaded.parties] == [first.id]
    assert health(store).complaints == ()


def test_what_ends_at_the_township_is_sealed_in_the_journal(store: Store) -> None:
    dispute = Dispute(name="王五家事", story="不可外传的经过", agreements=(Agreement(clauses="赔偿三百元"),))
    saved(store, dispute)
    payloads = " ".join(op.payload or "" for op in journal.select(store.conn, "root = ?", (dispute.id,)))
    for secret in ("王五", "不可外传", "赔偿"):
        assert secret not in payloads
    assert '"$s"' in payloads
    assert '"application"' in payloads, "the header the county is due stays readable"


def test_a_refused_record_names_every_field_and_stores_nothing(store: Store) -> None:
    broken = Household.model_construct(id="0" * 32, number="", kind="wrong", place=None, address=None, members=())
    with pytest.raises(UserError) as refused:
        saved(store, broken)
    places = {finding.where for finding in refused.value.findings}
    assert places == {"户号", "户别"}
    assert reader(store).count("household") == 0


def test_an_act_that_fails_half_way_leaves_nothing(store: Store) -> None:
    def half(unit: UnitOfWork) -> None:
        unit.save(Person(full_name="半途"))
        message = "power cut"
        raise RuntimeError(message)

    with pytest.raises(RuntimeError):
        store.write("tester", half)
    assert reader(store).count("person") == 0
    assert health(store).operations == 0


def test_a_full_disk_is_said_and_nothing_is_half_stored(store: Store) -> None:
    saved(store, Person(full_name="先来"))
    limit = store.submit(lambda conn: conn.execute("PRAGMA page_count").fetchone()[0]).result()
    store.submit(lambda conn: conn.execute(f"PRAGMA max_page_count = {limit}")).result()
    many = [Person(full_name=f"后来{number}") for number in range(500)]
    with pytest.raises(StoreError, match="磁盘写不进去"):
        store.write("tester", lambda unit: unit.create_many(many))
    assert reader(store).count("person") == 1
    store.submit(lambda conn: conn.execute("PRAGMA max_page_count = 1000000")).result()
    store.write("tester", lambda unit: unit.create_many(many))
    assert reader(store).count("person") == 501
    assert health(store).is_sound


def test_a_second_program_on_the_same_data_is_told_so(store: Store) -> None:
    with pytest.raises(StoreError, match="另一个窗口"):
        Store(store.folder, KEY, registry=REGISTRY)


def test_a_store_opened_on_one_thread_and_closed_on_another_can_be_opened_again(store: Store) -> None:
    store.close()
    opened: list[Store] = []
    opener = threading.Thread(target=lambda: opened.append(Store(store.folder, KEY, registry=REGISTRY)))
    opener.start()
    opener.join()
    opened[0].close()
    Store(store.folder, KEY, registry=REGISTRY).close()


def test_a_wrong_key_and_a_damaged_file_are_one_sentence(store: Store) -> None:
    store.close()
    with pytest.raises(StoreError, match="打不开或已损坏"):
        Store(store.folder, bytes(32), registry=REGISTRY)
    data = bytearray(store.path.read_bytes())
    data[:4096] = bytes(4096)
    store.path.write_bytes(data)
    with pytest.raises(StoreError, match="打不开或已损坏"):
        Store(store.folder, KEY, registry=REGISTRY)
    assert store.path.stat().st_size == len(data), "a damaged file is left as it is"


def test_a_database_of_a_newer_program_is_refused_and_left_alone(store: Store) -> None:
    store.submit(
        lambda conn: conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('township', 'm9999_future', '')"
        )
    ).result()
    store.close()
    with pytest.raises(StoreError, match="更新版本"):
        Store(store.folder, KEY, registry=REGISTRY)


def test_an_older_file_is_copied_aside_before_a_migration(store: Store, tmp_path: Path) -> None:
    from sqlite_utils import Migrations

    store.close()
    later = Migrations("township")
    for migration in SET._migrations:
        later(name=migration.name)(migration.fn)
    later(name="m9000_more")(lambda db: db.execute("CREATE TABLE more (id TEXT) STRICT"))
    with Store(store.folder, KEY, registry=REGISTRY, shape=later) as upgraded:
        assert (
            "more"
            in upgraded.submit(lambda conn: {row[0] for row in conn.execute("SELECT name FROM sqlite_master")}).result()
        )
    assert list(store.folder.glob("township.before-*.db"))


def test_reading_never_validates(store: Store) -> None:
    person = Person(full_name="老账")
    saved(store, person)
    store.write(
        "sync", lambda unit: unit.set_fields("person", person.id, {"sex": "not-a-code", "birth_on": "2024-13-99"})
    )
    store.write("sync", lambda unit: unit.set_fields("person", person.id, {"phone": 42, "field_of_tomorrow": "kept"}))
    loaded = reader(store).get("person", person.id)
    assert isinstance(loaded, Person)
    shown: dict[str, object] = dict(loaded)
    assert shown["sex"] == Unreadable("not-a-code")
    assert shown["birth_on"] == Unreadable("2024-13-99")
    assert shown["phone"] == Unreadable(42)
    saved(store, loaded.model_copy(update={"full_name": "老账改名"}))
    row = reader(store).row("person", person.id)
    assert row is not None
    assert row.values["birth_on"] == "2024-13-99"
    assert row.values["phone"] == 42
    assert row.values["field_of_tomorrow"] == "kept"
    assert health(store).complaints == ()


def test_deleting_asks_the_journal_and_lines_hide_with_their_record(store: Store) -> None:
    person = Person(full_name="误登")
    home = Household(number="1", members=(Member(person=person.id, relation="02"),))
    saved(store, person, home)
    store.write("tester", lambda unit: unit.delete("household", home.id, reason="重复登记"))
    assert reader(store).get("household", home.id) is None
    assert reader(store).parents("household_member", "person", person.id) == []
    ops = list(journal.select(store.conn, "record_id = ?", (home.id,)))
    assert is_sealed(ops[-1].content()["reason"])
    shown = history.history(REGISTRY, store.conn, store.box, home.id)
    assert (shown[0].verb, shown[0].reason) == ("删除", "重复登记")
    assert health(store).complaints == ()


def test_the_chain_shows_any_alteration(store: Store) -> None:
    saved(store, Person(full_name="一"), Person(full_name="二"), Person(full_name="三"))
    store.submit(
        lambda conn: conn.execute("UPDATE journal SET payload = replace(payload, '二', '贰') WHERE payload LIKE '%二%'")
    ).result()
    found = health(store)
    assert not found.is_sound
    assert any("不连" in complaint.sentence for complaint in found.complaints)


def test_a_row_changed_behind_the_journal_is_found(store: Store) -> None:
    person = Person(full_name="原样")
    saved(store, person)
    store.submit(lambda conn: conn.execute("UPDATE person SET full_name = '改动' WHERE id = ?", (person.id,))).result()
    assert not health(store).is_sound


def test_bulk_and_single_saves_give_the_same_rows_and_chain(tmp_path: Path) -> None:
    people = [Person(full_name=f"村民{number}", phone="13900000000") for number in range(450)]
    home = Household(number="9", members=tuple(Member(person=one.id, relation="97") for one in people[:5]))
    contents: list[list[Record | None]] = []
    for name, bulk in (("bulk", True), ("single", False)):
        with Store.create(tmp_path / name, KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY) as made:
            if bulk:
                made.write("t", lambda unit: unit.create_many([*people, home]))
                made.index_rest()
            else:
                saved(made, *people, home)
            assert health(made).complaints == ()
            assert max(_ops_by_tx(made)) <= 200
            contents.append([reader(made).get("person", one.id) for one in people])
            keys = reader(made).keys(Query("person", text="cunmin44"))
            assert len(keys) == 11
            contents.append([reader(made).get("household", home.id)])
    assert contents[0] == contents[2]
    assert contents[1] == contents[3]


def _ops_by_tx(store: Store) -> list[int]:
    return [row[0] for row in store.conn.execute("SELECT count(*) FROM journal GROUP BY tx_id")]


def test_long_texts_in_bulk_never_make_a_transaction_too_heavy_to_send(store: Store) -> None:
    many = [Dispute(name=f"长文{number}", story="经" * 19_000) for number in range(60)]
    store.write("t", lambda unit: unit.create_many(many))
    heaviest = store.conn.execute("SELECT max(s) FROM (SELECT sum(length(payload)) s FROM journal GROUP BY tx_id)")
    assert heaviest.fetchone()[0] <= 1_100_000


def test_many_threads_save_at_once_and_the_chain_holds(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: saved(store, Person(full_name=f"并发{number}")), range(80)))
    assert reader(store).count("person") == 80
    assert health(store).complaints == ()


def test_nothing_waits_for_ever_on_a_closed_store(store: Store) -> None:
    store.close()
    with pytest.raises(StoreError, match="已经关闭"):
        store.submit(lambda _: None).result(timeout=5)


def test_listeners_hear_what_changed(store: Store) -> None:
    heard: list[Changes] = []
    store.listeners.append(heard.append)
    person = Person(full_name="听众")
    saved(store, person)
    assert heard == [Changes(frozenset({("person", person.id)}))]


KILLED = """
import sys
from pathlib import Path
from app.models.registers import REGISTRY, Person, Household, Member
from app.models.store import Store
store = Store(Path(sys.argv[1]), bytes(range(32)), registry=REGISTRY)
number = 0
while True:
    person = Person(full_name=f"断电{number}")
    home = Household(number=str(number), members=(Member(person=person.id, relation="02"),))
    store.write("t", lambda unit: (unit.save(person), unit.save(home)))
    print(person.id, home.id, flush=True)
    number += 1
"""


@pytest.mark.parametrize("after", [1, 7, 23])
def test_a_kill_at_any_moment_of_saving_loses_nothing_confirmed(store: Store, after: int) -> None:
    store.close()
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(store.folder)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    ) as process:
        assert process.stdout is not None
        confirmed = [process.stdout.readline().split() for _ in range(after)]
        process.kill()
        confirmed += [line.split() for line in process.stdout.read().splitlines() if len(line.split()) == 2]
    with Store(store.folder, KEY, registry=REGISTRY) as again:
        for person_id, home_id in confirmed:
            assert reader(again).get("person", person_id) is not None
            home = reader(again).get("household", home_id)
            assert isinstance(home, Household)
            assert len(home.members) == 1
        assert reader(again).count("person") == reader(again).count("household")
        assert health(again).complaints == ()


def test_the_database_file_has_its_name(store: Store) -> None:
    assert store.path.name == DATABASE
