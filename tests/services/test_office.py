"""The office asks who may, asks what is doubtful, and keeps the answers."""

from __future__ import annotations

from datetime import date

import pytest

from app.errors import AppError, Level, NotAllowedError, UserError
from app.models import journal
from app.models.policy import User
from app.models.registers import Account, Dispute, Household, Member, Patrol, Person
from app.services.office import Office


def as_role(office: Office, role: str) -> Office:
    return Office(office.store, User("f" * 32, "某人", role))


def test_a_doubt_needs_a_reason_and_the_reason_is_kept(office: Office) -> None:
    person = Person(full_name="老号", id_number="110105194912310021")
    with pytest.raises(UserError) as asked:
        office.save(person)
    doubts = asked.value.findings
    assert doubts
    assert all(one.level is Level.DOUBT for one in doubts)
    office.save(person, reasons={one.sentence: "户口簿上就是这个号" for one in doubts})
    assert "户口簿上就是这个号" in office.history(person.id)[0].reason


def test_the_twin_is_shown_by_name(office: Office) -> None:
    office.save(Person(full_name="王甲", id_number="11010519491231002X"))
    findings = office.check(Person(full_name="王乙", id_number="11010519491231002X"))
    assert any("已有一条登记用了同一号码：王甲" in one.sentence for one in findings)


def test_two_heads_stop_the_save(office: Office) -> None:
    one, two = Person(full_name="王一"), Person(full_name="王二")
    home = Household(number="1", members=(Member(person=one.id, relation="02"), Member(person=two.id, relation="02")))
    with pytest.raises(UserError) as stopped:
        office.save(home)
    assert str(stopped.value.findings[0]).startswith("家庭成员 · 第 2 行 · 与户主关系：一户只能有一个户主")


@pytest.mark.parametrize(
    ("role", "record", "allowed"),
    [
        ("clerk", Person(full_name="王甲"), True),
        ("clerk", Account(name="新人"), False),
        ("mediator", Dispute(name="争水"), True),
        ("mediator", Patrol(patrolled_on=date(2026, 11, 1)), False),
        ("police", Patrol(patrolled_on=date(2026, 11, 1), leader="赵六"), True),
        ("police", Dispute(name="争水"), False),
        ("auditor", Person(full_name="王甲"), False),
        ("role_of_tomorrow", Person(full_name="王甲"), False),
    ],
)
def test_roles_write_what_is_theirs(office: Office, role: str, record: Person, allowed: bool) -> None:
    somebody = as_role(office, role)
    if allowed:
        assert somebody.save(record)
    else:
        with pytest.raises(NotAllowedError, match="权限"):
            somebody.save(record)


def test_looking_behind_a_mask_is_journalled(office: Office) -> None:
    person = Person(full_name="王甲", id_number="11010519491231002X")
    office.save(person)
    assert office.reveal("person", person.id, "id_number") == "11010519491231002X"
    seen = [op.content() for op in journal.select(office.store.conn, "kind = 'access' AND root = ?", (person.id,))]
    assert seen[-1]["what"] == "reveal"


def test_a_draft_survives_and_is_dropped_when_saved(office: Office) -> None:
    draft_id = office.keep_draft(draft_id=None, register="person", record_id="", base_version=0, content={"a": "半句"})
    office.store.submit(lambda _: None).result()
    assert [draft.content for draft in office.drafts()] == [{"a": "半句"}]
    office.drop_draft(draft_id)
    office.store.submit(lambda _: None).result()
    assert office.drafts() == []


def test_a_draft_the_disk_did_not_take_is_not_lost_in_silence(office: Office) -> None:
    heard: list[AppError] = []
    office.on_trouble = heard.append
    pages = office.store.submit(lambda conn: conn.execute("PRAGMA page_count").fetchone()[0]).result()
    office.store.submit(lambda conn: conn.execute(f"PRAGMA max_page_count = {pages}").fetchone()).result()
    office.keep_draft(
        draft_id=None, register="dispute", record_id="", base_version=0, content={"story": "长" * 200_000}
    )
    office.store.submit(lambda _: None).result()
    assert ["磁盘写不进去" in one.sentence for one in heard] == [True]


def test_deleting_without_a_reason_is_refused(office: Office) -> None:
    person = Person(full_name="王甲")
    office.save(person)
    with pytest.raises(UserError, match="原因"):
        office.delete("person", person.id, reason=" ")
    office.delete("person", person.id, reason="重复登记")
    assert office.reader.get("person", person.id) is None
    office.restore("person", person.id, reason="误删")
    assert office.reader.get("person", person.id) is not None


def test_a_matter_gets_its_code_from_its_id(office: Office) -> None:
    dispute = Dispute(name="争水")
    office.save(dispute)
    stored = office.reader.get("dispute", dispute.id)
    assert isinstance(stored, Dispute)
    assert stored.matter_code is not None
    assert stored.matter_code.startswith("JF-2")
    assert stored.completed().matter_code == stored.matter_code
