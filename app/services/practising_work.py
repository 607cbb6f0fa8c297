"""Work under way in the township to learn in: matters in other hands, some returned, and an outside platform to fill.

Everything is done by the services a clerk's windows use, so what stands there is what the windows would have made.
"""

from __future__ import annotations

from typing import Final

from app.models import clock
from app.models.kinds import Holder
from app.models.policy import User
from app.models.registers import Account, Platform
from app.services import handing, matters
from app.services.handing import Answer, Given
from app.services.office import Office
from app.services.platforms import Platforms

_NUMBERS: Final = ("ZZ2026-000118", "ZZ2026-000121")
_BOXES: Final = 12
_CALLED: Final = Answer(by="村主任", way="phone")

_OVERDUE, _RETURNED, _COLLEAGUES, _MINE = 1, 2, 5, 7
"""Which of the hazards, in the order of their stories, is used for what."""


def begin(office: Office, hazards: list[str]) -> None:
    """Hand matters over and enter some in a platform. ``hazards``: their ids in the order of the stories."""
    _by_phone(office, hazards[_OVERDUE], "把秸秆移到晒场，今天答复")
    handing.accept(office, "hazard", hazards[_OVERDUE], _CALLED)
    _by_phone(office, hazards[_RETURNED], "赶集日派人看守通道")
    reason = "集市由镇集市办管理，不属于社区"
    handing.give_back(office, "hazard", hazards[_RETURNED], reason=reason, answer=_CALLED)
    colleague = _colleague(office)
    if colleague is not None:
        _between_us(office, colleague, waiting=hazards[_COLLEAGUES], mine=hazards[_MINE])
    _dispute_at_a_village(office)
    _fill_platform(office, hazards[0])


def _by_phone(office: Office, hazard: str, demand: str) -> None:
    place = getattr(office.reader.get("hazard", hazard), "place", None)
    village = next(one for one in _villages(office, "hazard") if one.id == place)
    given = Given(to=village, way="phone", demand=demand, contact=f"{village.name}值班室")
    handing.hand_over(office, "hazard", hazard, given)


def _villages(office: Office, register: str) -> list[Holder]:
    return dict(matters.receivers(office, register))[matters.VILLAGES]


def _colleague(office: Office) -> Office | None:
    """The other account, as if somebody sat at its PC."""
    for one in office.reader.all("account"):
        if isinstance(one, Account) and one.id != office.user.id and one.is_active:
            return Office(office.store, User(one.id, one.name, one.role))
    return None


def _between_us(office: Office, colleague: Office, *, waiting: str, mine: str) -> None:
    """One hazard waits for the colleague; another the colleague held waits for whoever learns here."""
    handing.hand_over(office, "hazard", waiting, Given(to=colleague.me, demand="明天去复查，拍照"))
    handing.hand_over(office, "hazard", mine, Given(to=colleague.me, demand="到现场看一下"))
    handing.accept(colleague, "hazard", mine)
    handing.hand_over(colleague, "hazard", mine, Given(to=office.me, demand="已看过，请约市监所同去"))


def _dispute_at_a_village(office: Office) -> None:
    """A dispute still open waits at a village for its answer."""
    open_ones = [one for one in matters.matters(office) if one.register == "dispute"]
    if open_ones:
        to = _villages(office, "dispute")[1]
        demand = "请到现场核实，五日内答复"
        given = Given(to=to, way="phone", demand=demand, contact=f"{to.name}值班室")
        handing.hand_over(office, "dispute", open_ones[0].id, given)


def _fill_platform(office: Office, hazard: str) -> None:
    """A platform with an order of boxes; two matters stand there already, the others wait to be copied."""
    platform = Platform(
        name="省综治平台（练习）",
        short_name="综治（练习）",
        registers=("dispute", "hazard"),
        example=_NUMBERS[0],
        remark="练习用的，世上没有这个平台",
    )
    office.save(platform)
    platforms = Platforms(office)
    proposal = platforms.proposal(platform, "dispute")
    platforms.save_order(proposal.model_copy(update={"name": "登记页"}), proposal.steps[:_BOXES])
    dispute = next(iter(office.reader.all("dispute")))
    for (register, record), number in zip((("dispute", dispute.id), ("hazard", hazard)), _NUMBERS, strict=True):
        platforms.enter(register, record, platform, number=number, on=clock.today())
