"""Two PCs hand the same matter to different people without hearing of each other: a person decides, nobody loses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from app.models.kinds import Holder
from app.models.kinds.holders import PLACE
from app.models.registers import Hazard, Place
from app.models.registers.matter import called, handovers, holder_of, open_handover
from app.services import handing
from app.services.handing import Answer, Given
from app.services.office import Office
from app.services.setup import NewAccount
from app.services.syncing import Syncing, join_township
from county.server import County
from tests.conftest import PASSWORD

BY_PHONE = Answer(by="村主任", way="phone")


class Apart:
    """The center and the station, each with the hazard and both villages, and the wire between them cut."""

    def __init__(self, center: Office, station: Office) -> None:
        self.center, self.station = center, station
        self._sync = [Syncing(one, lambda _: None) for one in (center, station)]
        self.red, self.green = (Place(name=name, kind="village") for name in ("红旗村", "青松村"))
        self.hazard = Hazard(name="护栏缺损", found_on=date(2026, 11, 1))
        for record in (self.red, self.green, self.hazard):
            center.save(record)
        handing.hand_over(center, "hazard", self.hazard.id, Given(to=Holder.department("派出所"), way="in_person"))
        handing.accept(center, "hazard", self.hazard.id, Answer(by="赵警官", way="in_person"))
        self.meet()

    def meet(self) -> None:
        """Sync there and back."""
        center, station = self._sync
        for one in (center, station, center, station):
            assert one.run_once().is_synced

    def give(self, office: Office, place: Place, *, is_accepted: bool) -> None:
        to = Holder(PLACE, place.id, place.name)
        handing.hand_over(office, "hazard", self.hazard.id, Given(to=to, way="phone"))
        if is_accepted:
            handing.accept(office, "hazard", self.hazard.id, BY_PHONE)

    def held(self, office: Office) -> str:
        record = office.reader.get("hazard", self.hazard.id)
        holder = holder_of(record) if record else None
        return holder.name if holder else ""


@pytest.fixture
def apart(office: Office, county: County, tmp_path: Path) -> Iterator[Apart]:
    scope = ("people", "mediation", "safety")
    center = Syncing(office, lambda _: None)
    center.join_county(county.enrolment_code("青溪镇", scope=scope).text())
    assert center.run_once().is_synced
    code = county.enrolment_code("青溪镇", township=office.store.identity.township, scope=scope).text()
    with ExitStack() as stack:
        station = join_township(
            tmp_path / "station",
            server_code=code,
            pairing_code=center.pairing_code(),
            account=NewAccount("赵警官", PASSWORD),
            role="clerk",
        )
        stack.callback(station.store.close)
        yield Apart(office, station)


def test_two_acceptances_meet_as_one_conflict_that_a_person_decides(apart: Apart) -> None:
    apart.give(apart.center, apart.red, is_accepted=True)
    apart.give(apart.station, apart.green, is_accepted=True)
    apart.meet()
    for office in (apart.center, apart.station):
        (conflict,) = office.conflicts()
        assert conflict.label == "承办"
        assert {conflict.current.value, conflict.others[0].value} == {"红旗村", "青松村"}
        record = office.reader.get("hazard", apart.hazard.id)
        assert record is not None
        assert {called(one.receiver) for one in handovers(record)} == {"派出所", "红旗村", "青松村"}
    (conflict,) = apart.center.conflicts()
    apart.center.decide(conflict, conflict.others[0].wire, reason="电话核实，归该村")
    apart.meet()
    assert apart.center.conflicts() == apart.station.conflicts() == []
    assert apart.held(apart.center) == apart.held(apart.station) == conflict.others[0].value
    assert apart.center.doctor().is_sound


def test_two_hand_overs_that_wait_are_put_up_for_review_and_one_is_withdrawn(apart: Apart) -> None:
    apart.give(apart.center, apart.red, is_accepted=False)
    apart.give(apart.station, apart.green, is_accepted=False)
    apart.meet()
    assert apart.center.conflicts() == []
    for office in (apart.center, apart.station):
        (review,) = office.reviews()
        assert "同时有 2 次交办等待接收" in review.sentence
        assert "红旗村" in review.sentence
    handing.withdraw(apart.center, "hazard", apart.hazard.id, reason="重复交办")
    apart.meet()
    assert apart.center.reviews() == apart.station.reviews() == []
    left = [
        open_handover(record)
        for office in (apart.center, apart.station)
        if (record := office.reader.get("hazard", apart.hazard.id))
    ]
    assert left[0] == left[1] is not None


def test_accepted_here_and_withdrawn_there_is_decided_by_a_person(apart: Apart) -> None:
    apart.give(apart.center, apart.red, is_accepted=False)
    apart.meet()
    handing.accept(apart.center, "hazard", apart.hazard.id, BY_PHONE)
    handing.withdraw(apart.station, "hazard", apart.hazard.id, reason="交错了")
    apart.meet()
    labels = {one.label for one in apart.center.conflicts()}
    assert "状态" in labels
    assert labels == {one.label for one in apart.station.conflicts()}
