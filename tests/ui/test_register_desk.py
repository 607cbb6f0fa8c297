"""Drafts opened from the list of unsaved content: the county's refusals come back into the record they belong to."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.models import drafts
from app.models.drafts import Draft
from app.models.register import new_id
from app.models.registers import Dispute, Party, Person
from app.services.office import Office
from app.ui import work
from app.ui.registers.desk import RegisterActs, RegisterDesk


@pytest.fixture
def desk(qtbot: QtBot, office: Office) -> RegisterDesk:
    made = RegisterDesk(office, RegisterActs())
    for name in ("person", "dispute"):
        qtbot.addWidget(made.host(name))
    return made


def refused(office: Office, register: str, record_id: str, **content: object) -> Draft:
    draft = Draft(new_id(), register, record_id, 0, content, office.user.id, "2026-11-24T08:00:00Z", "没有上传的权限")
    office.store.submit(lambda conn: drafts.keep(conn, draft)).result()
    return draft


def test_a_refused_change_opens_its_record_with_the_values_entered(
    qtbot: QtBot, desk: RegisterDesk, office: Office
) -> None:
    person = Person(full_name="张三丰")
    office.save(person)
    form = desk.open_draft(refused(office, "person", person.id, workplace="砖厂"))
    assert form is not None
    assert form.record_id == person.id
    assert form.panel.values()["workplace"] == "砖厂"
    qtbot.waitUntil(work.is_idle)


def test_a_refused_new_record_comes_back_as_it_was_typed(qtbot: QtBot, desk: RegisterDesk, office: Office) -> None:
    form = desk.open_draft(refused(office, "person", new_id(), full_name="吴九重"))
    assert form is not None
    assert form.panel.values()["full_name"] == "吴九重"
    qtbot.waitUntil(work.is_idle)


def test_a_refused_line_opens_the_record_it_stands_in(qtbot: QtBot, desk: RegisterDesk, office: Office) -> None:
    dispute = Dispute(name="争水", parties=(Party(name="王甲"),))
    office.save(dispute)
    changed = desk.open_draft(refused(office, "dispute_party", dispute.parties[0].id, name="王乙"))
    assert changed is not None
    assert changed.record_id == dispute.id
    desk.host("dispute").back_to_list()
    added = desk.open_draft(refused(office, "dispute_party", new_id(), name="王丙", **{"$parent": dispute.id}))
    assert added is not None
    assert added.record_id == dispute.id
    qtbot.waitUntil(work.is_idle)


def test_a_refused_line_of_a_record_that_is_not_here_makes_no_new_one(desk: RegisterDesk, office: Office) -> None:
    assert desk.open_draft(refused(office, "dispute_party", new_id(), name="王丁", **{"$parent": new_id()})) is None
