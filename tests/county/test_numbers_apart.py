"""Two PCs number without hearing of each other: a block, what comes later, handing over, taking over at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from app.models.number_books import Kind, State
from app.models.registers import Agreement, Committee, Dispute, Party
from app.services import numbers, papers
from app.services.number_books import Device, NumberBooks
from app.services.office import Office
from app.services.setup import NewAccount
from app.services.syncing import Syncing, join_township
from county.server import County
from tests.conftest import PASSWORD

NUMBER = "（2026）青溪镇人调字第{}号"
SIGNED = Agreement(
    facts="争水。", clauses="恢复。", performance="立即。", mediators="王主任", signed_on=date(2026, 11, 2)
)


class Apart:
    """The center, which numbers, and the station, and the wire between them."""

    def __init__(self, center: Office, station: Office) -> None:
        self.center, self.station = center, station
        self._sync = [Syncing(one, lambda _: None) for one in (center, station)]
        self.meet()
        self.committee = next(one for one in center.reader.all("committee") if isinstance(one, Committee))
        self.key = numbers.book_key(self.committee, Kind.AGREEMENT, 2026)

    def meet(self) -> None:
        """Sync there and back."""
        center, station = self._sync
        for one in (center, station, center, station):
            assert one.run_once().is_synced

    def printed(self, office: Office) -> tuple[str, str]:
        """A dispute printed there: its id and its number."""
        made = Dispute(
            name="争水",
            committee=self.committee.id,
            parties=(Party(name="张三", address="青溪村"), Party(name="李四", role="respondent", address="青溪村")),
            agreements=(SIGNED.model_copy(update={"id": Agreement().id}),),
        )
        office.save(made)
        return made.id, papers.print_agreement(office, made.id).number

    def device(self, of: Office, at: Office) -> Device:
        """How one PC is called on the other's page."""
        return next(one for one in NumberBooks(at).devices() if one.id == of.store.identity.device)

    def states(self, office: Office) -> list[State]:
        return [one.state for one in NumberBooks(office).ledger().book(self.key).numbers()]


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
            role="administrator",
        )
        stack.callback(station.store.close)
        yield Apart(office, station)


def test_a_block_is_used_offline_and_what_has_no_number_gets_it_at_the_center(apart: Apart) -> None:
    center, station = apart.center, apart.station
    late, none = apart.printed(station)
    assert none == ""
    apart.meet()
    assert [one.dispute for one in NumberBooks(center).unnumbered()] == [late]
    assert numbers.number_agreement(center, late) == NUMBER.format(1)
    assert NumberBooks(center).grant(apart.key, apart.device(station, center), size=2) == (2, 3)
    apart.meet()
    assert NumberBooks(station).unnumbered() == []
    given = [apart.printed(one)[1] for one in (center, station, station, station, center)]
    assert given == [NUMBER.format(4), NUMBER.format(2), NUMBER.format(3), "", NUMBER.format(5)]
    apart.meet()
    for office in (center, station):
        assert apart.states(office) == [State.USED] * 5
        assert NumberBooks(office).troubles() == []
        assert office.doctor().complaints == ()


def test_the_books_go_to_the_other_pc_which_numbers_once_it_has_heard(apart: Apart) -> None:
    center, station = apart.center, apart.station
    apart.printed(center)
    NumberBooks(center).hand_over(apart.committee.id, apart.device(station, center), reason="换用新电脑")
    assert (apart.printed(center)[1], apart.printed(station)[1]) == ("", "")
    apart.meet()
    assert (apart.printed(center)[1], apart.printed(station)[1]) == ("", NUMBER.format(2))


def test_a_pc_taken_for_dead_is_heard_again_and_the_number_given_twice_is_said(apart: Apart) -> None:
    center, station = apart.center, apart.station
    apart.printed(center)
    apart.meet()
    NumberBooks(station).take_over(apart.committee.id, reason="以为坏了", gap=1)
    assert [apart.printed(center)[1] for _ in range(2)] == [NUMBER.format(2), NUMBER.format(3)]
    assert apart.printed(station)[1] == NUMBER.format(3)
    apart.meet()
    for office in (center, station):
        (said,) = NumberBooks(office).troubles()
        assert NUMBER.format(3) in said
        assert "2 件纠纷" in said
        assert apart.states(office)[1] is State.USED  # in the gap: unknown until it was heard of
    assert (apart.printed(center)[1], apart.printed(station)[1]) == ("", NUMBER.format(4))
