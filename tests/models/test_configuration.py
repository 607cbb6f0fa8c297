"""What a county said and a township added, as read from its store: it applies, and nonsense in it breaks nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.errors import NotAllowedError, UserError
from app.models import configuration, in_force, journal, settings
from app.models.clocks_list import clock_called
from app.models.codes import COUNTY, TOWNSHIP, code_list, code_list_names
from app.models.due import due_matters
from app.models.folding import refold
from app.models.holidays import calendar_in_force
from app.models.kinds import Unreadable
from app.models.reading import Query
from app.models.register import new_id
from app.models.registers import REGISTRY, Dispute, LocalCode
from app.models.store import Changes, Store
from app.services.office import Office
from app.sync import countywide
from app.sync.authority import author_id
from app.sync.merge import evidence, fold
from app.sync.op import DELETED, Op, OpKind, payload_text, sealed_link
from app.sync.streams import CONFIG
from county import overlay
from tests.conftest import KEY, TOWNSHIP_KEY

BASIS = "青山县平安办〔2026〕3号"
ROAD = {"list": "dispute_category", "code": "C-road", "label": "村道通行", "standard": "neighbour", "basis": BASIS}
TERM = {"clock": "mediation", "length": 20, "basis": BASIS}
NEW_YEAR = {
    "year": 2027,
    "arrangement": {
        "year": 2027,
        "holidays": [{"name": "元旦", "from": "2027-01-01", "to": "2027-01-03"}],
        "working": ["2027-01-09"],
    },
    "basis": "国务院办公厅通知",
}
LOCK = {"name": "idle_lock_minutes", "value": "5", "is_locked": True, "basis": BASIS}


def say(
    store: Store,
    register: str,
    said: Mapping[str, Any],
    *,
    record: str = "",
    kind: OpKind = OpKind.CREATE,
    payload: str = "",
) -> str:
    """An entry as a pull would leave it; its id."""
    record = record or new_id()
    township = store.identity.township
    author = author_id(township, bytes(32))

    def take(conn: Any) -> Changes:
        number, previous = journal.head(conn, township, author)
        op = sealed_link(
            Op(
                device=author,
                dev_seq=number + 1,
                op_id=new_id(),
                tx_id="t",
                act_id="a",
                stream=CONFIG,
                register=register,
                record_id=record,
                root=record,
                kind=kind,
                base_version=0,
                user="county",
                at="2026-11-24T01:00:00.000Z",
                schema=1,
                salt="00" * 8,
                payload_digest="",
                hash="",
                payload=payload or payload_text({name: (None, value) for name, value in said.items()}),
                prev_hash=previous,
                seq=number + 1,
            )
        )
        journal.append(conn, [op])
        return Changes(frozenset(refold(REGISTRY, conn, store.box, [record]).touched))

    store.announce(store.submit(take).result())
    return record


def test_a_code_of_the_county_is_offered_read_and_counted_as_its_standard(office: Office) -> None:
    say(office.store, countywide.CODE, ROAD)
    codes = code_list("dispute_category")
    item = codes.item("C-road")
    assert item is not None
    assert (item.label, item.origin, codes.standard("C-road"), codes.find("村道通行")) == (
        "村道通行", COUNTY, "neighbour", "C-road",
    )  # fmt: skip
    assert codes.codes.index("C-road") == codes.codes.index("neighbour") + 1
    dispute = Dispute(name="堵路", category="C-road")
    office.save(dispute)
    (row,) = office.reader.page("dispute", office.reader.keys(Query("dispute", filters={"category": "C-road"})))
    assert "村道通行" in row.cells
    saved = office.reader.get("dispute", dispute.id)
    assert isinstance(saved, Dispute)
    assert saved.category == "C-road"


def test_a_withdrawn_code_is_read_but_not_offered_and_one_never_known_is_kept(office: Office) -> None:
    record = say(office.store, countywide.CODE, ROAD)
    withdraw(office.store, countywide.CODE, record)
    codes = code_list("dispute_category")
    assert codes.label("C-road") == "村道通行"
    assert "C-road" not in {item.code for item in codes.offered}
    kind = Dispute.definition.field("category").kind
    assert kind.from_wire("C-road") == "C-road"
    assert isinstance(kind.from_wire("C-elsewhere"), Unreadable)


def test_a_code_waits_for_its_day_and_a_shipped_one_may_end(office: Office) -> None:
    say(office.store, countywide.CODE, {**ROAD, "from_on": "2027-01-01"})
    say(office.store, countywide.CODE, {"list": "dispute_category", "code": "business", "until_on": "2026-12-31"})
    for today, offered in ((date(2026, 12, 31), {"business"}), (date(2027, 1, 1), {"C-road"})):
        told = configuration.read(REGISTRY, office.store.conn, today).overlay
        codes = code_list("dispute_category", overlay=told.codes["dispute_category"])
        assert {item.code for item in codes.offered} & {"business", "C-road"} == offered


def test_a_changed_period_moves_the_day_of_what_began_since_and_names_its_source(office: Office) -> None:
    for day in (date(2026, 11, 1), date(2026, 12, 1)):
        office.save(Dispute(name="用水纠纷", stage="mediating", accepted_on=day))
    before = [one.on for one in due_matters(office.store.conn, date(2026, 12, 31))]
    assert before == [date(2026, 12, 1), date(2026, 12, 31)]
    say(office.store, countywide.CLOCK, {**TERM, "from_on": "2026-12-01"})
    after = [one.on for one in due_matters(office.store.conn, date(2026, 12, 31))]
    assert after == [date(2026, 12, 1), date(2026, 12, 21)]
    assert [one.what for one in due_matters(office.store.conn, date(2026, 12, 31))] == [
        "调解期限",
        "调解期限（县里定 20 日）",
    ]
    assert clock_called("mediation").law == f"县里设定：{BASIS}"
    assert clock_called("mediation").at(date(2026, 11, 1)).law.startswith("人民调解工作若干规定")
    (entry,) = office.configuration().entries
    assert (entry.what, entry.since, entry.basis) == ("调解期限 20 日（原为 30 日）", date(2026, 12, 1), BASIS)


def test_a_year_the_county_sent_is_counted_and_no_longer_said_to_be_missing(office: Office) -> None:
    start = date(2026, 12, 3)  # thirty days later is 2 January 2027
    assert "2027 年放假安排未装入" in clock_called("judicial_confirmation").deadline(start).note
    say(office.store, countywide.YEAR, NEW_YEAR)
    found = clock_called("judicial_confirmation").deadline(start)
    assert (found.on, "未装入" in found.note) == (date(2027, 1, 4), False)
    assert not calendar_in_force().is_rest(date(2027, 1, 9))


def test_a_locked_setting_is_the_county_s_until_it_is_taken_back(office: Office) -> None:
    settings.change(office.store, settings.IDLE_LOCK, "30")
    record = say(office.store, countywide.SETTING, LOCK)
    assert settings.number(office.store, settings.IDLE_LOCK) == 5
    with pytest.raises(UserError, match="由县里设定"):
        settings.change(office.store, settings.IDLE_LOCK, "30")
    withdraw(office.store, countywide.SETTING, record)
    assert settings.number(office.store, settings.IDLE_LOCK) == 30


def test_a_setting_that_is_not_locked_is_a_default(office: Office) -> None:
    say(office.store, countywide.SETTING, {**LOCK, "is_locked": False})
    assert settings.number(office.store, settings.IDLE_LOCK) == 5
    settings.change(office.store, settings.IDLE_LOCK, "30")
    assert settings.number(office.store, settings.IDLE_LOCK) == 30


def withdraw(store: Store, register: str, record: str) -> None:
    state = fold(list(journal.select(store.conn, "record_id = ?", (record,))))
    payload = payload_text({DELETED: (False, True)}, more=evidence(state, OpKind.DELETE))
    say(store, register, {}, record=record, kind=OpKind.DELETE, payload=payload)


NONSENSE: list[tuple[str, dict[str, Any]]] = [
    ("county_weather_of_2030", {"sky": "blue"}),
    (countywide.CODE, {"list": "nothing", "code": "C-1"}),
    (countywide.CODE, {**ROAD, "list": "sex", "standard": "1"}),
    (countywide.CODE, {**ROAD, "code": "road"}),
    (countywide.CODE, {**ROAD, "label": 7}),
    (countywide.CODE, {**ROAD, "standard": "nothing"}),
    (countywide.CODE, {**ROAD, "from_on": "明年"}),
    (countywide.CLOCK, {"clock": "nothing", "length": 3}),
    (countywide.CLOCK, {**TERM, "length": "很久"}),
    (countywide.CLOCK, {**TERM, "length": -3}),
    (countywide.CLOCK, {**TERM, "length": 10_000, "unit": "years"}),
    (countywide.CLOCK, {**TERM, "length": 10**12}),
    (countywide.CLOCK, {**TERM, "unit": "hours"}),
    (countywide.CLOCK, {**TERM, "unit": "fortnights"}),
    (countywide.CLOCK, {"clock": "permit_endorsement", "length": 3, "unit": "working_days"}),
    (countywide.YEAR, {"year": 2027, "arrangement": {"year": 2027}}),
    (countywide.YEAR, {"year": 2027, "arrangement": "通知"}),
    (countywide.SETTING, {**LOCK, "name": "backup_folder", "value": "/"}),
    (countywide.SETTING, {**LOCK, "value": "9999"}),
    (countywide.SETTING, {}),
]


@pytest.mark.parametrize(("register", "said"), NONSENSE)
def test_nonsense_is_kept_left_out_and_told(office: Office, register: str, said: dict[str, Any]) -> None:
    say(office.store, register, said)
    say(office.store, countywide.CODE, ROAD)
    read = office.configuration()
    assert [entry.name for entry in read.entries] == ["codes/dispute_category/C-road"]
    (problem,) = read.problems
    assert "没有采用" in problem
    assert problem in [one.sentence for one in office.doctor().complaints]
    assert office.doctor().is_sound
    assert clock_called("mediation").period.days == 30
    office.save(Dispute(name="用水纠纷", stage="mediating", accepted_on=date(2026, 11, 1)))
    assert due_matters(office.store.conn, date(2026, 12, 31))


def test_what_the_county_said_is_not_taken_back_on_a_desk(office: Office) -> None:
    say(office.store, countywide.CLOCK, TERM)
    with pytest.raises(UserError, match="不能撤销"):
        office.undo("a", reason="试试")
    assert clock_called("mediation").period.days == 20


def test_configuration_that_no_county_signed_does_nothing(office: Office) -> None:
    """What somebody wrote into this PC's own chain by other means than the program."""
    identity = office.store.identity

    def write(conn: Any) -> Changes:
        number, previous = journal.head(conn, identity.township, identity.device)
        record = new_id()
        op = Op(
            device=identity.device, dev_seq=number + 1, op_id=new_id(), tx_id="t", act_id="a", stream=CONFIG,
            register=countywide.CODE, record_id=record, root=record, kind=OpKind.CREATE, base_version=0, user="x",
            at="2026-11-24T01:00:00.000Z", schema=1, salt="00" * 8, payload_digest="", hash="", prev_hash=previous,
            payload=payload_text({name: (None, value) for name, value in ROAD.items()}),
        )  # fmt: skip
        journal.append(conn, [sealed_link(op)])
        return Changes(frozenset(refold(REGISTRY, conn, office.store.box, [record]).touched))

    office.store.announce(office.store.submit(write).result())
    assert office.configuration().entries == ()
    assert "C-road" not in code_list("dispute_category")


# -- the township's own codes ------------------------------------------------------------------------------------------


def test_a_code_of_the_township_applies_at_once_and_counts_as_what_it_names(office: Office) -> None:
    office.save(LocalCode(label="灌溉用水", standard="dispute_category/neighbour"))
    (local,) = office.reader.all("local_code")
    assert isinstance(local, LocalCode)
    codes = code_list("dispute_category")
    assert local.code is not None
    assert local.code.startswith(countywide.TOWNSHIP_CODES)
    assert codes.find("灌溉用水") == local.code
    assert codes.standard(local.code) == "neighbour"
    item = codes.item(local.code)
    assert item is not None
    assert item.origin == TOWNSHIP
    office.save(replace_active(local))
    assert local.code not in {one.code for one in code_list("dispute_category").offered}
    office.delete("local_code", local.id, reason="重复")
    assert code_list("dispute_category").label(local.code) == "灌溉用水"


def replace_active(local: LocalCode) -> LocalCode:
    return local.model_copy(update={"is_active": False})


def test_a_word_that_is_in_the_list_is_not_added_again(office: Office) -> None:
    with pytest.raises(UserError, match="里已有“婚姻家庭”"):
        office.save(LocalCode(label="婚姻家庭", standard="dispute_category/neighbour"))


def test_only_the_administrator_adds_codes(office: Office) -> None:
    clerk = Office(office.store, replace(office.user, role="clerk"))
    with pytest.raises(NotAllowedError, match="没有修改“本镇代码”的权限"):
        clerk.save(LocalCode(label="灌溉用水", standard="dispute_category/neighbour"))


# -- which township's --------------------------------------------------------------------------------------------------


def test_practice_and_a_township_without_county_are_not_touched(office: Office, tmp_path: Path) -> None:
    say(office.store, countywide.CODE, ROAD)
    with Store.create(tmp_path / "other", KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY) as other:
        Office(other, office.user)
        assert "C-road" not in code_list("dispute_category")
        assert settings.number(other, settings.IDLE_LOCK) == 10
        say(office.store, countywide.CLOCK, TERM)
        assert clock_called("mediation").period.days == 30
    assert "C-road" in code_list("dispute_category")
    assert clock_called("mediation").period.days == 20


def test_nothing_applies_when_no_township_is_open() -> None:
    assert in_force.current() is in_force.NOTHING


# -- words both sides share --------------------------------------------------------------------------------------------


def test_no_shipped_code_begins_as_added_ones_do() -> None:
    beginnings = (countywide.COUNTY_CODES, countywide.TOWNSHIP_CODES)
    found = [code for name in code_list_names() for code in code_list(name, overlay={}).codes]
    assert not [code for code in found if code.startswith(beginnings)]


def test_what_the_county_may_set_is_what_the_declarations_say() -> None:
    assert set(countywide.SETTABLE) == {one.name for one in settings.SETTINGS if one.by_county}


def test_whatever_the_county_s_check_lets_through_is_understood_here(office: Office) -> None:
    for one in overlay.check_overlay(json.loads("\n".join(overlay.example()))):
        say(office.store, one.register, one.values)
    assert office.configuration().problems == ()
    assert len(office.configuration().entries) == 5
