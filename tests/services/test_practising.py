"""The township to learn in: everything a learner must try stands there, made by the services the windows use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.models.registers.hazard import STAGES, Hazard, progress_of
from app.services import matters, practising
from app.services.attachments import Attachments, State
from app.services.matters import View
from app.services.office import Office
from app.services.platforms import Platforms


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = practising.open_practice(tmp_path_factory.mktemp("practice") / "data")
    yield made
    made.store.close()


def test_every_register_has_something_to_try(office: Office) -> None:
    wanted = ("person", "household", "residence", "house", "hazard", "patrol", "dispute", "platform")
    assert [name for name in wanted if not office.reader.count(name)] == []
    assert office.doctor().is_sound


def test_hazards_stand_at_every_stage_and_some_bear_drawn_photos_that_open(office: Office) -> None:
    hazards = [one for one in office.reader.all("hazard") if isinstance(one, Hazard)]
    assert {progress_of(one) for one in hazards} == set(STAGES)
    attachments = Attachments(office)
    files = [line for one in hazards for line in one.files]
    assert {line.media_type for line in files} == {"image/jpeg", "application/pdf"}
    assert {attachments.check(line) for line in files} == {State.HERE}
    assert all(attachments.open(line) for line in files)


def test_matters_are_in_several_hands_one_waits_one_came_back_one_is_late(office: Office) -> None:
    everything = matters.matters(office, View.ALL)
    assert len({one.holder.name for one in everything if one.holder}) >= 3
    assert matters.count(office, View.WAITING) == 1
    assert matters.overdue(office)
    answers = {line.state for one in office.reader.all("hazard") for line in getattr(one, "handovers", ())}
    assert {"waiting", "accepted", "returned"} <= answers


def test_a_platform_waits_for_what_is_not_there_yet_and_has_its_order(office: Office) -> None:
    platforms = Platforms(office)
    counts = {one.register: one.number for one in platforms.counts()}
    assert counts["dispute"] == office.reader.count("dispute") - 1
    assert counts["hazard"] == office.reader.count("hazard") - 1
    platform = platforms.in_use("dispute")[0]
    assert platforms.orders(platform, "dispute")[0].steps
