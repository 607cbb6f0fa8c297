"""Two PCs and a county on a good day: what one enters reaches the other, and all three hold the same."""

from __future__ import annotations

import json
from datetime import date

from app.models.history import history
from app.models.registers import Dispute, Party, Patrol, Person
from app.sync import joining
from app.sync.https import CountyClient
from app.sync.machine import Phase
from app.sync.merge import erased_ops
from app.sync.op import OpKind
from county.server import County
from tests.conftest import TOWNSHIP_KEY
from tests.county.desks import EVERYTHING, Desk, Township, equal


def dispute() -> Dispute:
    return Dispute(
        name="宅基地边界纠纷",
        category="family",
        story="两家因宅基地边界发生争执",
        parties=(Party(role="applicant", name="甲某"), Party(role="respondent", name="乙某")),
    )


def told(desk: Desk, record_id: str) -> list[tuple[str, str, bool]]:
    """The telephone number in the history of a person, oldest first: from, to, and whether it was contested."""
    entries = history(desk.store.registry, desk.store.conn, desk.store.box, record_id)
    changes = [change for entry in reversed(entries) for change in entry.changes if change.label == "联系电话"]
    return [(change.was, change.new, change.is_contested) for change in changes]


def test_a_record_of_one_pc_reaches_the_other(township: Township, center: Desk, station: Desk) -> None:
    person = Person(full_name="张𬱖", phone="13800000000")
    center.save(person)
    assert center.waiting() == 1
    center.synced()
    assert center.waiting() == 0
    station.synced()
    assert station.person(person.id) == person
    assert equal(center, township)
    assert equal(station, township)
    assert center.is_healthy()
    assert station.is_healthy()


def test_entries_made_before_enrolment_are_pushed_afterwards(township: Township) -> None:
    desk = township.first("alone", is_enrolled=False)
    desk.save(*(Person(full_name=f"村民{number}") for number in range(30)))
    assert desk.sync().is_linked is False
    township.enrol(desk)
    desk.synced()
    assert township.digests()["people"][0] == 30
    assert equal(desk, township)


def test_edits_of_different_fields_merge_and_both_pcs_hold_both(
    township: Township, center: Desk, station: Desk
) -> None:
    person = Person(full_name="李四", phone="1380")
    center.save(person)
    center.synced()
    station.synced()
    center.change(person.id, phone="1390")
    station.change(person.id, live_address="青溪村 3 组")
    center.synced()
    station.synced()
    center.synced()
    for desk in (center, station):
        found = desk.person(person.id)
        assert found is not None
        assert (found.phone, found.live_address) == ("1390", "青溪村 3 组")
        assert desk.is_healthy()
        assert equal(desk, township)


def test_edits_of_one_field_are_both_kept_until_a_person_decides(
    township: Township, center: Desk, station: Desk
) -> None:
    person = Person(full_name="王五", phone="13800000001")
    center.save(person)
    center.synced()
    station.synced()
    center.change(person.id, phone="13800000002")
    station.change(person.id, phone="13800000003")
    center.synced()
    station.synced()
    center.synced()
    for desk in (center, station):
        rows = desk.store.conn.execute("SELECT field FROM conflict WHERE record_id = ?", (person.id,)).fetchall()
        assert rows == [("phone",)]
        found = desk.person(person.id)
        assert found is not None
        assert found.phone == "13800000002"
        assert equal(desk, township)

    station.store.write(
        "decider", lambda unit: unit.set_fields("person", person.id, {"phone": "13800000003"}, kind=OpKind.RESOLVE)
    )
    station.synced()
    center.synced()
    for desk in (center, station):
        assert desk.store.conn.execute("SELECT count(*) FROM conflict").fetchone() == (0,)
        found = desk.person(person.id)
        assert found is not None
        assert found.phone == "13800000003"
        assert told(desk, person.id)[1:] == [
            ("138****0001", "138****0002", False),
            ("138****0002", "138****0003", True),
            ("138****0002", "138****0003", False),
        ]
        assert equal(desk, township)
        assert desk.is_healthy()


def test_a_deletion_beside_an_edit_keeps_the_record_and_asks(township: Township, center: Desk, station: Desk) -> None:
    person = Person(full_name="赵六")
    center.save(person)
    center.synced()
    station.synced()
    center.store.write("center", lambda unit: unit.delete("person", person.id, reason="重复登记"))
    station.change(person.id, phone="110")
    center.synced()
    station.synced()
    center.synced()
    for desk in (center, station):
        assert desk.person(person.id) is not None
        assert desk.store.conn.execute("SELECT field FROM conflict").fetchall() == [("$deleted",)]
        assert equal(desk, township)


def test_a_station_never_gets_mediation_and_still_verifies_everything(
    township: Township, county: County, center: Desk, station: Desk
) -> None:
    center.save(Person(full_name="孙七"), dispute(), Patrol(patrolled_on=date(2026, 3, 15)), Person(full_name="周八"))
    center.synced()
    station.synced()
    streams = {row[0] for row in station.store.conn.execute("SELECT DISTINCT stream FROM journal")}
    assert streams == {"people", "safety"}
    assert equal(station, township)
    assert station.is_healthy()


def test_the_county_holds_what_ends_at_the_township_only_sealed(
    township: Township, county: County, center: Desk
) -> None:
    case = dispute()
    center.save(case)
    center.synced()
    with county.pool.connection() as conn:
        rows = conn.execute("SELECT doc::text FROM record WHERE township = %s", (township.number,)).fetchall()
        logged = conn.execute("SELECT payload FROM op WHERE township = %s", (township.number,)).fetchall()
    everything = str(rows) + str(logged)
    assert "争执" not in everything
    assert "甲某" not in everything
    other = township.second("second")
    other.synced()
    assert other.is_healthy()
    assert equal(other, township)
    text = str(other.store.conn.execute("SELECT * FROM dispute").fetchall())
    assert "争执" in text


def test_the_township_key_reaches_a_second_pc_by_a_pairing_code(
    township: Township, county: County, center: Desk
) -> None:
    link = center.replica.link()
    assert link is not None
    with CountyClient(link) as client:
        client.hello(center.replica.hello("2026-03-15T00:00:00.000Z"))
        pairing_code = joining.offer_township_key(client, TOWNSHIP_KEY)
    code = county.enrolment_code("青溪镇", township=township.number, scope=EVERYTHING).text()
    joined = joining.join(code, pairing_code, device="d" * 32, device_name="派出所")
    assert joined.township_key == TOWNSHIP_KEY
    assert joined.link.township == township.number
    assert joined.link.township_name == "青溪镇"


def test_what_a_device_may_not_write_is_refused_with_a_reason_and_becomes_a_draft(
    township: Township, station: Desk
) -> None:
    case = dispute()
    station.save(case, Person(full_name="吴九"))
    status = station.synced()
    assert status.waiting == 0
    assert status.refused == 3
    assert station.store.conn.execute("SELECT count(*) FROM dispute").fetchone() == (0,)
    kept = station.store.conn.execute("SELECT content, note FROM draft WHERE register = 'dispute'").fetchone()
    assert "宅基地边界纠纷" in json.loads(kept[0])["name"]
    assert "没有上传“矛盾纠纷”的权限" in kept[1]
    assert station.replica.waiting_items(10)[0].error == kept[1]
    assert township.digests()["people"][0] == 1
    assert station.is_healthy()
    assert station.synced().phase is Phase.IDLE


def test_access_events_are_pushed_but_never_counted_or_pulled(township: Township, county: County, center: Desk) -> None:
    center.store.write("u", lambda unit: unit.record_access("reveal", register="person", record_id="x" * 32))
    assert center.waiting() == 0
    center.synced()
    assert center.ops("stream = 'audit' AND seq IS NULL") == []
    other = township.second("second")
    other.synced()
    assert other.ops("stream = 'audit'") == []


def test_erasure_by_law_empties_the_content_everywhere(township: Township, center: Desk, station: Desk) -> None:
    person = Person(full_name="郑十", phone="13912345678")
    center.save(person)
    center.change(person.id, workplace="供销社")
    center.synced()
    station.synced()
    first = center.ops("record_id = ? ORDER BY n", person.id)[0]
    center.store.write(
        "law",
        lambda unit: unit.set_fields(
            "person", person.id, {"workplace": "x"}, kind=OpKind.ERASE, ops=[first.op_id], basis="个人信息保护法 47"
        ),
    )
    assert erased_ops(center.ops("kind = 'erase'")[0]) == (first.op_id,)
    center.synced()
    station.synced()
    for desk in (center, station):
        assert desk.ops("op_id = ?", first.op_id)[0].payload is None
        assert "13912345678" not in str(desk.ops())
        assert equal(desk, township)
    with township.county.pool.connection() as conn:
        assert "13912345678" not in str(conn.execute("SELECT payload FROM op").fetchall())
        assert "13912345678" not in str(conn.execute("SELECT * FROM record").fetchall())
