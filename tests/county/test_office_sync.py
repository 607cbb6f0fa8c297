"""Sync as the office uses it: a county joined, a second PC paired, a conflict decided, all by the services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.errors import SyncError, UserError
from app.models.registers import Dispute, Party, Person
from app.services import setup
from app.services.office import Office
from app.services.setup import NewAccount
from app.services.syncing import Syncing, join_township
from app.sync.agent import SyncStatus
from county.server import County
from tests.conftest import PASSWORD


def nobody(_: SyncStatus) -> None:
    """Nobody listens."""


@pytest.fixture
def center(office: Office, county: County) -> Syncing:
    """The township's first PC, joined to the county and synced once."""
    syncing = Syncing(office, nobody)
    syncing.join_county(county.enrolment_code("青溪镇", scope=("people", "mediation", "safety")).text())
    assert syncing.run_once().is_synced
    return syncing


@pytest.fixture
def station(center: Syncing, office: Office, county: County, tmp_path: Path) -> Iterator[Office]:
    """A second PC of the same township without mediation, paired by code."""
    township = office.store.identity.township
    code = county.enrolment_code("青溪镇", township=township, scope=("people", "safety")).text()
    with ExitStack() as stack:
        joined = join_township(
            tmp_path / "station",
            server_code=code,
            pairing_code=center.pairing_code(),
            account=NewAccount("赵警官", PASSWORD),
            role="clerk",
        )
        stack.callback(joined.store.close)
        assert Syncing(joined, nobody).run_once().is_synced
        yield joined


def test_a_pc_alone_says_so_and_works(office: Office) -> None:
    syncing = Syncing(office, nobody)
    status = syncing.run_once()
    assert not status.is_linked
    assert office.save(Person(full_name="独自办公"))


def test_a_second_pc_gets_people_and_the_key_but_no_mediation(center: Syncing, office: Office, station: Office) -> None:
    person = Person(full_name="张三", phone="13900001111")
    office.save(person)
    office.save(Dispute(name="不可外传的纠纷", story="经过"))
    assert center.run_once().is_synced
    assert Syncing(station, nobody).run_once().is_synced
    assert station.reader.get("person", person.id) == person
    assert station.reader.count("dispute") == 0
    assert station.user.role == "police"
    assert station.store.box.seal("x", register="r", field="f", record_id="1") == office.store.box.seal(
        "x", register="r", field="f", record_id="1"
    )
    assert {one.title() for one in station.reader.all("committee")} == {"青溪镇人民调解委员会"}
    assert station.user_name(office.user.id) == "王主任"
    assert station.doctor().is_sound


def test_the_second_pc_signs_in_by_its_own_account(station: Office) -> None:
    folder = station.store.folder
    station.store.close()
    known = setup.known_accounts(folder)
    assert [one.name for one in known] == ["赵警官"]
    again = setup.sign_in(folder, known[0].id, PASSWORD)
    assert again.user.role == "police"
    again.store.close()


def test_what_waits_is_listed_by_name_until_the_county_confirms(center: Syncing, office: Office) -> None:
    office.save(Person(full_name="待报人"))
    dispute = Dispute(name="争水", parties=(Party(name="王甲"), Party(name="王乙")))
    office.save(dispute)
    assert [one.what for one in center.items()] == ["新增人口“待报人”", "新增纠纷“争水”（3 处）"]
    assert {one.register for one in center.items()} == {"person", "dispute"}
    assert center.run_once().is_synced
    assert center.items() == []


def test_one_field_by_two_hands_is_decided_by_a_person(center: Syncing, office: Office, station: Office) -> None:
    person = Person(full_name="李四", phone="13900000000", live_address="一组1号")
    office.save(person)
    assert center.run_once().is_synced
    there = Syncing(station, nobody)
    assert there.run_once().is_synced
    office.save(person.model_copy(update={"live_address": "一组2号", "workplace": "砖厂"}))
    station.save(person.model_copy(update={"live_address": "二组8号", "phone": "13911112222"}))
    for one in (center, there, center):
        assert one.run_once().is_synced
    merged = office.reader.get("person", person.id)
    assert isinstance(merged, Person)
    assert (merged.workplace, merged.phone) == ("砖厂", "13911112222"), "different fields merge by themselves"
    (conflict,) = office.conflicts()
    assert (conflict.label, conflict.title) == ("现住地址", "李四")
    assert conflict.current.value == "一组2号"
    assert [(one.value, one.user) for one in conflict.others] == [("二组8号", "赵警官")]
    office.decide(conflict, conflict.others[0].wire, reason="电话核实")
    for one in (center, there):
        assert one.run_once().is_synced
    assert office.conflicts() == station.conflicts() == []
    assert office.reader.get("person", person.id) == station.reader.get("person", person.id)
    assert "电话核实" in {entry.reason for entry in station.history(person.id)}


def test_a_mistyped_code_leaves_everything_as_it_was(office: Office, county: County, tmp_path: Path) -> None:
    code = county.enrolment_code("青溪镇", scope=("people",)).text()
    wrong = code[:-2] + ("A" if code[-2] != "A" else "B") + code[-1]
    with pytest.raises((UserError, SyncError)):
        Syncing(office, nobody).join_county(wrong)
    assert not Syncing(office, nobody).run_once().is_linked
    folder = tmp_path / "never"
    with pytest.raises((UserError, SyncError)):
        join_township(
            folder, server_code=code, pairing_code="AAAAA", account=NewAccount("某人", PASSWORD), role="clerk"
        )
    assert not setup.is_set_up(folder)
    Syncing(office, nobody).join_county(code)
