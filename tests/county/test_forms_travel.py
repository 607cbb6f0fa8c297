"""A pack installed on one PC is offered, and its template there, on the township's others."""

from __future__ import annotations

from datetime import date

from app.models.policy import User
from app.models.registers import Hazard
from app.services.forms import Forms, State
from app.services.office import Office
from county.server import County
from tests.county.desks import Desk, Township
from tests.documents.test_word import texts
from tests.services.test_forms import pack_file


def test_a_pack_reaches_the_other_pc_with_its_template_and_is_filled_there(
    county: County, township: Township, center: Desk, station: Desk
) -> None:
    there = Forms(Office(center.store, User("a" * 32, "王主任", "administrator")))
    there.install(there.opened("a.zip", pack_file("{{ 填写人 }}：{{ 今天 }}", register="hazard")))
    center.sync()
    here = Forms(Office(station.store, User("b" * 32, "赵警官", "police")))
    station.sync()
    assert [one.state for one in here.listed()] == [State.IN_USE]
    hazard = Hazard(name="护栏缺损", found_on=date(2026, 11, 20))
    here.office.save(hazard)
    (text,) = texts(here.fill(here.called("qingshan.report"), hazard.id).body)
    assert text.startswith("赵警官：")
