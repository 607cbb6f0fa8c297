"""Outside platforms: what is not there yet, the platform's boxes filled from a record, numbers written down once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.errors import NotAllowedError, UserError
from app.models import clock, history, platforms
from app.models.codes import code_list
from app.models.policy import User
from app.models.register import Record
from app.models.registers import (
    REGISTRY,
    Agreement,
    Dispute,
    Hazard,
    Party,
    Person,
    Platform,
    Residence,
    Session,
    TranscriptionOrder,
    TranscriptionStep,
)
from app.models.registers.platform import DAYS, expected_platforms, missing_platforms
from app.models.store import Store
from app.services import transcribing
from app.services.office import Office
from app.services.platforms import Platforms, number_shape
from tests.conftest import KEY, TOWNSHIP_KEY
from tests.samples import Samples

TODAY = date(2026, 11, 24)
NUMBER = "110105198803010019"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A township without the slow deriving of keys."""
    with (
        clock.day_set_to(TODAY),
        Store.create(tmp_path / "data", KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY) as store,
    ):
        yield Office(store, User("1" * 32, "李干事", "clerk"))


def three_parties() -> Dispute:
    return Dispute(
        name="张三、李四与王五宅基地纠纷",
        accepted_on=date(2026, 11, 3),
        story="第一段。\n第二段。",
        parties=(
            Party(name="张三", role="applicant", id_number=NUMBER, phone="13800001111"),
            Party(name="李四", role="applicant"),
            Party(name="王五", role="respondent", phone="13800003333"),
        ),
        agreements=(Agreement(amount=Decimal("12500.50"), signed_on=date(2026, 11, 9)),),
    )


def platform_for(office: Office, *registers: str, **more: object) -> Platform:
    given = {"name": "省综治平台", "registers": tuple(sorted(registers)), **more}
    platform = Platform.model_validate(given)
    office.save(platform)
    return platform


def saved(office: Office, record: Record) -> Record:
    reasons = {one.sentence: "已核对" for one in office.check(record)}
    office.save(record, reasons=reasons)
    found = office.reader.get(record.definition.name, record.id)
    assert found is not None
    return found


def step(label: str, source: str, form: str = "shown", **more: object) -> TranscriptionStep:
    return TranscriptionStep.model_validate({"label": label, "source": source, "what": label, "form": form, **more})


def order_of(platform: Platform, *steps: TranscriptionStep, register: str = "dispute") -> TranscriptionOrder:
    return TranscriptionOrder(name="登记页", platform=platform.id, for_register=register, steps=steps)


# -- what is not there yet -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("register", list(DAYS))
def test_what_is_missing_is_the_same_in_python_and_in_sql(register: str, office: Office) -> None:
    definition = REGISTRY.get(register)
    samples = Samples(REGISTRY)
    records = samples.records(register, 6)
    samples.save_all(office.store)
    asked = [
        platform_for(office, register, name="全部"),
        platform_for(office, register, name="有起点", since=getattr(records[3], DAYS[register])),
        platform_for(office, register, name="停用", state="stopped"),
        platform_for(office, *(one for one in DAYS if one != register), name="别的登记"),
    ]
    service = Platforms(office)
    for record in records[:2]:
        service.enter(register, record.id, asked[0], number=f"P{record.id[-4:]}", on=TODAY)
    nameless = {DAYS[register]: None} if not definition.field(DAYS[register]).required else {}
    odd = records[4].model_copy(update=nameless)
    office.store.write("1" * 32, lambda unit: unit.save(odd))
    everybody = list(office.reader.all(register))
    counts = platforms.lacking_counts(office.store.conn, [register])
    for platform in asked:
        by_sql = {one.id for one in platforms.lacking(office.store.conn, definition, platform.id)}
        by_python = {
            one.id for one in everybody if platform.id in {p.id for p in missing_platforms(one, office.reader)}
        }
        assert by_sql == by_python, platform.name
        assert counts.get((platform.id, register), 0) == len(by_sql)
    assert len(platforms.lacking(office.store.conn, definition, asked[0].id)) == len(everybody) - 2
    expecting = {p.id for one in everybody for p in expected_platforms(one, office.reader)}
    assert expecting & {one.id for one in asked} == {asked[0].id, asked[1].id}


def test_the_oldest_come_first_and_those_waiting_longer_can_be_asked_for(office: Office) -> None:
    platform = platform_for(office, "hazard")
    for name, day in (("新", 20), ("旧", 2), ("中", 10)):
        saved(office, Hazard(name=f"{name}隐患", found_on=date(2026, 11, day)))
    service = Platforms(office)
    assert [one.name for one in service.missing(platform, "hazard")] == ["旧隐患", "中隐患", "新隐患"]
    assert [one.name for one in service.missing(platform, "hazard", for_days=7)] == ["旧隐患", "中隐患"]
    assert {one.progress for one in service.missing(platform, "hazard")} == {"待定期限"}


def test_a_residence_is_listed_under_its_persons_name(office: Office) -> None:
    platform = platform_for(office, "residence")
    person = saved(office, Person(full_name="赵六"))
    saved(office, Residence(person=person.id, address="红旗村3组", registered_on=TODAY))
    assert [one.name for one in Platforms(office).missing(platform, "residence")] == ["赵六"]


def test_counts_tell_every_platform_and_register_noughts_included(office: Office) -> None:
    platform_for(office, "dispute", "hazard")
    saved(office, three_parties())
    assert [(one.register, one.number) for one in Platforms(office).counts()] == [("dispute", 1), ("hazard", 0)]


def test_who_may_not_read_disputes_is_told_nothing_of_them(office: Office) -> None:
    platform_for(office, "dispute", "hazard")
    saved(office, three_parties())
    police = Platforms(Office(office.store, User("2" * 32, "周警官", "police")))
    assert [one.register for one in police.counts()] == ["hazard"]
    platform = police.in_use()[0]
    with pytest.raises(NotAllowedError):
        police.missing(platform, "dispute")


# -- boxes -----------------------------------------------------------------------------------------------------------


def test_three_parties_repeat_a_run_of_boxes_three_times(office: Office) -> None:
    platform = platform_for(office, "dispute")
    dispute = saved(office, three_parties())
    order = order_of(
        platform,
        step("案件名称", "name"),
        step("当事人姓名", "parties[*].name"),
        step("证件号", "parties[*].id_number"),
        step("受理时间", "accepted_on", "day_slash"),
    )
    boxes = transcribing.boxes(office.reader, dispute, order, {})
    assert [(box.label, box.text) for box in boxes] == [
        ("案件名称", "张三、李四与王五宅基地纠纷"),
        ("当事人姓名", "张三"),
        ("证件号", NUMBER),
        ("当事人姓名", "李四"),
        ("证件号", ""),
        ("当事人姓名", "王五"),
        ("证件号", ""),
        ("受理时间", "2026/11/03"),
    ]
    assert [box.group for box in boxes[1:6:2]] == ["当事人 1　张三", "当事人 2　李四", "当事人 3　王五"]
    assert boxes[2].shown != NUMBER
    assert NUMBER[6:14] not in boxes[2].shown


def test_lines_are_chosen_by_role_by_number_and_as_the_last(office: Office) -> None:
    platform = platform_for(office, "dispute")
    dispute = saved(office, three_parties())
    order = order_of(
        platform,
        step("被申请人", "parties[role=respondent].name"),
        step("第二人", "parties[2].name"),
        step("最后协议", "agreements[last].amount", "digits"),
        step("第二次调解", "sessions[2].location"),
    )
    boxes = transcribing.boxes(office.reader, dispute, order, {})
    assert [(box.label, box.text) for box in boxes] == [
        ("被申请人", "王五"),
        ("第二人", "李四"),
        ("最后协议", "12500.50"),
        ("第二次调解", ""),
    ]
    assert boxes[3].group == "调解记录（第 2 个）：没有"


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("day_dash", "2026-11-03"),
        ("day_slash", "2026/11/03"),
        ("day_slash_short", "2026/11/3"),
        ("day_plain", "20261103"),
        ("day_chinese", "2026年11月3日"),
    ],
)
def test_days_are_written_as_the_platform_wants_them(form: str, text: str, office: Office) -> None:
    dispute = saved(office, three_parties())
    platform = platform_for(office, "dispute")
    boxes = transcribing.boxes(office.reader, dispute, order_of(platform, step("日期", "accepted_on", form)), {})
    assert boxes[0].text == text


def test_moments_lines_fixed_words_and_limits(office: Office) -> None:
    platform = platform_for(office, "dispute")
    dispute = three_parties().model_copy(
        update={"sessions": (Session(held_at=clock.parse_moment("2026-11-05 14:30")),)}
    )
    order = order_of(
        platform,
        step("时间", "sessions[*].held_at", "moment_seconds"),
        step("简述", "story", "one_line", most=5),
        step("来源", "fixed", "fixed", fixed="网格上报"),
    )
    boxes = transcribing.boxes(office.reader, dispute, order, {})
    assert [box.text for box in boxes] == ["2026-11-05 14:30:00", "第一段。 第二段。", "网格上报"]
    assert boxes[1].note == "平台限 5 字，多 4 字，粘贴后请删短"


def test_choices_are_given_in_the_platforms_words_and_one_without_a_word_is_told(office: Office) -> None:
    platform = platform_for(office, "dispute")
    service = Platforms(office)
    assert service.save_words(platform, {("case_source", "application"): ("案件来源", "依申请调解", " 群众申请 ")})
    platform = service.called("省综治平台")
    words = transcribing.words_of(platform)
    dispute = saved(office, three_parties())
    order = order_of(platform, step("来源", "source", "platform_word"), step("难度", "difficulty", "platform_word"))
    boxes = transcribing.boxes(office.reader, dispute, order, words)
    assert [box.text for box in boxes] == [
        "群众申请",
        code_list("difficulty").label("normal"),
    ]
    assert [box.note for box in boxes] == ["", "还没有对照，先用本机的词"]
    assert service.save_words(platform, {("case_source", "application"): ("案件来源", "依申请调解", "")})
    assert service.called("省综治平台").words == ()


def test_a_stay_takes_the_number_of_its_person(office: Office) -> None:
    platform = platform_for(office, "residence")
    person = saved(office, Person(full_name="赵六", id_number=NUMBER))
    stay = saved(office, Residence(person=person.id, address="红旗村3组"))
    order = order_of(
        platform, step("姓名", "person.full_name"), step("证件号", "person.id_number"), register="residence"
    )
    boxes = transcribing.boxes(office.reader, stay, order, {})
    assert [box.text for box in boxes] == ["赵六", NUMBER]
    assert boxes[1].shown != NUMBER


@pytest.mark.parametrize("register", list(DAYS))
def test_every_source_that_is_offered_can_be_put_into_an_order_and_filled(register: str, office: Office) -> None:
    platform = platform_for(office, register)
    samples = Samples(REGISTRY)
    record = samples.record(register)
    samples.save_all(office.store)
    found = transcribing.sources(REGISTRY, register)
    assert len({one.path for one in found}) == len(found)
    steps = tuple(transcribing.step_of(one) for one in found)
    service = Platforms(office)
    service.save_order(TranscriptionOrder(name="全部", platform=platform.id, for_register=register), steps)
    order = service.orders(platform, register)[0]
    assert [one.source for one in order.steps] == [one.path for one in found]
    boxes = transcribing.boxes(office.reader, record, order, {})
    assert {box.label for box in boxes if not box.is_empty} >= {one.label for one in found if "." not in one.path}


def test_an_order_made_here_takes_the_place_of_our_own_forms(office: Office) -> None:
    platform = platform_for(office, "dispute")
    service = Platforms(office)
    first = service.order_for(platform, "dispute")
    assert [one.name for one in first] == ["本机登记表的顺序"]
    assert first[0].steps[0].source == "name"
    service.save_order(order_of(platform), (step("案件名称", "name"),))
    assert [one.name for one in service.order_for(platform, "dispute")] == ["登记页"]
    copied = service.copied(service.orders(platform, "dispute")[0])
    assert [one.label for one in copied] == ["案件名称"]
    assert copied[0].id != service.orders(platform, "dispute")[0].steps[0].id


# -- copying ---------------------------------------------------------------------------------------------------------


def test_full_numbers_are_journalled_once_for_each_sitting(office: Office) -> None:
    platform = platform_for(office, "dispute")
    dispute = saved(office, three_parties())
    service = Platforms(office)
    service.begin("dispute", dispute.id, order_of(platform, step("名称", "name")))
    order = order_of(platform, step("名称", "name"), step("证件号", "parties[*].id_number"))
    service.begin("dispute", dispute.id, order)
    rows = office.store.conn.execute("SELECT payload FROM journal WHERE kind = 'access'").fetchall()
    told = [json.loads(row[0]) for row in rows]
    assert [one["what"] for one in told] == ["transcribe"]
    assert told[0]["fields"] == ["证件号"]
    assert NUMBER not in rows[0][0]


def test_who_may_not_see_numbers_cannot_copy_them_out(office: Office) -> None:
    platform = platform_for(office, "dispute")
    dispute = saved(office, three_parties())
    reader = Platforms(Office(office.store, User("3" * 32, "审计", "auditor")))
    reader.begin("dispute", dispute.id, order_of(platform, step("名称", "name")))
    with pytest.raises(NotAllowedError, match="完整号码"):
        reader.begin("dispute", dispute.id, order_of(platform, step("证件号", "parties[*].id_number")))


def test_an_interrupted_copying_goes_on_where_it_was_also_after_a_line_was_added(office: Office) -> None:
    platform = platform_for(office, "dispute")
    dispute = saved(office, three_parties())
    order = order_of(platform, step("名称", "name"), step("姓名", "parties[*].name"), step("日期", "accepted_on"))
    service = Platforms(office)
    service.leave_at(service.begin("dispute", dispute.id, order), 4)
    assert isinstance(dispute, Dispute)
    office.save(dispute.model_copy(update={"parties": (*dispute.parties, Party(name="钱七"))}))
    again = service.begin("dispute", dispute.id, order)
    assert again.boxes[again.start].label == "日期"
    service.leave_at(again, len(again.boxes))
    assert service.begin("dispute", dispute.id, order).start == 0


# -- numbers ---------------------------------------------------------------------------------------------------------


def test_a_number_is_written_down_once_and_never_replaced_silently(office: Office) -> None:
    platform = platform_for(office, "dispute")
    dispute = saved(office, three_parties())
    service = Platforms(office)
    service.enter("dispute", dispute.id, platform, number="", on=TODAY)
    service.enter("dispute", dispute.id, platform, number=" ZJ2026001 ", on=TODAY)
    found = office.reader.get("dispute", dispute.id)
    assert isinstance(found, Dispute)
    assert [(one.number, one.entered_by) for one in found.platform_entries] == [("ZJ2026001", "李干事")]
    with pytest.raises(UserError, match="已登记案号 ZJ2026001"):
        service.enter("dispute", dispute.id, platform, number="ZJ2026009", on=TODAY)
    assert service.missing(platform, "dispute") == []
    assert any(entry.what == "外部平台" for entry in history.history(REGISTRY, office.store.conn, office.store.box,
                                                                     dispute.id))  # fmt: skip


def test_a_number_of_another_shape_or_of_another_matter_is_doubted(office: Office) -> None:
    platform = platform_for(office, "dispute", example="ZJ2026-000123")
    one = saved(office, three_parties())
    other = saved(
        office, three_parties().model_copy(update={"id": Dispute(name="另一件").id, "parties": (), "agreements": ()})
    )
    service = Platforms(office)
    service.enter("dispute", one.id, platform, number="ZJ2026-000007", on=TODAY)
    assert service.doubts(platform, "dispute", other.id, "ZJ2026-000008") == []
    assert "样子" in service.doubts(platform, "dispute", other.id, "ZJ2026-00008")[0]
    assert "已经登记在" in service.doubts(platform, "dispute", other.id, "ZJ2026-000007")[0]
    assert number_shape("Aa12-号") == "AA00-号"


def test_two_entries_in_one_platform_are_doubted(office: Office) -> None:
    platform = platform_for(office, "hazard")
    hazard = Hazard(name="通道堵塞", found_on=TODAY)
    line = REGISTRY.get("hazard").child("platform_entries").line
    twice = tuple(line.model_validate({"platform": platform.id, "entered_on": TODAY}) for _ in range(2))
    with pytest.raises(UserError, match="同一个平台登记了两次"):
        office.save(hazard.model_copy(update={"platform_entries": twice}))


def test_a_platform_nobody_knows_is_told_with_those_there_are(office: Office) -> None:
    platform_for(office, "dispute", short_name="综治")
    service = Platforms(office)
    assert service.called("综治").name == "省综治平台"
    with pytest.raises(UserError, match="没有叫“信访”的外部平台"):
        service.called("信访")
